"""Set the case that the new mention is in to pending (rows 58, 59)."""

from datetime import datetime
from typing import ClassVar, Literal

from inbox_recipes.actions.base import Action, Offer
from inbox_recipes.actions.resolve import case_status
from inbox_recipes.effects import Effect
from inbox_recipes.inbox import Object, Subject


class SetCasePending(Action):
    """A resolved case stays so, and a pending one is left alone (A22, A23)."""

    type: Literal["set_case_pending"]
    only_on_cases: ClassVar[bool] = True
    offered_on: ClassVar[frozenset[Offer]] = frozenset({"new mention"})
    elsewhere: ClassVar[str] = (
        "It is for the case of a mention that arrives; where a case's status has changed, "
        "set_case_status sets it."
    )

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Make the case pending."""
        return case_status(subject, about, "pending")
