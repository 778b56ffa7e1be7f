"""The conversation and its case: Cases, Conversation, Feedback, Dataset."""

from datetime import datetime
from typing import get_args

from inbox_recipes.filters.fields.row import (
    Attribute,
    Field,
    Reading,
    Seen,
    minutes_since,
    of_case,
    of_mention,
)  # fmt: skip
from inbox_recipes.filters.scene import Scene
from inbox_recipes.inbox import CaseStatus, Priority
from inbox_recipes.triggers import Occurrence, OccurrenceKind

STATUSES = get_args(CaseStatus)


def _of_occurrence(kind: OccurrenceKind, attribute: str) -> Reading:
    """Read what has just happened, if it was that."""

    def read(scene: Scene) -> str | None:
        found: Occurrence | None = scene.occurrence
        return getattr(found, attribute) if found and found.kind == kind else None

    return read


def _begun_at(scene: Scene) -> datetime | None:
    """When the conversation began: the case, or else the mention."""
    item = scene.subject.case or scene.subject.mention
    return item.date.added if item else None


def _topic_id(scene: Scene) -> str | None:
    item = scene.subject.case or scene.subject.mention
    return item.topic.id if item else None


def _project_id(scene: Scene) -> str | None:
    item = scene.subject.case or scene.subject.mention
    return item.project.id if item and item.project else None


ROWS = (
    Field("cases.is_part_of_case", "flag", lambda scene: scene.subject.case is not None),
    Field("cases.status", "choice", Attribute("case", "status"), STATUSES),
    Field("cases.status_from", "choice", _of_occurrence("status_changed", "previous"), STATUSES),
    Field("cases.status_to", "choice", _of_occurrence("status_changed", "detail"), STATUSES),
    Field("cases.priority", "choice", Attribute("case", "priority"), get_args(Priority)),
    Field("cases.title", "name", Attribute("case", "title")),
    Field("cases.tags", "tags", Attribute("case", "tags", ())),
    Field("cases.tag_added", "choice", _of_occurrence("tag_added", "detail")),
    Field("cases.assigned_user", "choice", Attribute("case", "assignment.users"), several=True),
    Field("cases.assigned_team", "choice", Attribute("case", "assignment.teams"), several=True),
    Field("cases.is_assigned", "flag", of_case(lambda c: bool(c.assignment.users or c.assignment.teams))),
    Field("cases.opened_at", "time", Seen(Attribute("case", "date.added"))),
    Field("conversation.is_reply", "flag",
          of_mention(lambda m: m.source.in_reply_to_message_id is not None, missing=False)),
    Field("conversation.parent_id", "choice", Attribute("mention", "source.in_reply_to_message_id")),
    Field("conversation.age_minutes", "number", minutes_since(_begun_at)),
    Field("conversation.last_message_at", "time", Seen(Attribute("case", "last_message_at"))),
    Field("conversation.last_reply_at", "time", Seen(Attribute("case", "last_reply_at"))),
    Field("feedback.csat_score", "number", Attribute("case", "feedback.csat")),
    Field("feedback.nps_score", "number", Attribute("case", "feedback.nps")),
    Field("dataset.topic", "choice", _topic_id),
    Field("dataset.project", "choice", _project_id),
)  # fmt: skip
