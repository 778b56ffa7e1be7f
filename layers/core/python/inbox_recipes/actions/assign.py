"""Assign the mention, or the case that has arrived, to users and teams (rows 25-28, 84)."""

from datetime import datetime
from typing import ClassVar, Literal

from inbox_recipes.actions.base import ARRIVALS, Offer, ToAssignees, target
from inbox_recipes.effects import Effect, Give, Nothing
from inbox_recipes.inbox import Object, Subject


class Assign(ToAssignees):
    """Give what arrived to all of those listed, or to one of them in turn."""

    type: Literal["assign"]
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS | {"mention in case"}
    elsewhere: ClassVar[str] = (
        "It assigns what has just arrived, and a change of a case brings no mention: "
        "the case is assigned by assign_case."
    )

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Give the mention or the case to those listed."""
        item = target(subject, about, about)
        return item if isinstance(item, Nothing) else Give(item, self.users, self.teams, self.mode)
