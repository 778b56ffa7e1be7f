"""What every Surveys port shows: surveys as their cases' transactions have left them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from inbox_recipes.adapters.dynamo_surveys import DynamoSurveys
from inbox_recipes.feedback import CaseSurvey, Survey, Wording
from inbox_recipes.inbox import Case, HandledBy, InFlow
from inbox_recipes.people import SYSTEM
from inbox_recipes.ports import Inbox, Surveys, Transaction, Write
from inbox_recipes.surveys import kept
from tests.builders import a_case
from tests.fakes import FakeInbox, Store
from tests.fakes.surveys import FakeSurveys
from tests.integration.aws import Aws


@dataclass
class Both:
    inbox: Inbox
    surveys: Surveys


@pytest.fixture(params=["fake", "dynamo"])
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    if request.param == "fake":
        store = Store()
        yield Both(FakeInbox(store), FakeSurveys(store))
    else:
        pretended: Aws = request.getfixturevalue("aws")
        yield Both(pretended.inbox, DynamoSurveys(pretended.dynamo, pretended.named("Ledger")))


def a_survey(number: int, asked_at: datetime) -> Survey:
    return Survey(
        id=f"sur_{number:024x}", kind="csat", response_id="rsp_1", asked_at=asked_at,
        until=asked_at + timedelta(days=7), fence=1,
    )  # fmt: skip


def ask(both: Both, number: int, at: datetime) -> Case:
    survey, before = a_survey(number, at), a_case(f"cas_{number}")
    case = before.model_copy(update={"feedback": before.feedback.having(survey)})
    wording = (survey.id, Wording(question="Happy?", text="Dear Ada", language="fr"))
    both.inbox.commit(
        Transaction(
            actor=SYSTEM,
            at=at,
            writes=(Write(None, case),),
            surveys=kept(case, [survey]),
            wordings=(wording,),
        )
    )
    return case


def test_a_survey_is_found_with_what_it_asked_and_with_its_answer(both: Both, now: datetime) -> None:
    case = ask(both, 1, now)
    [survey] = case.feedback.surveys
    answered = survey.model_copy(update={"score": 4, "answered_at": now, "answered_by": "page"})
    after = case.model_copy(update={"feedback": case.feedback.having(answered), "revision": 2})

    asked = both.surveys.get(survey.id)
    both.inbox.commit(
        Transaction(actor=SYSTEM, at=now, writes=(Write(case, after),), surveys=kept(after, [answered]))
    )

    wording = Wording(question="Happy?", text="Dear Ada", language="fr")
    assert asked == (CaseSurvey(case_id="cas_1", topic_id="46283", survey=survey), wording)
    assert both.surveys.get(survey.id) == (
        CaseSurvey(case_id="cas_1", topic_id="46283", survey=answered), wording,
    )  # fmt: skip
    assert both.surveys.get("sur_unknown") is None
    assert both.inbox.cases(["cas_1"])["cas_1"].feedback.csat == 4


def test_those_of_a_time_are_listed_oldest_first_its_end_left_out(both: Both, now: datetime) -> None:
    days = (0, 3, 1, 9)
    for number, day in enumerate(days):
        ask(both, number, now + timedelta(days=day))

    found = both.surveys.asked_between(now, now + timedelta(days=9))

    assert [each.case_id for each in found] == ["cas_0", "cas_2", "cas_1"]
    assert list(both.surveys.asked_between(now - timedelta(days=9), now)) == []


def test_a_case_keeps_where_its_flow_is(both: Both, now: datetime) -> None:
    flow = InFlow(flow_id="orders", step="start", until=now, said=3, recent=("a",), fell_back=True)
    case = a_case(flow=flow, handled_by=HandledBy(type="flow", flow_id="orders"))
    both.inbox.commit(Transaction(actor=SYSTEM, at=now, writes=(Write(None, case),)))

    kept_case = both.inbox.cases([case.id])[case.id]

    assert (kept_case.flow, kept_case.handled_by) == (flow, case.handled_by)
