"""The page of a survey: answered without a login by whoever has the link, and by nobody else (R15)."""

import logging
import re
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.errors import Retryable
from inbox_recipes.feedback import Survey, Wording
from inbox_recipes.inbox import Case
from inbox_recipes.observability import logger
from inbox_recipes.people import SYSTEM
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.survey_links import survey_of, token
from inbox_recipes.surveys import kept
from tests.builders import NOON, TOPIC, a_case
from tests.fakes.surveys import SURVEY_KEY
from tests.unit.http.client import Client, Reply

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WEEK = timedelta(days=7)


def a_survey(**changed: Any) -> Survey:
    whole = {
        "id": f"sur_{'ab' * 12}", "kind": "csat", "response_id": "rsp_1", "asked_at": NOON,
        "until": NOON + WEEK, "fence": 1,
    }  # fmt: skip
    return Survey.model_validate(whole | changed)


def ask(client: Client, case_id: str = "cas_1", language: str | None = None, **changed: Any) -> str:
    """A case with a survey; gives the link's end."""
    survey, case = a_survey(**changed), a_case(case_id, status="resolved")
    case = case.model_copy(update={"feedback": case.feedback.having(survey)})
    wording = Wording(question="Are you <satisfied>?", text="Dear Ada", language=language)
    client.store.commit(
        Transaction(
            actor=SYSTEM, at=NOON, writes=(Write(None, case),), surveys=kept(case, [survey]),
            wordings=((survey.id, wording),),
        )
    )  # fmt: skip
    return token(survey, SURVEY_KEY)


def page(client: Client, method: str, end: str, form: str | None = None, **headers: str) -> Reply:
    client.claims = None
    return client.call(method, f"/surveys/{end}", raw=form, headers={**FORM, **headers})


def case_of(client: Client, case_id: str = "cas_1") -> Case:
    return client.store.cases[case_id]


def test_the_question_is_asked_and_the_answer_kept_with_a_line(client: Client) -> None:
    end = ask(client)

    shown = page(client, "GET", end)
    answered = page(client, "POST", end, "score=4&comment=Tr%C3%A8s+bien%0D%0Amerci")

    assert shown.status == 200
    assert "<legend>Are you &lt;satisfied&gt;?</legend>" in shown.body
    assert '<p class="text">Dear Ada</p>' in shown.body
    assert shown.body.count('type="radio"') == 5
    assert (answered.status, "<h1>Thank you!</h1>" in answered.body) == (200, True)
    case = case_of(client)
    assert (case.feedback.csat, case.status, case.fence) == (4, "resolved", 1)
    [survey] = case.feedback.surveys
    assert (survey.comment, survey.answered_by, survey.answered_at) == ("Très bien\nmerci", "page", NOON)
    [line] = client.store.history("case", "cas_1")
    assert (line.type, line.by.kind, line.detail) == (
        "survey_answered", "customer", {"survey": "csat", "score": 4, "by": "page"},
    )  # fmt: skip
    assert client.store.surveys[survey.id].survey == survey


def test_reading_changes_nothing_and_neither_does_the_same_answer_twice(client: Client) -> None:
    """Platforms look at links that are sent through them; browsers send forms again."""
    end = ask(client)
    page(client, "GET", end)
    assert case_of(client).revision == 1

    for _ in range(3):
        assert page(client, "POST", end, "score=5&comment=").status == 200

    assert case_of(client).revision == 2
    assert len(client.store.history("case", "cas_1")) == 1


def test_an_answer_can_be_changed_until_the_survey_is_over(client: Client) -> None:
    end = ask(client)
    page(client, "POST", end, "score=1&comment=Bad")

    again = page(client, "GET", end)
    page(client, "POST", end, "score=3")

    assert "You have answered already" in again.body
    assert re.search(r'value="1" required checked>', again.body)
    assert "Bad</textarea>" in again.body
    assert (case_of(client).feedback.csat, case_of(client).feedback.surveys[0].comment) == (3, None)
    assert client.store.history("case", "cas_1")[-1].detail["previous"] == 1


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("score=6", "Please choose one of the answers."),
        ("comment=x", "Please choose one of the answers."),
        ("score=%00", "Please choose one of the answers."),
        (None, "Please choose one of the answers."),
        ("&".join(f"f{n}=1" for n in range(20)), "Please choose one of the answers."),
        ("score=4&comment=" + "x" * 60_000, "Please choose one of the answers."),
        ("score=4&comment=" + "x" * 2001, "Please write 2000 characters at most."),
    ],
)
def test_what_is_no_answer_is_said_and_kept_from_the_case(
    client: Client, form: str | None, words: str
) -> None:
    refused = page(client, "POST", ask(client), form)

    assert (refused.status, words in refused.body) == (422, True)
    assert case_of(client).revision == 1


def test_every_link_that_does_not_work_gets_the_same_page(client: Client) -> None:
    """R9: whoever guesses learns nothing, not even that something was there."""
    end = ask(client)
    whole = urlsafe_b64decode(end)
    flipped = [
        urlsafe_b64encode(bytes([*whole[:n], whole[n] ^ 1, *whole[n + 1 :]])).decode()
        for n in range(len(whole))
    ]
    over = token(a_survey(until=NOON), SURVEY_KEY)
    unknown = token(a_survey(id=f"sur_{'cd' * 12}"), SURVEY_KEY)
    other_key = token(a_survey(), b"another key")
    wrong = [*flipped, over, unknown, other_key, "x", "a" * 44, "%C3%A9", end[:-4], end + "AAAA"]

    answers = {
        (reply.status, reply.body, tuple(sorted(reply.headers.items())))
        for each in wrong
        for reply in (page(client, "GET", each), page(client, "POST", each, "score=4"))
    }

    assert len(answers) == 1
    [(status, body, _)] = answers
    assert (status, "This link does not work" in body) == (404, True)
    assert case_of(client).feedback.csat is None


def test_a_link_tells_nobody_whose_survey_it_is_and_is_the_same_each_time() -> None:
    survey = a_survey()

    end = token(survey, SURVEY_KEY)

    assert end == token(survey, SURVEY_KEY)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", end)
    assert len(urlsafe_b64decode(end)) == 33
    assert survey_of(end, [b"new", SURVEY_KEY], NOON) == survey.id
    assert survey_of(end, [], NOON) is None
    assert survey_of(end, [SURVEY_KEY], NOON + WEEK) is None


@pytest.mark.parametrize(
    ("conversation", "accepted", "tongue"),
    [
        ("fr", "en-GB", "fr"), ("fr-CA", None, "fr"), (None, "de, fr;q=0.8, en;q=0.5", "fr"),
        ("de", "en-US,en;q=0.9,fr;q=0.95", "en"), (None, None, "en"), ("nl", "es", "en"),
        (None, "fr;q=x,en;q=0.1", "fr"),
    ],
)  # fmt: skip
def test_the_page_speaks_the_language_of_the_conversation_or_of_the_browser(
    client: Client, conversation: str | None, accepted: str | None, tongue: str
) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}

    shown = page(client, "GET", ask(client, language=conversation), **headers)

    assert f'<html lang="{tongue}">' in shown.body
    assert ("Votre avis" in shown.body) == (tongue == "fr")


def test_a_page_runs_no_script_loads_nothing_and_is_kept_nowhere(client: Client) -> None:
    """Its address is a key: it goes to no other site and into no cache."""
    shown = page(client, "GET", ask(client))

    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script" not in shown.body
    assert not re.search(r'(src|href|style)=|\son\w+="', shown.body)
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Referrer-Policy"] == "no-referrer"


def test_a_form_that_the_gateway_encodes_is_read(client: Client) -> None:
    end = ask(client, kind="nps")
    client.claims = None
    event = {
        "path": f"/surveys/{end}", "httpMethod": "POST", "headers": FORM, "isBase64Encoded": True,
        "body": b64encode(b"score=10").decode(), "requestContext": {"requestId": "r", "stage": "v1"},
    }  # fmt: skip

    assert client.app.resolve(event, None)["statusCode"] == 200
    assert case_of(client).feedback.nps == 10


def test_a_busy_table_is_a_page_and_a_failure_shows_no_token(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """R9: an address that is a key stands in no answer and no log."""
    end = ask(client)
    errors: list[Exception] = [Retryable("busy"), RuntimeError("broken")]

    def fail(*_: Any) -> Any:
        raise errors.pop(0)

    monkeypatch.setattr(client.services.surveys, "get", fail)
    logged: list[dict[str, Any]] = []
    monkeypatch.setattr(logger, "error", lambda message, **keys: logged.append(keys))
    busy = page(client, "POST", end, "score=4")
    with caplog.at_level(logging.DEBUG):
        broken = page(client, "POST", end, "score=4")

    assert (busy.status, "Please try again" in busy.body) == (503, True)
    assert (broken.status, broken.body["instance"]) == (500, "/surveys/…")
    assert logged
    assert end not in f"{broken.body} {logged} {caplog.text}"


def test_the_scores_are_summed_up_by_topic_and_day(client: Client) -> None:
    for number, (score, asked) in enumerate([(5, NOON), (2, NOON), (4, NOON - timedelta(days=3))]):
        end = ask(
            client, f"cas_{number}", id=f"sur_{number:024x}", asked_at=asked, until=asked + WEEK
        )  # fmt: skip
        page(client, "POST", end, f"score={score}")
    ask(client, "cas_9", id=f"sur_{9:024x}", kind="nps")
    client.claims = Client().claims
    tomorrow = "until=2026-11-23T00:00:00Z"

    whole = client.call("GET", f"/feedback?{tomorrow}").body
    today = client.call("GET", f"/feedback?since=2026-11-22T00:00:00Z&{tomorrow}&topic_id={TOPIC}").body
    elsewhere = client.call("GET", f"/feedback?{tomorrow}&topic_id=7").body

    assert (whole["csat"]["asked"], whole["csat"]["score"]) == (3, 66.7)
    assert (whole["nps"]["asked"], whole["nps"]["answered"], whole["nps"]["score"]) == (1, 0, None)
    assert [(each["day"], each["csat"]["answered"]) for each in whole["by_day"]] == [
        ("2026-11-19", 1), ("2026-11-22", 2),
    ]  # fmt: skip
    assert [each["topic_id"] for each in whole["by_topic"]] == [TOPIC]
    assert (today["csat"]["answered"], today["csat"]["score"]) == (2, 50.0)
    assert (elsewhere["csat"]["asked"], elsewhere["by_topic"]) == (0, [])


@pytest.mark.parametrize(
    "query", ["since=yesterday", "since=2026-11-22T13:00:00Z", "since=2026-01-01T00:00:00Z"]
)
def test_a_time_that_is_none_or_too_long_is_refused(client: Client, query: str) -> None:
    assert client.call("GET", f"/feedback?{query}").pointers == ["?since"]


@pytest.mark.parametrize("until", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_days_are_not_counted_beyond_the_calendar_r17(client: Client, until: str) -> None:
    """28 days before the first there is no day, and none after the last."""
    assert client.call("GET", f"/feedback?until={until}").pointers == ["?until"]
