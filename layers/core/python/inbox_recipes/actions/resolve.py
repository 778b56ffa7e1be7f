"""Mark what arrived as resolved (rows 22-24)."""

from datetime import datetime
from typing import ClassVar, Literal

from inbox_recipes.actions.base import ARRIVALS, Action, Offer, case_of
from inbox_recipes.effects import Change, Edit, Effect, Nothing
from inbox_recipes.inbox import Object, Subject


class Resolve(Action):
    """Resolving a case resolves its mentions; resolving a mention leaves its case alone (A8)."""

    type: Literal["resolve"]
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS
    elsewhere: ClassVar[str] = (
        "It is for what has just arrived; a case that is updated is resolved by set_case_status."
    )

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Resolve the mention or the case. Our own messages are `sent` and have nothing to resolve."""
        if about == "case":
            return case_status(subject, about, "resolved")
        mention = subject.mention
        if mention is None:
            return Nothing("there is no mention to resolve")
        if mention.status != "new":
            word = {"done": "it is already resolved", "sent": "it is a message of ours"}
            return Nothing(word[mention.status])
        detail = {"status": "resolved", "previous": "new"}
        return Change((Edit(mention, put={"status": "done"}, detail=detail),))


def case_status(subject: Subject, about: Object, status: Literal["pending", "resolved"]) -> Effect:
    """Give the case another status; a resolved case stays so (A23), the same status is no change (A25)."""
    case = case_of(subject, about)
    if isinstance(case, Nothing):
        return case
    if case.status == status:
        return Nothing(f"the case is already {status}")
    if case.status == "resolved":
        return Nothing("the case is resolved, and a resolved case stays so")
    edit = Edit(case, put={"status": status}, detail={"status": status, "previous": case.status})
    return Change((edit,), resolves_mentions_of=case.id if status == "resolved" else None)
