"""What breaks a wait, what it counts, and waits on mentions that are in no case (rows 3, 4; A1, A20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.clock import stamp
from inbox_recipes.history import HistoryEntry
from inbox_recipes.recipes import Recipe
from tests.builders import (
    ARRIVAL,
    RESOLVE_CASE,
    TO_PENDING,
    a_private,
    a_recipe,
    a_rule_book,
    a_schedule,
    add_tags,
    an_incoming,
    our_reply,
    wait,
)  # fmt: skip
from tests.fakes import Meanwhile, World

FRIDAY_AT_FOUR = datetime(2026, 11, 27, 15, tzinfo=UTC)
"""In Paris it is 16:00."""


def after(*unless: str, minutes: int = 30, then: dict[str, Any] | None = None, **changed: Any) -> Recipe:
    pause = {"type": "wait", "minutes": minutes, "unless": list(unless) or None}
    actions = [pause | changed.pop("pause", {}), then or RESOLVE_CASE]
    return a_recipe(trigger=TO_PENDING, **{"actions": actions, **changed})


def a_pending_case(now: datetime, *recipes: Recipe) -> World:
    world = World(a_rule_book(*recipes), now)
    world.take_in(a_private())
    world.take_in(our_reply("1002", to="1001"))
    world.pass_time(seconds=20)
    world.patch_case(status="pending")
    world.settle()
    return world


def the_end(world: World) -> HistoryEntry:
    return [entry for entry in world.case_history() if entry.type == "wait"][-1]


def test_our_reply_breaks_a_wait_for_it(now: datetime) -> None:
    """A1"""
    world = a_pending_case(now, after("agent_replies"))
    world.pass_time(minutes=10)
    replied = world.now
    world.take_in(our_reply("1003", to="1001"))

    world.pass_time(hours=1)

    assert world.case().status == "pending"
    assert (the_end(world).outcome, the_end(world).reason) == ("skipped", f"we replied at {stamp(replied)}")


def test_our_reply_before_the_wait_does_not_break_it(now: datetime) -> None:
    world = a_pending_case(now, after("agent_replies"))

    world.pass_time(hours=1)

    assert world.case().status == "resolved"


def test_a_wait_for_our_reply_does_not_mind_the_customer(now: datetime) -> None:
    world = a_pending_case(now, after("agent_replies", then=add_tags("late")))
    world.take_in(a_private("1003"))

    world.pass_time(hours=1)

    assert world.case().tags == ("late",)


@pytest.mark.parametrize(
    ("unless", "goes_on"),
    [((), True), (("agent_replies",), True), (("status_changes",), False), (("customer_replies",), False)],
)
def test_another_status_breaks_a_wait_that_minds_it(
    now: datetime, unless: tuple[str, ...], goes_on: bool
) -> None:
    world = a_pending_case(now, after(*unless, then=add_tags("late")))
    world.patch_case(status="unresolved")

    world.pass_time(hours=1)

    assert (world.case().tags == ("late",)) is goes_on
    if not goes_on:
        assert the_end(world).reason == "the case is no longer pending: it is unresolved"


@pytest.mark.parametrize("by_us", [True, False])
def test_several_things_may_break_one_wait(now: datetime, by_us: bool) -> None:
    world = a_pending_case(now, after("agent_replies", "customer_replies", "status_changes"))
    world.pass_time(minutes=10)
    world.take_in(our_reply("1003", to="1001") if by_us else a_private("1003"))

    world.pass_time(days=1)

    assert world.case().status != "resolved"
    assert (the_end(world).reason or "").startswith("we replied" if by_us else "the customer replied")


def test_our_reply_between_the_check_and_the_effect_wins(now: datetime) -> None:
    """R5, for our own reply"""
    world = a_pending_case(now, after("agent_replies"))
    world.now += timedelta(minutes=30)
    world.fire()

    world.work(Meanwhile("inbox.commit", lambda: world.take_in(our_reply("1003", to="1001")), nth=2))

    assert world.case().status == "pending"
    assert (world.case_history()[-1].reason or "").startswith("we replied")


def test_only_silence_begins_again_with_our_reply(now: datetime) -> None:
    """A1: a plain pause ends when it said it would."""
    world = a_pending_case(now, after())
    world.pass_time(minutes=20)
    world.take_in(our_reply("1003", to="1001"))

    world.pass_time(minutes=11)

    assert world.case().status == "resolved"


def test_four_business_hours_end_on_the_next_working_day(now: datetime) -> None:
    """A20: Friday at four in Paris, one open hour left; three more on Monday from nine."""
    pause = {"minutes": 240, "schedule_id": "sch_1"}
    world = a_pending_case(FRIDAY_AT_FOUR, after("customer_replies", pause=pause))
    started = world.now
    [waiting] = world.ledger.waits(5, None).data
    assert waiting.due_at == datetime(2026, 11, 30, 11, 0, 20, tzinfo=UTC)
    assert waiting.reason == "240 minutes of the open hours of sch_1, unless the customer replies"
    assert started < waiting.due_at

    world.pass_time(days=2, hours=19)
    assert world.case().status == "pending"
    world.pass_time(hours=2)
    assert world.case().status == "resolved"


def test_a_schedule_that_is_never_open_ends_the_run_and_says_so(now: datetime) -> None:
    """Nothing after such a wait may happen at once."""
    schedule = a_schedule(periods=[{"dayofweek": 1, "start": "0900", "end": "0901"}])
    pause = {"minutes": 240, "schedule_id": "sch_1"}
    world = World(a_rule_book(after(pause=pause), schedules={"sch_1": schedule}), now)
    world.take_in(a_private())
    world.patch_case(status="pending")

    world.pass_time(hours=1)

    assert world.case().status == "pending"
    assert the_end(world).outcome == "failed"
    assert [run.status for run in world.store.runs.values()] == ["cancelled"]


def test_a_schedule_that_was_deleted_before_the_wait_could_begin_ends_the_run_and_says_so(
    now: datetime,
) -> None:
    """A run keeps its version until it waits (decision 23): the recipe was edited while it was queued."""
    world = World(a_rule_book(after(pause={"minutes": 240, "schedule_id": "sch_1"})), now)
    world.take_in(a_private())
    world.patch_case(status="pending")
    world.evaluate()
    world.rule_books.put(after())
    world.rule_books.delete("schedules", "sch_1")

    world.settle()

    assert (the_end(world).outcome, the_end(world).reason) == ("failed", "the schedule sch_1 was deleted")
    assert [run.status for run in world.store.runs.values()] == ["cancelled"]


def test_a_reply_before_the_wait_could_begin_is_the_reason_why_it_did_not_go_on(now: datetime) -> None:
    """A1: under load a run may begin seconds after its trigger."""
    world = World(a_rule_book(after("customer_replies")), now - timedelta(minutes=1))
    world.take_in(a_private())
    world.take_in(our_reply("1002", to="1001"))
    world.patch_case(status="pending")
    world.now = now
    world.take_in(a_private("1003"))

    world.pass_time(hours=1)

    assert world.case().status == "unresolved"
    assert the_end(world).reason == f"the customer replied at {stamp(now)}"


# --- mentions in no case (row 4) -----------------------------------------------------------------

QUIET = a_recipe("quiet", trigger=ARRIVAL, actions=[wait(), {"type": "resolve"}],
                 filter={"combinator": "and", "rules": [
                     {"field": "author.managed", "operator": "is", "value": False}]})  # fmt: skip


def a_public_mention(now: datetime, *recipes: Recipe) -> World:
    world = World(a_rule_book(*(recipes or (QUIET,))), now)
    world.take_in(an_incoming())
    world.settle()
    return world


def test_a_mention_whose_author_stays_silent_is_resolved(now: datetime) -> None:
    """row 4"""
    world = a_public_mention(now)

    world.pass_time(minutes=29)
    assert world.mention("46283_1001").status == "new"
    world.pass_time(minutes=2)

    assert world.mention("46283_1001").status == "done"
    assert [entry.type for entry in world.mention_history("46283_1001")] == [
        "arrived",
        "wait",
        "wait",
        "resolve",
    ]


@pytest.mark.parametrize("private", [True, False])
def test_whatever_its_author_writes_breaks_the_wait(now: datetime, private: bool) -> None:
    """row 4: the author may go on in public or in private."""
    world = a_public_mention(now)
    world.pass_time(minutes=10)
    world.take_in(an_incoming("1002", private=private))
    world.settle()

    world.pass_time(minutes=21)

    assert world.mention("46283_1001").status == "new"
    assert world.mention_history("46283_1001")[-1].reason == "the customer replied"


def test_others_do_not_break_the_wait(now: datetime) -> None:
    world = a_public_mention(now)
    world.take_in(an_incoming("1002", author__id="u78"))

    world.pass_time(minutes=31)

    assert world.mention("46283_1001").status == "done"


def test_our_reply_to_a_mention_starts_its_wait_again(now: datetime) -> None:
    """row 4, A1"""
    world = a_public_mention(now)
    world.pass_time(minutes=20)
    world.take_in(our_reply("1002", to="1001", private=False))

    world.pass_time(minutes=25)
    assert world.mention("46283_1001").status == "new"
    world.pass_time(minutes=6)

    assert world.mention("46283_1001").status == "done"


def test_an_author_who_writes_between_the_check_and_the_resolving_wins(now: datetime) -> None:
    """R5 for mentions: the profile is in the condition of the transaction."""
    world = a_public_mention(now)
    world.now += timedelta(minutes=30)
    world.fire()

    world.work(Meanwhile("inbox.commit", lambda: world.take_in(an_incoming("1002")), nth=2))

    assert world.mention("46283_1001").status == "new"
    assert world.mention_history("46283_1001")[-1].reason == "the customer replied"


@pytest.mark.parametrize(("days", "status"), [(0.9, "done"), (1.1, "new")])
def test_what_comes_a_day_late_does_nothing_to_a_mention(now: datetime, days: float, status: str) -> None:
    """R5: its author's messages are counted for a day longer than the wait; later, nobody knows."""
    world = a_public_mention(now)
    world.now += timedelta(minutes=30) + timedelta(days=days)
    world.fire()
    world.work()

    assert world.mention("46283_1001").status == status
    reason = world.mention_history("46283_1001")[-1].reason
    assert reason is None or reason == "this comes so late that it is not known who has written meanwhile"


def test_a_mention_that_somebody_resolves_is_not_waited_for(now: datetime) -> None:
    world = a_public_mention(now, a_recipe(trigger=ARRIVAL, actions=[
        wait(unless="status_changes"), add_tags("late")]))  # fmt: skip
    mention = world.mention("46283_1001")
    world.store.mentions[mention.unique_id] = mention.model_copy(update={"status": "done"})

    world.pass_time(minutes=31)

    assert world.mention("46283_1001").tags == ()
    assert world.mention_history("46283_1001")[-1].reason == "the mention is no longer new: it is done"


def test_messages_are_counted_only_while_something_waits(now: datetime) -> None:
    """A public message costs no write of its author's profile unless something waits for it."""
    world = a_public_mention(now, a_recipe())
    before = dict(world.store.profiles)

    world.take_in(an_incoming("1002"))

    assert world.store.profiles == before


def test_an_author_who_writes_while_the_wait_is_being_armed_breaks_it(now: datetime) -> None:
    """R5, row 4: the message was read for before anything waited, and is committed after."""
    world = World(a_rule_book(QUIET), now)
    world.take_in(an_incoming())
    world.evaluate()

    world.take_in(an_incoming("1002"), watch=Meanwhile("inbox.commit", world.work))
    world.pass_time(minutes=31)

    assert world.mention("46283_1001").status == "new"
    assert world.mention_history("46283_1001")[-1].reason == "the customer replied"


def test_our_reply_while_the_wait_for_it_is_being_armed_breaks_it(now: datetime) -> None:
    """A1, row 4, R5"""
    unanswered = QUIET.model_copy(update={"actions": after("agent_replies", then=add_tags("late")).actions})
    world = World(a_rule_book(unanswered), now)
    world.take_in(an_incoming())
    world.evaluate()

    ours = our_reply("1002", to="1001", private=False)
    world.take_in(ours, watch=Meanwhile("inbox.commit", world.work))
    world.pass_time(minutes=31)

    assert world.mention("46283_1001").tags == ()
    assert (world.mention_history("46283_1001")[-1].reason or "").startswith("we replied at")
