"""Mentions, cases and contacts: what a recipe looks at.

Reading and writing them is the business of the adapters; deciding about them, of `flows`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from inbox_recipes.clock import to_utc
from inbox_recipes.spelling import IN_WORDS, NATIVE_ID, SERVICE, TOPIC_ID

MentionStatus = Literal["new", "done", "sent"]
CaseStatus = Literal["unresolved", "pending", "resolved"]
Priority = Literal["low", "medium", "high", "critical"]
Sentiment = Literal["positive", "neutral", "negative"]
Object = Literal["mention", "case"]
"""What things happen to, and whose history they are told in."""
ActorKind = Literal["agent", "recipe", "customer", "system"]
HandledBy = Literal["agent", "flow"]
Delivery = Literal["recorded"]

TopicId = Annotated[
    str,
    Field(coerce_numbers_to_str=True),
    StringConstraints(pattern=TOPIC_ID),
]
NativeId = Annotated[
    str,
    Field(coerce_numbers_to_str=True, description=IN_WORDS[NATIVE_ID]),
    StringConstraints(pattern=NATIVE_ID),
]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


def _once_each(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Capitals make no difference (A33); the first spelling stays."""
    spelled: dict[str, str] = {}
    for tag in tags:
        spelled.setdefault(tag.casefold(), tag)
    return tuple(spelled.values())


Tags = Annotated[tuple[Tag, ...], Field(max_length=100), AfterValidator(_once_each)]


def _in_utc(at: datetime) -> datetime:
    try:
        return to_utc(at)
    except OverflowError as error:
        detail = "This moment is outside the years 1 to 9999 in UTC."
        raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": []}) from error


Time = Annotated[AwareDatetime, AfterValidator(_in_utc)]
ShortText = Annotated[str, StringConstraints(max_length=500)]
Link = Annotated[str, StringConstraints(max_length=2048)]

CONTENT_LIMIT = 64_000
"""Characters in a mention's text (R17)."""
MENTION_LIMIT = 300_000
"""Bytes of JSON in a whole mention, so that it always fits in an item, and in the record of a run (R17)."""


class Frozen(BaseModel):
    """A value: it does not change once made, and an unknown key is refused by name.

    Its errors do not quote what was put in: a function that fails prints them in its log (R9).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class TopicRef(Frozen):
    """The topic a mention was tracked by."""

    id: TopicId
    name: ShortText | None = None


class ProjectRef(Frozen):
    """The project that groups the topic."""

    id: TopicId
    name: ShortText | None = None


class Entities(Frozen):
    """What the platform marked in the text."""

    hashtag: tuple[ShortText, ...] = ()
    url: tuple[Link, ...] = ()
    user: tuple[ShortText, ...] = ()


class Attachment(Frozen):
    """A picture, video or file that came with the message."""

    type: ShortText
    url: Link | None = None
    name: ShortText | None = None


class Message(Frozen):
    """What was said."""

    title: ShortText | None = None
    content: Annotated[str, StringConstraints(max_length=CONTENT_LIMIT)]
    type: ShortText | None = None
    language: ShortText | None = None
    sentiment: Sentiment | None = None
    category: ShortText | None = None
    entities: Entities = Entities()
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=50)] = ()


class Source(Frozen):
    """Where it was said.

    `recipient` is whom a private message of ours went to. `auto_submitted` is mail that a machine wrote.
    """

    service: Annotated[str, StringConstraints(pattern=SERVICE)]
    id: NativeId | None = None
    in_reply_to_message_id: NativeId | None = None
    url: Link | None = None
    domain: ShortText | None = None
    application: ShortText | None = None
    profile: ShortText | None = None
    recipient: NativeId | None = None
    auto_submitted: bool = False


class Author(Frozen):
    """Who said it; `managed` marks one of our own profiles."""

    id: NativeId
    name: ShortText | None = None
    fullname: ShortText | None = None
    managed: bool = False
    followers: Annotated[int, Field(ge=0)] | None = None
    url: Link | None = None


class Location(Frozen):
    """Where the author was, as far as the platform says."""

    continent: ShortText | None = None
    country: ShortText | None = None
    region: ShortText | None = None
    city: ShortText | None = None


class Published(Frozen):
    """When the platform published the message."""

    published: Time


class IncomingMention(Frozen):
    """A mention as it is posted to us (design section 4, "Mention")."""

    id: NativeId
    topic: TopicRef
    project: ProjectRef | None = None
    message: Message
    source: Source
    author: Author
    location: Location = Location()
    private: bool = False
    tags: Tags = ()
    date: Published

    @property
    def outgoing(self) -> bool:
        """Whether one of our own profiles wrote it."""
        return self.author.managed

    @property
    def customer_id(self) -> str | None:
        """Whose conversation it is part of: its author's, or that of whom we wrote to."""
        return self.source.recipient if self.outgoing else self.author.id


class Assignment(Frozen):
    """Who is to handle an item."""

    users: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


class Dates(Frozen):
    """`published` by the platform, `added` by us."""

    published: Time
    added: Time


class LastAction(Frozen):
    """What was last done to an item, as its history names it; by whom, and when.

    It is what the transaction did that last wrote the item, so by the same actor at the same time.
    """

    type: str
    by: ActorKind
    by_id: str
    at: Time


NoteText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class NoteAuthor(Frozen):
    """Who wrote a note: an agent's id in the directory, or a program's."""

    id: str
    name: str | None = None


class NoteDates(Frozen):
    """`added` when it was written, `updated` when what it asks for was last done or taken up again."""

    added: Time
    updated: Time


class Note(Frozen):
    """What an agent has noted on an item for colleagues; it may be something to do."""

    id: str
    text: str
    todo: Literal["open", "done"] | None = None
    by: NoteAuthor
    date: NoteDates


class Timestamps(Frozen):
    """How long things took, in whole seconds; nothing for what has not happened (domain 1.2).

    All count from when the item came in; `handle_time` from when a person of ours first did something
    about it, `handled_since`. `_during_bh` counts only the hours of the schedule `schedule_id`: the
    topic's, or else the account's usual one.
    """

    response_time: int | None = None
    response_time_during_bh: int | None = None
    resolve_time: int | None = None
    resolve_time_during_bh: int | None = None
    handle_time: int | None = None
    handled_since: Time | None = None
    schedule_id: str | None = None


class CaseTimestamps(Timestamps):
    """`unresolved_time` and `pending_time` are what was spent in a status that was left.

    The time in the present status, since `status_since`, is not yet in them.
    """

    unresolved_time: int | None = None
    unresolved_time_during_bh: int | None = None
    pending_time: int | None = None
    status_since: Time | None = None


class Mention(Frozen):
    """One message in the inbox as the API and webhooks show it.

    `delivery` is how far a reply of an agent has come: `recorded` is kept here, and not yet sent.
    `case_id` is the case that it came into last, `other_case_ids` those it is in besides; `related_case`
    tells which one counts (A22).
    """

    unique_id: str
    id: str
    topic: TopicRef
    project: ProjectRef | None
    message: Message
    source: Source
    author: Author
    location: Location
    private: bool
    tags: tuple[str, ...]
    status: MentionStatus
    assignment: Assignment
    case_id: str | None
    other_case_ids: tuple[str, ...] = ()
    contact_id: str | None
    permalink: str
    date: Dates
    timestamps: Timestamps = Timestamps()
    last_action: LastAction | None = None
    delivery: Delivery | None = None
    notes: tuple[Note, ...] = ()
    revision: int

    @property
    def case_ids(self) -> tuple[str, ...]:
        """Every case that it is in."""
        return ((self.case_id,) if self.case_id else ()) + self.other_case_ids


class CaseDates(Frozen):
    """`added` when the case was opened, `updated` when anything in it last changed."""

    added: Time
    updated: Time


class Feedback(Frozen):
    """What the customer answered to surveys."""

    csat: int | None = None
    nps: int | None = None


class Case(Frozen):
    """A conversation with a contact; one opened by hand (`manual`) may be with several, or none yet.

    `number` is the account's own count. `fence` counts the customer's messages: a delayed rule compares it
    with the value it started from, so an answer in time always wins (R5). `last_message_at` is when the
    case was opened as long as it holds no mention.
    """

    id: str
    number: int | None = None
    manual: bool = False
    title: str
    topic: TopicRef
    project: ProjectRef | None
    status: CaseStatus
    priority: Priority | None
    tags: tuple[str, ...]
    assignment: Assignment
    contact_id: str | None
    other_contact_ids: tuple[str, ...] = ()
    linked_case_id: str | None
    last_mention_id: str | None
    last_message_by: Literal["customer", "us"] | None
    last_message_at: Time
    last_incoming_id: str | None
    last_reply_at: Time | None
    fence: int
    date: CaseDates
    timestamps: CaseTimestamps = CaseTimestamps()
    last_action: LastAction | None = None
    notes: tuple[Note, ...] = ()
    feedback: Feedback = Feedback()
    handled_by: HandledBy | None = None
    revision: int

    @property
    def contact_ids(self) -> tuple[str, ...]:
        """Everybody it is a conversation with."""
        return ((self.contact_id,) if self.contact_id else ()) + self.other_contact_ids


class SocialProfile(Frozen):
    """Who somebody is on a service: `id` is the author's there."""

    service: str
    id: str


class ContactDates(Frozen):
    """`added` when somebody first wrote, `updated` when anything about them last changed."""

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
    customattributes: dict[str, str] = {}
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


class Subject(Frozen):
    """What a recipe is asked about: a mention, a case, or a mention in its case (A19); and whose it is."""

    mention: Mention | None
    case: Case | None
    contact: Contact | None = None

    @property
    def contact_id(self) -> str | None:
        """Whose conversation it is: the case's, or else the mention's."""
        item = self.case or self.mention
        return item.contact_id if item else None

    def known_by(self, contacts: Mapping[str, Contact]) -> "Subject":
        """The same with its contact, if it is among these."""
        return self.model_copy(update={"contact": contacts.get(self.contact_id or "")})
