"""Pause the recipe until a time, unless the customer writes (row 3, A1)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from inbox_recipes.actions.base import CASE_UPDATES, Action, Offer
from inbox_recipes.effects import Effect, Nothing, Pause
from inbox_recipes.inbox import Object, Subject

MOST_MINUTES = 28 * 24 * 60


class WaitAction(Action):
    """`minutes` from one to 28 days. A reply of ours starts the wait again (A1)."""

    type: Literal["wait"]
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)]
    unless: Literal["customer_replies"] | None = None
    offered_on: ClassVar[frozenset[Offer]] = CASE_UPDATES
    elsewhere: ClassVar[str] = "It waits on a case that has been worked on, until the customer writes."
    effect_class: ClassVar[Literal["A", "B", "C", "wait"]] = "wait"

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Pause, if there is a case to wait on."""
        if subject.case is None:
            return Nothing("there is no case to wait on")
        return Pause(minutes=self.minutes, unless=self.unless)
