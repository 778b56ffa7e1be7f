"""Histories that give the present state: what a line tells of a change, and where lines lead. Pure.

Every transaction that changes a mention or a case writes, into a line of that item's own history, which
properties came out different and at which revision. Put together again in that order, the lines of an
item are the item (rows 121-125). What never changes, such as the words of a message, is not in them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from inbox_recipes.erasures import of_changes
from inbox_recipes.history import Change, HistoryEntry, Line
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.ports import Transaction, Write

type State = dict[str, Any]
"""The properties of an item that can change, by path (`status`, `assignment/users`, `notes/0`)."""

NOT_IN_A_MENTION = {
    "unique_id",
    "id",
    "topic",
    "project",
    "source",
    "author",
    "private",
    "permalink",
    "buttons",
    "clicked_buttons",
}
NOT_IN_A_CASE = {"id", "topic", "project"}
TOLD_BY_THE_LINE = {"date", "last_action", "revision", "erased"}
"""Who did what, when, to which revision is what the line itself says."""
PARTS_OF_A_MENTION = {"message": {"language", "sentiment", "category"}, "location": {"country"}}
"""All that changes of these."""
TOLD: dict[type[Case | Mention], dict[str, Any]] = {
    Case: dict.fromkeys(Case.model_fields.keys() - NOT_IN_A_CASE - TOLD_BY_THE_LINE, True),
    Mention: dict.fromkeys(Mention.model_fields.keys() - NOT_IN_A_MENTION - TOLD_BY_THE_LINE, True)
    | PARTS_OF_A_MENTION,
}
"""What histories tell of an item, as pydantic wants it named."""
INSIDE = ("assignment", "message", "location", "notes", "timestamps", "feedback")
"""Properties whose parts change one by one."""


class HistoryGap(ValueError):
    """Lines are missing or were changed: they do not lead from one state to the next."""


def state_of(item: Mention | Case) -> State:
    """Everything of an item that its history tells, without what is empty."""
    return _state(item, TOLD[type(item)])


def _state(item: Mention | Case, told: dict[str, Any]) -> State:
    whole = item.model_dump(mode="json", include=told)
    for name in INSIDE:
        parts = whole.pop(name, {})
        pairs = enumerate(parts) if isinstance(parts, list) else parts.items()
        whole |= {f"{name}/{key}": value for key, value in pairs}
    return {
        path: value for path, value in whole.items() if value is not False and value not in (None, [], {})
    }


def changes(before: Mention | Case | None, after: Mention | Case) -> dict[str, Change]:
    """What came out different, by path."""
    told = TOLD[type(after)]
    if before:  # the very same object need not be written out to be compared
        told = {
            name: parts for name, parts in told.items() if getattr(before, name) is not getattr(after, name)
        }
    old, new = _state(before, told) if before else {}, _state(after, told)
    return {
        path: Change(before=old.get(path), after=new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path) != new.get(path)
    }


def with_changes(transaction: Transaction) -> Transaction:
    """The transaction whose histories tell its writes: in the first `done` line about each item."""
    untold = {_place(write): write for write in transaction.writes}
    lines = []
    for line in transaction.lines:
        write = untold.pop((line.log, line.item_id), None) if line.entry.outcome == "done" else None
        lines.append(_telling(line, write) if write else line)
    return replace(transaction, lines=tuple(lines))


def replay(entries: Iterable[HistoryEntry]) -> tuple[State, int]:
    """The state that an item's history leads to, and its revision; the order of the lines is no matter.

    Raises HistoryGap where a revision is missing, or does not start from where the one before it ended.
    """
    state: State = {}
    revision = 0
    telling = [entry for entry in entries if entry.revision is not None]
    for entry in sorted(telling, key=lambda entry: entry.revision or 0):
        if entry.revision != revision + 1:
            raise HistoryGap(f"after revision {revision} comes {entry.revision}, in {entry.id}")
        _apply(entry.changes or {}, state, entry.id)
        revision += 1
    return state, revision


def _apply(changed: Mapping[str, Change], state: State, line_id: str) -> None:
    for path, change in changed.items():
        if state.get(path) != change.before:
            raise HistoryGap(f"{path} was {state.get(path)!r}, and {line_id} says {change.before!r}")
        if change.after is None:
            del state[path]
        else:
            state[path] = change.after


def _place(write: Write) -> tuple[str, str]:
    item = write.after
    return ("case", item.id) if isinstance(item, Case) else ("mention", item.unique_id)


def _telling(line: Line, write: Write) -> Line:
    changed = changes(write.before, write.after)
    if write.after.erased:
        gone = _contacts(write.before) - _contacts(write.after)
        changed = of_changes(changed, gone)
    told = {"revision": write.after.revision, "changes": changed}
    return line.model_copy(update={"entry": line.entry.model_copy(update=told)})


def _contacts(item: Mention | Case | None) -> set[str]:
    if isinstance(item, Case):
        return set(item.contact_ids)
    return {item.contact_id} if item and item.contact_id else set()
