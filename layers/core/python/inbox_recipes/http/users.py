"""The users of the directory: each is shown with whether he or she takes new work, and can say so."""

from typing import Any, Literal

from inbox_recipes.configuration import KINDS, Stored
from inbox_recipes.errors import Conflict
from inbox_recipes.http.members import Members, shown
from inbox_recipes.http.paging import listing, part_of
from inbox_recipes.http.request import Answer, Request, versioned
from inbox_recipes.inbox import Frozen
from inbox_recipes.people import Availability, UserStatus
from inbox_recipes.roles import Permission
from inbox_recipes.validation import validated


class UserStatusChange(Frozen):
    """Whether a user takes new work from now on."""

    status: UserStatus


class Me(Frozen):
    """Who is calling: a person or a program, and what the role and the scopes of the token allow.

    `user_id` is a person's id in the directory, if he or she stands there.
    """

    kind: Literal["person", "program"]
    id: str
    name: str | None
    user_id: str | None
    roles: tuple[str, ...]
    permissions: tuple[Permission, ...]
    scopes: tuple[str, ...]


class Users(Members):
    """The requests about users: those about any member, with the status beside."""

    def __init__(self) -> None:
        super().__init__(KINDS["user"])

    def all(self, request: Request) -> Answer:
        """A page of the users, by id."""
        said = request.services.availabilities
        users = request.services.configuration.of_kind("user")
        known = said.of([user.id for user in users])
        return listing(
            request,
            lambda limit, cursor: part_of(users, lambda user: user.id, limit, cursor),
            lambda user: _with_status(user, known.get(user.id)),
        )

    def get(self, request: Request) -> Answer:
        """One user, told in full each time: the version says nothing about the status."""
        stored = request.services.configuration.get("user", request.path["id"])
        return versioned(self.show(request, stored), stored.version)

    def show(self, request: Request, stored: Stored) -> dict[str, Any]:
        """A user, with the status."""
        return _with_status(stored, request.services.availabilities.of([stored.id]).get(stored.id))


def set_status(request: Request) -> Answer:
    """Say for a user whether he or she takes new work."""
    return _set_status(request, request.path["id"])


def set_own_status(request: Request) -> Answer:
    """Say for oneself whether one takes new work."""
    user_id = request.caller.user_id
    if user_id is None:
        raise Conflict(f"{request.actor.id!r} is no user of the directory, and is given no work.")
    return _set_status(request, user_id)


def me(request: Request) -> Answer:
    """Who is calling."""
    caller = request.caller
    return Answer(
        Me(
            kind="program" if caller.roles is None else "person",
            id=caller.actor.id,
            name=caller.actor.name,
            user_id=caller.user_id,
            roles=caller.roles or (),
            permissions=caller.effective,
            scopes=tuple(sorted(caller.scopes)),
        ).model_dump(mode="json")
    )


def _set_status(request: Request, user_id: str) -> Answer:
    wanted = validated(UserStatusChange, request.json()).status
    services = request.services
    stored = services.configuration.get("user", user_id)
    availability = Availability(status=wanted, since=services.now())
    services.availabilities.put(stored.id, availability)
    return Answer(_with_status(stored, availability))


def _with_status(stored: Stored, said: Availability | None) -> dict[str, Any]:
    said = said or Availability()
    plain = said.model_dump(mode="json")
    return {**shown(stored), "status": plain["status"], "status_since": plain["since"]}
