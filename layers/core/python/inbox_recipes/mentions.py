"""Mentions: messages as they are posted to us, and as they are in the inbox (domain 1.2)."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from inbox_recipes.item_parts import (
    Assignment,
    Frozen,
    HandledBy,
    LastAction,
    Note,
    ProjectRef,
    Sentiment,
    ShortText,
    Tags,
    Time,
    Timestamps,
    TopicRef,
)
from inbox_recipes.quick_replies import MOST_BUTTONS, ClickedButton, QuickReply
from inbox_recipes.spelling import IN_WORDS, NATIVE_ID, SERVICE

MentionStatus = Literal["new", "done", "sent"]
Delivery = Literal["recorded", "sent"]
OnService = Literal["hidden", "deleted"]
NativeId = Annotated[
    str,
    Field(coerce_numbers_to_str=True, description=IN_WORDS[NATIVE_ID]),
    StringConstraints(pattern=NATIVE_ID),
]
Link = Annotated[str, StringConstraints(max_length=2048)]
CONTENT_LIMIT = 64_000
"""Characters in a mention's text (R17)."""
MENTION_LIMIT = 300_000
"""Bytes of JSON in a whole mention, so that it always fits in an item, and in the record of a run (R17)."""


Buttons = Annotated[tuple[QuickReply, ...], Field(max_length=20)]
Clicked = Annotated[tuple[ClickedButton, ...], Field(max_length=MOST_BUTTONS)]


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
    auto_submitted: StrictBool = False


class Author(Frozen):
    """Who said it; `managed` marks one of our own profiles."""

    id: NativeId
    name: ShortText | None = None
    fullname: ShortText | None = None
    managed: StrictBool = False
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
    """A mention as it is posted to us (design section 4, "Mention").

    `buttons` are those below a message of ours, `clicked_buttons` those that the customer chose.
    """

    id: NativeId
    topic: TopicRef
    project: ProjectRef | None = None
    message: Message
    source: Source
    author: Author
    location: Location = Location()
    private: StrictBool = False
    tags: Tags = ()
    buttons: Buttons = ()
    clicked_buttons: Clicked = ()
    date: Published

    @property
    def outgoing(self) -> bool:
        """Whether one of our own profiles wrote it."""
        return self.author.managed

    @property
    def customer_id(self) -> str | None:
        """Whose conversation it is part of: its author's, or that of whom we wrote to."""
        return self.source.recipient if self.outgoing else self.author.id


class Dates(Frozen):
    """`published` by the platform, `added` by us."""

    published: Time
    added: Time


class Mention(Frozen):
    """One message in the inbox as the API and webhooks show it.

    `delivery` is how far a message that was written here has come: `sent` to its platform; `recorded` is kept
    here and goes nowhere, for want of a connected profile.
    `on_service` and `author_blocked` tell what we have done on the platform to it and to its author (row 49).
    `case_id` is the case that it came into last, `other_case_ids` those it is in besides; `related_case`
    tells which one counts (A22). `handled_by` names the flow that it was written to. `erased`: its contact
    was, and with that what it said (R20).
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
    buttons: tuple[QuickReply, ...] = ()
    clicked_buttons: tuple[ClickedButton, ...] = ()
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
    handled_by: HandledBy | None = None
    on_service: OnService | None = None
    author_blocked: bool = False
    notes: tuple[Note, ...] = ()
    erased: bool = False
    revision: int

    @property
    def case_ids(self) -> tuple[str, ...]:
        """Every case that it is in."""
        return ((self.case_id,) if self.case_id else ()) + self.other_case_ids
