"""Five thousand generated recipes, carried out by functions that die: actions keep their order (R4).

`SAFETY_RECIPES` is how many there are; a failure names its seed.
"""

import os
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from inbox_recipes.actions import ACTIONS
from tests.builders import ARRIVAL, IN_CASE, NOON, a_private, a_recipe, a_rule_book, add_tags, wait, webhook
from tests.fakes import Crash, CrashAt, World

RECIPES = int(os.environ.get("SAFETY_RECIPES", "5000"))
PARTS = 10
LATER = timedelta(minutes=10)
"""When a message comes again whose function has died."""


def some_actions(chance: Random, trigger: dict[str, Any]) -> list[dict[str, Any]]:
    """Two to six, of all kinds that change something, wait or tell somebody."""
    offered: list[dict[str, Any]] = [
        add_tags(f"tag{chance.randint(1, 4)}", target="mention"),
        add_tags("told", target="mention" if trigger == ARRIVAL else "case"),
        {"type": "assign", "users": ["nora", "omar"], "mode": chance.choice(["one", "all"])},
        webhook(f"Hook {chance.randint(1, 3)}"),
        wait(chance.randint(1, 30), unless=None),
    ]
    if trigger == ARRIVAL:
        offered += [{"type": "edit", "property": "language", "value": "fr"}, {"type": "resolve"}]
    actions = chance.choices(offered, k=chance.randint(2, 6))
    return [*actions, add_tags("last")] if actions[-1]["type"] == "wait" else actions


def carried_out(world: World, chance: Random) -> int:
    """Let functions die at moments of chance until everything is done; how often they did."""
    crashes = 0
    for _ in range(30):
        world.fire()
        try:
            world.work(CrashAt(chance.randint(1, 40)) if crashes < 3 and chance.random() < 0.7 else None)
        except Crash:
            crashes += 1
        if not world.queue.waiting() and not world.timers.armed:
            break
        world.now += LATER
    return crashes


def told(world: World, run_id: str) -> list[int]:
    """The positions of its actions in the order in which the histories tell of them; a wait's beginning."""
    lines = [line for log in world.store.logs.values() for line in log.values() if line.run_id == run_id]
    ordered = sorted((line for line in lines if line.type in ACTIONS), key=lambda line: line.id)
    return list(dict.fromkeys(line.position for line in ordered if line.position is not None))


def inversions(seed: int) -> tuple[list[str], int]:
    """What is wrong with the run of that seed's recipe, and how often its functions died."""
    chance = Random(seed)  # noqa: S311 - chance that can be repeated
    trigger = chance.choice([ARRIVAL, IN_CASE])
    recipe = a_recipe(trigger=trigger, actions=some_actions(chance, trigger))
    world = World(a_rule_book(recipe), NOON)
    world.take_in(a_private())
    world.evaluate()
    crashes = carried_out(world, chance)

    [run] = world.store.runs.values()
    wanted = list(range(len(recipe.actions)))
    done = [claim[1].position for each in world.store.journal if (claim := each.claim)]
    shown = told(world, run.run_id)
    wrong = {
        f"the run is {run.status}": run.status != "done",
        f"it did {done}": done != wanted,
        f"its lines tell of {shown}": shown != wanted,
    }
    return [what for what, holds in wrong.items() if holds], crashes


@pytest.mark.parametrize("part", range(PARTS))
def test_actions_are_done_and_told_in_the_order_of_their_recipe(part: int) -> None:
    crashes = 0
    for seed in range(part, RECIPES, PARTS):
        wrong, died = inversions(seed)
        assert not wrong, f"seed {seed}: {wrong}"
        crashes += died
    assert crashes > RECIPES / PARTS / 2
