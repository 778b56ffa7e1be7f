"""Answer an incoming message with a pre-written text, on the service that it came by (rows 38-43)."""

from datetime import datetime
from typing import ClassVar, Literal

from inbox_recipes.actions.base import ARRIVALS, Offer, Worded
from inbox_recipes.effects import Effect, Nothing, Say
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.outbox import Mode
from inbox_recipes.people import Id
from inbox_recipes.platforms import Service


class Reply(Worded):
    """An answer in kind (A10): private to what is private, public to what is public, a mail to a mail.

    `approval`: sent when somebody approves it, who may be named as `approver`. `draft`: kept for agents to
    edit. `immediate`: sent at once. A message of another service than `service` is not answered (A11). On a
    new case it answers the customer's latest message.
    """

    type: Literal["reply"]
    service: Service
    mode: Mode = "approval"
    approver: Id | None = None
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS
    elsewhere: ClassVar[str] = "Case updates have send_private_reply and send_public_reply."

    def refers(self) -> dict[str, tuple[str, str | None]]:
        """The approver must exist."""
        return {"approver": ("users", self.approver)}

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Answer what came by the service."""
        mention = subject.mention
        if mention is None:
            return Nothing("there is no message to answer")
        if mention.source.service != self.service:
            came = mention.source.service
            return Nothing(f"the message came by {came}, and this answers on {self.service} only")
        return Say(
            kind="reply", text=self.text, subject=subject, mode=self.mode, approver=self.approver,
            service=self.service,
        )  # fmt: skip
