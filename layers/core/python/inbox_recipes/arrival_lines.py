"""What histories tell when a message comes in. Pure."""

from collections.abc import Sequence
from datetime import datetime

from inbox_recipes.history import Line, line_outside_runs
from inbox_recipes.ids import digest
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.people import Actor
from inbox_recipes.ports import Write
from inbox_recipes.surveys import Answer, told


def arrival_lines(mention: Mention, cases: Sequence[Write], actor: Actor, now: datetime) -> tuple[Line, ...]:
    """The lines of the mention and of every case that it opens or joins."""
    first = cases[0].after.revision if cases else 0
    lines = [
        line_outside_runs(
            "mention", mention.unique_id, _place(first, mention, 0), "arrived", actor,
            {"case_id": mention.case_id}, now,
        )
    ]  # fmt: skip
    for write in cases:
        if isinstance(write.after, Case):
            lines += _case_lines(mention, write.before, write.after, actor, now)
    return tuple(lines)


def reply_line(parent: Mention, reply: Mention, actor: Actor, now: datetime) -> Line:
    """That a mention was answered, in its own history."""
    detail = {"unique_id": reply.unique_id}
    return line_outside_runs("mention", parent.unique_id, _place(0, reply, 4), "replied", actor, detail, now)


def answer_line(case: Case, answer: Answer, actor: Actor, now: datetime, source: str) -> Line:
    """That the customer answered a survey, in the history of its case; `source` tells answers apart."""
    place = f"{case.revision:06d}#{digest(source, answer.survey.id)}#4"
    return line_outside_runs("case", case.id, place, "survey_answered", actor, told(answer), now)


def _case_lines(
    mention: Mention, before: Mention | Case | None, case: Case, actor: Actor, now: datetime
) -> list[Line]:
    lines = []

    def tell(index: int, kind: str, reason: str | None, **detail: object) -> None:
        place = _place(case.revision, mention, index)
        lines.append(line_outside_runs("case", case.id, place, kind, actor, detail, now, reason))

    if before is None:
        tell(1, "case_created", "a private conversation without an open case",
             title=case.title, linked_case_id=case.linked_case_id)  # fmt: skip
    tell(2, "mention_added", None, unique_id=mention.unique_id, outgoing=mention.author.managed)
    if before and before.status != case.status:
        tell(3, "status_changed", "the customer wrote again", status=case.status, previous=before.status)
    return lines


def _place(revision: int, mention: Mention, index: int) -> str:
    """In the order of the case's changes, and before what recipes made of it: their ids start with "run"."""
    return f"{revision:06d}#{mention.unique_id}#{index}"
