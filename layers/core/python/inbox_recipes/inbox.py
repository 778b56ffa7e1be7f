"""Mentions, cases and contacts: what a recipe looks at.

All their names can be imported from here. Reading and writing them is the business of the adapters;
deciding about them, of `flows`.
"""

from collections.abc import Mapping

from inbox_recipes import ids
from inbox_recipes.cases import (
    Case,
    CaseDates,
    CaseStatus,
    CaseTimestamps,
    InFlow,
    Priority,
)
from inbox_recipes.contacts import Contact, ContactDates, Profile, SocialProfile
from inbox_recipes.feedback import Feedback
from inbox_recipes.item_parts import (
    ActorKind,
    Assignment,
    Frozen,
    HandledBy,
    Handler,
    LastAction,
    Note,
    NoteAuthor,
    NoteDates,
    NoteText,
    Object,
    ProjectRef,
    Sentiment,
    ShortText,
    Tag,
    Tags,
    Time,
    Timestamps,
    TopicId,
    TopicRef,
)
from inbox_recipes.mentions import (
    CONTENT_LIMIT,
    MENTION_LIMIT,
    Attachment,
    Author,
    Dates,
    Delivery,
    Entities,
    IncomingMention,
    Link,
    Location,
    Mention,
    MentionStatus,
    Message,
    NativeId,
    OnService,
    Published,
    Source,
)

__all__ = [
    "CONTENT_LIMIT",
    "MENTION_LIMIT",
    "ActorKind",
    "Assignment",
    "Attachment",
    "Author",
    "Case",
    "CaseDates",
    "CaseStatus",
    "CaseTimestamps",
    "Contact",
    "ContactDates",
    "Dates",
    "Delivery",
    "Entities",
    "Feedback",
    "Frozen",
    "HandledBy",
    "Handler",
    "InFlow",
    "IncomingMention",
    "LastAction",
    "Link",
    "Location",
    "Mention",
    "MentionStatus",
    "Message",
    "NativeId",
    "Note",
    "NoteAuthor",
    "NoteDates",
    "NoteText",
    "Object",
    "OnService",
    "Priority",
    "Profile",
    "ProjectRef",
    "Published",
    "Sentiment",
    "ShortText",
    "SocialProfile",
    "Source",
    "Subject",
    "Tag",
    "Tags",
    "Time",
    "Timestamps",
    "TopicId",
    "TopicRef",
]


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

    @property
    def conversation(self) -> str:
        """What keeps runs and messages in order: the case, else the contact within the topic (decision 4)."""
        if self.case:
            return self.case.id
        if self.mention is None:
            raise ValueError("A subject holds a mention, a case, or both.")
        mention = self.mention
        contact = mention.contact_id or ids.contact_id(mention.source.service, mention.author.id)
        return f"{contact}:{mention.topic.id}"

    def known_by(self, contacts: Mapping[str, Contact]) -> "Subject":
        """The same with its contact, if it is among these."""
        return self.model_copy(update={"contact": contacts.get(self.contact_id or "")})
