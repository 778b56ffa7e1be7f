"""What is kept about a contact: all of it taken out, and all of it erased (R20)."""

from typing import Annotated

from pydantic import Field

from inbox_recipes.flows.contacts import contact_of
from inbox_recipes.flows.erase import ask, erasure_of
from inbox_recipes.flows.export import exported
from inbox_recipes.http.inbox import plain
from inbox_recipes.http.paging import listing
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Frozen, Time
from inbox_recipes.people import Actor


class ShownErasure(Frozen):
    """How far the erasing of a contact is, without whom it is about."""

    contact_id: str
    state: str
    by: Actor
    asked_at: Time
    done_at: Time | None
    looked_again_at: Annotated[
        Time | None, Field(description="A day later everything is looked through once more")
    ]
    mentions: int
    cases: int


def export(request: Request) -> Answer:
    """Everything that is kept about a contact, a page at a time."""
    services = request.services
    contact = contact_of(request.path["id"], services.inbox)
    return listing(
        request,
        lambda limit, cursor: exported(
            contact,
            services.inbox,
            services.ledger,
            services.deliveries,
            services.moderations,
            services.outbox,
            limit,
            cursor,
        ),
        plain,
    )


def erase(request: Request) -> Answer:
    """Have everything that is kept about a contact erased."""
    services = request.services
    erasure = ask(
        request.path["id"], request.actor, services.inbox, services.personal_data, services.queue,
        services.now(),
    )  # fmt: skip
    return Answer(_shown(erasure), 202)


def erasure(request: Request) -> Answer:
    """How far it is."""
    return Answer(_shown(erasure_of(request.path["id"], request.services.personal_data)))


def _shown(erasure: Frozen) -> dict[str, object]:
    return {name: value for name, value in plain(erasure).items() if name in ShownErasure.model_fields}
