"""Public holidays as the package of holidays knows them."""

from datetime import date

import pytest

from inbox_recipes.adapters.public_holidays import PublicHolidayCalendars
from inbox_recipes.errors import InvalidInput

CALENDARS = PublicHolidayCalendars()


def test_a_country_has_its_holidays_by_date_and_in_its_own_words() -> None:
    days = {day.date: day.name for day in CALENDARS.holidays("FR", None, range(2026, 2029))}

    assert days[date(2026, 7, 14)] == "Fête nationale"
    assert days[date(2028, 4, 17)] == "Lundi de Pâques"
    assert list(days) == sorted(days)
    assert len(days) == 33


def test_a_part_of_a_country_has_its_own_too() -> None:
    whole, part = (
        {day.date for day in CALENDARS.holidays("DE", subdivision, range(2026, 2027))}
        for subdivision in (None, "BY")
    )

    assert date(2026, 1, 6) in part - whole
    assert whole < part


@pytest.mark.parametrize(
    ("country", "subdivision", "pointer", "allowed"),
    [
        ("XX", None, "/holidays/country", "FR"),
        ("fr", None, "/holidays/country", "FR"),
        ("FRA", None, "/holidays/country", "FR"),
        ("DE", "Bavaria", "/holidays/subdivision", "BY"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(
    country: str, subdivision: str | None, pointer: str, allowed: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        CALENDARS.holidays(country, subdivision, range(2026, 2027))

    [problem] = refused.value.problems
    assert problem.pointer == pointer
    assert allowed in problem.allowed
