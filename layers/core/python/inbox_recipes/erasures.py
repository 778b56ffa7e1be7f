"""Erasing a contact: how far it is, and what is left of each thing that told of them. Pure (R20).

What happened stays: that a message came, which recipes ran, who answered when. What was said, who it was and
everything that somebody wrote down about it goes. An id of a contact is a digest, and stays in places as one.
"""

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal, cast

from inbox_recipes.history import Change, HistoryEntry
from inbox_recipes.inbox import (
    Author,
    Case,
    CaseDates,
    Frozen,
    LastAction,
    Location,
    Mention,
    Message,
    Note,
    SocialProfile,
    Source,
    Subject,
    Time,
)
from inbox_recipes.moderations import Moderation
from inbox_recipes.people import Actor
from inbox_recipes.triggers import Occurrence

NOBODY = "erased"
"""The id of an author who was erased."""

ERASED = {"erased": True}

KEPT_DETAIL = frozenset(
    {"attempts", "case_id", "delivery_id", "end", "flow_id", "interval_minutes", "mode", "moderation_id",
     "notification_id", "occurrence_id", "outbox_id", "previous", "replay", "score", "service", "state",
     "status", "survey", "threshold", "unique_id", "wait_id", "what"}
)  # fmt: skip
"""What a line's detail keeps: ids, counts, statuses and what was done; never what somebody wrote."""


class Erasure(Frozen):
    """The erasing of a contact, as far as it has come.

    `contact_ids` are all ids that the contact went by, `profiles` whom to look for as long as it runs. What
    came in after `asked_at` is another acquaintance and stays; `earliest` is when they were first met, which
    may be before anything that is still there. A day later everything is looked through once more
    (`looked_again_at`), because the table's stream could bring back what it knew until then.
    """

    contact_id: str
    contact_ids: tuple[str, ...]
    profiles: tuple[SocialProfile, ...]
    by: Actor
    asked_at: Time
    state: Literal["running", "done"] = "running"
    mentions: int = 0
    cases: int = 0
    earliest: Time | None = None
    done_at: Time | None = None
    looked_again_at: Time | None = None
    revision: int = 1

    @property
    def names(self) -> frozenset[str]:
        """Every text that means this person."""
        return frozenset((*self.contact_ids, *(profile.id for profile in self.profiles)))

    def next(self, **changed: object) -> "Erasure":
        """The erasure at its next revision."""
        return self.model_copy(update={**changed, "revision": self.revision + 1})


def of_mention(mention: Mention) -> Mention:
    """What is left of a message. One of ours keeps its author, and loses what it said and to whom."""
    said, source = mention.message, mention.source
    return mention.model_copy(
        update={
            "message": Message(
                content="",
                type=said.type,
                language=said.language,
                sentiment=said.sentiment,
                category=said.category,
            ),
            "source": Source(
                service=source.service,
                id=source.id,
                in_reply_to_message_id=source.in_reply_to_message_id,
                profile=source.profile,
                auto_submitted=source.auto_submitted,
            ),
            "author": mention.author if mention.author.managed else Author(id=NOBODY),
            "location": Location(),
            "notes": _silent(mention.notes),
            "buttons": (),
            "clicked_buttons": (),
            "erased": True,
        }
    )


def of_case(case: Case) -> Case:
    """What is left of a case with the contact; title and notes go also where there are others in it.

    Scores stay, and what was written beside them goes. A flow has nobody to answer any more.
    """
    surveys = tuple(each.model_copy(update={"comment": None}) for each in case.feedback.surveys)
    left: dict[str, object] = {
        "title": _title(case.title),
        "notes": _silent(case.notes),
        "feedback": case.feedback.model_copy(update={"surveys": surveys}),
        "erased": True,
    }
    if case.flow is not None:
        left |= {"flow": None, "handled_by": None}
    return case.model_copy(update=left)


def without_contact[T: Mention | Case](item: T, contact_ids: Collection[str]) -> T:
    """The item without the contact's ids: nothing leads from one to the other any more."""
    left: dict[str, object] = {"contact_id": None if item.contact_id in contact_ids else item.contact_id}
    if isinstance(item, Case):
        left["other_contact_ids"] = tuple(each for each in item.other_contact_ids if each not in contact_ids)
    return cast("T", item.model_copy(update=left))


def next_revision[T: Mention | Case](item: T, done: LastAction) -> T:
    """The erased item as its next revision."""
    changed: dict[str, object] = {"last_action": done, "revision": item.revision + 1}
    if isinstance(item, Case):
        changed["date"] = CaseDates(added=item.date.added, updated=done.at)
    return cast("T", item.model_copy(update=changed))


def of_line(entry: HistoryEntry, contact_ids: Collection[str]) -> HistoryEntry:
    """What is left of a line: the fact. Its changes still lead from one revision to the next (R23)."""
    by = entry.by.model_copy(update={"name": None}) if entry.by.kind == "customer" else entry.by
    kept = {name: value for name, value in entry.detail.items() if name in KEPT_DETAIL}
    return entry.model_copy(
        update={
            "by": by,
            "reason": None,
            "detail": kept | ERASED,
            "changes": None if entry.changes is None else of_changes(entry.changes, contact_ids),
        }
    )


def of_moderation(act: Moderation, at: datetime) -> Moderation:
    """What is left of an act on a platform: what was done, by which clauses, by whom and what came of it."""
    clauses = tuple(clause.model_copy(update={"got": None}) for clause in act.clauses)
    remarks = {
        name: said.model_copy(update={"reason": None})
        for name in ("approved", "dismissed", "objection")
        if (said := getattr(act, name)) is not None
    }
    silent = {"text": "", "author_id": NOBODY, "author_name": None, "note": None, "reason": None}
    changed = {"clauses": clauses, "updated_at": at, "revision": act.revision + 1}
    return act.model_copy(update={**silent, **remarks, **changed})


def of_changes(changes: Mapping[str, Change], contact_ids: Collection[str]) -> dict[str, Change]:
    """What is left of what a line says came out different."""
    left = {
        path: Change(
            before=_value(path, change.before, contact_ids), after=_value(path, change.after, contact_ids)
        )
        for path, change in changes.items()
    }
    return {path: change for path, change in left.items() if change.before != change.after}


def of_record(record: Mapping[str, Any], erasure: Erasure) -> dict[str, Any] | None:
    """What is left of an event record; nothing where it does not tell of the contact, or of a later time."""
    ids, subject = erasure.contact_ids, Subject.model_validate(record["subject"])
    mention, case, contact = subject.mention, subject.case, subject.contact
    its_mention = mention is not None and mention.contact_id in ids
    its_case = case is not None and not set(case.contact_ids).isdisjoint(ids)
    its_contact = contact is not None and contact.id in ids
    occurrence = record["occurrence"]
    if not (its_mention or its_case or its_contact):
        return None
    if Occurrence.model_validate(occurrence).at > erasure.asked_at:
        return None
    left = Subject(
        mention=without_contact(of_mention(mention), ids) if mention and its_mention else mention,
        case=without_contact(of_case(case), ids) if case and its_case else case,
        contact=None if its_contact else contact,
    )
    actor = occurrence["actor"] | ({"name": None} if occurrence["actor"]["kind"] == "customer" else {})
    return {
        **record,
        "occurrence": {**occurrence, "actor": actor},
        "subject": left.model_dump(mode="json"),
        **ERASED,
    }


def tells_of(value: Any, names: Collection[str]) -> bool:
    """Whether a name stands in it as a whole value, also of JSON within a text, or an address within one."""
    match value:
        case Mapping():
            return any(tells_of(each, names) for each in value.values())
        case list() | tuple():
            return any(tells_of(each, names) for each in value)
        case str():
            return value in names or _within(value, names)
        case int():
            return str(value) in names
    return False


def _within(text: str, names: Collection[str]) -> bool:
    if any("@" in name[1:] and name in text for name in names):
        return True
    if not text.startswith(("{", "[")):
        return False
    try:
        return tells_of(json.loads(text), names)
    except ValueError:
        return False


def _value(path: str, value: Any, contact_ids: Collection[str]) -> Any:
    """What is left of a property's value, as the item itself is left."""
    if value is None or path.startswith("location/"):
        return None
    if path.startswith("notes/"):
        return {**value, "text": ""}
    if path == "feedback/surveys":
        return [{**each, "comment": None} for each in value]
    if path == "contact_id":
        return None if value in contact_ids else value
    if path == "other_contact_ids":
        return [each for each in value if each not in contact_ids] or None
    return _title(value) if path == "title" else value


def _silent(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    return tuple(note.model_copy(update={"text": ""}) for note in notes)


def _title(title: str) -> str:
    """A case's number stays."""
    number = re.match(r"#\d+(?= |$)", title)
    return number[0] if number else ""
