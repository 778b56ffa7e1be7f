"""A message that answers a survey, coming in: kept in the survey's case, which it does not open again. Pure.

So it is with a resolved case too, which receives nothing else (domain 1.3, rule 5; A26): the customer has
answered our question, and asked none.
"""

from collections.abc import Mapping
from datetime import datetime

from inbox_recipes.arrival_lines import answer_line, arrival_lines
from inbox_recipes.inbox import Case, IncomingMention, Mention, Profile
from inbox_recipes.people import Actor
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.quick_replies import cases_named
from inbox_recipes.surveys import Answer, answer_in, kept, with_answer


def survey_answered(
    incoming: IncomingMention, known: Profile | None, cases: Mapping[str, Case], now: datetime
) -> tuple[Case, Answer] | None:
    """The case and what the message answers to its survey, if it does: a case that its button names first."""
    if incoming.outgoing or known is None:
        return None
    for case_id in (*cases_named(incoming.clicked_buttons), known.case_id or ""):
        case = cases.get(case_id)
        found = answer_in(incoming, case, known.contact_id, now) if case else None
        if case and found:
            return case, found
    return None


def admit_answer(
    case: Case, answer: Answer, mention: Mention, known: Profile | None, actor: Actor, now: datetime
) -> Transaction:
    """The transaction that takes it in. There is nothing left to do about such a message: it is resolved."""
    after = with_answer(case, answer, actor, now, mention.unique_id)
    mention = mention.model_copy(
        update={"case_id": case.id, "status": "done", "last_action": after.last_action}
    )
    write = Write(case, after)
    told = answer_line(after, answer, actor, now, mention.unique_id)
    return Transaction(
        actor=actor,
        at=now,
        writes=(Write(None, mention), write),
        lines=(*arrival_lines(mention, [write], actor, now), told),
        seen=known,
        surveys=kept(after, [each for each in after.feedback.surveys if each.kind == answer.survey.kind]),
    )
