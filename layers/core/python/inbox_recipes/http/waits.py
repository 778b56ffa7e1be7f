"""Waits under way: what waits, until when and for what; and what becomes of them when a recipe is changed."""

from typing import Literal, get_args

from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.flows.wait_reviews import ask, cancel_by_hand
from inbox_recipes.http.inbox import plain
from inbox_recipes.http.paging import listing
from inbox_recipes.http.request import Answer, Request

Decision = Literal["keep", "re-evaluate", "cancel"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)


def waits(request: Request) -> Answer:
    """Armed waits, the next due first; of one recipe or on one case, if asked."""
    chosen = {name: request.query.get(name, [None])[-1] for name in ("recipe_id", "case_id")}
    ledger = request.services.ledger
    return listing(
        request,
        lambda limit, cursor: ledger.waits(
            limit, cursor, recipe_id=chosen["recipe_id"], case_id=chosen["case_id"]
        ),
        plain,
        *(f"{name}={value}" for name, value in chosen.items() if value is not None),
    )


def wait(request: Request) -> Answer:
    """One wait, also when it is over."""
    found = request.services.ledger.wait(request.path["wait_id"])
    if found is None:
        raise NotFound("wait", request.path["wait_id"])
    return Answer(plain(found))


def cancel(request: Request) -> Answer:
    """End a wait, and what was to come after it."""
    services = request.services
    cancel_by_hand(request.path["wait_id"], request.actor, services.inbox, services.ledger, services.now())
    return Answer(status=204)


def decision(request: Request) -> Decision:
    """What the caller wants for the waits of the recipe that is changed: `keep` unless it says so."""
    wanted = request.query.get("waits", ["keep"])[-1]
    if wanted in DECISIONS:
        return wanted
    detail = f"What becomes of the waits under way is one of these; {wanted!r} is not."
    raise InvalidInput([Problem("?waits", detail, DECISIONS)])


def carry_out(wanted: Decision, request: Request, happened: str) -> None:
    """Have the recipe's waits reviewed, now that it is as it is (A30)."""
    if wanted == "keep":
        return
    services = request.services
    ask(
        request.path["id"],
        wanted,
        f"cancelled when the recipe was {happened}",
        request.actor,
        services.ledger,
        services.queue,
        services.now(),
    )
