"""Users, teams and who did something: the people that recipes and histories name."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from inbox_recipes.inbox import ActorKind, Frozen, Time
from inbox_recipes.spelling import EMAIL, ID, LOGIN

Id = Annotated[str, StringConstraints(pattern=ID)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

UserStatus = Literal["available", "busy", "unavailable"]
"""Available takes everything; busy is online and gets no new work; unavailable gets none (domain 1.6)."""


Channel = Literal["email", "push"]
"""How a person is told of something."""


class Team(Frozen):
    """A group of users that work can be given to."""

    name: Name


class User(Frozen):
    """Somebody that work can be given to.

    `login` is the username in the user pool where it is not the user's id. `role` is the most that the
    user may do, whatever the groups of the login say. A disabled user keeps the history and does
    nothing new. Whether the user is available is kept elsewhere: see `Availability`.
    """

    name: Name
    email: Annotated[str, StringConstraints(pattern=EMAIL, max_length=320)] | None = None
    login: Annotated[str, StringConstraints(pattern=LOGIN)] | None = None
    teams: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    role: Id | None = None
    schedule_id: Id | None = None
    disabled: StrictBool = False


class Availability(Frozen):
    """What a user said about taking new work, and when; nobody who never said anything is away."""

    status: UserStatus = "available"
    since: Time | None = None


def no_new_work(user: User, availability: Availability | None) -> str | None:
    """Why a recipe that chooses among users must not choose this one, if it must not (A3, A6)."""
    if user.disabled:
        return "disabled"
    return availability.status if availability and availability.status != "available" else None


class Actor(Frozen):
    """Who did something: an agent, a recipe at a version, the customer, or the system itself."""

    kind: ActorKind
    id: str
    name: str | None = None
    version: int | None = None


SYSTEM = Actor(kind="system", id="inbox-recipes", name="Inbox Recipes")
