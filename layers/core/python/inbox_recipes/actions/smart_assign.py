"""Assign what arrived to the agent or team that recently handled the same contact (rows 29-32)."""

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from inbox_recipes.actions.base import ARRIVALS, Action, Offer, target
from inbox_recipes.assigning import told
from inbox_recipes.effects import Effect, FollowUp, Nothing
from inbox_recipes.handling import contacts_of
from inbox_recipes.inbox import Object, Subject

Window = Literal["3h", "24h", "2d", "3d", "1w"]

WINDOWS: dict[Window, timedelta] = {
    "3h": timedelta(hours=3),
    "24h": timedelta(hours=24),
    "2d": timedelta(days=2),
    "3d": timedelta(days=3),
    "1w": timedelta(weeks=1),
}
"""The choices of row 31, measured back from the arrival."""


class SmartAssign(Action):
    """`within` is how far back to look: 3 or 24 hours, 2 or 3 days, 1 week.

    To have handled is to have replied, resolved or been assigned; the latest counts, agents before
    teams. What is assigned already stays so, and so does what nobody has handled (A6).
    """

    type: Literal["smart_assign"]
    within: Window
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS
    elsewhere: ClassVar[str] = (
        "It looks back from an arrival; a case that is being worked on is assigned by assign_case."
    )

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Give what arrived to whoever knows its contact."""
        item = target(subject, about, about)
        if isinstance(item, Nothing):
            return item
        if item.assignment.users or item.assignment.teams:
            return Nothing("it is already assigned", {**told(item.assignment)})
        if not contacts_of(item):
            return Nothing("it is not known whose message this is")
        return FollowUp(item, self.within, since=item.date.added - WINDOWS[self.within])
