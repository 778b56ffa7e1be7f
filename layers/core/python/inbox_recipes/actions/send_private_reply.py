"""Send the customer of a case a private message, a survey, or the start of a flow (rows 87-90, 98-100)."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions.base import CASE_UPDATES, MessageText, Offer, Written
from inbox_recipes.effects import Effect, Nothing, Respond, Say
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.people import Id
from inbox_recipes.platforms import CAPABILITIES


class SendPrivateReply(Written):
    """A private message to whoever wrote the message, or the latest one in the case.

    A `message` has a `text` of its own, or is a canned response (`response_id`); the other kinds always are.
    A case gets one survey of a kind (A37), and one flow at a time. Where a service has no private messages
    nothing is sent, and never in public instead (A38).
    """

    type: Literal["send_private_reply"]
    kind: Literal["message", "csat", "nps", "flow"] = "message"
    text: MessageText | None = None
    response_id: Id | None = None
    offered_on: ClassVar[frozenset[Offer]] = CASE_UPDATES
    elsewhere: ClassVar[str] = "New mentions and cases have reply, which answers in kind."

    @model_validator(mode="after")
    def _says_one_thing(self) -> "SendPrivateReply":
        if self.kind != "message" and self.text is not None:
            raise _refused(f"A {self.kind} says what its response says: it has no text here.", "text")
        if self.text is None and self.response_id is None:
            if self.kind == "message":
                raise _refused("A message has a text, or the id of a response.", "text")
            raise _refused(f"This names the response that the {self.kind} is.", "response_id")
        if self.text is not None and self.response_id is not None:
            raise _refused("A message has a text, or the id of a response, and not both.", "response_id")
        return self

    def refers(self) -> dict[str, tuple[str, str | None]]:
        """The response must exist."""
        return {"response_id": ("responses", self.response_id)}

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Write to the customer where that can be done in private."""
        mention = subject.mention
        if mention is None:
            return Nothing("the customer has written nothing that could be answered")
        service = mention.source.service
        capabilities = {str(name): each for name, each in CAPABILITIES.items()}.get(service)
        if capabilities is None or not capabilities.private_reply:
            return Nothing(f"{service} has no private messages")
        if self.response_id is not None:
            return Respond(self.kind, self.response_id, subject)
        return Say(kind="private", text=self.text or "", subject=subject)


def _refused(detail: str, key: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{detail}", {"key": key, "detail": detail, "allowed": []})
