"""Send the customer of a case a pre-written private message (rows 87, 98-100)."""

from datetime import datetime
from typing import ClassVar, Literal

from inbox_recipes.actions.base import CASE_UPDATES, Offer, Written
from inbox_recipes.effects import Effect, Nothing, Say
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.platforms import CAPABILITIES


class SendPrivateReply(Written):
    """A private message to whoever wrote the message, or the latest one in the case.

    Where a service has no private messages nothing is sent, and never in public instead (A38).
    """

    type: Literal["send_private_reply"]
    kind: Literal["message"] = "message"
    offered_on: ClassVar[frozenset[Offer]] = CASE_UPDATES
    elsewhere: ClassVar[str] = "New mentions and cases have reply, which answers in kind."

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Write to the customer where that can be done in private."""
        mention = subject.mention
        if mention is None:
            return Nothing("the customer has written nothing that could be answered")
        service = mention.source.service
        capabilities = {str(name): each for name, each in CAPABILITIES.items()}.get(service)
        if capabilities is None or not capabilities.private_reply:
            return Nothing(f"{service} has no private messages")
        return Say(kind="private", text=self.text, subject=subject)
