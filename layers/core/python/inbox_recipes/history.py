"""Lines of the two histories: what happened to a mention or a case, by whom, and why (rows 121-125)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from inbox_recipes.clock import stamp
from inbox_recipes.inbox import Frozen, Object, Time
from inbox_recipes.people import Actor

Outcome = Literal["done", "skipped", "failed", "unknown", "shadow"]


LONGEST_REASON = 1000
LARGEST_DETAIL = 3000
"""Characters: a line tells at most 4,000 (R17). Changes have the limits of the properties that changed."""
SHORTENED = 200


def _reason(reason: str | None) -> str | None:
    return reason if reason is None or len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1]}…"


def _detail(detail: dict[str, Any]) -> dict[str, Any]:
    """The detail as it is, or with `cut` and as much of each of its values as there is room for."""
    if _size(detail) <= LARGEST_DETAIL:
        return detail
    told: dict[str, Any] = {"cut": True}
    for name, value in detail.items():
        short = value if _size(value) <= SHORTENED else f"{_text(value)[:SHORTENED]}…"
        if _size({**told, name: short}) <= LARGEST_DETAIL:
            told[name] = short
    return told


_JSON = json.JSONEncoder(ensure_ascii=False, default=str)


def _size(value: Any) -> int:
    return len(_JSON.encode(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _JSON.encode(value)


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
    A reason or detail that is too long is cut where the line is made (R17).
    """

    id: str
    type: str
    outcome: Outcome
    by: Actor
    reason: Annotated[str | None, AfterValidator(_reason)]
    detail: Annotated[dict[str, Any], AfterValidator(_detail)]
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


def line_outside_runs(
    log: Object, item_id: str, place: str, kind: str, by: Actor, detail: Mapping[str, Any], at: datetime,
    reason: str | None = None,
) -> Line:  # fmt: skip
    """A line about what was done, but by no run: `place` is where it stands among the lines of its moment."""
    entry = HistoryEntry(
        id=f"{stamp(at)}#{place}",
        type=kind,
        outcome="done",
        by=by,
        reason=reason,
        detail=dict(detail),
        run_id=None,
        position=None,
        date=HistoryDate(added=at),
    )
    return Line(log=log, item_id=item_id, entry=entry)
