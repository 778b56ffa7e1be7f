"""How long things took (domain 1.2): figures of every change, also within business hours."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_recipes.business_hours import Schedule, is_open
from inbox_recipes.durations import BusinessTime, no_hours, replied_to, timed
from inbox_recipes.inbox import Case, LastAction, Mention, Timestamps
from inbox_recipes.opening_times import open_seconds
from tests.builders import NOON, a_case, a_mention, a_schedule

HALF = BusinessTime("sch_1", lambda start, end: int((end - start).total_seconds()) // 2)


def done(minutes: int, by: Any = "agent") -> LastAction:
    return LastAction(type="x", by=by, by_id="nora", at=NOON + timedelta(minutes=minutes))


def changed(item: Mention | Case, minutes: int, by: Any = "agent", **to: Any) -> Any:
    return timed(item, item.model_copy(update=to), done(minutes, by), lambda _: HALF)


def test_a_mention_that_is_resolved_and_opened_again_counts_from_its_beginning() -> None:
    handled = changed(a_mention(), 10, tags=("a",))
    resolved = changed(handled, 30, status="done")

    times = resolved.timestamps
    assert (times.resolve_time, times.resolve_time_during_bh, times.handle_time) == (1800, 900, 1200)
    assert times.schedule_id == "sch_1"
    opened = changed(resolved, 40, status="new").timestamps
    assert (opened.resolve_time, opened.resolve_time_during_bh, opened.handle_time) == (None, None, None)
    assert opened.handled_since == NOON + timedelta(minutes=10)


def test_what_only_recipes_did_was_handled_by_nobody() -> None:
    times = changed(a_mention(), 5, "recipe", status="done").timestamps

    assert (times.resolve_time, times.handle_time, times.handled_since) == (300, None, None)


def test_the_first_answer_counts() -> None:
    once = replied_to(a_mention(), done(5), no_hours)
    assert isinstance(once, Mention)
    again = replied_to(once, done(50), no_hours)

    assert once.timestamps == again.timestamps
    assert (once.timestamps.response_time, once.timestamps.response_time_during_bh) == (300, None)
    assert again.revision == 3


def test_the_times_in_each_status_add_up() -> None:
    case: Case = a_case()
    for minutes, status in ((10, "pending"), (25, "unresolved"), (45, "pending"), (50, "resolved")):
        case = changed(case, minutes, status=status)

    times = case.timestamps
    assert (times.unresolved_time, times.unresolved_time_during_bh) == (1800, 900)
    assert (times.pending_time, times.resolve_time) == (1200, 3000)
    assert times.status_since == NOON + timedelta(minutes=50)


def test_clocks_that_differ_make_no_time_negative() -> None:
    assert changed(a_mention(), -1, status="done").timestamps.resolve_time == 0


def test_nothing_new_is_nothing_written() -> None:
    assert changed(a_mention(), 5, "customer", tags=("a",)).timestamps == Timestamps()


SCHEDULES = [
    a_schedule(),
    a_schedule(timezone="America/New_York", holidays=["2026-11-26"]),
    a_schedule(periods=[{"dayofweek": day, "start": "0000", "end": "2400"} for day in range(1, 8)]),
    a_schedule(
        timezone="Europe/Berlin",
        periods=[
            {"dayofweek": 7, "start": "0130", "end": "0330"},
            {"dayofweek": 6, "start": "2200", "end": "2400"},
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize("schedule", SCHEDULES)
@given(
    start=st.datetimes(datetime(2026, 10, 23), datetime(2026, 10, 27)),  # noqa: DTZ001 - around a clock change
    minutes=st.integers(0, 3 * 24 * 60),
)
@settings(max_examples=25, deadline=None)
def test_open_seconds_are_the_minutes_in_which_it_is_open(
    schedule: Schedule, start: datetime, minutes: int
) -> None:
    begin = start.replace(second=0, microsecond=0, tzinfo=NOON.tzinfo)
    each = (begin + timedelta(minutes=number) for number in range(minutes))

    counted = open_seconds(schedule, begin, begin + timedelta(minutes=minutes))

    assert counted == 60 * sum(is_open(schedule, moment) for moment in each)


def test_no_time_is_open_between_moments_that_are_turned_round() -> None:
    assert open_seconds(a_schedule(), NOON + timedelta(days=9), NOON) == 0
