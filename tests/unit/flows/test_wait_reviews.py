"""Waits that people and the sweeper look at: kept, moved, cancelled, found again (A30; R1, R5)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from weakref import ref

import pytest

from inbox_recipes.clock import stamp
from inbox_recipes.errors import Conflict, NotFound
from inbox_recipes.flows.agents import patch_mention
from inbox_recipes.flows.sweep import AT_ONCE, PAGE, Swept, sweep
from inbox_recipes.flows.wait_reviews import ask, cancel_by_hand
from inbox_recipes.history import HistoryEntry
from inbox_recipes.messages import RunMessage
from inbox_recipes.patches import MentionPatch
from inbox_recipes.recipes import Recipe
from inbox_recipes.runs import Wait
from tests.builders import (
    ARRIVAL,
    NORA,
    RESOLVE_CASE,
    a_private,
    a_recipe,
    a_rule_book,
    a_silence_recipe,
    add_tags,
    condition,
    group,
    our_reply,
    wait,
)  # fmt: skip
from tests.fakes import Crash, CrashAt, FakeLedger, Meanwhile, World


def a_waiting_case(now: datetime, recipe: Recipe | None = None) -> World:
    world = World(a_rule_book(recipe or a_silence_recipe()), now)
    world.take_in(a_private())
    world.take_in(our_reply("1002", to="1001"))
    world.patch_case(status="pending")
    world.settle()
    return world


def the_wait(world: World) -> Wait:
    [found] = world.store.waits.values()
    return found


def told(world: World) -> HistoryEntry:
    return [entry for entry in world.case_history() if entry.type == "wait"][-1]


def ask_for(world: World, wanted: Any) -> int:
    asked = ask("rec_1", wanted, "cancelled when the recipe was changed to version 2", NORA,
                world.ledger, world.queue, world.now)  # fmt: skip
    world.settle()
    return asked


def swept(world: World) -> Swept:
    done = sweep(world.inbox, world.rule_books, world.ledger, world.queue, world.matchers, world.now)
    world.settle()
    return done


def edit(world: World, **changed: Any) -> None:
    recipe = world.rule_books.current().recipe("rec_1")
    assert recipe
    world.rule_books.put(Recipe.model_validate(recipe.model_dump() | changed))


@pytest.mark.parametrize("minutes", [10, 60])
def test_a_wait_that_is_evaluated_again_ends_when_the_recipe_now_says(now: datetime, minutes: int) -> None:
    """A30: moved visibly, later or earlier."""
    world = a_waiting_case(now)
    edit(world, actions=[wait(minutes), {"type": "set_case_status", "status": "resolved"}])

    assert ask_for(world, "re-evaluate") == 1

    assert the_wait(world).due_at == now + timedelta(minutes=minutes)
    assert the_wait(world).reason == f"{minutes} minutes, unless the customer replies"
    assert told(world).reason == f"waiting until {stamp(now + timedelta(minutes=minutes))} now"
    world.pass_time(minutes=minutes - 1)
    assert world.case().status == "pending"
    world.pass_time(minutes=2)
    assert world.case().status == "resolved"


def test_a_wait_that_something_else_breaks_now_says_so(now: datetime) -> None:
    """A30: its time is the same, and its reason is the recipe's."""
    world = a_waiting_case(now)
    before = the_wait(world)
    edit(world, actions=[wait(30, unless="status_changes"), RESOLVE_CASE])

    ask_for(world, "re-evaluate")
    ask_for(world, "re-evaluate")

    assert the_wait(world) == before.model_copy(
        update={"reason": "30 minutes, unless the status changes", "revision": before.revision + 1}
    )


def test_a_wait_whose_new_time_has_passed_ends_at_once(now: datetime) -> None:
    world = a_waiting_case(now)
    world.pass_time(minutes=20)
    edit(world, actions=[wait(10), {"type": "set_case_status", "status": "resolved"}])

    ask_for(world, "re-evaluate")

    assert world.case().status == "resolved"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"mode": "disabled", "on_since": None}, "the recipe was switched to disabled"),
        ({"actions": [add_tags("a")]}, "the recipe was changed and no longer waits here"),
        ({"topics": ["7"]}, "topics no longer holds"),
        ({"filter": group("and", condition("source.service", "is", "email"))}, "filter no longer holds"),
    ],
)
def test_a_wait_that_the_recipe_no_longer_asks_for_is_cancelled(
    now: datetime, changed: dict[str, Any], reason: str
) -> None:
    """A30"""
    world = a_waiting_case(now)
    edit(world, **changed)

    ask_for(world, "re-evaluate")

    assert the_wait(world).state == "cancelled"
    assert (told(world).outcome, (told(world).reason or "")[: len(reason)]) == ("skipped", reason)


def test_nothing_happens_to_a_wait_that_still_stands(now: datetime) -> None:
    world = a_waiting_case(now)
    before = the_wait(world), len(world.case_history())

    ask_for(world, "re-evaluate")

    assert (the_wait(world), len(world.case_history())) == before


def test_waits_are_cancelled_with_the_recipe_if_so_wished(now: datetime) -> None:
    """A30: the history says who did it."""
    world = a_waiting_case(now)
    world.rule_books.remove("rec_1")

    ask_for(world, "cancel")

    assert the_wait(world).state == "cancelled"
    assert [run.status for run in world.store.runs.values()] == ["cancelled"]
    assert (told(world).by, told(world).reason) == (
        NORA,
        "cancelled when the recipe was changed to version 2",
    )
    world.pass_time(hours=1)
    assert world.case().status == "pending"


def test_a_wait_that_began_after_the_change_is_left_alone(now: datetime) -> None:
    world = a_waiting_case(now)
    later = world.now
    world.now -= timedelta(minutes=1)
    ask("rec_1", "cancel", "x", NORA, world.ledger, world.queue, world.now)
    world.now = later

    world.settle()

    assert the_wait(world).state == "armed"


def test_a_wait_is_cancelled_by_hand(now: datetime) -> None:
    world = a_waiting_case(now)

    cancel_by_hand(the_wait(world).wait_id, NORA, world.inbox, world.ledger, now + timedelta(minutes=1))

    assert (told(world).by, told(world).outcome) == (NORA, "skipped")
    assert [run.status for run in world.store.runs.values()] == ["cancelled"]
    world.pass_time(hours=1)
    assert world.case().status == "pending"
    with pytest.raises(Conflict, match="cancelled by hand"):
        cancel_by_hand(the_wait(world).wait_id, NORA, world.inbox, world.ledger, now)
    with pytest.raises(NotFound):
        cancel_by_hand("wait_none", NORA, world.inbox, world.ledger, now)


def many_waits(world: World) -> int:
    """More waits beside the only one, so many that they come in several pages; gives how many there are."""
    one, number = the_wait(world), 2 * PAGE + 1
    for index in range(1, number):
        other = {"wait_id": f"wait_{index:03}", "case_id": f"cas_{index:03}"}
        world.store.waits[other["wait_id"]] = one.model_copy(update=other)
    return number


def test_all_waits_of_a_recipe_are_asked_for_however_many(now: datetime) -> None:
    """A30"""
    world = a_waiting_case(now)
    many = many_waits(world)

    asked = ask("rec_1", "cancel", "deleted", NORA, world.ledger, world.queue, world.now)

    assert (asked, len(world.queue.waiting())) == (many, many)


# --- the sweeper -----------------------------------------------------------------------------------


def test_a_wait_whose_schedule_was_lost_is_found(now: datetime) -> None:
    """R5: due, and five minutes later nobody has come for it."""
    world = a_waiting_case(now)
    world.timers.armed.clear()

    world.pass_time(minutes=34)
    assert swept(world).waits == 0
    world.pass_time(minutes=2)
    assert swept(world).waits == 1

    assert world.case().status == "resolved"
    assert swept(world).waits == 0


def test_overdue_waits_are_all_found_however_many(now: datetime) -> None:
    """R5"""
    world = a_waiting_case(now)
    many = many_waits(world)
    world.now += timedelta(minutes=36)

    done = sweep(world.inbox, world.rule_books, world.ledger, world.queue, world.matchers, world.now)

    assert (done.waits, len(world.queue.waiting())) == (many, many)


def test_a_wait_whose_run_is_over_does_not_wait_for_ever(now: datetime) -> None:
    world = a_waiting_case(now)
    [run] = world.store.runs.values()
    world.ledger.finish(run.model_copy(update={"status": "cancelled", "finished_at": now}))
    world.timers.armed.clear()
    world.pass_time(hours=1)

    swept(world)

    assert (the_wait(world).state, the_wait(world).reason) == ("cancelled", "its run is over")


def fired_by_a_review_that_died(now: datetime) -> World:
    """The sweeper has found a wait; it is written down as fired, and then the function dies."""
    world = a_waiting_case(now)
    world.timers.armed.clear()
    world.pass_time(minutes=40)
    sweep(world.inbox, world.rule_books, world.ledger, world.queue, world.matchers, world.now)
    with pytest.raises(Crash):
        world.work(Meanwhile("inbox.commit", dies, when="after"))
    assert the_wait(world).state == "fired"
    return world


def dies() -> None:
    raise Crash("after inbox.commit")


def test_a_review_that_died_after_it_had_ended_the_wait_goes_on(now: datetime) -> None:
    """R1, R3: its message comes again, and the rest of the run is done, once."""
    world = fired_by_a_review_that_died(now)

    world.settle()

    assert world.case().status == "resolved"
    assert [run.status for run in world.store.runs.values()] == ["done"]
    assert [entry.type for entry in world.case_history()].count("set_case_status") == 1


def test_a_run_that_never_went_on_after_its_wait_is_ended_by_the_next_one(now: datetime) -> None:
    """R23: its message has ended in dead letters; the history says what became of it."""
    world = fired_by_a_review_that_died(now)
    for messages in world.queue.groups.values():
        messages.clear()
    [stuck] = world.store.runs

    world.patch_case(status="unresolved")
    world.patch_case(status="pending")
    world.settle()

    assert world.store.runs[stuck].status == "cancelled"
    assert "a later run of the recipe has begun to wait instead" in [
        entry.reason for entry in world.case_history() if entry.run_id == stuck
    ]
    assert the_wait(world).run_id != stuck


def test_a_mention_that_was_never_evaluated_is(now: datetime) -> None:
    """R1: its batch was given up; ten minutes later the sweeper finds it, and nothing else."""
    world = World(a_rule_book(a_recipe(trigger={"type": "arrival", "objects": ["mention", "case"]},
                                       actions=[add_tags("seen")])), now)  # fmt: skip
    world.take_in(a_private("1001"))
    world.seen = len(world.store.changes)
    world.take_in(a_private("1002", author__id="u78"))
    world.settle()
    assert world.mention("46283_1001").tags == ()

    assert swept(world).evaluated == 0
    world.pass_time(minutes=11)
    done = swept(world)

    assert done.evaluated == 2
    assert world.mention("46283_1001").tags == ("seen",)
    assert [entry.type for entry in world.mention_history("46283_1001")] == ["arrived", "add_tags"]
    assert {case.tags for case in world.store.cases.values()} == {("seen",)}
    world.pass_time(minutes=20)
    assert swept(world) == Swept(0, 0, 0, world.now - timedelta(minutes=10))


def test_a_mention_that_was_changed_since_is_evaluated_once(now: datetime) -> None:
    """R1: with the id of its arrival, so that a late batch of the stream does not act a second time."""
    world = World(a_rule_book(a_recipe(trigger=ARRIVAL, actions=[add_tags("seen")])), now)
    world.take_in(a_private())
    patch_mention("46283_1001", MentionPatch(tags=("vip",)), None, world.agent())
    world.seen = len(world.store.changes)
    world.pass_time(minutes=11)
    swept(world)
    assert world.mention("46283_1001").tags == ("vip", "seen")

    world.seen = 0
    world.settle()

    assert len(world.store.runs) == 1
    tagged = [entry.by.kind for entry in world.mention_history("46283_1001") if entry.type == "add_tags"]
    assert tagged == ["agent", "recipe"]


def test_a_run_that_was_decided_on_and_never_queued_begins(now: datetime) -> None:
    """R1: the batch broke between its event record and the queue, and was given up."""
    world = World(a_rule_book(a_recipe(actions=[add_tags("seen")])), now)
    world.take_in(a_private())
    at = next(nth for nth in range(1, 50) if _breaks_before_the_queue(world, nth))
    assert at
    world.seen = len(world.store.changes)
    world.pass_time(minutes=11)

    assert swept(world).runs == 1

    assert world.mention("46283_1001").tags == ("seen",)


def _breaks_before_the_queue(world: World, nth: int) -> bool:
    crash = CrashAt(nth)
    try:
        world.evaluate(crash)
    except Crash:
        world.seen = 0
        return crash.at == "before queue.send"
    raise AssertionError("the queue was never reached")


def test_a_shadow_recipes_run_is_not_begun_by_the_sweeper(now: datetime) -> None:
    world = World(a_rule_book(a_recipe(mode="shadow")), now)
    world.take_in(a_private())
    world.settle()
    world.pass_time(minutes=11)

    assert swept(world).runs == 0
    assert not [each for each in world.queue.ever if isinstance(each, RunMessage)]


def test_after_a_long_stop_the_sweeps_catch_up(now: datetime) -> None:
    world = World(a_rule_book(a_recipe(trigger=ARRIVAL, actions=[add_tags("seen")])), now)
    first = swept(world)
    world.take_in(a_private())
    world.seen = len(world.store.changes)
    world.now += timedelta(hours=5)

    second = swept(world)
    assert second.until == first.until + AT_ONCE
    for _ in range(11):
        swept(world)

    assert world.mention("46283_1001").tags == ("seen",)


class Record(dict[str, Any]):
    """An event record of which it can be told whether somebody still holds it."""


class Held:
    """A ledger that counts how many of the records that it gave out are held at once."""

    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger, self.given, self.most = ledger, list[ref[Record]](), 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ledger, name)

    def records_between(self, since: datetime, until: datetime) -> Iterator[Record]:
        for each in self.ledger.records_between(since, until):
            record = Record(each)
            self.given.append(ref(record))
            yield record
            del record
            self.most = max(self.most, sum(one() is not None for one in self.given))


def test_after_a_long_stop_a_sweep_holds_the_records_of_half_an_hour(now: datetime) -> None:
    """R26: of later ones it needs to know which there are."""
    world = World(a_rule_book(a_recipe(trigger=ARRIVAL)), now)
    swept(world)
    for minute in range(300):
        world.now = now + timedelta(minutes=minute)
        world.take_in(a_private(str(minute)))
        world.settle()
    ledger = Held(world.ledger)

    done = sweep(world.inbox, world.rule_books, ledger, world.queue, world.matchers, world.now)

    assert (done.evaluated, done.runs, len(ledger.given)) == (0, 0, 300)
    assert 0 < ledger.most <= 40
