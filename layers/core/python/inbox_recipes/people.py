"""Users, teams and who did something: the people that recipes and histories name."""

from typing import Annotated

from pydantic import Field, StringConstraints

from inbox_recipes.inbox import ActorKind, Frozen
from inbox_recipes.spelling import EMAIL, ID

Id = Annotated[str, StringConstraints(pattern=ID)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Team(Frozen):
    """A group of users that work can be given to."""

    name: Name


class User(Frozen):
    """Somebody that work can be given to."""

    name: Name
    email: Annotated[str, StringConstraints(pattern=EMAIL, max_length=320)] | None = None
    teams: Annotated[tuple[Id, ...], Field(max_length=100)] = ()


class Actor(Frozen):
    """Who did something: an agent, a recipe at a version, the customer, or the system itself."""

    kind: ActorKind
    id: str
    name: str | None = None
    version: int | None = None


SYSTEM = Actor(kind="system", id="inbox-recipes", name="Inbox Recipes")
