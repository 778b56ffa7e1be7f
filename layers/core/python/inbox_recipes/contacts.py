"""Contacts: people, and the social profiles that they write from (domain 1.5)."""

from datetime import datetime

from pydantic import Field

from inbox_recipes.item_parts import Frozen, Time
from inbox_recipes.mentions import IncomingMention


class SocialProfile(Frozen):
    """Who somebody is on a service: `id` is the author's there."""

    service: str
    id: str


class ContactDates(Frozen):
    """`added` when somebody first wrote from any of their profiles, `updated` when anything last changed."""

    added: Time
    updated: Time


class Contact(Frozen):
    """A person, as far as is known, with one or more social profiles (domain 1.5).

    `customattributes` are what the organisation itself keeps about people. `merged` are the ids of
    contacts that turned out to be this person, `merged_into` whose contact this one turned out to be.
    """

    id: str
    name: str | None = None
    email: str | None = None
    company: str | None = None
    phone: str | None = None
    tags: tuple[str, ...] = ()
    customattributes: dict[str, str] = Field(default={})
    socialprofiles: tuple[SocialProfile, ...] = ()
    merged: tuple[str, ...] = ()
    merged_into: str | None = None
    date: ContactDates | None = None
    revision: int = 1

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that mentions and cases may know this person by."""
        return (self.id, *self.merged)


class Profile(Frozen):
    """A social profile: whose contact it belongs to and which automatic case is open for it.

    While something waits on a mention of it that is in no case, until `watched_until`, its messages are
    counted (`fence`) and our answers noted (`replied_at`), as a case does it for its own (row 4, R5).
    """

    service: str
    author_id: str
    contact_id: str
    case_id: str | None
    fence: int = 0
    replied_at: Time | None = None
    watched_until: Time | None = None
    revision: int


def met(incoming: IncomingMention, contact_id: str, now: datetime) -> Contact:
    """What a first message tells about its author; an e-mail's author is an address."""
    author = incoming.author
    email = author.id if incoming.source.service == "email" and "@" in author.id else None
    return Contact(
        id=contact_id,
        name=author.fullname or author.name,
        email=email,
        socialprofiles=(SocialProfile(service=incoming.source.service, id=author.id),),
        date=ContactDates(added=now, updated=now),
    )
