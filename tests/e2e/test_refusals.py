"""What is refused, with which status, and how the problem says what is allowed."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.e2e.account import TOPIC, Account, a_posted_mention
from tests.e2e.stack import Stack
from tools.api_client import Json

type Send = Callable[..., requests.Response]


@pytest.fixture
def send(stack: Stack) -> Send:
    """One call with every scope, whatever its answer."""
    token = stack.token()

    def call(method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return stack.ask(method, path, token, json=body, headers=named)

    return call


def problem(answer: requests.Response, status: int) -> Json:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    body = answer.json()
    assert {"type", "title", "status"} <= body.keys()
    return dict(body)


def test_a_malformed_mention_is_refused_with_every_field_at_fault(send: Send) -> None:
    mention = a_posted_mention("x")
    del mention["author"]
    mention["source"]["service"] = "Face Book"
    mention["mesage"] = {}

    errors = problem(send("POST", "/mentions", mention), 422)["errors"]

    assert {error["pointer"] for error in errors} == {"/author", "/source/service", "/mesage"}
    unknown = next(error for error in errors if error["pointer"] == "/mesage")
    assert "message" in unknown["allowed"]


def test_a_mention_of_an_unknown_topic_is_refused_with_the_topics_there_are(send: Send) -> None:
    refused = problem(send("POST", "/mentions", a_posted_mention("x", topic={"id": "999"})), 422)

    assert refused["errors"][0]["pointer"] == "/topic/id"
    assert TOPIC in refused["errors"][0]["allowed"]


@pytest.mark.parametrize(
    ("wrong", "pointer", "allowed"),
    [
        ({"colour": "red"}, "/colour", "trigger"),
        ({"topics": ["999"]}, "/topics/0", TOPIC),
        ({"mode": "on"}, "/mode", "shadow"),
        ({"actions": [{"type": "dance"}]}, "/actions/0/type", "add_tags"),
        ({"actions": [{"type": "assign", "teams": ["nobody"]}]}, "/actions/0/teams/0", "billing"),
        (
            {"filter": {"combinator": "and", "rules": [{"field": "content.smell", "operator": "is"}]}},
            "/filter/rules/0/field",
            "content.text",
        ),
    ],
)
def test_a_wrong_recipe_is_refused_at_the_field_with_what_is_allowed(
    send: Send, wrong: Json, pointer: str, allowed: str
) -> None:
    recipe = {
        "name": "Wrong",
        "trigger": {"type": "arrival"},
        "topics": [TOPIC],
        "actions": [{"type": "resolve"}],
        **wrong,
    }

    error = problem(send("POST", "/recipes", recipe), 422)["errors"][0]

    assert error["pointer"] == pointer
    assert allowed in error["allowed"]


def test_a_change_needs_the_version_that_it_is_based_on(send: Send, account: Account) -> None:
    recipe = account.recipe(mode="disabled", trigger={"type": "arrival"}, actions=[{"type": "resolve"}])
    path = f"/recipes/{recipe}"

    problem(send("DELETE", path), 428)
    problem(send("DELETE", path, If_Match='"7"'), 412)

    topic = send("GET", f"/topics/{TOPIC}")
    assert send("GET", f"/topics/{TOPIC}", If_None_Match=topic.headers["ETag"]).status_code == 304
    account.tidy()
    problem(send("GET", path), 404)


def test_a_topic_in_use_cannot_be_deleted(send: Send, account: Account) -> None:
    recipe = account.recipe(
        name="Needs it", mode="disabled", trigger={"type": "arrival"}, actions=[{"type": "resolve"}]
    )
    known = account.api.read(f"/topics/{TOPIC}")
    assert known is not None

    refused = problem(send("DELETE", f"/topics/{TOPIC}", If_Match=known[1]), 409)

    assert recipe in str(refused)
