"""What was done and is to be done about it: Status, Action, Tag, Notes."""

from datetime import datetime
from typing import get_args

from inbox_recipes.filters.fields.row import Attribute, Field, Seen, minutes_since, of_mention
from inbox_recipes.filters.scene import Scene
from inbox_recipes.inbox import Handler, LastAction, Note, OnService

STATUS_WORDS = {
    "new": "new",
    "done": "resolved",
    "sent": "sent",
    "draft": "draft",
    "awaitingapproval": "awaiting_approval",
}
"""Stored word of a mention's status -> the word that filters and people use (domain 1.4)."""
STATUSES = tuple(STATUS_WORDS.values())


def _last_action(scene: Scene) -> LastAction | None:
    """Of the item that something happened to; else of the mention, or of the case without one."""
    mention, case = scene.subject.mention, scene.subject.case
    about_case = scene.occurrence.about == "case" if scene.occurrence else mention is None
    item = case if about_case else mention
    return item.last_action if item else None


def _acted_at(scene: Scene) -> datetime | None:
    action = _last_action(scene)
    return action.at if action else None


def _last_type(scene: Scene) -> str | None:
    action = _last_action(scene)
    return action.type if action else None


def _done_by(scene: Scene) -> tuple[str, str] | None:
    """Who began it: what the recipe itself does while it waits does not count."""
    if scene.occurrence:
        return (scene.occurrence.actor.kind, scene.occurrence.actor.id)
    action = _last_action(scene)
    return (action.by, action.by_id) if action else None


def _was_replied(scene: Scene) -> bool:
    """Whether we have answered the mention, or in its case since it came in; or in the case at all."""
    mention, case = scene.subject.mention, scene.subject.case
    if mention is not None and mention.timestamps.response_time is not None:
        return True
    if case is None or case.last_reply_at is None:
        return False
    return mention is None or case.last_reply_at > mention.date.added


def _notes(scene: Scene) -> tuple[Note, ...]:
    items = (scene.subject.mention, scene.subject.case)
    return tuple(note for item in items if item for note in item.notes)


ROWS = (
    Field("status.type", "choice", of_mention(lambda m: STATUS_WORDS[m.status]), STATUSES),
    Field("status.on_service", "choice", Attribute("mention", "on_service"), get_args(OnService)),
    Field("status.assigned_user", "choice", Attribute("mention", "assignment.users"), several=True),
    Field("status.assigned_team", "choice", Attribute("mention", "assignment.teams"), several=True),
    Field("status.is_assigned", "flag",
          of_mention(lambda m: bool(m.assignment.users or m.assignment.teams))),
    Field("status.handled_by", "choice", Attribute("case", "handler"), get_args(Handler)),
    Field("action.last_type", "choice", _last_type),
    Field("action.done_by", "choice", _done_by, several=True),
    Field("action.last_at", "time", Seen(_acted_at)),
    Field("action.minutes_since_last", "number", minutes_since(_acted_at)),
    Field("action.was_replied", "flag", _was_replied),
    Field("tag.tags", "tags", Attribute("mention", "tags", ())),
    Field("notes.has_note", "flag", lambda scene: bool(_notes(scene))),
    Field("notes.note_text", "text", lambda scene: "\n".join(note.text for note in _notes(scene)) or None,
          ),
    Field("notes.has_open_todo", "flag", lambda scene: any(note.todo == "open" for note in _notes(scene))),
)  # fmt: skip
