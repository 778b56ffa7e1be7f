"""Answer in public below a message of the case, by a chosen profile (rows 91, 101)."""

from datetime import datetime
from typing import ClassVar, Literal

from inbox_recipes.actions.base import CASE_UPDATES, Offer, Worded
from inbox_recipes.effects import Effect, Nothing, Say
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.people import Id


class SendPublicReply(Worded):
    """A public answer by the profile, below the latest public message of that service in the case.

    A case without one is not answered, and never in private or elsewhere instead (A39).
    """

    type: Literal["send_public_reply"]
    service: Literal["facebook", "twitter"]
    profile: Id
    offered_on: ClassVar[frozenset[Offer]] = CASE_UPDATES
    elsewhere: ClassVar[str] = "New mentions and cases have reply, which answers in kind."

    def refers(self) -> dict[str, tuple[str, str | None]]:
        """The profile must exist; that it is one of the service is the business of `fitting`."""
        return {"profile": ("profiles", self.profile)}

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Answer in the case; which of its messages, is found when it is done."""
        if subject.case is None:
            return Nothing("there is no case")
        return Say(kind="public", text=self.text, subject=subject, service=self.service, profile=self.profile)
