"""Surveys in a conversation: asking, and knowing an answer when one comes (domain 6; A26, A37). Pure.

How a link leads to a survey is in `survey_links`; the page behind it in `http.survey_page`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_recipes import ids
from inbox_recipes.clock import stamp
from inbox_recipes.feedback import SCALES, AnsweredBy, CaseSurvey, Survey, SurveyKind
from inbox_recipes.inbox import Case, CaseDates, IncomingMention, LastAction
from inbox_recipes.people import Actor
from inbox_recipes.quick_replies import QuickReply
from inbox_recipes.responses import Csat, Nps

PAYLOAD = re.compile(r"survey/([A-Za-z0-9_-]{1,64})/(csat|nps)/(\d{1,2})")
TYPED = re.compile(r"\s*(\d{1,2})\s*(?:/\s*(\d{1,2}))?\s*[.!]?\s*")
LONGEST_COMMENT = 2000


@dataclass(frozen=True)
class Answer:
    """What a customer has answered to which survey."""

    survey: Survey
    score: int
    by: AnsweredBy
    comment: str | None = None


def asked(case: Case, response_id: str, content: Csat | Nps, now: datetime) -> Survey:
    """The survey of a case that is asked now."""
    return Survey(
        id=ids.survey_id(case.id, content.type),
        kind=content.type,
        response_id=response_id,
        asked_at=now,
        until=now + timedelta(days=content.days),
        fence=case.fence,
    )


def already(case: Case, kind: SurveyKind) -> str | None:
    """Why no survey of the kind is sent in this case: one was (A37), or may have been."""
    before = case.feedback.survey(kind)
    if before is None or before.not_sent_at is not None:
        return None
    return f"this case got its {kind.upper()} survey on {stamp(before.asked_at)}"


def given_up(case: Case, survey_id: str, asked_at: datetime, at: datetime | None) -> Survey | None:
    """The survey of a case that was asked then, given up at that time; at none: it is sent after all.

    Nothing where that is nothing new, where it was sent, or where the case was asked anew.
    """
    found = (each for each in case.feedback.surveys if (each.id, each.asked_at) == (survey_id, asked_at))
    survey = next(found, None)
    if survey is None or survey.sent_at or (survey.not_sent_at is None) == (at is None):
        return None
    return survey.model_copy(update={"not_sent_at": at})


def buttons(case_id: str, kind: SurveyKind) -> tuple[QuickReply, ...]:
    """One button for each score."""
    return tuple(
        QuickReply(title=str(score), payload=f"survey/{case_id}/{kind}/{score}") for score in SCALES[kind]
    )


def answer_in(incoming: IncomingMention, case: Case, contact_id: str, now: datetime) -> Answer | None:
    """The answer that a customer's message is, if it is one to a survey of this case.

    A button names its survey. A bare number counts when the survey was the last thing said: the customer has
    not answered it, and nobody has written since.
    """
    if not incoming.private or contact_id not in case.contact_ids:
        return None
    for button in incoming.clicked_buttons:
        found = PAYLOAD.fullmatch(button.payload)
        survey = case.feedback.survey("csat" if found[2] == "csat" else "nps") if found else None
        if found and survey and found[1] == case.id and now < survey.until:
            score = int(found[3])
            return Answer(survey, score, "button") if score in SCALES[survey.kind] else None
    return None if incoming.clicked_buttons else _typed(incoming.message.content, case, now)


def _typed(text: str, case: Case, now: datetime) -> Answer | None:
    found = TYPED.fullmatch(text)
    last = max(case.feedback.surveys, key=lambda each: each.asked_at, default=None)
    if found is None or last is None or not _is_open(last, case, now):
        return None
    score, best = int(found[1]), SCALES[last.kind][-1]
    fits = score in SCALES[last.kind] and (found[2] is None or int(found[2]) == best)
    return Answer(last, score, "message") if fits else None


def _is_open(survey: Survey, case: Case, now: datetime) -> bool:
    unanswered = survey.score is None and survey.not_sent_at is None and now < survey.until
    return unanswered and case.fence == survey.fence and not _said_since(survey, case)


def _said_since(survey: Survey, case: Case) -> bool:
    """Whether one of us has written after the survey, which is on its way for some seconds itself."""
    sent_at = survey.sent_at or survey.asked_at + timedelta(minutes=2)
    return case.last_reply_at is not None and case.last_reply_at > sent_at


def with_answer(
    case: Case, answer: Answer, actor: Actor, now: datetime, mention_id: str | None = None
) -> Case:
    """The case with the answer, at its next revision. It is not opened again, and its fence stays (A26)."""
    survey = answer.survey.model_copy(
        update={
            "score": answer.score,
            "comment": answer.comment if answer.by == "page" else answer.survey.comment,
            "answered_at": now,
            "answered_by": answer.by,
        }
    )
    done = LastAction(type="survey_answered", by=actor.kind, by_id=actor.id, at=now)
    new = {
        "feedback": case.feedback.having(survey),
        "date": CaseDates(added=case.date.added, updated=now),
        "last_action": done,
        "revision": case.revision + 1,
        **({"last_mention_id": mention_id, "last_message_at": now} if mention_id else {}),
    }
    return case.model_copy(update=new)


def told(answer: Answer) -> dict[str, object]:
    """What the history says of an answer; the comment stays in the case (R20)."""
    before = answer.survey.score
    changed = {} if before is None else {"previous": before}
    return {"survey": answer.survey.kind, "score": answer.score, "by": answer.by, **changed}


def kept(case: Case, surveys: Iterable[Survey]) -> tuple[CaseSurvey, ...]:
    """Surveys as they are kept beside their case."""
    return tuple(CaseSurvey(case_id=case.id, topic_id=case.topic.id, survey=each) for each in surveys)
