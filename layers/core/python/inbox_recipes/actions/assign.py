"""Assign the mention, or the case that has arrived, to users and teams (rows 25-28, 84)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions.base import ARRIVALS, Action, Offer, target
from inbox_recipes.effects import Change, Edit, Effect, Nothing
from inbox_recipes.inbox import Object, Subject
from inbox_recipes.people import Id


class Assign(Action):
    """Everybody listed becomes assignee; whoever had it before gives it up (A3 mode `all`, A31)."""

    type: Literal["assign"]
    users: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    teams: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS | {"mention in case"}
    elsewhere: ClassVar[str] = "It assigns what has just arrived, and a change of a case brings no mention."

    @model_validator(mode="after")
    def _names_somebody(self) -> "Assign":
        if self.users or self.teams:
            return self
        detail = "assign needs at least one user or team."
        raise PydanticCustomError("refused", "{detail}", {"key": "teams", "detail": detail, "allowed": []})

    def references(self) -> dict[str, tuple[str, ...]]:
        """The users and teams must exist."""
        return {"users": self.users, "teams": self.teams}

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Make exactly the listed users and teams the assignees."""
        item = target(subject, about)
        if item is None:
            return Nothing(f"there is no {about} to assign")
        had = item.assignment
        if set(had.users) == set(self.users) and set(had.teams) == set(self.teams):
            return Nothing("it is already assigned so", {"users": list(had.users), "teams": list(had.teams)})
        detail = {
            "users": list(self.users),
            "teams": list(self.teams),
            "previous": {"users": list(had.users), "teams": list(had.teams)},
        }
        return Change((Edit(item, users=self.users, teams=self.teams, detail=detail),))
