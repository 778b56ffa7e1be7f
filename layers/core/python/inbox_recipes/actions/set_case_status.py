"""Set the case to pending or resolved (rows 85, 95, 96)."""

from datetime import datetime
from typing import ClassVar, Literal

from inbox_recipes.actions.base import Action, Offer
from inbox_recipes.actions.resolve import case_status
from inbox_recipes.effects import Effect
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.triggers import MentionInCase, Trigger


class SetCaseStatus(Action):
    """Pending or resolved when a status has changed; resolved only when a mention has come."""

    type: Literal["set_case_status"]
    status: Literal["pending", "resolved"]
    only_on_cases: ClassVar[bool] = True
    offered_on: ClassVar[frozenset[Offer]] = frozenset({"mention in case", "case status changed"})
    elsewhere: ClassVar[str] = (
        "It is for a case that a message or another change of its status has moved on; "
        "what has just arrived is resolved by resolve."
    )

    def refusal(self, trigger: Trigger) -> str | None:
        """A mention trigger offers only one value (row 85)."""
        if isinstance(trigger, MentionInCase) and self.status != "resolved":
            return "On a mention in a case, set_case_status can only be 'resolved'."
        return super().refusal(trigger)

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Change the status of the case."""
        return case_status(subject, about, self.status)
