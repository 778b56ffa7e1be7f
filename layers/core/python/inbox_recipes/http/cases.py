"""Cases that people open by hand, what they put into them, and the mentions that a case holds."""

from inbox_recipes.flows.cases import LinkedMentions, NewCase, create_case, link_mentions, unlink_mention
from inbox_recipes.http.inbox import found_case, plain
from inbox_recipes.http.paging import listing
from inbox_recipes.http.request import Answer, Request, versioned
from inbox_recipes.ids import digest
from inbox_recipes.inbox import Case
from inbox_recipes.validation import validated


def create(request: Request) -> Answer:
    """A case opened by hand; the same key is the same case (A36)."""
    new = validated(NewCase, request.json())
    services = request.services
    case_id = f"cas_{digest('by hand', request.idempotency_key)}"
    case, known = create_case(
        new, case_id, request.actor, services.inbox, services.rule_books, services.now()
    )
    if known:
        return versioned(plain(case), case.revision).repeated()
    return versioned(plain(case), case.revision, 201, f"/cases/{case.id}")


def mentions(request: Request) -> Answer:
    """What a case holds, in the order in which it came in."""
    case, inbox = found_case(request), request.services.inbox
    return listing(request, lambda limit, cursor: inbox.mentions_of_case(case.id, limit, cursor), plain)


def link(request: Request) -> Answer:
    """Put mentions into a case."""
    wanted = validated(LinkedMentions, request.json())
    services, seen = request.services, request.seen(required=False)
    case_id = request.path["id"]
    return _changed(
        link_mentions(case_id, wanted.unique_ids, seen, request.actor, services.inbox, services.now())
    )


def unlink(request: Request) -> Answer:
    """Take a mention out of a case."""
    services, seen = request.services, request.seen(required=False)
    case_id, unique_id = request.path["id"], request.path["unique_id"]
    return _changed(unlink_mention(case_id, unique_id, seen, request.actor, services.inbox, services.now()))


def _changed(case: Case) -> Answer:
    return versioned(plain(case), case.revision)
