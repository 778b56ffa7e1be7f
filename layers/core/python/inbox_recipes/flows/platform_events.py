"""Native events in: whose they are, whether the platform has signed them, and what becomes of each.

Nothing that is signed is lost: what cannot be read is put aside with its reason (R1, R7).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_recipes.errors import Forged, InvalidInput, NotFound
from inbox_recipes.flows.ingest import Ingested, ingest, parsed
from inbox_recipes.ids import digest
from inbox_recipes.inbox import IncomingMention
from inbox_recipes.platforms import SERVICES, connector
from inbox_recipes.platforms.base import (
    UNREADABLE,
    Connection,
    Connector,
    Events,
    Received,
    StoredMail,
    Unread,
)
from inbox_recipes.ports import Inbox, Ledger, Profiles, Topics
from inbox_recipes.profiles import Secrets


@dataclass(frozen=True)
class Doors:
    """What taking native events in works with.

    `secret` gives what is kept under a name, `page` what a public address holds, `mail` a stored mail.
    """

    inbox: Inbox
    ledger: Ledger
    topics: Topics
    profiles: Profiles
    secret: Callable[[str], str]
    page: Callable[[str], bytes]
    mail: Callable[[StoredMail], bytes]


@dataclass(frozen=True)
class Arrived:
    """What became of a request's events: mentions, kinds passed over, and how many were put aside."""

    mentions: tuple[Ingested, ...]
    passed_over: Mapping[str, int]
    put_aside: int


def challenge(service: str, received: Received, doors: Doors) -> tuple[str, str]:
    """Media type and text of the answer to a platform's question. Raises Forged, NotFound."""
    answer = _connector(service).challenge(received, connections(service, received, doors))
    if answer is None:
        raise Forged(f"No connected profile of {service} knows this challenge.")
    return answer


def receive(service: str, received: Received, doors: Doors, now: datetime) -> Arrived:
    """Take in what a platform tells. Raises Forged, NotFound, Stale; Retryable when a part is not there."""
    platform = _connector(service)
    known = connections(service, received, doors)
    url = platform.certificate(received, known)
    signed = platform.verify(received, known, doors.page(url) if url else None)
    if not signed:
        raise Forged(f"The request is not signed by {service} for a connected profile.")
    events = _read(platform, received, signed, doors, now)
    if events.confirm:
        doors.page(events.confirm)
    mentions, refused = _checked(events.mentions, doors)
    put_aside = [*events.unread, *refused]
    for index, each in enumerate(put_aside):
        sequence = f"{service}:{digest(received.body.hex())}:{index}"
        doors.ledger.quarantine(now, sequence, {"service": service, "event": each.event}, each.reason)
    taken_in = ingest(
        mentions, doors.inbox, now, doors.topics.business_time, cases_on=doors.topics.cases_on()
    )
    return Arrived(tuple(taken_in), Counter(events.passed_over), len(put_aside))


def connections(service: str, received: Received, doors: Doors) -> tuple[Connection, ...]:
    """The enabled profiles of the platform with their secrets: those that the request speaks of.

    If it speaks of none, it may still be signed by the app of any of them.
    """
    only = received.query.get("profile")
    found = {
        profile_id: profile
        for profile_id, profile in doors.profiles.current().items()
        if profile.service == service and profile.enabled and only in (None, profile_id)
    }
    body = received.body.lower()
    spoken_of = {key: each for key, each in found.items() if each.native_id.lower().encode() in body}
    return tuple(
        Connection(key, profile, Secrets(profile.credentials, doors.secret))
        for key, profile in (spoken_of or found).items()
    )


def _connector(service: str) -> Connector:
    if service not in SERVICES:
        raise NotFound("platform", service)
    return connector(service)


def _read(
    platform: Connector, received: Received, signed: Sequence[Connection], doors: Doors, now: datetime
) -> Events:
    """The events; a request that is signed and not as documented is kept whole."""
    stored = {place: doors.mail(place) for place in platform.stored(received)}
    try:
        return platform.parse(received, signed, stored, now)
    except UNREADABLE as error:
        whole = received.body.decode("utf-8", "replace")
        return Events(unread=(Unread({"body": whole}, f"not as documented: {type(error).__name__}"),))


def _checked(mentions: Sequence[IncomingMention], doors: Doors) -> tuple[list[IncomingMention], list[Unread]]:
    """The mentions with the names of their topics, and those that the inbox cannot hold."""
    good, refused = [], []
    topics = doors.topics.current() if mentions else {}
    for mention in mentions:
        posted = mention.model_dump(mode="json")
        try:
            good.append(parsed(posted, topics))
        except InvalidInput as error:
            refused.append(Unread(posted, str(error)))
    return good, refused
