"""The five requests that every kind of configuration answers, and the two ways of showing a member."""

from typing import Any

from inbox_recipes.configuration import Kind, Stored
from inbox_recipes.credentials import without_names
from inbox_recipes.flows.manage import Editor
from inbox_recipes.flows.secret_keeping import Keeping
from inbox_recipes.http.paging import listing, part_of
from inbox_recipes.http.request import Answer, Request, read, versioned


def shown(stored: Stored) -> dict[str, Any]:
    """A member as the API shows it: what was saved, and what we know about it."""
    known = stored.model_dump(mode="json", include={"id", "version", "on_since", "by", "added", "updated"})
    date = {"added": known.pop("added"), "updated": known.pop("updated")}
    if stored.kind != "recipe":
        del known["on_since"]
    return {**without_names(stored.body), **known, "date": date}


def editor(request: Request) -> Editor:
    """The caller as somebody who changes the configuration."""
    services = request.services
    return Editor(
        services.configuration,
        services.rule_books,
        services.calendars,
        request.actor,
        services.now(),
        Keeping(services.secrets),
        reaches_loopback=services.reaches_loopback,
    )


class Members:
    """The requests about the members of one kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def all(self, request: Request) -> Answer:
        """A page of the members: recipes in their order, others by id."""
        members = request.services.configuration.of_kind(self.kind.name)
        return listing(request, lambda limit, cursor: part_of(members, lambda m: m.id, limit, cursor), shown)

    def create(self, request: Request) -> Answer:
        """A new member whose id is made here."""
        member_id = self.kind.id_prefix + request.services.token()
        return self._created(request, editor(request).create(self.kind, member_id, request.json()))

    def get(self, request: Request) -> Answer:
        """One member."""
        stored = request.services.configuration.get(self.kind.name, request.path["id"])
        return read(request, self.show(request, stored), stored.version)

    def put(self, request: Request) -> Answer:
        """A member's next version, or with `If-None-Match: *` a new member with the caller's id."""
        member_id = request.path["id"]
        if request.creates:
            return self._created(request, editor(request).create(self.kind, member_id, request.json()))
        seen = request.seen()
        stored = editor(request).replace(self.kind, member_id, request.json(), seen)
        return versioned(self.show(request, stored), stored.version)

    def delete(self, request: Request) -> Answer:
        """End a member that nothing refers to."""
        editor(request).delete(self.kind, request.path["id"], request.seen())
        return Answer(status=204)

    def show(self, _request: Request, stored: Stored) -> dict[str, Any]:
        """A member as the answer holds it."""
        return shown(stored)

    def _created(self, request: Request, stored: Stored) -> Answer:
        location = f"/{self.kind.route}/{stored.id}"
        return versioned(self.show(request, stored), stored.version, 201, location)
