"""Pause the recipe for some time, or some open hours, unless something happens (rows 3, 4; A1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, field_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions.base import ARRIVALS, CASE_UPDATES, Action, Offer
from inbox_recipes.business_hours import Schedule
from inbox_recipes.effects import Effect, Nothing, Pause
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.opening_times import after_open
from inbox_recipes.people import Id

MOST_MINUTES = 28 * 24 * 60

Breaker = Literal["customer_replies", "agent_replies", "status_changes"]
IN_WORDS: dict[Breaker, str] = {
    "customer_replies": "the customer replies",
    "agent_replies": "we reply",
    "status_changes": "the status changes",
}


def _how_many(unless: object) -> str:
    return "several" if isinstance(unless, list | tuple) else "one"


Breakers = Annotated[
    Annotated[Breaker, Tag("one")]
    | Annotated[tuple[Breaker, ...], Field(min_length=1, max_length=3), Tag("several")],
    Discriminator(_how_many),
]


class WaitAction(Action):
    """`minutes` from one to 28 days; with a `schedule_id` only those count in which that is open.

    `unless` names what breaks the wait: one thing, several, or nothing. A wait for the customer's silence
    begins again with every message of ours, asks that the last message is ours, and minds the status (A1).
    """

    type: Literal["wait"]
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)]
    schedule_id: Id | None = None
    unless: Breakers | None = None
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS | CASE_UPDATES
    effect_class: ClassVar[Literal["A", "B", "C", "wait"]] = "wait"

    @field_validator("unless")
    @classmethod
    def _each_once(cls, unless: object) -> object:
        if isinstance(unless, tuple) and len(set(unless)) < len(unless):
            detail = "Each of them stands here once."
            raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": sorted(IN_WORDS)})
        return unless

    @property
    def breakers(self) -> tuple[Breaker, ...]:
        """What breaks the wait."""
        if self.unless is None:
            return ()
        return (self.unless,) if isinstance(self.unless, str) else self.unless

    @property
    def minds_status(self) -> bool:
        """Whether another status breaks the wait: silence is waited for in the status that it began in."""
        return bool({"status_changes", "customer_replies"} & set(self.breakers))

    @property
    def begins_again(self) -> bool:
        """Whether a message of ours starts the wait again (A1)."""
        return "customer_replies" in self.breakers and "agent_replies" not in self.breakers

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Pause, if there is something to wait on."""
        if about == "case" and subject.case is None:
            return Nothing("there is no case to wait on")
        return Pause()

    def references(self) -> dict[str, tuple[str, ...]]:
        """The schedule whose open minutes count."""
        return {"schedules": (self.schedule_id,)} if self.schedule_id else {}

    def ends(self, begun: datetime, schedules: Mapping[str, Schedule]) -> datetime | None:
        """When a wait that began then is over; nothing if the schedule is hardly ever open."""
        length = timedelta(minutes=self.minutes)
        if self.schedule_id is None:
            return _whole_second(begun + length)
        over = after_open(schedules[self.schedule_id], begun, length)
        return over and _whole_second(over)

    def length(self) -> str:
        """How long it is, in words."""
        time = "1 minute" if self.minutes == 1 else f"{self.minutes} minutes"
        return f"{time} of the open hours of {self.schedule_id}" if self.schedule_id else time

    def in_words(self) -> str:
        """What is waited for."""
        broken = " or ".join(IN_WORDS[each] for each in self.breakers)
        return f"{self.length()}, unless {broken}" if broken else self.length()


def _whole_second(at: datetime) -> datetime:
    """Schedules fire on whole seconds; rounding up keeps a wait from ending early."""
    return (at + timedelta(microseconds=999_999)).replace(microsecond=0)
