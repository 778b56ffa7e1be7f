"""A recipe that is switched off at any moment of a run begins nothing more (R25)."""

from random import Random

import pytest

from tests.builders import ARRIVAL, NOON, a_private, a_recipe, a_rule_book, add_tags, wait, webhook
from tests.fakes import World

RUNS = 1000
PARTS = 4
ACTIONS = [
    add_tags("one"), webhook("First"), {"type": "edit", "property": "language", "value": "de"},
    {"type": "assign", "users": ["nora"]},
    webhook("Second"), wait(10, unless=None), add_tags("three"), {"type": "resolve"},
]  # fmt: skip


class SwitchedOff:
    """Switches the recipe off when so many calls have been made; then tells what is still begun."""

    def __init__(self, world: World, after: int, how: str) -> None:
        self._world, self._left, self._how = world, after, how
        self.off = False
        self.begun = 0
        self.done: int | None = None

    def before(self, point: str) -> None:
        """Each action begins with a look at the rule book."""
        self.begun += self.off and point == "rule_books.current"

    def after(self, point: str) -> None:
        self._left -= 1
        if self._left == 0:
            self.switch()

    def part(self, point: str, length: int) -> None:
        """Everything gets through."""

    def switch(self) -> None:
        """Off, paused or deleted: it comes to the same."""
        books = self._world.rule_books
        recipe = books.current().recipe("rec_1")
        assert recipe is not None
        if self._how == "deleted":
            books.remove("rec_1")
        elif self._how == "paused":
            books.set_account(paused=True)
        else:
            books.put(recipe.model_copy(update={"mode": "disabled", "on_since": None}))
        self.off, self.done = True, effects(self._world)


def effects(world: World) -> int:
    """Everything that the recipe has done so far, to items of ours and to others."""
    changed = [each for each in world.store.journal if each.actor.kind == "recipe" and each.writes]
    return len(changed) + len(world.webhooks.sent)


@pytest.mark.parametrize("part", range(PARTS))
def test_off_means_off_at_any_moment(part: int) -> None:
    """What was being done at that moment is done; nothing is begun later, also not after a wait."""
    in_the_middle = finished = 0
    for seed in range(part, RUNS, PARTS):
        chance = Random(seed)  # noqa: S311 - chance that can be repeated
        world = World(a_rule_book(a_recipe(trigger=ARRIVAL, actions=ACTIONS)), NOON)
        world.take_in(a_private())
        world.evaluate()
        off = SwitchedOff(world, chance.randint(1, 70), chance.choice(["disabled", "deleted", "paused"]))
        world.work(off)
        if not off.off and chance.random() < 0.7:
            off.switch()
        under_way = effects(world) - (off.done or 0) if off.off else 0
        left = effects(world)
        world.pass_time(minutes=11)

        [run] = world.store.runs.values()
        if not off.off:
            finished += run.status == "done"
            continue
        assert under_way <= 1, f"seed {seed}: {under_way} effects after it was switched off"
        assert effects(world) == left, f"seed {seed}: it went on after its wait"
        assert run.status == "cancelled", f"seed {seed}: the run is {run.status}"
        in_the_middle += under_way
    assert in_the_middle, "it was never switched off in the middle of an action"
    assert finished, "it was never left on"
