"""Delete or hide the mention on its service, or block its author; it stays in the inbox (rows 44-50)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions.base import Action, Offer
from inbox_recipes.effects import Effect, Nothing, Removal
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.platforms import Act, services_for

DAYS_OF_QUARANTINE = 30


class RemoveFromService(Action):
    """One act on what somebody else wrote, by the profile of ours that received it (A12, A13).

    `confirmed` must be true. With `quarantine_hours` a delete hides first, and deletes so many hours later
    unless somebody objects. Above `most_per_hour` acts of the recipe in an hour by the clock, further ones
    are held for a person to decide.
    """

    type: Literal["remove_from_service"]
    what: Literal["hide", "delete", "block_author"]
    confirmed: StrictBool = False
    quarantine_hours: Annotated[int, Field(ge=1, le=DAYS_OF_QUARANTINE * 24)] | None = None
    most_per_hour: Annotated[int, Field(ge=1, le=100_000)] = 20
    offered_on: ClassVar[frozenset[Offer]] = frozenset({"new mention"})
    elsewhere: ClassVar[str] = "A case is not on any platform: what is removed is a mention that comes in."
    effect_class: ClassVar[Literal["A", "B", "C", "wait"]] = "B"

    @model_validator(mode="after")
    def _is_meant(self) -> "RemoveFromService":
        if not self.confirmed:
            raise _refused(
                "confirmed", "This changes what others see, and a delete is for good: confirm it.", "true"
            )
        if self.quarantine_hours is not None and self.what != "delete":
            raise _refused("quarantine_hours", "A quarantine is the time before a delete.", "delete")
        return self

    @property
    def acts(self) -> tuple[Act, ...]:
        """What the platform must be able to do: a quarantine hides, and shows again what was objected to."""
        return ("hide", "unhide", "delete") if self.quarantine_hours else (self.what,)

    @property
    def services(self) -> tuple[str, ...]:
        """The services where that can be done."""
        return services_for(self.acts)

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Never anything to a message of our own."""
        mention = subject.mention
        if mention is None:
            return Nothing("there is no mention", {"what": self.what})
        if mention.author.managed:
            return Nothing("this is a message of ours", {"what": self.what})
        service = mention.source.service
        if service not in self.services:
            detail = {"what": self.what, "service": service}
            return Nothing(f"{service} has no way to {self.in_words}", detail)
        return Removal(mention, self.what, self.quarantine_hours, self.most_per_hour)

    @property
    def in_words(self) -> str:
        """What is done, for people."""
        words = {"hide": "hide a message", "delete": "delete a message", "block_author": "block its author"}
        return "hide a message before it is deleted" if self.quarantine_hours else words[self.what]


def _refused(key: str, detail: str, *allowed: str) -> PydanticCustomError:
    return PydanticCustomError(
        "refused", "{detail}", {"key": key, "detail": detail, "allowed": list(allowed)}
    )
