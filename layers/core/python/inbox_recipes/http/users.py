"""The users of the directory: each is shown with whether he or she takes new work, and can say so."""

from typing import Any

from inbox_recipes.configuration import KINDS, Stored
from inbox_recipes.http.members import Members, shown
from inbox_recipes.http.paging import listing, part_of
from inbox_recipes.http.request import Answer, Request, versioned
from inbox_recipes.inbox import Frozen
from inbox_recipes.people import Availability, UserStatus
from inbox_recipes.validation import validated


class UserStatusChange(Frozen):
    """Whether a user takes new work from now on."""

    status: UserStatus


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
    wanted = validated(UserStatusChange, request.json()).status
    services = request.services
    stored = services.configuration.get("user", request.path["id"])
    availability = Availability(status=wanted, since=services.now())
    services.availabilities.put(stored.id, availability)
    return Answer(_with_status(stored, availability))


def _with_status(stored: Stored, said: Availability | None) -> dict[str, Any]:
    said = said or Availability()
    plain = said.model_dump(mode="json")
    return {**shown(stored), "status": plain["status"], "status_since": plain["since"]}
