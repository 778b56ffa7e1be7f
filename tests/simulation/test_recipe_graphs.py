"""Recipes that set each other off, generated at random: they come to an end, within their budgets (R6).

Each graph is a rule book of recipes on few tags and statuses, so that nearly every action sets off another
recipe. `SAFETY_GRAPHS` is how many there are; a failure names its seed.
"""

import os
import random
from collections import Counter
from typing import Any

import pytest

from inbox_recipes.actions import ACTIONS
from inbox_recipes.history import HistoryEntry
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import MAX_HOPS
from tests.builders import NOON, a_private, a_recipe, a_rule_book
from tests.fakes import World

GRAPHS = int(os.environ.get("SAFETY_GRAPHS", "1000"))
PARTS = 10
TAGS = ("red", "green", "blue", "black", "white")
LIMITS = ((1000, 300), (9, 12), (3, 40), (40, 5))
"""Actions an hour of one recipe, and on one conversation."""

TOO_MANY_ROUNDS = 200
"""Rounds of evaluating and acting; a chain of five hops needs seven."""


def a_trigger(chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.6:
        return {"type": "case_tag_added", "tag": chance.choice(TAGS)}
    objects = chance.choice([["mention"], ["case"], ["mention", "case"]])
    status = chance.choice(("unresolved", "pending", "resolved"))
    others: list[dict[str, Any]] = [
        {"type": "arrival", "objects": objects},
        {"type": "mention_in_case"},
        {"type": "case_status_changed", "to": status},
    ]
    return chance.choice(others)


def some_actions(chance: random.Random) -> list[dict[str, Any]]:
    """What changes a case, so that others follow; what is not offered on the trigger is left out later."""
    several = chance.sample(TAGS, chance.randint(1, 3))
    actions: list[dict[str, Any]] = [
        {"type": "add_tags", "target": "case", "tags": several},
        {"type": "add_tags", "target": "case", "tags": [chance.choice(TAGS)]},
        {"type": "remove_tags", "tags": several},
        {"type": "set_case_status", "status": chance.choice(("pending", "resolved"))},
        {"type": "assign", "users": [chance.choice(("nora", "omar"))]},
        {"type": "resolve"},
        {"type": "wait", "minutes": chance.randint(1, 50), "unless": None},
    ]
    return chance.choices(actions, weights=(4, 2, 2, 1, 1, 1, 1), k=chance.randint(1, 4))


def a_graph(chance: random.Random) -> tuple[Recipe, ...]:
    recipes = []
    for number in range(chance.randint(2, 12)):
        trigger = a_trigger(chance)
        actions = [action for action in some_actions(chance) if offered(action, trigger)]
        while actions and actions[-1]["type"] == "wait":
            actions.pop()
        fallback = {"type": "add_tags", "tags": ["seen"]}
        recipes.append(a_recipe(f"rec_{number}", trigger=trigger, actions=actions or [fallback]))
    return tuple(recipes)


def offered(action: dict[str, Any], trigger: dict[str, Any]) -> bool:
    """Whether a recipe with that trigger may have the action."""
    try:
        a_recipe(actions=[action, {"type": "add_tags", "tags": ["seen"]}], trigger=trigger)
    except ValueError:
        return False
    return True


def settled(world: World) -> None:
    """Evaluate and act until nothing is left: it must come to that."""
    for _ in range(TOO_MANY_ROUNDS):
        if world.seen == len(world.store.changes) and not world.queue.waiting():
            return
        world.evaluate()
        world.work()
    raise AssertionError(f"still going on after {TOO_MANY_ROUNDS} rounds")


def a_life(chance: random.Random, world: World) -> None:
    """Customers write and agents change cases, while time passes over waits and hours."""
    for number in range(chance.randint(1, 5)):
        world.take_in(a_private(f"{number}", author__id=f"u{chance.randint(1, 2)}"))
        settled(world)
        world.pass_time(minutes=chance.choice([0, 1, 20, 70]))
    settled(world)
    world.pass_time(days=1)
    settled(world)


def acted(world: World) -> Counter[tuple[str, str, float]]:
    """Actions that were carried out, waits aside, told by the histories: by whose they are and hour."""
    lines = {
        (
            entry.run_id,
            entry.position,
            entry.by.id,
            entry.date.added.replace(minute=0, second=0, microsecond=0),
        )
        for entry in every_line(world)
        if entry.type in ACTIONS and entry.type != "wait" and entry.by.kind == "recipe"
    }
    found: Counter[tuple[str, str, float]] = Counter()
    for run_id, _, recipe_id, at in lines:
        found["actions_per_recipe", recipe_id, at.timestamp()] += 1
        found["actions_per_conversation", world.store.runs[run_id or ""].conversation, at.timestamp()] += 1
    return found


def every_line(world: World) -> list[HistoryEntry]:
    return [entry for log in world.store.logs.values() for entry in log.values()]


def judge(world: World, limits: dict[str, int]) -> Counter[str]:
    """What must be true of every graph; tells what was seen."""
    over = {key: count for key, count in acted(world).items() if count > limits[key[0]]}
    assert not over, over
    chains = [transaction.chain for transaction in world.store.journal]
    assert all(len(set(chain)) == len(chain) <= MAX_HOPS for chain in chains)
    assert all(run.finished_at for run in world.store.runs.values())
    stops = [entry for entry in every_line(world) if entry.type == "recipe"]
    budget = [entry for entry in stops if "budget" in entry.detail]
    assert all(entry.outcome == "skipped" and "free_at" in entry.detail for entry in budget)
    return Counter(
        budgets=len(budget), loops=len(stops) - len(budget), hops=sum(len(c) == MAX_HOPS for c in chains)
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_recipes_there_are_they_end_within_their_budgets(part: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(part, GRAPHS, PARTS):
        chance = random.Random(seed)  # noqa: S311 - seeds, not secrets
        names = ("actions_per_recipe", "actions_per_conversation")
        limits = dict(zip(names, chance.choice(LIMITS), strict=True))
        world = World(a_rule_book(*a_graph(chance)), NOON)
        world.rule_books.set_account(budgets=limits)
        try:
            a_life(chance, world)
            seen += judge(world, limits)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
    assert min(seen[kind] for kind in ("budgets", "loops", "hops")) > 0, f"too tame: {seen}"
