"""Business hours: periods, midnight, holidays, and both changes of the clock (domain 1.7; A20)."""

from datetime import datetime
from typing import Any

import pytest

from inbox_recipes.business_hours import Schedule, is_open, local_time
from inbox_recipes.errors import InvalidInput
from inbox_recipes.validation import validated
from tests.builders import WEEKDAYS, a_schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "is_it_open"),
    [
        ("2026-11-23T07:59:59Z", False),
        ("2026-11-23T08:00:00Z", True),
        ("2026-11-23T15:59:59Z", True),
        ("2026-11-23T16:00:00Z", False),
        ("2026-11-22T12:00:00Z", False),
        ("2026-07-06T07:00:00Z", True),
        ("2026-07-06T06:59:59Z", False),
    ],
)
def test_the_start_is_included_and_the_end_is_not_in_local_time(moment: str, is_it_open: bool) -> None:
    """A20: nine to five on weekdays in Paris, in winter and in summer."""
    assert is_open(a_schedule(), at(moment)) is is_it_open


@pytest.mark.parametrize(
    ("moment", "is_it_open"),
    [
        ("2026-11-23T21:59:59Z", False),
        ("2026-11-23T22:00:00Z", True),
        ("2026-11-23T23:59:59.999999Z", True),
        ("2026-11-24T00:00:00Z", True),
        ("2026-11-24T05:59:59Z", True),
        ("2026-11-24T06:00:00Z", False),
    ],
)
def test_a_night_shift_is_two_periods_that_meet_at_midnight(moment: str, is_it_open: bool) -> None:
    night = a_schedule(
        timezone="UTC",
        periods=[
            {"dayofweek": 1, "start": "2200", "end": "2400"},
            {"dayofweek": 2, "start": "0000", "end": "0600"},
        ],
    )

    assert is_open(night, at(moment)) is is_it_open


def test_a_whole_day_has_no_gap() -> None:
    always = a_schedule(periods=[{"dayofweek": day, "start": "0000", "end": "2400"} for day in range(1, 8)])

    assert all(is_open(always, at(f"2026-11-22T{hour:02d}:59:59Z")) for hour in range(24))


def test_a_holiday_is_a_whole_local_day() -> None:
    closed = a_schedule(holidays=["2026-11-23"])

    assert not is_open(closed, at("2026-11-23T10:00:00Z"))
    assert is_open(closed, at("2026-11-24T10:00:00Z"))


def test_a_holiday_ends_at_local_midnight() -> None:
    night = a_schedule(
        timezone="Asia/Tokyo",
        holidays=["2026-11-23"],
        periods=[{"dayofweek": 2, "start": "0000", "end": "0100"}],
    )

    assert is_open(night, at("2026-11-23T15:00:00Z"))


@pytest.mark.parametrize(
    ("moment", "is_it_open"),
    [
        ("2026-03-29T00:59:59Z", True),
        ("2026-03-29T01:00:00Z", False),
    ],
)
def test_when_the_clock_goes_forward_the_hour_that_is_left_out_is_left_out(
    moment: str, is_it_open: bool
) -> None:
    """In Paris 02:00 became 03:00 on 29 March 2026: a period from one to three lasted one hour."""
    early = a_schedule(periods=[{"dayofweek": 7, "start": "0100", "end": "0300"}])

    assert is_open(early, at(moment)) is is_it_open


@pytest.mark.parametrize(
    ("moment", "is_it_open"),
    [
        ("2026-10-24T23:59:59Z", False),
        ("2026-10-25T00:00:00Z", True),
        ("2026-10-25T00:30:00Z", True),
        ("2026-10-25T01:30:00Z", True),
        ("2026-10-25T02:00:00Z", False),
    ],
)
def test_when_the_clock_goes_back_the_hour_that_comes_twice_counts_twice(
    moment: str, is_it_open: bool
) -> None:
    """In Paris 03:00 became 02:00 on 25 October 2026: a period from two to three lasted two hours."""
    early = a_schedule(periods=[{"dayofweek": 7, "start": "0200", "end": "0300"}])

    assert is_open(early, at(moment)) is is_it_open


def test_the_moment_is_told_as_people_there_would_say_it() -> None:
    assert local_time(a_schedule(), at("2026-11-22T12:00:00Z")) == "Sunday 13:00 CET"


@pytest.mark.parametrize(
    ("changed", "pointer", "detail"),
    [
        ({"timezone": "Europe/Atlantis"}, "/timezone", "not a time zone"),
        ({"timezone": "Europe"}, "/timezone", "not a time zone"),
        ({"timezone": "../../etc/passwd"}, "/timezone", "not a time zone"),
        ({"timezone": ""}, "/timezone", "not a time zone"),
        ({"periods": []}, "/periods", "at least 1"),
        ({"periods": [{"dayofweek": 0, "start": "0900", "end": "1700"}]}, "/periods/0/dayofweek", "greater"),
        ({"periods": [{"dayofweek": 8, "start": "0900", "end": "1700"}]}, "/periods/0/dayofweek", "less"),
        ({"periods": [{"dayofweek": 1, "start": "900", "end": "1700"}]}, "/periods/0/start", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "09:0", "end": "1700"}]}, "/periods/0/start", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "0960", "end": "1700"}]}, "/periods/0/start", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "٠٩٠٠", "end": "1700"}]}, "/periods/0/start", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "0900", "end": "2401"}]}, "/periods/0/end", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "1700", "end": "0900"}]}, "/periods/0/end", "as two"),
        ({"periods": [{"dayofweek": 1, "start": "0900", "end": "0900"}]}, "/periods/0/end", "as two"),
        ({"holidays": ["25-12-2026"]}, "/holidays/0", "date"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_by_name(
    changed: dict[str, Any], pointer: str, detail: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        validated(Schedule, WEEKDAYS | changed)

    [problem] = refused.value.problems
    assert problem.pointer == pointer
    assert detail in problem.detail
