"""The router: unknown routes, unreadable bodies, our own failures, browsers, and the Lambda entry."""

import json
import logging
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from pydantic import BaseModel

from functions.api import app as entry
from inbox_recipes import bootstrap
from inbox_recipes.errors import Retryable
from inbox_recipes.http.problems import KINDS
from inbox_recipes.http.routes import OPERATIONS
from inbox_recipes.observability import logger
from tests.unit.http.client import CLAIMS, Client, Context


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("DELETE", "/recipes"),
        ("PUT", "/mentions"),
        ("GET", "/recipes/a/b"),
    ],
)
def test_an_unknown_route_or_method_is_a_problem_too(client: Client, method: str, url: str) -> None:
    reply = client.call(method, url)
    assert (reply.status, reply.headers["Content-Type"]) == (404, "application/problem+json")
    assert reply.body == {
        "type": "urn:inbox-recipes:problem:unknown-route",
        "title": "No such route",
        "status": 404,
        "detail": "There is no such route, or it does not have this method.",
        "instance": url,
        "request_id": "req-1",
        "errors": [],
    }


@pytest.mark.parametrize("raw", ["", "{", "nope"])
def test_a_body_that_is_not_json_is_unreadable(client: Client, raw: str) -> None:
    reply = client.call("POST", "/recipes", raw=raw)
    assert (reply.status, reply.body["type"]) == (400, "urn:inbox-recipes:problem:unreadable")


def test_browsers_may_read_answers_and_their_versions(client: Client) -> None:
    for reply in (client.call("GET", "/teams/billing"), client.call("GET", "/teams/nobody")):
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in reply.headers["Access-Control-Expose-Headers"]


class Item(BaseModel):
    text: str


def test_a_failure_of_ours_is_a_problem_without_details_and_a_log_line_without_content(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> Any:
        return Item.model_validate({"text": ["a secret of a customer"]})

    monkeypatch.setattr(client.configuration, "get", fail)
    logged: list[dict[str, Any]] = []
    monkeypatch.setattr(logger, "error", lambda message, **keys: logged.append({"message": message, **keys}))
    with caplog.at_level(logging.DEBUG):
        reply = client.call("GET", "/teams/billing")

    assert (reply.status, reply.body["title"]) == (500, "Internal error")
    assert "secret" not in str(reply.body) + str(logged) + caplog.text
    assert (logged[0]["error"], logged[0]["request_id"]) == ("ValidationError", "req-1")
    assert any("test_app.py" in frame for frame in logged[0]["frames"])


def test_a_table_that_is_too_busy_asks_to_come_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any) -> Any:
        raise Retryable("the Inbox table is too busy to be read")

    monkeypatch.setattr(client.services.inbox, "mentions", busy)
    reply = client.call("GET", "/mentions/46283_1")
    assert (reply.status, reply.headers["Retry-After"]) == (503, "1")


def test_every_kind_of_problem_has_a_name_and_a_title() -> None:
    words = [word for _, _, word, _ in KINDS]
    assert len(set(words)) == len(words)
    assert all(title and title[0].isupper() for *_, title in KINDS)


def test_a_route_stands_once_in_the_table_and_only_reads_need_less_than_a_right_to_write() -> None:
    names = [(operation.method, operation.path) for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    for operation in OPERATIONS:
        if operation.scope is None:
            assert operation.path in ("/platforms/{platform}/webhook", "/surveys/{token}")
            continue
        reads = operation.method == "GET" or operation.path in (
            "/explain",
            "/filters/parse",
            "/filters/print",
        )
        assert operation.scope.endswith(".read") == reads


def test_the_function_builds_its_clients_at_the_first_request(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "api", lambda: client.services)
    entry.api.cache_clear()
    event = {
        "path": "/teams/billing", "httpMethod": "GET", "headers": {}, "body": None,
        "requestContext": {"requestId": "r", "stage": "v1", "authorizer": {"claims": CLAIMS}},
    }  # fmt: skip
    context: Any = Context()

    assert entry.handler(event, context)["statusCode"] == 200

    entry.api.cache_clear()


@pytest.mark.parametrize(
    "path",
    [
        "/mentions/{}",
        "/cases/{}/history",
        "/contacts/{}",
        "/users/{}",
        "/recipes/{}",
        "/runs/{}",
        "/waits/{}",
    ],
)
def test_an_id_too_long_for_any_table_is_unknown(client: Client, path: str) -> None:
    """R8: DynamoDB fails on it."""
    reply = client.call("GET", path.format("é" * 600))

    assert (reply.status, len(reply.body["detail"]) < 120) == (404, True)


def forged(path: str, place: str) -> str:
    """A cursor of a list as it encodes them, with a place that it never gave."""
    return urlsafe_b64encode(json.dumps([path, place]).encode()).decode()


@pytest.mark.parametrize("path", ["/runs", "/quarantine"])
@pytest.mark.parametrize("place", ["soon", "0000-01-01T00:00:00.000Z#1", "2026-13-01#1", "2026-11-22#"])
def test_a_forged_cursor_is_refused(client: Client, path: str, place: str) -> None:
    """R17"""
    refused = client.call("GET", f"{path}?cursor={forged(path, place)}")

    assert (refused.status, refused.pointers) == (422, ["?cursor"])


@pytest.mark.parametrize(
    "place",
    [
        "x", "[", "3", "null", '["contact",null,"x"]', '["contact",null,"1e9"]',
        '["contact",null,"99999999999999999999"]', '["other",null,null]', '["case",3,null]',
        '["case","MENTION#1",null]', '["case","",null]', '["mention","",null]', '["case",null,3]',
        '["mention",null,"\\ud800"]', '["mention",null,null,null]', "[" * 400,
    ],
)  # fmt: skip
def test_a_forged_cursor_of_an_export_is_refused(client: Client, place: str) -> None:
    """R17, R20"""
    client.take_in()
    [contact_id] = client.store.contacts
    path = f"/contacts/{contact_id}/export"

    refused = client.call("GET", f"{path}?cursor={forged(path, place)}")

    assert (refused.status, refused.pointers) == (422, ["?cursor"])


@pytest.mark.parametrize("place", ["", 3, None, "\ud800", "é" * 513])
def test_a_cursor_that_names_no_place_is_refused(client: Client, place: object) -> None:
    """R17: a sort key of DynamoDB has 1,024 bytes at most."""
    cursor = urlsafe_b64encode(json.dumps(["/mentions", place]).encode()).decode()

    assert client.call("GET", f"/mentions?cursor={cursor}").pointers == ["?cursor"]
