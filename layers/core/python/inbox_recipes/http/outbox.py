"""The outbox: drafts, replies that await approval, and what became of everything that was sent."""

from typing import get_args

from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.flows import outbox as flow
from inbox_recipes.flows.outbox import Change, Desk
from inbox_recipes.http.inbox import plain
from inbox_recipes.http.paging import listing
from inbox_recipes.http.request import Answer, Request, read, versioned
from inbox_recipes.inbox import Frozen
from inbox_recipes.outbox import Decision, OutboxItem, OutboxPatch, Settlement, State
from inbox_recipes.validation import validated

FILTERS = ("state", "profile", "recipe_id", "approver", "case_id")


def items(request: Request) -> Answer:
    """Items, newest first, or those of some states, a profile, a recipe, an approver or a case."""
    asked = {name: request.query[name][-1] for name in FILTERS[1:] if name in request.query}
    states = tuple(dict.fromkeys(request.query.get("state", ())))
    unknown = [each for each in states if each not in get_args(State)]
    if unknown:
        raise InvalidInput([Problem("?state", f"There is no state {unknown[0]!r}.", get_args(State))])
    outbox = request.services.outbox
    chosen = [*states, *(f"{name}={value}" for name, value in sorted(asked.items()))]
    return listing(
        request, lambda limit, cursor: outbox.listed(limit, cursor, states=states, **asked), plain, *chosen
    )


def item(request: Request) -> Answer:
    """One item."""
    found = request.services.outbox.get(request.path["id"])
    if found is None:
        raise NotFound("message in the outbox", request.path["id"])
    return read(request, plain(found), found.revision)


def change(request: Request) -> Answer:
    """Another text or approver, or a comment."""
    seen = request.seen()
    patch = validated(OutboxPatch, request.json())
    return _versioned(flow.edit(request.path["id"], patch, desk(request, seen)))


def approve(request: Request) -> Answer:
    """Have it sent."""
    return _decided(request, flow.approve, Decision)


def reject(request: Request) -> Answer:
    """Have it not sent."""
    return _decided(request, flow.reject, Decision)


def send_again(request: Request) -> Answer:
    """Have it sent once more, by a person's word."""
    return _decided(request, flow.send_again, Decision)


def settle(request: Request) -> Answer:
    """Say whether the customer has it."""
    return _decided(request, flow.settle, Settlement)


def _decided[S: Frozen](request: Request, do: Change[S], said: type[S]) -> Answer:
    seen = request.seen(required=False)
    posted = request.json() if request.event.get("body") else {}
    return _versioned(do(request.path["id"], validated(said, posted), desk(request, seen)))


def _versioned(item: OutboxItem) -> Answer:
    return versioned(plain(item), item.revision)


def desk(request: Request, seen: int | None = None) -> Desk:
    """The caller at the outbox."""
    services = request.services
    return Desk(
        services.outbox, services.inbox, services.rule_books, services.queue, request.actor,
        services.now(), seen,
    )  # fmt: skip
