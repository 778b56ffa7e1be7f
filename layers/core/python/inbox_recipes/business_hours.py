"""Business hours: weekly periods in a time zone, and holidays (domain 1.7)."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.inbox import Frozen
from inbox_recipes.people import Name


def _clock_time(text: str) -> str:
    if len(text) == 4 and text.isascii() and text.isdigit() and int(text[2:]) < 60 and int(text) <= 2400:
        return text
    raise PydanticCustomError(
        "refused",
        "{detail}",
        {"detail": "A time of day is four digits, 0000 to 2400.", "allowed": []},
    )


def _zone(name: str) -> str:
    """Asked for by name: reading the list of all zones takes 20 ms, for every schedule of a rule book."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        detail = f"{name!r} is not a time zone of the IANA list."
        allowed = ["Europe/Paris", "UTC"]
        raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": allowed}) from error
    return name


ClockTime = Annotated[str, AfterValidator(_clock_time)]


class Period(Frozen):
    """Open from `start` (included) to `end` (excluded) on one weekday; Monday is 1.

    A period cannot cross midnight: a night shift is two, one until 2400 and one from 0000.
    """

    dayofweek: Annotated[int, Field(ge=1, le=7)]
    start: ClockTime
    end: ClockTime

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Period":
        if self.start >= self.end:
            detail = "A period ends after it starts; over midnight it is written as two."
            raise PydanticCustomError("refused", "{detail}", {"key": "end", "detail": detail, "allowed": []})
        return self


class Schedule(Frozen):
    """When the business is open. Closed on `holidays`, whole local days."""

    name: Name
    timezone: Annotated[str, AfterValidator(_zone)]
    periods: Annotated[tuple[Period, ...], Field(min_length=1, max_length=100)]
    holidays: Annotated[tuple[date, ...], Field(max_length=500)] = ()


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Whether the business is open at that moment: start included, end excluded (A20)."""
    local = at.astimezone(ZoneInfo(schedule.timezone))
    now = local.strftime("%H%M")
    return local.date() not in schedule.holidays and any(
        period.dayofweek == local.isoweekday() and period.start <= now < period.end
        for period in schedule.periods
    )


def local_time(schedule: Schedule, at: datetime) -> str:
    """The moment as people there would say it, for explanations."""
    return at.astimezone(ZoneInfo(schedule.timezone)).strftime("%A %H:%M %Z")
