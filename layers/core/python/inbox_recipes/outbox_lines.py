"""What histories say about messages to customers: that of what is answered, and that of its case. Pure."""

from datetime import datetime
from typing import Any

from inbox_recipes.clock import stamp
from inbox_recipes.history import HistoryDate, HistoryEntry, Line, Outcome, line_outside_runs
from inbox_recipes.inbox import Case, Object
from inbox_recipes.outbox import Kind, Mode, OutboxItem, State
from inbox_recipes.people import Actor

LINE_OF: dict[Kind, str] = {
    "reply": "reply",
    "private": "send_private_reply",
    "public": "send_public_reply",
}
"""A message's lines are called as the action that writes such ones."""

IN_WORDS: dict[Mode, str] = {
    "approval": "written; it is sent when somebody approves it",
    "draft": "saved as a draft for agents",
}
"""What is said about items that are not sent at once."""

OUTCOME_OF: dict[State, Outcome] = {
    "draft": "done",
    "awaiting_approval": "done",
    "queued": "done",
    "sent": "done",
    "failed": "failed",
    "unknown": "unknown",
    "rejected": "skipped",
    "skipped": "skipped",
}


def standing_lines(item: OutboxItem, now: datetime, reason: str | None = None) -> tuple[Line, ...]:
    """How far the message has come, by whoever wrote it."""
    return _lines(item, LINE_OF[item.kind], OUTCOME_OF[item.state], item.by, reason or item.reason, now)


def by_hand_lines(item: OutboxItem, kind: str, by: Actor, now: datetime, **detail: Any) -> tuple[Line, ...]:
    """What a person has done to the message: `reply_edited`, `reply_approved`, ..."""
    return _lines(item, kind, "done", by, None, now, **{k: v for k, v in detail.items() if v is not None})


def survey_line(item: OutboxItem, kind: str, survey: str, case: Case, by: Actor, now: datetime) -> Line:
    """That a survey of the case was given up, and may be asked again; or that somebody had it sent again."""
    place = f"{item.run_id}#{item.position or 0:02d}#{kind}#{item.revision:04d}"
    told = {"survey": survey, "outbox_id": item.id, "state": item.state}
    return line_outside_runs("case", case.id, place, kind, by, told, now)


def _lines(
    item: OutboxItem, kind: str, outcome: Outcome, by: Actor, reason: str | None, now: datetime, **detail: Any
) -> tuple[Line, ...]:
    told = {
        "outbox_id": item.id,
        "state": item.state,
        "mode": item.mode,
        "service": item.service,
        "profile": item.profile,
        "attempts": item.attempts,
        **{name: value for name, value in _known(item).items() if value is not None},
        **detail,
    }
    of_run = item.run_id is not None and item.position is not None
    # In the run's own order, as its other lines.
    place = f"{item.run_id}#{item.position:02d}" if of_run else item.id
    entry = HistoryEntry(
        id=f"{stamp(now)}#{place}#{item.revision:04d}#{kind}#{outcome}",
        type=kind,
        outcome=outcome,
        by=by,
        reason=reason,
        detail=told,
        run_id=item.run_id,
        position=item.position,
        date=HistoryDate(added=now),
    )
    logs: list[tuple[Object, str]] = [("mention", item.unique_id)]
    logs += [("case", item.case_id)] if item.case_id else []
    return tuple(Line(log=log, item_id=item_id, entry=entry) for log, item_id in logs)


def _known(item: OutboxItem) -> dict[str, str | None]:
    return {
        "native_id": item.native_id,
        "sent_as": item.sent_as,
        "approver": item.approver,
        "decided_by": item.decided_by.id if item.decided_by else None,
    }
