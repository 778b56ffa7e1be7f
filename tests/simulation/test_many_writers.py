"""Fifty agents and recipes on one case: no tag, no status and no history line is lost (R3, R4, R23)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

import pytest

from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.flows.agents import patch_case
from inbox_recipes.flows.by_hand import Agent
from inbox_recipes.flows.execute import execute
from inbox_recipes.messages import RunMessage
from inbox_recipes.patches import CasePatch
from inbox_recipes.people import Actor
from inbox_recipes.replay import replay, state_of
from tests.builders import IN_CASE, NOON, a_private, a_recipe, a_rule_book, add_tags
from tests.fakes import World, watched

AGENTS = 25
RECIPES = 25
STATUSES = ("pending", "unresolved", "pending")


class Crowd:
    """Who has still to write. Whoever is about to write may be overtaken by the next of them."""

    def __init__(self, seed: int, world: World) -> None:
        self.rng = Random(seed)  # noqa: S311 - chance that can be repeated
        self.world = world
        self.waiting: list[Callable[[], None]] = []
        self.conflicts = 0

    def before(self, point: str) -> None:
        """Somebody gets in between reading and writing."""
        if point == "inbox.commit" and self.waiting and self.rng.random() < 0.8:
            self.waiting.pop()()

    def after(self, point: str) -> None:
        """Nothing breaks here."""

    def part(self, point: str, length: int) -> None:
        """Everything gets through."""

    def an_agent(self, number: int, changed: dict[str, object]) -> None:
        """Reads, changes, and on a conflict reads again, as a console does."""
        inbox = watched(self.world.inbox, "inbox", self)
        actor = Actor(kind="agent", id=f"agent{number}")
        agent = Agent(actor, inbox, self.world.rule_books, self.world.now)
        while True:
            case = self.world.case()
            own = {"tags": [*case.tags, f"agent{number}"]} if "tags" in changed else changed
            try:
                patch = CasePatch.model_validate(own)
                patch_case(case.id, patch, case.revision, agent)
            except Stale:
                self.conflicts += 1
                continue
            return

    def a_recipe(self, message: RunMessage) -> None:
        """A run; what is too busy comes again."""
        while True:
            try:
                execute(message, self.world.ports(self), self.world.now)
            except Retryable:
                self.conflicts += 1
                continue
            return


@pytest.mark.parametrize("seed", range(20))
def test_fifty_writers_on_one_case_lose_nothing(seed: int) -> None:
    recipes = [
        a_recipe(f"rec_{number}", trigger=IN_CASE, actions=[add_tags(f"recipe{number}", target="case")])
        for number in range(RECIPES)
    ]
    world = World(a_rule_book(*recipes), NOON)
    world.take_in(a_private())
    world.evaluate()
    messages = [message for group in world.queue.groups.values() for message in group]
    runs = [message for message in messages if isinstance(message, RunMessage)]
    assert len(runs) == RECIPES
    world.now += timedelta(seconds=1)
    crowd = Crowd(seed, world)
    writers: list[Callable[[], None]] = [partial(crowd.a_recipe, run) for run in runs]
    writers += [partial(crowd.an_agent, number, {"tags": None}) for number in range(AGENTS - len(STATUSES))]
    writers += [partial(crowd.an_agent, AGENTS, {"status": status}) for status in STATUSES]
    crowd.rng.shuffle(writers)
    crowd.waiting = writers

    while crowd.waiting:
        crowd.waiting.pop()()

    case = world.case()
    expected = {f"recipe{number}" for number in range(RECIPES)}
    expected |= {f"agent{number}" for number in range(AGENTS - len(STATUSES))}
    assert set(case.tags) == expected
    assert len(case.tags) == len(expected)
    lines = world.case_history()
    tagged = [line for line in lines if line.type == "add_tags" and line.outcome == "done"]
    assert sorted(tag for line in tagged for tag in line.detail["added"]) == sorted(expected)
    told = sorted((line for line in lines if line.revision is not None), key=lambda line: line.revision or 0)
    statuses = [line.changes["status"].after for line in told if line.changes and "status" in line.changes]
    assert statuses[-1] == case.status
    assert replay(lines) == (state_of(case), case.revision)
    assert crowd.conflicts > 0
