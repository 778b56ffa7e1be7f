"""Business hours: periods, midnight, holidays, and both changes of the clock (domain 1.7; A20)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.business_hours import Schedule, is_open, standing, with_public_holidays
from inbox_recipes.errors import InvalidInput
from inbox_recipes.validation import validated
from tests.builders import WEEKDAYS, a_schedule
from tests.fake_configuration import FakeCalendars

MONDAY = {"dayofweek": 1, "start": "0900", "end": "1700"}
HALF = {"start": "0900", "end": "1200"}


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
    ("moment", "is_it_open"), [("2026-03-29T00:59:59Z", False), ("2026-03-29T01:00:00Z", True)]
)
def test_a_period_that_starts_at_a_time_that_never_comes_starts_when_the_clock_has_gone_forward(
    moment: str, is_it_open: bool
) -> None:
    """Half past two was left out: from half past two to four lasted from three to four."""
    early = a_schedule(periods=[{"dayofweek": 7, "start": "0230", "end": "0400"}])

    assert is_open(early, at(moment)) is is_it_open


def test_a_period_of_times_that_never_come_is_no_period_that_day() -> None:
    lost = a_schedule(periods=[{"dayofweek": 7, "start": "0200", "end": "0300"}])
    morning = [at(f"2026-03-29T00:{minute:02d}:00Z") for minute in range(60)]

    assert not any(is_open(lost, moment + timedelta(hours=hour)) for hour in range(3) for moment in morning)


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
    assert standing(a_schedule(), at("2026-11-22T12:00:00Z")).local == "Sunday 13:00 CET"


LUNCH = a_schedule(
    periods=[
        {"dayofweek": 1, "start": "1300", "end": "1700"},
        {"dayofweek": 1, "start": "0900", "end": "1200"},
    ],
    holidays=["2026-12-07", {"date": "2026-12-14", "name": "Inventory"}],
    exceptions=[
        {"date": "2026-12-14", "name": "Sale", "periods": [{"start": "2000", "end": "2400"}]},
        {"date": "2026-12-20", "periods": [{"start": "1000", "end": "1600"}]},
        {"date": "2026-12-21", "name": "Team day"},
    ],
)


@pytest.mark.parametrize(
    ("moment", "is_it_open", "because"),
    [
        ("2026-11-30T09:00:00Z", True, "Monday: 09:00-12:00"),
        ("2026-11-30T11:30:00Z", False, "Monday: 09:00-12:00, 13:00-17:00"),
        ("2026-11-30T12:00:00Z", True, "Monday: 13:00-17:00"),
        ("2026-12-01T09:00:00Z", False, "Tuesday: closed"),
        ("2026-12-07T09:00:00Z", False, "a holiday: closed"),
        ("2026-12-14T09:00:00Z", False, "exception Sale: 20:00-24:00"),
        ("2026-12-14T22:59:59Z", True, "exception Sale: 20:00-24:00"),
        ("2026-12-14T23:00:00Z", False, "Tuesday: closed"),
        ("2026-12-20T09:00:00Z", True, "an exception: 10:00-16:00"),
        ("2026-12-21T09:00:00Z", False, "exception Team day: closed"),
    ],
)
def test_exceptions_win_over_holidays_and_these_over_the_week_and_the_one_that_decided_is_named(
    moment: str, is_it_open: bool, because: str
) -> None:
    said = standing(LUNCH, at(moment))

    assert (said.open, said.because) == (is_it_open, because)


def test_public_holidays_are_those_of_this_year_there_and_so_many_in_all_and_stay() -> None:
    asked = a_schedule(timezone="Pacific/Auckland", holidays={"country": "FR", "years": 2})

    saved = with_public_holidays(asked, FakeCalendars(), at("2026-12-31T12:00:00Z"))

    assert sorted(saved.days_off) == [date(2027, 1, 1), date(2028, 1, 1)]
    assert standing(saved, at("2026-12-31T12:00:00Z")).because == "holiday Jour de l'an: closed"
    assert Schedule.model_validate_json(saved.model_dump_json()) == saved
    assert with_public_holidays(LUNCH, FakeCalendars(), at("2026-12-31T12:00:00Z")) is LUNCH


def test_a_schedule_read_again_is_the_same_schedule() -> None:
    assert Schedule.model_validate_json(LUNCH.model_dump_json()) == LUNCH


@pytest.mark.parametrize(
    ("changed", "pointer", "detail"),
    [
        ({"timezone": "Europe/Atlantis"}, "/timezone", "not a time zone"),
        ({"timezone": "Europe"}, "/timezone", "not a time zone"),
        ({"timezone": "../../etc/passwd"}, "/timezone", "not a time zone"),
        ({"timezone": ""}, "/timezone", "not a time zone"),
        ({"periods": []}, "/periods", "at least 1"),
        ({"periods": [{"dayofweek": 0, "start": "0900", "end": "1700"}]}, "/periods/0/dayofweek", "1, 2, 3"),
        ({"periods": [{"dayofweek": 8, "start": "0900", "end": "1700"}]}, "/periods/0/dayofweek", "1, 2, 3"),
        ({"periods": [{"dayofweek": 1, "start": "900", "end": "1700"}]}, "/periods/0/start", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "09:0", "end": "1700"}]}, "/periods/0/start", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "0960", "end": "1700"}]}, "/periods/0/start", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "٠٩٠٠", "end": "1700"}]}, "/periods/0/start", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "0900", "end": "2401"}]}, "/periods/0/end", "four digits"),
        ({"periods": [{"dayofweek": 1, "start": "1700", "end": "0900"}]}, "/periods/0/end", "as two"),
        ({"periods": [{"dayofweek": 1, "start": "0900", "end": "0900"}]}, "/periods/0/end", "as two"),
        (
            {"periods": [MONDAY, {**MONDAY, "start": "1659", "end": "1800"}]},
            "/periods/1",
            "overlaps /periods/0 (09:00-17:00): start at 1700 or later, or end by 0900",
        ),
        ({"periods": [MONDAY, MONDAY]}, "/periods/1", "overlaps /periods/0"),
        ({"holidays": ["25-12-2026"]}, "/holidays/0", "written as 2026-12-25"),
        ({"holidays": [1766620800]}, "/holidays/0", "written as 2026-12-25"),
        ({"holidays": ["2026-02-30"]}, "/holidays/0", "day value is outside"),
        ({"holidays": ["2026-W52-5"]}, "/holidays/0", "written as 2026-12-25"),
        ({"holidays": ["2026-12-25", {"date": "2026-12-25"}]}, "/holidays/1/date", "stands here twice"),
        ({"holidays": "FR"}, "/holidays", "must be a list"),
        ({"holidays": {"country": "FR", "years": 11}}, "/holidays/years", "10 at most"),
        ({"holidays": {"land": "FR"}}, "/holidays/land", "no field 'land'"),
        (
            {"exceptions": [{"date": "2026-12-24", "periods": [{"start": "1700", "end": "1600"}]}]},
            "/exceptions/0/periods/0/end",
            "as two",
        ),
        ({"exceptions": [{"date": "2026-12-24"}, {"date": "2026-12-24"}]}, "/exceptions/1/date", "twice"),
        (
            {"exceptions": [{"date": "2026-12-24", "periods": [HALF, HALF]}]},
            "/exceptions/0/periods/1",
            "overlaps /exceptions/0/periods/0",
        ),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_by_name(
    changed: dict[str, Any], pointer: str, detail: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        validated(Schedule, WEEKDAYS | changed)

    problem = refused.value.problems[-1]
    assert problem.pointer == pointer
    assert detail in problem.detail


def test_a_time_zone_that_is_none_names_those_that_look_like_it() -> None:
    for given in ("Paris", "europe/paris", "Europe/Atlantis"):
        with pytest.raises(InvalidInput) as refused:
            validated(Schedule, WEEKDAYS | {"timezone": given})
        assert "Europe/Paris" in refused.value.problems[0].allowed
    for given in ("", "../etc/passwd", "Europe", "A\0"):
        with pytest.raises(InvalidInput):
            validated(Schedule, WEEKDAYS | {"timezone": given})


def test_periods_that_touch_are_one_after_the_other() -> None:
    touching = [{**MONDAY, "end": "1200"}, {**MONDAY, "start": "1200"}, {**MONDAY, "dayofweek": 2}]

    assert len(validated(Schedule, WEEKDAYS | {"periods": touching}).week[1]) == 2
