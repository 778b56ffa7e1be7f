"""What a filter is asked about: the item, what has happened to it, and the moment of asking."""

from dataclasses import dataclass
from datetime import datetime

from inbox_recipes.inbox import Subject
from inbox_recipes.triggers import Occurrence


@dataclass(frozen=True)
class Scene:
    """Everything that a field may be read from. Nothing has happened where items are only searched."""

    subject: Subject
    occurrence: Occurrence | None
    now: datetime
