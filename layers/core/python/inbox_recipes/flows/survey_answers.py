"""Surveys that are answered on their page, by whoever has the link."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from inbox_recipes.arrival_lines import answer_line
from inbox_recipes.errors import NotFound
from inbox_recipes.feedback import Survey, Wording
from inbox_recipes.flows.by_hand import tried_again
from inbox_recipes.inbox import Case
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, Surveys, Transaction, Write
from inbox_recipes.survey_links import survey_of
from inbox_recipes.surveys import Answer, kept, with_answer


@dataclass(frozen=True)
class Counter:
    """Where links lead: the surveys, their cases, and the keys that the links are signed with."""

    inbox: Inbox
    surveys: Surveys
    keys: Callable[[], Iterable[bytes]]

    def opened(self, token: str, now: datetime) -> tuple[Case, Survey, Wording]:
        """What a link leads to. Raises NotFound, which says the same whatever is wrong with it."""
        survey_id = survey_of(token, self.keys(), now)
        found = self.surveys.get(survey_id) if survey_id else None
        case = self.inbox.cases([found[0].case_id]).get(found[0].case_id) if found else None
        survey = case.feedback.survey(found[0].survey.kind) if case and found else None
        if case is None or case.erased or found is None or survey is None or survey.id != survey_id:
            raise NotFound("survey", "of this link")
        return case, survey, found[1]

    def answer(self, token: str, score: int, comment: str | None, now: datetime) -> None:
        """Keep an answer, also in place of an earlier one; the same again changes nothing."""

        def write() -> None:
            case, survey, _ = self.opened(token, now)
            if (survey.score, survey.comment) == (score, comment):
                return
            answer = Answer(survey, score, "page", comment)
            actor = Actor(kind="customer", id=case.contact_id or case.id)
            after = with_answer(case, answer, actor, now)
            line = answer_line(after, answer, actor, now, "page")
            answered = [each for each in after.feedback.surveys if each.id == survey.id]
            self.inbox.commit(
                Transaction(
                    actor=actor,
                    at=now,
                    writes=(Write(case, after),),
                    lines=(line,),
                    surveys=kept(after, answered),
                )
            )

        tried_again(write)
