"""Lines of the two histories: what happened to a mention or a case, by whom, and why (rows 121-125)."""

from typing import Any, Literal

from inbox_recipes.inbox import Frozen, Object, Time
from inbox_recipes.people import Actor

Outcome = Literal["done", "skipped", "failed", "unknown", "shadow"]


class HistoryDate(Frozen):
    """When the line was written."""

    added: Time


class Change(Frozen):
    """A property before and after; nothing for what was not there."""

    before: Any = None
    after: Any = None


class HistoryEntry(Frozen):
    """One line. `id` sorts lines by time and makes a line that is written twice one line.

    Where the line tells of a change, `revision` is the item's after it, and `changes` are all properties
    that came out different: replayed in the order of revisions they give the present state (`replay`).
    """

    id: str
    type: str
    outcome: Outcome
    by: Actor
    reason: str | None
    detail: dict[str, Any]
    run_id: str | None
    position: int | None
    date: HistoryDate
    revision: int | None = None
    changes: dict[str, Change] | None = None


class ToldEntry(HistoryEntry):
    """A line as people read it: `text` is the whole of it in one sentence, in French or English."""

    text: str


class Line(Frozen):
    """A history entry and the log it belongs in."""

    log: Object
    item_id: str
    entry: HistoryEntry
