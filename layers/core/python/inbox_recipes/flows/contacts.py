"""What people know about contacts: their data, and that two of them are one person (domain 1.5)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from inbox_recipes.contact_edits import ContactPatch, patched, together
from inbox_recipes.errors import InvalidInput, NotFound, Problem, Stale
from inbox_recipes.history import Line, line_outside_runs
from inbox_recipes.ids import digest
from inbox_recipes.inbox import Case, CaseDates, Contact, ContactDates, Frozen, LastAction
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, Transaction, Write

TRIES = 8


class Merge(Frozen):
    """The contacts that are the same person."""

    contact_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=10)]


def contact_of(contact_id: str, inbox: Inbox) -> Contact:
    """A contact; one that was merged is whom it became. Raises NotFound."""
    found = inbox.contacts([contact_id]).get(contact_id)
    if found is None:
        raise NotFound("contact", contact_id)
    return found


def patch_contact(
    contact_id: str, patch: ContactPatch, seen: int | None, actor: Actor, inbox: Inbox, now: datetime
) -> Contact:
    """Change a contact that is still at revision `seen`; nothing changed is nothing written."""
    contact = contact_of(contact_id, inbox)
    if seen not in (None, contact.revision):
        raise Stale(f"It is at version {contact.revision} by now, not {seen}.")
    new = patched(contact, patch)
    if all(getattr(contact, name) == value for name, value in new.items()):
        return contact
    after = _next(contact, new, now)
    inbox.commit(Transaction(actor=actor, at=now, contacts=((contact, after),)))
    return after


def merge_contacts(
    contact_id: str, others: Merge, seen: int | None, actor: Actor, inbox: Inbox, now: datetime
) -> Contact:
    """Make one contact of several. It goes on under `contact_id`; the other ids stay valid names of it.

    Profiles move with the contact, in one transaction for each; then its cases follow, one by one. After a
    crash the same call again does what is left: what is done already is found done.
    """
    survivor = contact_of(contact_id, inbox)
    if seen not in (None, survivor.revision):
        raise Stale(f"It is at version {survivor.revision} by now, not {seen}.")
    for index, other_id in enumerate(others.contact_ids):
        if other_id == contact_id:
            raise InvalidInput([Problem(f"/contact_ids/{index}", "A contact cannot be merged into itself.")])
        if other_id not in inbox.contacts([other_id]):
            raise InvalidInput([Problem(f"/contact_ids/{index}", f"There is no contact {other_id!r}.")])
    for other_id in others.contact_ids:
        survivor = _merged(survivor.id, other_id, actor, inbox, now)
    for case_id in _cases_left_behind(survivor, inbox):
        _follow(case_id, survivor, actor, inbox, now)
    return survivor


def _next(contact: Contact, new: dict[str, Any], now: datetime, *others: Contact) -> Contact:
    """The contact as it is now, known since the first of those that it is now was."""
    added = min((each.date.added for each in (contact, *others) if each.date), default=now)
    dates = ContactDates(added=added, updated=now)
    return contact.model_copy(update={**new, "date": dates, "revision": contact.revision + 1})


def _merged(survivor_id: str, other_id: str, actor: Actor, inbox: Inbox, now: datetime) -> Contact:
    """One contact merged into another, unless it is already: all of it or nothing."""
    for attempt in range(TRIES):
        found = inbox.contacts([survivor_id, other_id])
        survivor, other = found[survivor_id], found[other_id]
        if survivor.id == other.id:
            return survivor
        after = _next(survivor, together(survivor, other), now, other)
        gone = _next(other, {"merged_into": survivor.id}, now)
        known = inbox.profiles((each.service, each.id) for each in other.socialprofiles)
        moved = tuple(
            (
                profile,
                profile.model_copy(update={"contact_id": survivor.id, "revision": profile.revision + 1}),
            )
            for profile in known.values()
        )
        contacts = ((survivor, after), (other, gone))
        try:
            inbox.commit(Transaction(actor=actor, at=now, contacts=contacts, profiles=moved))
        except Stale:
            if attempt == TRIES - 1:
                raise
            continue
        return after
    raise AssertionError("unreachable: the last try either returns or raises")


def _cases_left_behind(survivor: Contact, inbox: Inbox) -> Iterator[str]:
    """The cases that are still under an id which the contact no longer goes by."""
    cursor = None
    while survivor.merged:
        page = inbox.cases_of_contacts(survivor.merged, 100, cursor)
        yield from (case.id for case in page.data)
        cursor = page.next
        if cursor is None:
            return


def _follow(case_id: str, survivor: Contact, actor: Actor, inbox: Inbox, now: datetime) -> None:
    """Let a case name its contact by the id that it goes by now, and tell it in the case's history."""
    for attempt in range(TRIES):
        case = inbox.cases([case_id])[case_id]
        before = [contact_id for contact_id in case.contact_ids if contact_id in survivor.merged]
        if not before:
            return
        renamed = (survivor.id if each in survivor.merged else each for each in case.contact_ids)
        own, *others = dict.fromkeys(renamed)
        done = LastAction(type="contact_merged", by=actor.kind, by_id=actor.id, at=now)
        after = case.model_copy(
            update={
                "contact_id": own,
                "other_contact_ids": tuple(others),
                "date": CaseDates(added=case.date.added, updated=now),
                "last_action": done,
                "revision": case.revision + 1,
            }
        )
        line = _line(case, {"contact_id": survivor.id, "merged": before}, actor, now)
        try:
            inbox.commit(Transaction(actor=actor, at=now, writes=(Write(case, after),), lines=(line,)))
        except Stale:
            if attempt == TRIES - 1:
                raise
            continue
        return


def _line(case: Case, told: dict[str, Any], actor: Actor, now: datetime) -> Line:
    place = f"{digest(actor.id, 'contact_merged', case.id, case.revision + 1)}#0"
    return line_outside_runs("case", case.id, place, "contact_merged", actor, told, now)
