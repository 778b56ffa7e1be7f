"""Notes that agents write on mentions and cases for each other; one may be something to do (domain 1.2)."""

from typing import Any, Literal

from inbox_recipes.durations import HoursOf, timed
from inbox_recipes.errors import Conflict, NotFound, Stale
from inbox_recipes.flows.by_hand import Agent, tried_again
from inbox_recipes.ids import digest
from inbox_recipes.inbox import (
    Case,
    Frozen,
    LastAction,
    Mention,
    Note,
    NoteAuthor,
    NoteDates,
    NoteText,
    Object,
)  # fmt: skip
from inbox_recipes.ports import Transaction, Write

MOST_NOTES = 100
MOST_BYTES = 40_000
"""All notes of an item in UTF-8: with the largest message they still fit into one (R17)."""


class NewNote(Frozen):
    """What is to be noted; `todo: "open"` makes it something to do."""

    text: NoteText
    todo: Literal["open"] | None = None


class NotePatch(Frozen):
    """What a note asks for is done, or is still to be done."""

    todo: Literal["open", "done"]


def add_note(
    log: Object, item_id: str, new: NewNote, key: str, agent: Agent
) -> tuple[Note, Mention | Case, bool]:
    """The note, its item, and whether it was there already: the same key is the same note (A36).

    Nobody is overwritten by a note, so no version is asked for. Raises Conflict when the item is full,
    or when the key was used for another text.
    """
    note = Note(
        id=f"note_{digest(log, item_id, key)}",
        text=new.text,
        todo=new.todo,
        by=NoteAuthor(id=agent.actor.id, name=agent.actor.name),
        date=NoteDates(added=agent.now, updated=agent.now),
    )

    def write() -> tuple[Note, Mention | Case, bool]:
        item = _item(log, item_id, agent)
        known = next((each for each in item.notes if each.id == note.id), None)
        if known is not None:
            if known.text != new.text:
                raise Conflict("This Idempotency-Key has been used for a note with another text.")
            return known, item, True
        _must_fit(item, note)
        detail = {"note_id": note.id, "todo": note.todo}
        return note, _write(item, (*item.notes, note), "note", detail, agent), False

    return tried_again(write)


def patch_note(
    log: Object, item_id: str, note_id: str, patch: NotePatch, seen: int | None, agent: Agent
) -> tuple[Note, Mention | Case]:
    """Say that what a note asks for is done, or not. What it is already is nothing written (A25)."""

    def write() -> tuple[Note, Mention | Case]:
        item = _item(log, item_id, agent)
        if seen not in (None, item.revision):
            raise Stale(f"It is at version {item.revision} by now, not {seen}.")
        note = next((each for each in item.notes if each.id == note_id), None)
        if note is None:
            raise NotFound("note", note_id)
        if note.todo == patch.todo:
            return note, item
        dates = note.date.model_copy(update={"updated": agent.now})
        after = note.model_copy(update={"todo": patch.todo, "date": dates})
        notes = tuple(after if each.id == note_id else each for each in item.notes)
        detail = {"note_id": note_id, "todo": patch.todo, "previous": note.todo}
        return after, _write(item, notes, "note_todo", detail, agent)

    return write() if seen is not None else tried_again(write)


def _item(log: Object, item_id: str, agent: Agent) -> Mention | Case:
    return agent.case(item_id) if log == "case" else agent.mention(item_id)


def _must_fit(item: Mention | Case, note: Note) -> None:
    size = sum(len(each.text.encode()) for each in (*item.notes, note))
    if len(item.notes) >= MOST_NOTES or size > MOST_BYTES:
        raise Conflict(f"An item has at most {MOST_NOTES} notes, with {MOST_BYTES} bytes of text in all.")


def _write(
    item: Mention | Case, notes: tuple[Note, ...], kind: str, detail: dict[str, Any], agent: Agent
) -> Mention | Case:
    after = _noted(item, notes, agent.did(kind), agent.hours_of)
    line = agent.line(item, kind, detail)
    agent.inbox.commit(
        Transaction(actor=agent.actor, at=agent.now, writes=(Write(item, after),), lines=(line,))
    )
    return after


def _noted(
    item: Mention | Case, notes: tuple[Note, ...], done: LastAction, hours_of: HoursOf
) -> Mention | Case:
    new: dict[str, object] = {"notes": notes, "last_action": done, "revision": item.revision + 1}
    if isinstance(item, Case):
        new["date"] = item.date.model_copy(update={"updated": done.at})
    return timed(item, item.model_copy(update=new), done, hours_of)
