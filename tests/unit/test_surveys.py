"""Surveys: what counts as an answer, what it does to the case, and what it leaves alone (A26, A37)."""

from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.arrivals import View, admit, opens_a_case
from inbox_recipes.feedback import Feedback, Survey, SurveyKind, shares
from inbox_recipes.inbox import Case, IncomingMention, Profile
from inbox_recipes.ports import Transaction
from inbox_recipes.responses import Csat
from inbox_recipes.surveys import already, asked, buttons
from tests.builders import NOON, a_case, a_private

HOUR_AGO = NOON - timedelta(hours=1)
KNOWN = Profile(service="facebook", author_id="u77", contact_id="con_1", case_id="cas_1", revision=1)


def a_survey(kind: SurveyKind = "csat", **changed: Any) -> Survey:
    whole = {
        "id": f"sur_{kind}", "kind": kind, "response_id": "rsp_1", "asked_at": HOUR_AGO,
        "until": NOON + timedelta(days=7), "fence": 1,
    }  # fmt: skip
    return Survey.model_validate(whole | changed)


def asked_case(*surveys: Survey, **changed: Any) -> Case:
    feedback = Feedback()
    for survey in surveys or (a_survey(),):
        feedback = feedback.having(survey)
    sent = {"last_message_by": "us", "last_reply_at": HOUR_AGO + timedelta(seconds=3)}
    return a_case(**{"status": "pending", "feedback": feedback, **sent, **changed})


def click(payload: str, title: str = "4", **changed: Any) -> IncomingMention:
    return a_private("2001", title, clicked_buttons=[{"title": title, "payload": payload}], **changed)


def come_in(incoming: IncomingMention, case: Case, known: Profile | None = KNOWN) -> Transaction:
    profiles = {("facebook", "u77"): known} if known else {}
    view = View(cases={case.id: case}, profiles=profiles)
    number = 2 if opens_a_case(incoming, view, NOON) else None
    return admit(incoming, view, NOON, number)


def case_after(transaction: Transaction) -> Case:
    [case] = [write.after for write in transaction.writes if isinstance(write.after, Case)]
    return case


@pytest.mark.parametrize("status", ["unresolved", "pending", "resolved"])
def test_a_click_is_kept_in_its_case_whatever_its_status_and_opens_nothing(status: str) -> None:
    """A26; domain 1.3, rule 5: an answer to our question asks for nothing more, and breaks no wait (A1)."""
    before = asked_case(status=status)

    done = come_in(click("survey/cas_1/csat/4"), before)

    case, mention = case_after(done), done.writes[0].after
    assert (case.id, case.status, case.fence, case.last_message_by) == ("cas_1", status, 1, "us")
    assert (case.last_incoming_id, case.last_mention_id) == (before.last_incoming_id, "46283_2001")
    assert (case.feedback.csat, case.feedback.surveys[0].answered_by) == (4, "button")
    assert (mention.status, getattr(mention, "case_id")) == ("done", "cas_1")  # noqa: B009
    assert getattr(mention, "clicked_buttons")[0].title == "4"  # noqa: B009
    assert [line.entry.type for line in done.lines] == ["arrived", "mention_added", "survey_answered"]
    assert done.lines[-1].entry.detail == {"survey": "csat", "score": 4, "by": "button"}
    assert done.surveys[0].survey.score == 4


def test_a_second_click_changes_the_answer_and_the_history_tells_both() -> None:
    case = case_after(come_in(click("survey/cas_1/csat/4"), asked_case()))

    again = come_in(click("survey/cas_1/csat/2", id="2002"), case)

    assert case_after(again).feedback.csat == 2
    assert again.lines[-1].entry.detail["previous"] == 4


@pytest.mark.parametrize(
    ("text", "score"),
    [("4", 4), (" 4. ", 4), ("5/5", 5), ("4 / 5 !", 4), ("6", None), ("0", None), ("4/10", None),
     ("4 stars", None), ("four", None), ("", None)],
)  # fmt: skip
def test_a_bare_number_right_after_the_survey_answers_it(text: str, score: int | None) -> None:
    case = case_after(come_in(a_private("2001", text), asked_case()))

    assert case.feedback.csat == score
    assert case.status == ("unresolved" if score is None else "pending")


@pytest.mark.parametrize(
    "changed",
    [
        {"fence": 2},
        {"last_reply_at": NOON - timedelta(minutes=1)},
        {"feedback": Feedback(csat=5).having(a_survey(score=5))},
        {"feedback": Feedback().having(a_survey(until=NOON))},
        {"feedback": Feedback()},
    ],
)
def test_a_number_is_a_message_when_something_else_was_said_since(changed: dict[str, Any]) -> None:
    """The customer has written, we have, the survey has its answer, it is over, there is none."""
    before = asked_case(**changed)

    case = case_after(come_in(a_private("2001", "4"), before))

    assert case.feedback == before.feedback
    assert (case.status, case.fence) == ("unresolved", before.fence + 1)


def test_a_number_answers_the_survey_that_was_asked_last() -> None:
    before = asked_case(a_survey(), a_survey("nps", asked_at=NOON - timedelta(minutes=5)), last_reply_at=None)

    case = case_after(come_in(a_private("2001", "10"), before))

    assert (case.feedback.csat, case.feedback.nps) == (None, 10)


@pytest.mark.parametrize(
    ("incoming", "known"),
    [
        (click("survey/cas_1/csat/9"), KNOWN),
        (click("survey/cas_9/csat/4"), KNOWN),
        (click("survey/cas_1/nps/4"), KNOWN),
        (click("something else"), KNOWN),
        (click("survey/cas_1/csat/4", private=False), KNOWN),
        (click("survey/cas_1/csat/4"), KNOWN.model_copy(update={"contact_id": "con_9"})),
    ],
)
def test_what_is_no_answer_to_this_survey_is_a_message(incoming: IncomingMention, known: Profile) -> None:
    """Another scale, another case, a survey that was never asked, somebody else."""
    done = come_in(incoming, asked_case(), known)

    assert not done.surveys
    assert all(line.entry.type != "survey_answered" for line in done.lines)


def test_a_click_after_the_survey_is_over_is_a_message() -> None:
    case = case_after(come_in(click("survey/cas_1/csat/4"), asked_case(a_survey(until=NOON))))

    assert (case.feedback.csat, case.status) == (None, "unresolved")


def test_there_is_one_survey_of_a_kind_for_each_case() -> None:
    """A37."""
    case = a_case()
    survey = asked(case, "rsp_1", Csat(type="csat", question="Satisfied?", days=3), NOON)
    after = case.model_copy(update={"feedback": case.feedback.having(survey)})

    assert already(case, "csat") is None
    assert already(after, "csat") == "this case got its CSAT survey on 2026-11-22T12:00:00.000Z"
    assert already(after, "nps") is None
    assert survey.until == NOON + timedelta(days=3)
    assert asked(case, "rsp_2", Csat(type="csat", question="?"), NOON).id == survey.id


def test_every_score_has_a_button_and_a_platform_takes_them() -> None:
    assert [each.title for each in buttons("cas_1", "csat")] == ["1", "2", "3", "4", "5"]
    assert [each.payload for each in buttons("cas_1", "nps")][10] == "survey/cas_1/nps/10"


def test_the_share_of_the_satisfied_and_the_promoters_less_the_detractors() -> None:
    """Domain 6: CSAT is the share of 4 and 5; NPS promoters (9, 10) less detractors (0 to 6)."""
    csat = [a_survey(score=score) for score in (5, 4, 3, 1)] + [a_survey()]
    nps = [a_survey("nps", score=score) for score in (10, 9, 8, 7, 6, 0, 2)]

    of_csat, of_nps = shares("csat", [*csat, *nps]), shares("nps", [*csat, *nps])

    assert (of_csat.asked, of_csat.answered, of_csat.score) == (5, 4, 50.0)
    assert of_csat.counts == {"1": 1, "2": 0, "3": 1, "4": 1, "5": 1}
    assert (of_nps.asked, of_nps.score) == (7, round(100 * (2 - 3) / 7, 1))
    assert shares("nps", csat).score is None


def test_a_recipe_can_tell_an_answer_from_other_messages() -> None:
    """A filter on `action.last_type`: the customer has answered a survey with this message."""
    answer = come_in(click("survey/cas_1/csat/1"), asked_case()).writes[0].after
    message = come_in(a_private("2001", "1 more thing"), asked_case()).writes[0].after

    assert [each.last_action and each.last_action.type for each in (answer, message)] == [
        "survey_answered",
        "arrived",
    ]
