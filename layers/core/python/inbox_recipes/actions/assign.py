"""Assign the mention, or the case that has arrived, to users and teams (rows 25-28, 84)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions.base import ARRIVALS, Action, Offer, target
from inbox_recipes.effects import Effect, Give, Nothing
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.people import Id


class Assignees(Action):
    """Whom an action gives an item to. Whoever had it before gives it up (A31).

    `all`: everybody listed. `one`: the one of those listed who has waited longest for a turn, passing
    over users who are busy, unavailable or disabled (A3).
    """

    users: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    teams: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    mode: Literal["all", "one"] = "all"

    @model_validator(mode="after")
    def _names_somebody(self) -> "Assignees":
        if self.users or self.teams:
            return self
        detail = f"{self.type} needs at least one user or team."
        raise PydanticCustomError("refused", "{detail}", {"key": "teams", "detail": detail, "allowed": []})

    def references(self) -> dict[str, tuple[str, ...]]:
        """The users and teams must exist."""
        return {"users": self.users, "teams": self.teams}


class Assign(Assignees):
    """Give what arrived to all of those listed, or to one of them in turn."""

    type: Literal["assign"]
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS | {"mention in case"}
    elsewhere: ClassVar[str] = (
        "It assigns what has just arrived, and a change of a case brings no mention: "
        "the case is assigned by assign_case."
    )

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Give the mention or the case to those listed."""
        item = target(subject, about, about)
        return item if isinstance(item, Nothing) else Give(item, self.users, self.teams, self.mode)
