"""What a filter is asked about: the item, what has happened to it, and the moment of asking."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from inbox_recipes.inbox import Subject
from inbox_recipes.triggers import Occurrence


class Scene(NamedTuple):
    """Everything that a field may be read from. Nothing has happened where items are only searched."""

    subject: Subject
    occurrence: Occurrence | None
    now: datetime


@dataclass(frozen=True)
class Moment:
    """A time that a field has read, and the time at which it is looked at."""

    at: datetime
    now: datetime

    @property
    def age(self) -> timedelta:
        """How long ago it is; less than nothing for a time to come."""
        return self.now - self.at
