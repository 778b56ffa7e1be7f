"""When a schedule next opens or closes, and how long it is open. Pure, like the schedule itself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from inbox_recipes.business_hours import Schedule, is_open

DAYS_AHEAD = 400
"""How far we look: past a year of nothing but holidays."""


def next_change(schedule: Schedule, at: datetime) -> datetime | None:
    """When the business next opens or closes after that moment; nothing if not within some 400 days."""
    return next(_changes(schedule, at), None)


def after_open(schedule: Schedule, start: datetime, length: timedelta) -> datetime | None:
    """When the business will have been open for so long since `start`; nothing if not within some 400 days.

    It is real time that counts: an hour that clocks leave out is no hour, one that comes twice is two.
    """
    at, left, is_counting = start, length, is_open(schedule, start)
    for change in _changes(schedule, start):
        if is_counting:
            if change - at >= left:
                return at + left
            left -= change - at
        at, is_counting = change, not is_counting
    return at + left if is_counting and at + left <= start + timedelta(days=DAYS_AHEAD) else None


def _changes(schedule: Schedule, at: datetime) -> Iterator[datetime]:
    """Every moment after that one at which the business opens or closes, for some 400 days."""
    now = is_open(schedule, at)
    first = at.astimezone(schedule.zone).date()
    for ahead in range(DAYS_AHEAD):
        for moment in sorted(set(_moments(schedule, first + timedelta(days=ahead)))):
            if moment > at and is_open(schedule, moment) != now:
                now = not now
                yield moment


def open_seconds(schedule: Schedule, start: datetime, end: datetime) -> int:
    """For how many whole seconds the business is open between two moments; none if they are turned round."""
    first, last = (at.astimezone(schedule.zone).date() for at in (start, end))
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    edges = {moment for day in days for moment in _moments(schedule, day) if start < moment < end}
    spans = pairwise((start, *sorted(edges), end))
    return max(0, int(sum((until - at).total_seconds() for at, until in spans if is_open(schedule, at))))


def _moments(schedule: Schedule, day: date) -> Iterator[datetime]:
    """Every moment of a local day at which it may open or close, and midnight.

    A time that comes twice is two moments, one that never comes is none.
    """
    hours, _ = schedule.hours_of(day)
    texts = {"0000"} | {text for each in hours for text in (each.start, each.end) if text != "2400"}
    for text in texts:
        local = datetime.combine(day, time(int(text[:2]), int(text[2:])))
        for fold in (0, 1):
            moment = local.replace(tzinfo=schedule.zone, fold=fold).astimezone(UTC)
            if moment.astimezone(schedule.zone).replace(tzinfo=None, fold=0) == local:
                yield moment
    begin, end = (
        datetime.combine(each, time(), schedule.zone).astimezone(UTC)
        for each in (day, day + timedelta(days=1))
    )
    if _offset(schedule, begin) != _offset(schedule, end):
        yield _clocks_change(schedule, begin, end)


def _clocks_change(schedule: Schedule, begin: datetime, end: datetime) -> datetime:
    """The second between two moments in which the clocks there are changed."""
    before = _offset(schedule, begin)
    low, high = 0, int((end - begin).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(schedule, begin + timedelta(seconds=middle)) == before:
            low = middle
        else:
            high = middle
    return begin + timedelta(seconds=high)


def _offset(schedule: Schedule, at: datetime) -> timedelta | None:
    return at.astimezone(schedule.zone).utcoffset()
