"""Whether schedules are open, asked thousands of times: what was found out holds until the next change."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from inbox_recipes.business_hours import Schedule, is_open
from inbox_recipes.opening_times import DAYS_AHEAD, next_change


class Openings:
    """The schedules of one rule book, each with the last span of time in which it did not change."""

    def __init__(self, schedules: Mapping[str, Schedule]) -> None:
        self._schedules = schedules
        self._known: dict[str, tuple[datetime, datetime, bool]] = {}

    def is_open(self, schedule_id: str, at: datetime) -> bool:
        """Whether that schedule is open at that moment, as `business_hours` says. Raises KeyError."""
        known = self._known.get(schedule_id)
        if known and known[0] <= at < known[1]:
            return known[2]
        schedule = self._schedules[schedule_id]
        opened = is_open(schedule, at)
        if known is None or at >= known[1]:
            until = next_change(schedule, at) or at + timedelta(days=DAYS_AHEAD - 1)
            self._known[schedule_id] = (at, until, opened)
        return opened
