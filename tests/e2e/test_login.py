"""Every route asks for a token and for its scope (R15), and says so as a problem."""

import pytest

from tests.e2e.stack import Stack

PROBLEM = "application/problem+json"


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
