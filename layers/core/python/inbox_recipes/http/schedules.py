"""Whether a schedule is open at a moment, why, and when that next changes."""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from inbox_recipes.business_hours import standing
from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Frozen, Time
from inbox_recipes.opening_times import next_change

TIME: TypeAdapter[datetime] = TypeAdapter(Time)
YEARS = range(1970, 3000)


class Opening(Frozen):
    """What a schedule says at a moment. `because` names what decided: the weekday, holiday or exception.

    `next_change` is when it next opens or closes; null if not within some 400 days.
    """

    at: Time
    open: bool
    local_time: str
    because: str
    next_change: Time | None


def opening(request: Request) -> Answer:
    """Whether the schedule is open at `at`, which is now unless given."""
    schedule_id = request.path["id"]
    schedule = request.services.rule_books.current().schedules.get(schedule_id)
    if schedule is None:
        raise NotFound("schedule", schedule_id)
    at = _at(request)
    said = standing(schedule, at)
    changes = next_change(schedule, at)
    shown = Opening(at=at, open=said.open, local_time=said.local, because=said.because, next_change=changes)
    return Answer(shown.model_dump(mode="json"))


def _at(request: Request) -> datetime:
    given = request.query.get("at")
    if given is None:
        return request.services.now()
    try:
        at = TIME.validate_python(given[-1])
    except ValidationError:
        at = None
    if at is None or at.year not in YEARS:
        detail = f"{given[-1]!r} is not a moment as 2026-12-25T09:00:00Z is, from {YEARS[0]} to {YEARS[-1]}."
        raise InvalidInput([Problem("?at", detail)])
    return at
