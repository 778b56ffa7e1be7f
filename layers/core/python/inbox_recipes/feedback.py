"""What customers are asked about a case, and what they answered (domain 6; A37)."""

from collections.abc import Sequence
from typing import Literal

from inbox_recipes.item_parts import Frozen, Time

SurveyKind = Literal["csat", "nps"]
AnsweredBy = Literal["button", "message", "page"]

SCALES: dict[SurveyKind, range] = {"csat": range(1, 6), "nps": range(11)}
"""The scores of each kind, from the worst to the best."""


class Survey(Frozen):
    """A survey of a case. It can be answered, and the answer changed, before `until`.

    `sent_at` is when it had reached the platform, as far as its case was still open then; `not_sent_at` when
    it was given up, so that the customer surely has not got it. `fence` is how many messages of the customer
    the case had seen when it was asked. `answered_by` is how the present `score` was given: a button, a typed
    message, or the page.
    """

    id: str
    kind: SurveyKind
    response_id: str
    asked_at: Time
    sent_at: Time | None = None
    not_sent_at: Time | None = None
    until: Time
    fence: int
    score: int | None = None
    comment: str | None = None
    answered_at: Time | None = None
    answered_by: AnsweredBy | None = None


class Feedback(Frozen):
    """The scores, and the surveys that asked for them: at most one of a kind, the latest."""

    csat: int | None = None
    nps: int | None = None
    surveys: tuple[Survey, ...] = ()

    def survey(self, kind: SurveyKind) -> Survey | None:
        """The survey of that kind, if it was asked."""
        return next((each for each in self.surveys if each.kind == kind), None)

    def having(self, survey: Survey) -> "Feedback":
        """The same with this survey, in the place of the one of its kind."""
        others = tuple(each for each in self.surveys if each.kind != survey.kind)
        return self.model_copy(update={survey.kind: survey.score, "surveys": (*others, survey)})


class Wording(Frozen):
    """What a survey asked, word for word, and in which language as far as is known."""

    question: str
    text: str | None = None
    language: str | None = None


class CaseSurvey(Frozen):
    """A survey, and whose it is: kept beside the case, to be found by its id and by when it was asked."""

    case_id: str
    topic_id: str
    survey: Survey


class Shares(Frozen):
    """How surveys of one kind came out. `score` is nothing without answers; `counts` are of each score.

    CSAT: the share of 4 and 5, in percent. NPS: the share of promoters (9, 10) less that of detractors
    (0 to 6), from -100 to 100.
    """

    asked: int
    answered: int
    score: float | None
    counts: dict[str, int]


def shares(kind: SurveyKind, surveys: Sequence[Survey]) -> Shares:
    """What the surveys of a kind come to."""
    scores = [each.score for each in surveys if each.kind == kind and each.score is not None]
    good = sum(score >= (4 if kind == "csat" else 9) for score in scores)
    bad = sum(score <= 6 for score in scores) if kind == "nps" else 0
    return Shares(
        asked=sum(each.kind == kind and each.not_sent_at is None for each in surveys),
        answered=len(scores),
        score=round(100 * (good - bad) / len(scores), 1) if scores else None,
        counts={str(score): scores.count(score) for score in SCALES[kind]},
    )
