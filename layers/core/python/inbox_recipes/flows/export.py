"""Everything that is kept about a contact, in pages of entries that follow each other (R20).

First the contact and its profiles; then each case with its history, then each mention with its own. A line
that tells of a webhook has the delivery beside it, with what was sent and what came back; one that tells of
an act on a platform has its record, one that tells of a message to the contact has that.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, TypeAdapter, ValidationError

from inbox_recipes.deliveries import Attempt, Delivery
from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.history import HistoryEntry
from inbox_recipes.inbox import Case, Contact, Frozen, Mention, Object, Profile
from inbox_recipes.moderations import Moderation
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.ports import Deliveries, Inbox, Ledger, Moderations, Outbox, Page

LARGEST_PAGE = 3_000_000
"""Characters of JSON; a function may answer with 6 MB."""
LINES_AT_ONCE = 100


class SentDelivery(Frozen):
    """A delivery with what was sent and what came back, as far as that is still kept."""

    delivery: Delivery
    body: str | None
    attempts: tuple[Attempt, ...]


class Exported(Frozen):
    """One thing that is kept: `kind` names the property that holds it."""

    kind: Literal["contact", "profile", "case", "mention", "line"]
    contact: Contact | None = None
    profile: Profile | None = None
    case: Case | None = None
    mention: Mention | None = None
    line: HistoryEntry | None = None
    log: Object | None = None
    item_id: str | None = None
    sent: SentDelivery | None = None
    moderation: Moderation | None = None
    message: OutboxItem | None = None


class Place(NamedTuple):
    """Where an export is: before which item of its part, and after which of that item's lines."""

    part: Literal["contact", "case", "mention"] = "contact"
    item: Annotated[str, Field(min_length=1)] | None = None
    line: str | None = None


PLACES: TypeAdapter[Place] = TypeAdapter(Place)

type Kept = tuple[Exported, Place]
"""An entry, and where to go on after it."""


class _Sources(NamedTuple):
    inbox: Inbox
    ledger: Ledger
    deliveries: Deliveries
    moderations: Moderations
    outbox: Outbox


def exported(
    contact: Contact,
    inbox: Inbox,
    ledger: Ledger,
    deliveries: Deliveries,
    moderations: Moderations,
    outbox: Outbox,
    limit: int,
    cursor: str | None,
) -> Page[Exported]:
    """A page of what is kept about a contact, up to `limit` entries and three megabytes."""
    place = _place(cursor) if cursor else Place()
    found: list[Exported] = []
    size, following = 0, place
    for entry, after in _entries(contact, _Sources(inbox, ledger, deliveries, moderations, outbox), place):
        if len(found) == limit or (found and size > LARGEST_PAGE):
            return Page(found, json.dumps(following))
        found.append(entry)
        size += len(entry.model_dump_json())
        following = after
    return Page(found, None)


def _place(cursor: str) -> Place:
    """Where a cursor of ours goes on. Raises InvalidInput for one that is not."""
    with suppress(ValidationError):
        place = PLACES.validate_json(cursor, strict=True)
        if place.part != "contact" or re.fullmatch(r"[0-9]{0,3}", place.line or "", re.ASCII):
            return place
    raise InvalidInput([Problem("?cursor", "This cursor is not one of this list.")])


def _entries(contact: Contact, sources: _Sources, place: Place) -> Iterator[Kept]:
    if place.part == "contact":
        profiles = sources.inbox.profiles((each.service, each.id) for each in contact.socialprofiles)
        own = [Exported(kind="contact", contact=contact)]
        own += [Exported(kind="profile", profile=profiles[key]) for key in sorted(profiles)]
        for number, entry in islice(enumerate(own, 1), int(place.line or 0), None):
            yield entry, Place(line=str(number))
    if place.part != "mention":
        yield from _items(contact, sources, place if place.part == "case" else Place("case"))
    yield from _items(contact, sources, place if place.part == "mention" else Place("mention"))


def _items(contact: Contact, sources: _Sources, place: Place) -> Iterator[Kept]:
    """Each item of a part, and then its lines. A line that is "" comes after the item itself."""
    fetch = sources.inbox.cases_of_contacts if place.part == "case" else sources.inbox.mentions_of_contacts
    item, line = place.item, place.line
    while True:
        page: Page[Any] = fetch(contact.ids, 1, item)
        for each in page.data:
            if line is None:
                yield Exported(kind=place.part, **{place.part: each}), Place(place.part, item, "")
            yield from _lines(each, sources, Place(place.part, item, line or ""))
        if page.next is None:
            return
        item, line = page.next, None


def _lines(item: Mention | Case, sources: _Sources, place: Place) -> Iterator[Kept]:
    log: Object = "case" if isinstance(item, Case) else "mention"
    item_id = item.id if isinstance(item, Case) else item.unique_id
    cursor, more = place.line or None, True
    while more:
        page = sources.ledger.history(log, item_id, LINES_AT_ONCE, cursor)
        for entry in page.data:
            sent, act = _sent(entry, sources.deliveries), _act(entry, sources.moderations)
            message = _message(entry, sources.outbox)
            shown = Exported(
                kind="line", log=log, item_id=item_id, line=entry, sent=sent, moderation=act, message=message
            )
            yield shown, Place(place.part, place.item, entry.id)
        cursor, more = page.next, page.next is not None


def _sent(entry: HistoryEntry, deliveries: Deliveries) -> SentDelivery | None:
    delivery_id = entry.detail.get("delivery_id")
    delivery = deliveries.get(delivery_id) if isinstance(delivery_id, str) else None
    if delivery is None:
        return None
    try:
        body: str | None = deliveries.request(delivery.id).body
    except NotFound:
        body = None
    attempts: Sequence[Attempt] = deliveries.attempts(delivery.id)
    return SentDelivery(delivery=delivery, body=body, attempts=tuple(attempts))


def _act(entry: HistoryEntry, moderations: Moderations) -> Moderation | None:
    moderation_id = entry.detail.get("moderation_id")
    return moderations.get(moderation_id) if isinstance(moderation_id, str) else None


def _message(entry: HistoryEntry, outbox: Outbox) -> OutboxItem | None:
    outbox_id = entry.detail.get("outbox_id")
    return outbox.get(outbox_id) if isinstance(outbox_id, str) else None
