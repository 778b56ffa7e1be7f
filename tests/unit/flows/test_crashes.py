"""A crash at every single moment, then the same message again: nothing lost, nothing done twice (R1, R3, R4).

The moments are enumerated, not sampled: before, within and after every call of every port, so that an
answer that is lost after the work was done is one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.history import HistoryEntry
from inbox_recipes.recipes import Recipe
from tests.builders import (
    IN_CASE,
    RESOLVE_CASE,
    a_private,
    a_recipe,
    a_rule_book,
    a_silence_recipe,
    add_tags,
    our_reply,
    wait,
    webhook,
)  # fmt: skip
from tests.fakes import Crash, CrashAt, World

IN_ORDER = a_recipe(
    trigger=IN_CASE,
    actions=[add_tags("one"), webhook("First"), {"type": "assign", "teams": ["team_1"]}, webhook("Second")],
)
ON_ARRIVAL = a_recipe(
    "rec_2",
    actions=[{"type": "edit", "property": "sentiment", "value": "negative"}, {"type": "resolve"}],
)
SHADOW = a_recipe("rec_3", mode="shadow")
AFTER_SILENCE = a_silence_recipe(
    actions=[add_tags("waiting"), wait(10), webhook(), wait(20), RESOLVE_CASE, add_tags("silent")]
)
AT_ONCE = a_silence_recipe(actions=[RESOLVE_CASE, wait(10, unless=None), webhook()])


@dataclass
class Story:
    """A world in which one watch looks on; what dies is delivered again."""

    watch: CrashAt
    world: World
    crashes: list[str] = field(default_factory=list)

    def does(self, step: Callable[..., object], *args: Any) -> None:
        try:
            step(*args, watch=self.watch)
        except Crash:
            self.crashes.append(self.watch.at or "")
            step(*args)


def an_arrival(story: Story) -> None:
    """A private message that three recipes look at; the first webhook needs a second attempt."""
    story.world.webhooks.answers = [503]
    story.does(story.world.take_in, a_private())
    for _ in range(3):
        story.does(story.world.evaluate)
        story.does(story.world.work)
    story.world.pass_time(hours=1)


def a_silence(story: Story) -> None:
    """A case that is pending for longer than the recipe waits, twice."""
    world = story.world
    world.take_in(a_private(), our_reply("1002", to="1001"))
    world.settle()
    world.patch_case(status="pending")
    for minutes in (0, 10, 20):
        world.now += timedelta(minutes=minutes)
        world.fire()
        for _ in range(3):
            story.does(world.evaluate)
            story.does(world.work)
    world.pass_time(hours=2)


def a_big_case(story: Story) -> None:
    """A case of fifty mentions is resolved, which takes two transactions; then the recipe waits."""
    world = story.world
    world.take_in(*(a_private(str(number)) for number in range(50)))
    world.patch_case(status="pending")
    story.does(world.evaluate)
    story.does(world.work)
    world.pass_time(hours=2)


def played(story: Callable[[Story], None], nth: int, now: datetime) -> Story:
    recipes: dict[Callable[[Story], None], tuple[Recipe, ...]] = {
        an_arrival: (IN_ORDER, ON_ARRIVAL, SHADOW),
        a_silence: (AFTER_SILENCE,),
        a_big_case: (AT_ONCE,),
    }
    book = a_rule_book(*recipes[story])
    it = Story(CrashAt(nth), World(book, now))
    it.world.inbox.next_case_number = lambda: 1  # type: ignore[method-assign]  # a crash may leave a gap
    story(it)
    return it


def told(entry: HistoryEntry) -> tuple[str, ...]:
    """A line without its time: a call that comes again may be answered sooner."""
    return (entry.type, entry.outcome, entry.by.id, str(entry.position), entry.reason or "")


def what_is_left(world: World) -> dict[str, Any]:
    """Everything that people and other systems can see."""
    store = world.store
    return {
        "mentions": store.mentions,
        "cases": store.cases,
        "histories": {key: sorted(map(told, log.values())) for key, log in store.logs.items()},
        "runs": {key: (run.status, run.started_at) for key, run in store.runs.items()},
        "waits": store.waits,
        "changes": store.changes,
        "records": [record for page in store.pages.values() for record in page],
        "deliveries": {(sent.delivery_id, str(sent.request)) for sent in world.webhooks.sent},
    }


@pytest.mark.parametrize("story", [an_arrival, a_silence, a_big_case])
def test_a_crash_at_any_moment_changes_nothing_in_the_end(
    story: Callable[[Story], None], now: datetime
) -> None:
    undisturbed = what_is_left(played(story, 0, now).world)
    moments = []

    for nth in range(1, 1000):
        it = played(story, nth, now)
        if it.watch.at is None:
            break
        moments.append(it.watch.at)
        left = what_is_left(it.world)
        assert it.crashes == [it.watch.at]
        for name, expected in undisturbed.items():
            assert left[name] == expected, f"{name} after a crash {it.watch.at} (moment {nth})"

    assert len(moments) > 30
    assert {"before ledger.start", "after inbox.commit"} <= set(moments)


def test_the_stories_do_all_that_they_are_told_for(now: datetime) -> None:
    arrival, silence = played(an_arrival, 0, now).world, played(a_silence, 0, now).world

    assert (arrival.mention("46283_1001").status, arrival.mention("46283_1001").tags) == ("done", ("one",))
    assert len(arrival.webhooks.sent) == 3
    assert (silence.case().status, silence.case().tags) == ("resolved", ("waiting", "silent"))
    assert {m.status for m in played(a_big_case, 0, now).world.store.mentions.values()} == {"done"}
