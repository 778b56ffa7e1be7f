"""Contacts: who writes to us, what we know about them, and that two of them are one person."""

from inbox_recipes.contact_edits import ContactPatch
from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.flows.contacts import Merge, contact_of, merge_contacts, patch_contact
from inbox_recipes.http.inbox import plain
from inbox_recipes.http.paging import listing
from inbox_recipes.http.request import Answer, Request, read, versioned
from inbox_recipes.inbox import Contact
from inbox_recipes.ports import Page
from inbox_recipes.validation import validated


def contacts(request: Request) -> Answer:
    """Contacts, newest first; or the one that a social profile belongs to."""
    inbox = request.services.inbox
    named = [request.query.get(name, [""])[-1] for name in ("service", "profile_id")]
    if not any(named):
        return listing(request, inbox.list_contacts, plain)
    if not all(named):
        missing = "profile_id" if named[0] else "service"
        detail = "A social profile is named by its service and its id there."
        raise InvalidInput([Problem(f"?{missing}", detail)])
    service, profile_id = named
    profile = inbox.profiles([(service, profile_id)]).get((service, profile_id))
    found = list(inbox.contacts([profile.contact_id]).values()) if profile else []
    return listing(request, lambda _limit, _cursor: Page(found, None), plain, *named)


def contact(request: Request) -> Answer:
    """One contact; one that was merged is whom it became."""
    found = _contact(request)
    return read(request, plain(found), found.revision)


def change(request: Request) -> Answer:
    """What an agent writes down about a contact."""
    seen = request.seen()
    patch = validated(ContactPatch, request.json())
    services = request.services
    after = patch_contact(request.path["id"], patch, seen, request.actor, services.inbox, services.now())
    return versioned(plain(after), after.revision)


def merge(request: Request) -> Answer:
    """Make one contact of several."""
    wanted = validated(Merge, request.json())
    services, seen = request.services, request.seen(required=False)
    contact_id = request.path["id"]
    after = merge_contacts(contact_id, wanted, seen, request.actor, services.inbox, services.now())
    return versioned(plain(after), after.revision)


def cases(request: Request) -> Answer:
    """The cases of a contact, newest first."""
    found, inbox = _contact(request), request.services.inbox
    return listing(request, lambda limit, cursor: inbox.cases_of_contacts(found.ids, limit, cursor), plain)


def _contact(request: Request) -> Contact:
    return contact_of(request.path["id"], request.services.inbox)
