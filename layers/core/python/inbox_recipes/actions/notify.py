"""Send a notification to selected users: push, e-mail or both (rows 18-21, A7)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions.base import ARRIVALS, Action, Offer
from inbox_recipes.effects import Effect, Nothing, Tally
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.people import Channel, Id


class Notify(Action):
    """Every arrival counts; after `threshold` of them a message goes out, at most every `interval_minutes`.

    What arrives in between is in the next message. A threshold of 1 with an interval of 0 sends a message for
    each arrival. Teams stand for their members at the time of sending.
    """

    type: Literal["notify"]
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=2)]
    users: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    teams: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    threshold: Annotated[int, Field(ge=1, le=1000)] = 1
    interval_minutes: Annotated[int, Field(ge=0, le=40_320)] = 0
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS
    elsewhere: ClassVar[str] = "It counts what is new; a change of a case is nothing new."
    effect_class: ClassVar[Literal["A", "B", "C", "wait"]] = "C"

    @model_validator(mode="after")
    def _names_somebody_once_by_each_channel(self) -> "Notify":
        if not self.users and not self.teams:
            raise _refusal("notify needs at least one user or team.", "users")
        if len(set(self.channels)) < len(self.channels):
            raise _refusal("Each channel is named once.", "channels")
        return self

    def references(self) -> dict[str, tuple[str, ...]]:
        """The users and teams must exist."""
        return {"users": self.users, "teams": self.teams}

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Count what has arrived."""
        if (subject.case if about == "case" else subject.mention) is None:
            return Nothing(f"there is no {about} to tell of")
        return Tally(threshold=self.threshold, interval_minutes=self.interval_minutes)


def _refusal(detail: str, key: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{detail}", {"key": key, "detail": detail, "allowed": []})
