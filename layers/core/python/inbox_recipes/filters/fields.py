"""One row per filterable field: name, kind, the values it can have, and how to read it.

Validation, evaluation, the catalog and the docs all read these rows. The fifteen groups are those of
domain section 2; a field's name is `<group>.<attribute>`. Message attributes come from the mention,
case attributes from its case (A19); what is not there reads as nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from inbox_recipes.filters.operators import OPERATORS, Kind, Operator
from inbox_recipes.filters.scene import Scene
from inbox_recipes.inbox import Case, CaseStatus, Mention, Priority, Sentiment


@dataclass(frozen=True)
class Field:
    """A property that filters can ask about."""

    name: str
    kind: Kind
    read: Callable[[Scene], Any]
    values: tuple[str, ...] = ()

    @property
    def operators(self) -> dict[str, Operator]:
        """The operators of the field's kind, by name."""
        return OPERATORS[self.kind]


def _mention(read: Callable[[Mention], Any], missing: Any = None) -> Callable[[Scene], Any]:
    return lambda scene: missing if scene.subject.mention is None else read(scene.subject.mention)


def _case(read: Callable[[Case], Any], missing: Any = None) -> Callable[[Scene], Any]:
    return lambda scene: missing if scene.subject.case is None else read(scene.subject.case)


def _all_text(mention: Mention) -> str:
    return "\n".join(part for part in (mention.message.title, mention.message.content) if part)


def _topic_id(scene: Scene) -> str | None:
    item = scene.subject.case or scene.subject.mention
    return item.topic.id if item else None


def _project_id(scene: Scene) -> str | None:
    item = scene.subject.case or scene.subject.mention
    return item.project.id if item and item.project else None


MENTION_STATUS_WORDS = {"new": "new", "done": "resolved", "sent": "sent"}
"""Stored word of a mention's status -> the word that filters and people use (domain 1.4)."""

ROWS = (
    Field("content.text", "text", _mention(_all_text)),
    Field("content.title", "text", _mention(lambda m: m.message.title)),
    Field("content.body", "text", _mention(lambda m: m.message.content)),
    Field("content.hashtag", "tags", _mention(lambda m: m.message.entities.hashtag, ())),
    Field("content.link", "tags", _mention(lambda m: m.message.entities.url, ())),
    Field("content.language", "choice", _mention(lambda m: m.message.language)),
    Field("content.sentiment", "choice", _mention(lambda m: m.message.sentiment), get_args(Sentiment)),
    Field("content.category", "choice", _mention(lambda m: m.message.category)),
    Field("source.service", "choice", _mention(lambda m: m.source.service)),
    Field("source.domain", "choice", _mention(lambda m: m.source.domain)),
    Field("source.message_type", "choice", _mention(lambda m: m.message.type)),
    Field("source.private", "flag", _mention(lambda m: m.private)),
    Field("status.type", "choice", _mention(lambda m: MENTION_STATUS_WORDS[m.status]),
          tuple(MENTION_STATUS_WORDS.values())),
    Field("status.assigned_user", "choice", _mention(lambda m: m.assignment.users)),
    Field("status.assigned_team", "choice", _mention(lambda m: m.assignment.teams)),
    Field("status.is_assigned", "flag",
          _mention(lambda m: bool(m.assignment.users or m.assignment.teams))),
    Field("author.name", "name", _mention(lambda m: m.author.name)),
    Field("author.id", "choice", _mention(lambda m: m.author.id)),
    Field("author.managed", "flag", _mention(lambda m: m.author.managed)),
    Field("author.followers", "number", _mention(lambda m: m.author.followers)),
    Field("cases.is_part_of_case", "flag", lambda scene: scene.subject.case is not None),
    Field("cases.status", "choice", _case(lambda c: c.status), get_args(CaseStatus)),
    Field("cases.priority", "choice", _case(lambda c: c.priority), get_args(Priority)),
    Field("cases.title", "name", _case(lambda c: c.title)),
    Field("cases.tags", "tags", _case(lambda c: c.tags, ())),
    Field("conversation.is_reply", "flag",
          _mention(lambda m: m.source.in_reply_to_message_id is not None, missing=False)),
    Field("conversation.parent_id", "choice", _mention(lambda m: m.source.in_reply_to_message_id)),
    Field("locations.country", "choice", _mention(lambda m: m.location.country)),
    Field("profiles.profile", "choice", _mention(lambda m: m.source.profile)),
    Field("tag.tags", "tags", _mention(lambda m: m.tags, ())),
    Field("media.has_attachment", "flag", _mention(lambda m: bool(m.message.attachments), missing=False)),
    Field("dataset.topic", "choice", _topic_id),
    Field("dataset.project", "choice", _project_id),
)  # fmt: skip

FIELDS = {row.name: row for row in ROWS}
