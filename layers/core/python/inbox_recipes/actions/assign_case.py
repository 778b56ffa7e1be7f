"""Assign the case, or the case that the mention is in, to users and teams (rows 81, 82, 93)."""

from datetime import datetime
from typing import ClassVar, Literal

from inbox_recipes.actions.base import CASE_UPDATES, Offer, ToAssignees, case_of
from inbox_recipes.effects import Effect, Give, Nothing
from inbox_recipes.inbox import Object, Subject


class AssignCase(ToAssignees):
    """A case that is assigned already is assigned anew."""

    type: Literal["assign_case"]
    only_on_cases: ClassVar[bool] = True
    offered_on: ClassVar[frozenset[Offer]] = CASE_UPDATES
    elsewhere: ClassVar[str] = "It is for a case that is being worked on; a new case is assigned by assign."

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Give the case to those listed."""
        case = case_of(subject, about)
        return case if isinstance(case, Nothing) else Give(case, self.users, self.teams, self.mode)
