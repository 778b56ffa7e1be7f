"""Business hours: weekly periods in a time zone, holidays, and days with hours of their own (domain 1.7).

Whether it is open is told by the clock on the wall there. When clocks go forward, the times left out
never come; when they go back, the times that come twice count twice. When that next changes is the
business of `opening_times`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Literal, Protocol
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.inbox import Frozen
from inbox_recipes.people import Name

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_DAYS = 500
MOST_YEARS = 10


def _refusal(detail: str, key: str = "", allowed: Sequence[str] = ()) -> PydanticCustomError:
    return PydanticCustomError(
        "refused", "{detail}", {"key": key, "detail": detail, "allowed": list(allowed)}
    )


def _clock_time(text: str) -> str:
    if len(text) == 4 and text.isascii() and text.isdigit() and int(text[2:]) < 60 and int(text) <= 2400:
        return text
    raise _refusal("A time of day is four digits, 0000 to 2400.")


def _zone(name: str) -> str:
    """Asked for by name: reading the list of all zones takes 20 ms, for every schedule of a rule book."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        parts = set(name.lower().split("/"))
        near = [zone for zone in sorted(available_timezones()) if parts & set(zone.lower().split("/"))]
        detail = f"{name!r} is not a time zone of the IANA list, as Europe/Paris is."
        raise _refusal(detail, allowed=near) from error
    return name


TimeZone = Annotated[str, AfterValidator(_zone)]
"""The name of a time zone in the IANA list."""


def _iso_date(value: Any) -> Any:
    if isinstance(value, date) or (
        isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"
    ):
        return value
    raise _refusal("A date is written as 2026-12-25.")


def _named(value: Any) -> Any:
    """A date alone is a holiday without a name."""
    return value if isinstance(value, dict | Frozen) else {"date": value}


ClockTime = Annotated[str, AfterValidator(_clock_time)]
Day = Annotated[date, BeforeValidator(_iso_date)]


class Hours(Frozen):
    """Open from `start` (included) to `end` (excluded) of one day; 2400 is its end."""

    start: ClockTime
    end: ClockTime

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Hours":
        if self.start >= self.end:
            raise _refusal("A period ends after it starts; over midnight it is written as two.", "end")
        return self

    def __str__(self) -> str:
        return f"{self.start[:2]}:{self.start[2:]}-{self.end[:2]}:{self.end[2:]}"


class Period(Hours):
    """Hours of one weekday; Monday is 1.

    A period cannot cross midnight: a night shift is two, one until 2400 and one from 0000.
    """

    dayofweek: Literal[1, 2, 3, 4, 5, 6, 7]


class Holiday(Frozen):
    """A local day on which the business is closed."""

    date: Day
    name: Name | None = None


class PublicHolidays(Frozen):
    """The public holidays of a country, or of a part of it: for this year and so many in all.

    `dates` are found when the schedule is saved and stay as they are until it is saved again.
    """

    country: str
    subdivision: str | None = None
    years: Annotated[int, Field(ge=1, le=MOST_YEARS)] = 3
    dates: tuple[Holiday, ...] = ()


class SpecialDay(Frozen):
    """A local day with hours of its own, or with none: closed. Wins over holidays and the week."""

    date: Day
    name: Name | None = None
    periods: Annotated[tuple[Hours, ...], Field(max_length=20)] = ()


ListedHolidays = Annotated[
    tuple[Annotated[Holiday, BeforeValidator(_named)], ...], Field(max_length=MOST_DAYS)
]


def _how_given(value: Any) -> str:
    return "publicholidays" if isinstance(value, dict | PublicHolidays) else "listed"


class Schedule(Frozen):
    """When the business is open."""

    name: Name
    timezone: TimeZone
    periods: Annotated[tuple[Period, ...], Field(min_length=1, max_length=100)]
    holidays: Annotated[
        Annotated[ListedHolidays, Tag("listed")] | Annotated[PublicHolidays, Tag("publicholidays")],
        Discriminator(_how_given),
    ] = ()
    exceptions: Annotated[tuple[SpecialDay, ...], Field(max_length=MOST_DAYS)] = ()

    @model_validator(mode="after")
    def _says_everything_once(self) -> "Schedule":
        _apart("periods", self.periods, [period.dayofweek for period in self.periods])
        for index, day in enumerate(self.exceptions):
            _apart(f"exceptions/{index}/periods", day.periods, [0] * len(day.periods))
        _once("exceptions", [day.date for day in self.exceptions])
        if isinstance(self.holidays, tuple):
            _once("holidays", [day.date for day in self.holidays])
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def week(self) -> Mapping[int, tuple[Hours, ...]]:
        """The hours of each weekday, in their order."""
        found: dict[int, list[Hours]] = {}
        for period in sorted(self.periods, key=lambda period: period.start):
            found.setdefault(period.dayofweek, []).append(period)
        return {day: tuple(hours) for day, hours in found.items()}

    @cached_property
    def days_off(self) -> Mapping[date, str]:
        """The holidays, and what they are called."""
        days = self.holidays if isinstance(self.holidays, tuple) else self.holidays.dates
        return {day.date: f"holiday {day.name}" if day.name else "a holiday" for day in days}

    @cached_property
    def special_days(self) -> Mapping[date, SpecialDay]:
        """The exceptions by their dates."""
        return {day.date: day for day in self.exceptions}

    def hours_of(self, day: date) -> tuple[tuple[Hours, ...], str]:
        """The hours of a local day, and why it has these: exceptions first, then holidays, then the week."""
        special = self.special_days.get(day)
        if special:
            return special.periods, f"exception {special.name}" if special.name else "an exception"
        if day in self.days_off:
            return (), self.days_off[day]
        return self.week.get(day.isoweekday(), ()), WEEKDAYS[day.weekday()]


@dataclass(frozen=True)
class Standing:
    """What a schedule says at one moment: `local` is the time there, `because` what decided."""

    open: bool
    local: str
    because: str


def standing(schedule: Schedule, at: datetime) -> Standing:
    """Whether the business is open at that moment, and why: start included, end excluded (A20)."""
    local = at.astimezone(schedule.zone)
    hours, why = schedule.hours_of(local.date())
    now = local.strftime("%H%M")
    current = next((each for each in hours if each.start <= now < each.end), None)
    shown = str(current) if current else ", ".join(map(str, hours)) or "closed"
    return Standing(current is not None, local.strftime("%A %H:%M %Z"), f"{why}: {shown}")


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Whether the business is open at that moment (A20)."""
    return standing(schedule, at).open


class HolidayCalendars(Protocol):
    """The public holidays of the world."""

    def holidays(self, country: str, subdivision: str | None, years: range) -> Sequence[Holiday]:
        """Those of a country, or of a part of it, in these years. Raises InvalidInput."""


def with_public_holidays(schedule: Schedule, calendars: HolidayCalendars, now: datetime) -> Schedule:
    """The schedule with the dates of the public holidays that it asks for, from this year on."""
    asked = schedule.holidays
    if isinstance(asked, tuple):
        return schedule
    this_year = now.astimezone(schedule.zone).year
    years = range(this_year, this_year + asked.years)
    dates = tuple(calendars.holidays(asked.country, asked.subdivision, years))
    return schedule.model_copy(update={"holidays": asked.model_copy(update={"dates": dates})})


def _apart(at: str, periods: Sequence[Hours], days: Sequence[int]) -> None:
    """Periods of one day may touch but not overlap: which of the two would somebody change?"""
    for index, period in enumerate(periods):
        for earlier, other in enumerate(periods[:index]):
            if days[earlier] == days[index] and period.start < other.end and other.start < period.end:
                there = f"/{at}/{earlier} ({other})"
                detail = f"This overlaps {there}: start at {other.end} or later, or end by {other.start}."
                raise _refusal(detail, f"{at}/{index}")


def _once(at: str, dates: Sequence[date]) -> None:
    for index, day in enumerate(dates):
        if day in dates[:index]:
            raise _refusal(f"{day} stands here twice.", f"{at}/{index}/date")
