"""Send the mention, or the case and the mention, to the team's web application (rows 51, 92, 102, 105)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from inbox_recipes.actions.base import ARRIVALS, CASE_UPDATES, Action, Offer
from inbox_recipes.effects import Call, Effect
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.people import Name

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _can_be_called(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # no host that brackets close, no port that there is
        return False
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    named = bool(parts.hostname) and parts.username is None and port != 0
    return (parts.scheme == "https" or plain) and named and url.isprintable() and " " not in url


def _web_address(url: str) -> str:
    if _can_be_called(url):
        return url
    detail = "A webhook URL is https, with a host and no credentials; http only reaches a local receiver."
    raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": []})


class Webhook(Action):
    """A signed POST. `name` is what the history shows (row 109), `description` stays inside (row 111)."""

    type: Literal["webhook"]
    name: Name
    description: Annotated[str, StringConstraints(max_length=1000)] = ""
    url: Annotated[str, StringConstraints(max_length=2048), AfterValidator(_web_address)]
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS | CASE_UPDATES
    effect_class: ClassVar[Literal["A", "B", "C", "wait"]] = "B"

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """The whole mention as the body (A17); a recipe about a case sends the case with it (row 102)."""
        mention = subject.mention.model_dump(mode="json") if subject.mention else None
        case = subject.case.model_dump(mode="json") if subject.case else None
        body = mention if about == "mention" and mention else {"case": case, "mention": mention}
        return Call(name=self.name, url=self.url, body=body)
