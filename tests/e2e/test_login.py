"""Every route asks for a token and for its scope (R15), and says so as a problem."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache

import pytest

from inbox_recipes.http.operations import Operation
from inbox_recipes.http.routes import OPERATIONS
from inbox_recipes.roles import SCOPE_OF
from tests.e2e.stack import Stack

PROBLEM = "application/problem+json"
LOGGED_IN = [operation for operation in OPERATIONS if operation.scope]


def encoded(part: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def decoded(part: str) -> dict[str, object]:
    return dict(json.loads(urlsafe_b64decode(part + "==")))


@cache
def bad_tokens(token: str) -> dict[str, str | None]:
    """No token, and tokens that nobody has signed so."""
    head, claims, signature = token.split(".")
    said, header = decoded(claims), decoded(head)
    expired = encoded({**said, "exp": 1_000_000_000})
    return {
        "none": None,
        "nonsense": "nonsense",
        "not signed": f"{encoded({**header, 'alg': 'none'})}.{claims}.",
        "signed by a key of one's own": f"{encoded({**header, 'alg': 'HS256'})}.{claims}.{signature}",
        "expired": f"{head}.{expired}.{signature}",
        "one bit flipped": f"{head}.{claims}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}",
        "of another pool": f"{head}.{encoded({**said, 'iss': 'https://elsewhere'})}.{signature}",
    }


@pytest.mark.parametrize("operation", LOGGED_IN, ids=lambda each: f"{each.method} {each.path}")
def test_every_operation_refuses_every_token_that_is_not_good_for_it(
    stack: Stack, tokens_without: dict[str, str], operation: Operation
) -> None:
    """R8, R15."""
    path = re.sub(r"{\w+}", "nobody", operation.path)
    tokens = bad_tokens(tokens_without[""]) | {"without the scope": tokens_without[operation.scope or ""]}
    statuses = {
        how: stack.ask(operation.method, path, token, json={}, headers={"If-Match": "*"}).status_code
        for how, token in tokens.items()
    }
    assert {how: status for how, status in statuses.items() if status not in (401, 403)} == {}


@pytest.fixture(scope="module")
def tokens_without(stack: Stack) -> dict[str, str]:
    """For each scope a token that has all others; and one that has all."""
    short = {scope: scope.removeprefix("inbox-recipes/") for scope in SCOPE_OF.values()}
    return {"": stack.token()} | {
        scope: stack.token(*(name for each, name in short.items() if each != scope)) for scope in short
    }


def test_without_a_token_nothing_is_answered(stack: Stack) -> None:
    """R15."""
    answer = stack.ask("GET", "/recipes")

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["status"] == 401


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
def test_a_forged_token_is_refused(stack: Stack, token: str) -> None:
    """R15."""
    assert stack.ask("GET", "/recipes", token).status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("inbox.read", "GET", "/recipes"),
        ("recipes.read", "POST", "/recipes"),
        ("recipes.write", "GET", "/mentions"),
        ("inbox.read", "PATCH", "/mentions/1_1"),
        ("inbox.write", "POST", "/mentions"),
    ],
)
def test_a_token_without_the_scope_is_refused(stack: Stack, scope: str, method: str, path: str) -> None:
    """R8, R15."""
    assert stack.ask(method, path, stack.token(scope), json={}).status_code == 401


def test_a_token_with_the_scope_is_let_through(stack: Stack) -> None:
    """R15."""
    assert stack.ask("GET", "/recipes", stack.token("recipes.read")).status_code == 200


def test_a_route_that_does_not_exist_is_not_found(stack: Stack) -> None:
    answer = stack.ask("GET", "/no-such-thing", stack.token())

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == PROBLEM


def test_a_browser_may_ask_from_anywhere(stack: Stack) -> None:
    """The console may be served from another address: a call needs its token, and no cookie counts."""
    asks = {"Origin": "https://console.example", "Access-Control-Request-Method": "PUT"}
    answer = stack.ask("OPTIONS", "/recipes/rcp_1", headers=asks)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert "If-Match" in answer.headers["Access-Control-Allow-Headers"]
