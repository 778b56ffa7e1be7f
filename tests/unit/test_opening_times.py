"""When a schedule next opens or closes, through holidays, midnight and both changes of the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_recipes.business_hours import Schedule, is_open
from inbox_recipes.opening_times import after_open, next_change
from tests.builders import a_schedule

ALWAYS = [{"dayofweek": day, "start": "0000", "end": "2400"} for day in range(1, 8)]
NIGHT = [{"dayofweek": 1, "start": "2200", "end": "2400"}, {"dayofweek": 2, "start": "0000", "end": "0600"}]
SUNDAY = {"dayofweek": 7, "start": "0230", "end": "0245"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("changed", "moment", "expected"),
    [
        ({}, "2026-11-23T07:00:00Z", "2026-11-23T08:00:00Z"),
        ({}, "2026-11-23T08:00:00Z", "2026-11-23T16:00:00Z"),
        ({}, "2026-11-27T16:00:00Z", "2026-11-30T08:00:00Z"),
        ({"holidays": ["2026-11-30"]}, "2026-11-27T16:00:00Z", "2026-12-01T08:00:00Z"),
        ({"periods": NIGHT}, "2026-11-23T21:30:00Z", "2026-11-24T05:00:00Z"),
        ({"periods": ALWAYS}, "2026-11-23T21:30:00Z", None),
        ({"periods": ALWAYS, "exceptions": [{"date": "2026-12-25"}]},
         "2026-11-23T21:30:00Z", "2026-12-24T23:00:00Z"),
        ({"periods": [SUNDAY], "timezone": "Europe/Paris"}, "2026-10-25T00:30:00Z", "2026-10-25T00:45:00Z"),
        ({"periods": [SUNDAY]}, "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z"),
        ({"periods": [SUNDAY]}, "2026-03-28T12:00:00Z", "2026-04-05T00:30:00Z"),
        ({"periods": [{**SUNDAY, "end": "0400"}]}, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
        ({"periods": [{**SUNDAY, "start": "0000", "end": "0030"}], "timezone": "America/Havana"},
         "2026-11-01T03:59:00Z", "2026-11-01T04:00:00Z"),
        ({"periods": [{**SUNDAY, "start": "0100"}]}, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"),
    ],
)  # fmt: skip
def test_the_next_change_is_found(changed: dict[str, Any], moment: str, expected: str | None) -> None:
    assert next_change(a_schedule(**changed), at(moment)) == (at(expected) if expected else None)


CLOCKS = {
    "Europe/Paris": "2026-10-25T00:00:00Z",
    "America/New_York": "2026-03-08T06:00:00Z",
    "America/Havana": "2026-11-01T04:00:00Z",
    "Asia/Beirut": "2026-03-28T22:00:00Z",
    "Australia/Lord_Howe": "2026-04-04T15:00:00Z",
    "Pacific/Apia": "2011-12-30T10:00:00Z",
    "America/Asuncion": "2024-03-24T03:00:00Z",
}
"""Zones, and a moment at which their clocks change: by an hour, at midnight, by half an hour, by a day."""

TIMES = [f"{hour:02d}{minute}" for hour in (0, 1, 2, 3, 22, 23) for minute in ("00", "30", "45")] + ["2400"]


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    zone = draw(st.sampled_from(sorted(CLOCKS)))
    periods: list[dict[str, Any]] = []
    for day in range(1, 8):
        times = sorted(draw(st.sets(st.sampled_from(TIMES), min_size=0, max_size=4)))
        periods += [
            {"dayofweek": day, "start": start, "end": end}
            for start, end in zip(times[::2], times[1::2], strict=False)
        ]
    whole = periods or [{"dayofweek": 1, "start": "0000", "end": "2400"}]
    moment = at(CLOCKS[zone]) + timedelta(minutes=draw(st.integers(-1800, 1800)))
    return a_schedule(timezone=zone, periods=whole), moment


@settings(max_examples=150, deadline=None)
@given(schedules())
def test_until_the_next_change_it_stays_as_it_is(case: tuple[Schedule, datetime]) -> None:
    """Held against the clock itself, quarter by quarter of an hour, about the days when clocks change."""
    schedule, moment = case
    now = is_open(schedule, moment)

    found = next_change(schedule, moment)

    end = found or moment + timedelta(days=3)
    quarter = moment + (datetime.min.replace(tzinfo=UTC) - moment) % timedelta(minutes=15)
    while quarter < min(end, moment + timedelta(days=3)):
        assert is_open(schedule, quarter) == now
        quarter += timedelta(minutes=15)
    assert found is None or is_open(schedule, found) != now


@pytest.mark.parametrize(
    ("changed", "start", "minutes", "expected"),
    [
        ({}, "2026-11-23T08:00:00Z", 240, "2026-11-23T12:00:00Z"),
        ({}, "2026-11-23T08:00:00Z", 480, "2026-11-23T16:00:00Z"),
        ({}, "2026-11-23T08:00:00Z", 481, "2026-11-24T08:01:00Z"),
        ({}, "2026-11-27T15:00:00Z", 240, "2026-11-30T11:00:00Z"),
        ({"holidays": ["2026-11-30"]}, "2026-11-27T15:00:00Z", 240, "2026-12-01T11:00:00Z"),
        ({}, "2026-11-28T15:00:00Z", 1, "2026-11-30T08:01:00Z"),
        ({"periods": ALWAYS}, "2026-11-28T15:00:00Z", 40320, "2026-12-26T15:00:00Z"),
        ({"periods": [{**SUNDAY, "start": "0000", "end": "0600"}]},
         "2026-03-28T12:00:00Z", 301, "2026-04-04T22:01:00Z"),
        ({"periods": [{**SUNDAY, "start": "0000", "end": "0600"}]},
         "2026-10-24T12:00:00Z", 420, "2026-10-25T05:00:00Z"),
        ({"periods": [{**SUNDAY, "start": "0900", "end": "0901"}]}, "2026-11-28T15:00:00Z", 60, None),
    ],
)  # fmt: skip
def test_so_many_open_minutes_are_over(
    changed: dict[str, Any], start: str, minutes: int, expected: str | None
) -> None:
    """A wait's business hours: weekends, holidays, five hours in a short night and seven in a long one."""
    found = after_open(a_schedule(**changed), at(start), timedelta(minutes=minutes))

    assert found == (at(expected) if expected else None)


@settings(max_examples=100, deadline=None)
@given(schedules(), st.integers(1, 600))
def test_open_minutes_are_those_of_the_clock(case: tuple[Schedule, datetime], minutes: int) -> None:
    """Held against the clock itself, minute by minute, about the days when clocks change."""
    schedule, moment = case
    start = moment.replace(second=0)

    found = after_open(schedule, start, timedelta(minutes=minutes))

    end = start + timedelta(days=2)
    opened = 0
    for minute in range(2 * 24 * 60):
        opened += is_open(schedule, start + timedelta(minutes=minute))
        if opened == minutes:
            assert found == start + timedelta(minutes=minute + 1)
            return
    assert found is None or found > end
