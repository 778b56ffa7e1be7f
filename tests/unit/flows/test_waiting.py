"""Waits: "resolve after 30 minutes without a word of the customer" (rows 3, 100; A1, A20, A30; R5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.clock import stamp
from inbox_recipes.errors import Retryable
from inbox_recipes.flows.execute import execute
from inbox_recipes.history import HistoryEntry
from inbox_recipes.messages import WaitDueMessage
from inbox_recipes.recipes import Recipe
from tests.builders import (
    IN_CASE,
    RESOLVE_CASE,
    TO_PENDING,
    a_private,
    a_rule_book,
    a_silence_recipe,
    add_tags,
    condition,
    group,
    our_reply,
    wait,
    webhook,
)  # fmt: skip
from tests.fakes import NO_ANSWER, Crash, Meanwhile, World


def a_silent_case(now: datetime, *recipes: Recipe) -> World:
    """The customer wrote, we answered, an agent set the case to pending: at noon."""
    world = World(a_rule_book(*(recipes or (a_silence_recipe(),))), now - timedelta(minutes=10))
    world.take_in(a_private())
    world.take_in(our_reply("1002", to="1001"))
    world.settle()
    world.now = now
    world.patch_case(status="pending")
    world.settle()
    return world


def crash() -> None:
    raise Crash


def last_line(world: World) -> HistoryEntry:
    return world.case_history()[-1]


def waits(world: World) -> list[HistoryEntry]:
    return [entry for entry in world.case_history() if entry.type == "wait"]


def the_message(world: World) -> WaitDueMessage:
    [schedule] = world.timers.armed.values()
    assert isinstance(schedule.message, WaitDueMessage)
    return schedule.message


def test_a_case_that_stays_silent_is_resolved_once_and_not_before_its_time(now: datetime) -> None:
    world = a_silent_case(now)

    world.pass_time(minutes=29, seconds=59)
    assert world.case().status == "pending"
    world.pass_time(seconds=1)

    assert world.case().status == "resolved"
    assert [entry.reason for entry in waits(world)] == [
        "waiting until 2026-11-22T12:30:00.000Z",
        "30 minutes passed without a message of the customer",
    ]
    assert world.ledger.runs(10, None).data[0].status == "done"
    world.pass_time(hours=2)
    assert len([e for e in world.case_history() if e.type == "set_case_status"]) == 1


def test_the_mentions_of_a_silent_case_are_resolved_with_it(now: datetime) -> None:
    world = a_silent_case(now)

    world.pass_time(minutes=30)

    assert world.mention("46283_1001").status == "done"
    assert world.mention("46283_1002").status == "sent"


def test_a_customer_who_answers_in_time_is_left_alone_and_the_history_says_why(now: datetime) -> None:
    world = a_silent_case(now)

    world.pass_time(minutes=20)
    world.take_in(a_private("1003"))
    world.pass_time(minutes=20)

    assert world.case().status == "unresolved"
    assert last_line(world).outcome == "skipped"
    assert last_line(world).reason == "the customer replied at 2026-11-22T12:20:00.000Z"
    assert world.ledger.runs(10, None).data[0].status == "cancelled"


def test_a_customer_who_answers_in_the_very_last_moment_wins(now: datetime) -> None:
    world = a_silent_case(now)
    due = the_message(world)
    world.now = now + timedelta(minutes=30)

    world.take_in(a_private("1003"))
    execute(due, world.ports(), world.now)

    assert world.case().status == "unresolved"


def test_a_customer_who_answers_between_the_check_and_the_resolving_wins(now: datetime) -> None:
    world = a_silent_case(now)

    answers = Meanwhile("inbox.commit", lambda: world.take_in(a_private("1003")), nth=2)
    due = the_message(world)
    world.now = now + timedelta(minutes=30)
    execute(due, world.ports(answers), world.now)

    assert world.case().status == "unresolved"
    assert [entry.reason for entry in world.case_history() if entry.outcome == "skipped"] == [
        "the customer replied at 2026-11-22T12:30:00.000Z"
    ]


def test_our_reply_starts_the_wait_again(now: datetime) -> None:
    world = a_silent_case(now)

    world.pass_time(minutes=20)
    world.take_in(our_reply("1003", to="1001"))
    world.pass_time(minutes=29)
    assert world.case().status == "pending"
    world.pass_time(minutes=1)

    assert world.case().status == "resolved"


def test_our_reply_after_the_customers_does_not_bring_the_wait_back(now: datetime) -> None:
    world = a_silent_case(now)

    world.take_in(a_private("1003"))
    world.take_in(our_reply("1004", to="1003"))
    world.pass_time(hours=2)

    assert world.case().status == "unresolved"
    assert (last_line(world).outcome, last_line(world).reason) == ("skipped", "the customer replied")


def test_a_case_whose_last_message_is_the_customers_is_left_alone(now: datetime) -> None:
    world = World(a_rule_book(a_silence_recipe()), now)
    world.take_in(a_private())
    world.patch_case(status="pending")

    world.pass_time(hours=1)

    assert world.case().status == "pending"
    assert last_line(world).reason == "the last message is the customer's, from 2026-11-22T12:00:00.000Z"


def test_a_reply_before_the_wait_could_begin_cancels_it_although_we_answered_it(now: datetime) -> None:
    """A1: the case must still be in the status that started the wait."""
    world = World(a_rule_book(a_silence_recipe()), now)
    world.take_in(a_private())
    world.take_in(our_reply("1002", to="1001"))
    world.patch_case(status="pending")
    world.take_in(a_private("1003"))
    world.take_in(our_reply("1004", to="1003"))

    world.pass_time(hours=1)

    assert world.case().status == "unresolved"
    assert last_line(world).reason == "the case is no longer pending: it is unresolved"


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("disabled", "the recipe was switched to disabled"),
        ("shadow", "the recipe was switched to shadow"),
    ],
)
def test_switching_the_recipe_off_cancels_its_waits(now: datetime, mode: str, reason: str) -> None:
    """A30, R25"""
    world = a_silent_case(now)

    world.rule_books.put(a_silence_recipe(mode=mode))
    world.pass_time(hours=1)

    assert world.case().status == "pending"
    assert last_line(world).reason == reason


def test_deleting_the_recipe_cancels_its_waits(now: datetime) -> None:
    """A30"""
    world = a_silent_case(now)

    world.rule_books.remove("rec_1")
    world.pass_time(hours=1)

    assert world.case().status == "pending"
    assert last_line(world).reason == "the recipe was deleted"


@pytest.mark.parametrize("minutes", [20, 45])
def test_an_edit_applies_to_the_waits_under_way(now: datetime, minutes: int) -> None:
    """A30. A longer wait ends when it now should; a shorter one, when its schedule fires."""
    world = a_silent_case(now)

    world.rule_books.put(a_silence_recipe(minutes=minutes))
    world.pass_time(minutes=max(minutes, 30) - 1)
    assert world.case().status == "pending"
    world.pass_time(minutes=1)

    assert world.case().status == "resolved"


def test_an_edit_that_takes_the_wait_away_cancels_it(now: datetime) -> None:
    world = a_silent_case(now)

    world.rule_books.put(a_silence_recipe(actions=[add_tags("late"), RESOLVE_CASE]))
    world.pass_time(hours=1)

    assert world.case().status == "pending"
    assert last_line(world).reason == "the recipe was changed and no longer waits here"


def test_the_actions_after_a_wait_are_those_of_the_recipe_as_it_now_is(now: datetime) -> None:
    """A30; a webhook that was added meanwhile is tried again like any other."""
    world = a_silent_case(now)
    world.webhooks.answers = [NO_ANSWER, 200]

    world.rule_books.put(a_silence_recipe(actions=[wait(30), RESOLVE_CASE, webhook()]))
    world.pass_time(minutes=31)

    assert world.case().status == "resolved"
    assert len(world.webhooks.sent) == 2
    assert (last_line(world).type, last_line(world).outcome) == ("webhook", "done")


def test_an_agent_who_changes_the_status_cancels_the_wait(now: datetime) -> None:
    world = a_silent_case(now)

    world.pass_time(minutes=5)
    world.patch_case(status="unresolved")
    world.pass_time(hours=1)

    assert world.case().status == "unresolved"
    assert last_line(world).reason == "the case is no longer pending: it is unresolved"


def test_a_second_firing_changes_nothing(now: datetime) -> None:
    world = a_silent_case(now)
    due = the_message(world)
    world.pass_time(minutes=30)
    before = len(world.store.journal)

    execute(due, world.ports(), world.now)
    execute(due, world.ports(), world.now + timedelta(hours=1))

    assert len(world.store.journal) == before


def test_a_late_firing_still_resolves(now: datetime) -> None:
    world = a_silent_case(now)

    execute(the_message(world), world.ports(), now + timedelta(hours=5))

    assert world.case().status == "resolved"


def test_a_clock_that_is_slow_by_seconds_does_not_lose_the_wait(now: datetime) -> None:
    """R5: schedules never fire early, so a message that seems early comes from a fast clock."""
    world = a_silent_case(now)

    execute(the_message(world), world.ports(), now + timedelta(minutes=30) - timedelta(seconds=5))

    assert world.case().status == "resolved"


def test_a_message_that_is_far_too_early_comes_again(now: datetime) -> None:
    world = a_silent_case(now)

    with pytest.raises(Retryable, match="before its time"):
        execute(the_message(world), world.ports(), now + timedelta(minutes=20))

    assert world.case().status == "pending"
    world.pass_time(minutes=30)
    assert world.case().status == "resolved"


def test_a_recipe_may_wait_twice(now: datetime) -> None:
    actions = [wait(10), add_tags("reminded"), wait(20), RESOLVE_CASE]
    world = a_silent_case(now, a_silence_recipe(actions=actions))

    world.pass_time(minutes=10)
    assert (world.case().tags, world.case().status) == (("reminded",), "pending")
    world.pass_time(minutes=19)
    assert world.case().status == "pending"
    world.pass_time(minutes=1)

    assert world.case().status == "resolved"


def test_a_customer_who_answers_during_the_second_wait_is_left_alone(now: datetime) -> None:
    actions = [wait(10), add_tags("reminded"), wait(20), RESOLVE_CASE]
    world = a_silent_case(now, a_silence_recipe(actions=actions))

    world.pass_time(minutes=15)
    world.take_in(a_private("1003"))
    world.pass_time(hours=1)

    assert world.case().status == "unresolved"


def test_after_its_own_change_of_status_a_recipe_may_wait_again(now: datetime) -> None:
    actions = [wait(10), {"type": "set_case_status", "status": "pending"}, wait(20), RESOLVE_CASE]
    recipe = a_silence_recipe(actions=actions, trigger={"type": "case_status_changed", "to": "unresolved"})
    world = World(a_rule_book(recipe), now)
    world.take_in(a_private())
    world.take_in(our_reply("1002", to="1001"))
    world.patch_case(status="pending")
    world.patch_case(status="unresolved")

    world.pass_time(minutes=10)
    assert world.case().status == "pending"
    world.pass_time(minutes=20)

    assert world.case().status == "resolved"


def test_a_newer_run_takes_the_wait_over(now: datetime) -> None:
    """A conversation has one live schedule per recipe: the newer run moves its due time (decision 13)."""
    world = a_silent_case(now)

    world.pass_time(minutes=20)
    world.patch_case(status="unresolved")
    world.patch_case(status="pending")
    world.settle()
    assert len(world.timers.armed) == 1
    world.pass_time(minutes=29)
    assert world.case().status == "pending"
    world.pass_time(minutes=1)

    assert world.case().status == "resolved"
    assert [run.status for run in world.ledger.runs(10, None).data] == ["done", "cancelled"]
    assert sorted(entry.reason or "" for entry in waits(world)) == [
        "30 minutes passed without a message of the customer",
        "a later run of the recipe has begun to wait instead",
        "waiting until 2026-11-22T12:30:00.000Z",
        "waiting until 2026-11-22T12:50:00.000Z",
    ]


NOT_OUTSIDE = "it acts outside Weekdays, and it was during: Monday 09:30 CET (Monday: 09:00-17:00)"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (
            {"hours": {"when": "outside", "schedule_id": "sch_1"}},
            f"hours no longer holds: {NOT_OUTSIDE}",
        ),
        (
            {"filter": group("and", condition("cases.tags", "is_none_of", ["vip"]))},
            "filter no longer holds: its filter asks for cases.tags is none of vip, and there was vip",
        ),
        (
            {
                "filter": group(
                    "and",
                    condition("cases.tags", "is_none_of", ["vip"]),
                    group("or", condition("content.text", "contains_any", ["spam"]), negated=True),
                )
            },
            "filter no longer holds: its filter asks for cases.tags is none of vip, and there was vip",
        ),
    ],
)
def test_hours_and_filter_are_looked_at_again_when_the_wait_is_over(
    changed: dict[str, Any], reason: str
) -> None:
    """A1, A20: the wait begins on Monday at half past eight in Paris, and ends in business hours."""
    before_nine = datetime.fromisoformat("2026-11-23T07:30:00Z")
    world = a_silent_case(before_nine, a_silence_recipe(minutes=60, **changed))

    world.patch_case(tags=["vip"])
    world.pass_time(hours=2)

    assert world.case().status == "pending"
    assert last_line(world).reason == reason


@pytest.mark.parametrize(
    "asked",
    [
        ("action.done_by", "is", "agent"),
        ("cases.status_from", "is", "unresolved"),
        ("cases.status_to", "is", "pending"),
        ("contact.name", "is", "customer77"),
        ("conversation.age_minutes", "lte", 50),
        ("conversation.last_reply_at", "within_last", {"hours": 1}),
    ],
)
def test_what_a_filter_asked_at_first_can_be_asked_again_after_the_wait(
    asked: tuple[str, str, Any], now: datetime
) -> None:
    """A1: what happened, by whom, and the contact are known then too; the recipe's own tag matters not."""
    filter_ = group("and", condition(*asked))
    world = a_silent_case(
        now, a_silence_recipe(filter=filter_, actions=[add_tags("x"), wait(30), RESOLVE_CASE])
    )

    world.pass_time(minutes=31)

    assert world.case().status == "resolved"


def test_minutes_and_spans_count_to_the_end_of_the_wait(now: datetime) -> None:
    filter_ = group("and", condition("conversation.age_minutes", "lt", 40))
    world = a_silent_case(now, a_silence_recipe(filter=filter_))

    world.pass_time(minutes=31)

    assert world.case().status == "pending"
    assert "there was 40" in (last_line(world).reason or "")


@pytest.mark.parametrize("answer", ["tags", "webhook"])
def test_the_guard_holds_for_every_action_after_the_wait(now: datetime, answer: str) -> None:
    """A customer who writes while the rest of the run goes on stops what is left of it."""
    after = [add_tags("silent"), webhook()] if answer == "tags" else [webhook(), add_tags("silent")]
    world = a_silent_case(now, a_silence_recipe(actions=[wait(30), *after]))
    point = {"tags": "inbox.commit", "webhook": "webhooks.send"}[answer]

    nth = 2 if answer == "tags" else 1
    answers = Meanwhile(point, lambda: world.take_in(a_private("1003")), nth=nth, when="after")
    due = the_message(world)
    world.now = now + timedelta(minutes=30)
    execute(due, world.ports(answers), world.now)

    if answer == "tags":
        assert world.webhooks.sent == []
    else:
        assert world.case().tags == ()
    assert last_line(world).reason == f"the customer replied at {stamp(world.now)}"
    assert world.ledger.runs(10, None).data[0].status == "cancelled"


def test_a_wait_begun_by_our_reply_is_told_in_both_histories(now: datetime) -> None:
    """Row 123 asks for the mention's history, A1 for the case's."""
    ours = group("and", condition("author.managed", "is", value=True))
    world = World(a_rule_book(a_silence_recipe(trigger=IN_CASE, filter=ours)), now)
    world.take_in(a_private())
    world.take_in(our_reply("1002", to="1001"))

    world.pass_time(minutes=30)

    assert world.case().status == "resolved"
    in_case, in_mention = waits(world), world.mention_history("46283_1002")
    assert [e.reason for e in in_case] == [e.reason for e in in_mention if e.type == "wait"]
    assert len(in_case) == 2


def test_a_wait_without_a_condition_does_not_mind_the_customer(now: datetime) -> None:
    world = a_silent_case(now, a_silence_recipe(actions=[wait(30, unless=None), webhook()], trigger=IN_CASE))

    world.take_in(a_private("1003"))
    world.pass_time(minutes=30)

    assert len(world.webhooks.sent) == 1


def test_a_wait_survives_a_crash_after_it_was_written_and_before_its_schedule(now: datetime) -> None:
    """The second wait of a run begins while the first one's message is worked on."""
    actions = [wait(10), wait(20), RESOLVE_CASE]
    world = a_silent_case(now, a_silence_recipe(actions=actions, trigger=TO_PENDING))
    first = the_message(world)
    world.timers.armed.clear()

    world.now = now + timedelta(minutes=10)
    with pytest.raises(Crash):
        execute(first, world.ports(Meanwhile("timers.arm", crash)), world.now)
    execute(first, world.ports(), world.now)

    world.pass_time(minutes=20)
    assert world.case().status == "resolved"


def test_a_recipe_that_is_deleted_after_a_crash_at_the_end_of_the_wait_says_so(now: datetime) -> None:
    world = a_silent_case(now)
    due = the_message(world)
    world.now = now + timedelta(minutes=30)
    with pytest.raises(Crash):
        execute(due, world.ports(Meanwhile("inbox.commit", crash, nth=2)), world.now)

    world.rule_books.remove("rec_1")
    execute(due, world.ports(), world.now + timedelta(minutes=10))

    assert world.case().status == "pending"
    assert (last_line(world).outcome, last_line(world).reason) == ("skipped", "the recipe was deleted")
    assert world.ledger.runs(1, None).data[0].status == "cancelled"


def test_our_reply_after_a_crash_at_the_end_of_the_wait_starts_it_again(now: datetime) -> None:
    """The message comes again ten minutes later; by then we have written once more."""
    world = a_silent_case(now)
    due = the_message(world)
    world.now = now + timedelta(minutes=30)
    with pytest.raises(Crash):
        execute(due, world.ports(Meanwhile("inbox.commit", crash, nth=2)), world.now)

    world.now += timedelta(minutes=5)
    world.take_in(our_reply("1003", to="1001"))
    world.timers.armed.clear()
    world.now += timedelta(minutes=5)
    execute(due, world.ports(), world.now)

    assert world.case().status == "pending"
    world.pass_time(minutes=25)
    assert world.case().status == "resolved"


def test_a_run_that_is_taken_over_ends_although_the_later_one_crashed(now: datetime) -> None:
    world = a_silent_case(now)
    world.pass_time(minutes=20)
    world.patch_case(status="unresolved")
    world.patch_case(status="pending")
    world.evaluate()

    with pytest.raises(Crash):
        world.work(Meanwhile("timers.arm", crash))

    assert [run.status for run in world.ledger.runs(10, None).data] == ["waiting", "cancelled"]


def test_a_schedule_that_is_made_late_is_made_for_the_near_future(now: datetime) -> None:
    """A schedule for a moment that has passed is not something to rely on."""
    world = a_silent_case(now)
    run = world.queue.ever[-1]
    world.timers.armed.clear()

    world.now = now + timedelta(hours=1)
    execute(run, world.ports(), world.now)

    [schedule] = world.timers.armed.values()
    assert schedule.at == world.now + timedelta(minutes=1)
    world.pass_time(minutes=1)
    assert world.case().status == "resolved"
