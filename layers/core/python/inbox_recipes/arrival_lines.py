"""What histories tell when a message comes in. Pure."""

from collections.abc import Sequence
from datetime import datetime

from inbox_recipes.clock import stamp
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.ids import digest
from inbox_recipes.inbox import Case, Mention, Object
from inbox_recipes.people import Actor
from inbox_recipes.ports import Write
from inbox_recipes.surveys import Answer, told


def arrival_lines(mention: Mention, cases: Sequence[Write], actor: Actor, now: datetime) -> tuple[Line, ...]:
    """The lines of the mention and of every case that it opens or joins."""
    first = cases[0].after.revision if cases else 0
    lines = [
        _line("mention", mention.unique_id, _id(now, first, mention, 0), actor, "arrived", None, now,
              case_id=mention.case_id)
    ]  # fmt: skip
    for write in cases:
        if isinstance(write.after, Case):
            lines += _case_lines(mention, write.before, write.after, actor, now)
    return tuple(lines)


def reply_line(parent: Mention, reply: Mention, actor: Actor, now: datetime) -> Line:
    """That a mention was answered, in its own history."""
    line_id = _id(now, 0, reply, 4)
    told = {"unique_id": reply.unique_id}
    return _line("mention", parent.unique_id, line_id, actor, "replied", None, now, **told)


def answer_line(case: Case, answer: Answer, actor: Actor, now: datetime, source: str) -> Line:
    """That the customer answered a survey, in the history of its case; `source` tells answers apart."""
    line_id = f"{stamp(now)}#{case.revision:06d}#{digest(source, answer.survey.id)}#4"
    return _line("case", case.id, line_id, actor, "survey_answered", None, now, **told(answer))


def _case_lines(
    mention: Mention, before: Mention | Case | None, case: Case, actor: Actor, now: datetime
) -> list[Line]:
    lines = []

    def tell(index: int, kind: str, reason: str | None, **detail: object) -> None:
        line_id = _id(now, case.revision, mention, index)
        lines.append(_line("case", case.id, line_id, actor, kind, reason, now, **detail))

    if before is None:
        tell(1, "case_created", "a private conversation without an open case",
             title=case.title, linked_case_id=case.linked_case_id)  # fmt: skip
    tell(2, "mention_added", None, unique_id=mention.unique_id, outgoing=mention.author.managed)
    if before and before.status != case.status:
        tell(3, "status_changed", "the customer wrote again", status=case.status, previous=before.status)
    return lines


def _id(now: datetime, revision: int, mention: Mention, index: int) -> str:
    """In the order of the case's changes, and before what recipes made of it: their ids start with "run"."""
    return f"{stamp(now)}#{revision:06d}#{mention.unique_id}#{index}"


def _line(
    log: Object, item_id: str, line_id: str, actor: Actor, kind: str, reason: str | None, now: datetime,
    **detail: object,
) -> Line:  # fmt: skip
    entry = HistoryEntry(
        id=line_id,
        type=kind,
        outcome="done",
        by=actor,
        reason=reason,
        detail=detail,
        run_id=None,
        position=None,
        date=HistoryDate(added=now),
    )
    return Line(log=log, item_id=item_id, entry=entry)
