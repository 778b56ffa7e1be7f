"""POST /mentions: the answers of the ingest function."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from inbox_recipes.errors import Stale
from inbox_recipes.flows.ingest import Ingested
from inbox_recipes.http import mentions_in
from inbox_recipes.ids import unique_id
from inbox_recipes.inbox import IncomingMention
from inbox_recipes.topics import Topic
from tests.unit.http.contract import hold

TOPICS = {"46283": Topic(name="Billing")}
PROGRAM = {"sub": "collector", "client_id": "collector", "scope": "inbox-recipes/mentions.write"}


def not_asked() -> Any:
    raise AssertionError("a program is governed by its scopes alone")


def mention(native_id: str = "1001", **changed: Any) -> dict[str, Any]:
    return {
        "id": native_id,
        "topic": {"id": "46283"},
        "message": {"content": "Double facturation !"},
        "source": {"service": "facebook"},
        "author": {"id": "u77"},
        "date": {"published": "2026-11-22T10:00:00Z"},
        **changed,
    }


class Door:
    """Takes mentions in, each id once."""

    def __init__(self) -> None:
        self.inside: list[IncomingMention] = []

    def take_in(self, incoming: list[IncomingMention]) -> list[Ingested]:
        results = []
        for each in incoming:
            known = each.id in [other.id for other in self.inside]
            self.inside.append(each)
            results.append(Ingested(unique_id(each.topic.id, each.id), "duplicate" if known else "created"))
        return results


@pytest.fixture
def door() -> Door:
    return Door()


def post(door: Any, body: Any, *, raw: bool = False) -> tuple[int, dict[str, Any], dict[str, str]]:
    event = {
        "path": "/mentions",
        "requestContext": {"requestId": "req-1", "authorizer": {"claims": PROGRAM}},
        "body": body if raw else json.dumps(body),
        "isBase64Encoded": False,
    }
    answer = mentions_in.answer(event, lambda: TOPICS, door.take_in, not_asked)
    read = json.loads(answer["body"])
    hold("POST", "/mentions", answer["statusCode"], read, answer["headers"])
    return answer["statusCode"], read, answer["headers"]


def test_a_mention_is_accepted_and_named_by_its_topic(door: Door) -> None:
    status, body, _ = post(door, mention())

    assert (status, body) == (202, {"unique_id": "46283_1001", "result": "created"})
    assert door.inside[0].topic.name == "Billing"


def test_a_repeated_mention_answers_200_and_says_that_it_is_a_repeat_r2(door: Door) -> None:
    post(door, mention())
    status, body, headers = post(door, mention())

    assert (status, body["result"]) == (200, "duplicate")
    assert headers["Idempotency-Replayed"] == "true"


def test_a_batch_tells_of_each_mention_and_takes_in_the_good_ones(door: Door) -> None:
    batch = [mention("1"), mention("2", topic={"id": "9"}), mention("1"), mention("3", private="perhaps")]
    status, body, _ = post(door, {"mentions": batch})

    assert status == 202
    assert body["count"] == 4
    assert body["data"][0] == {"unique_id": "46283_1", "result": "created"}
    assert body["data"][1]["index"] == 1
    assert body["data"][1]["errors"][0]["pointer"] == "/topic/id"
    assert body["data"][1]["errors"][0]["allowed"] == ["46283"]
    assert body["data"][2] == {"unique_id": "46283_1", "result": "duplicate"}
    assert body["data"][3]["errors"][0]["pointer"] == "/private"
    assert [each.id for each in door.inside] == ["1", "1"]


@pytest.mark.parametrize("published", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_utc_does_not_have_is_refused_and_harms_no_other_mention(
    door: Door, published: str
) -> None:
    """R7"""
    batch = [mention("1"), mention("2", date={"published": published}), mention("3")]
    status, body, _ = post(door, {"mentions": batch})

    assert status == 202
    assert [error["pointer"] for error in body["data"][1]["errors"]] == ["/date/published"]
    assert [each.id for each in door.inside] == ["1", "3"]


def test_a_refused_mention_is_a_problem_that_names_every_field(door: Door) -> None:
    wrong = mention(colour="red")
    del wrong["author"]
    status, body, headers = post(door, wrong)

    assert (status, headers["Content-Type"]) == (422, "application/problem+json")
    assert {error["pointer"] for error in body["errors"]} == {"/author", "/colour"}
    assert body["type"] == "urn:inbox-recipes:problem:invalid-input"
    assert (body["status"], body["instance"], body["request_id"]) == (422, "/mentions", "req-1")
    assert door.inside == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "a b", "no space, slash, question mark, hash or percent sign"),
        ("topic", {"id": "a_b"}, "1 to 64 of the characters A-Z, a-z, 0-9 and -"),
        ("source", {"service": "Facebook"}, "1 to 40 of the characters a-z, 0-9 and _"),
    ],
)
def test_an_id_that_is_spelled_wrong_is_told_in_words_how_it_is_spelled(
    door: Door, field: str, value: Any, said: str
) -> None:
    [error] = post(door, mention(**{field: value}))[1]["errors"]

    assert said in error["detail"]
    assert "[" not in error["detail"]


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_of_none_or_too_many_names_the_limit_r17(door: Door, count: int) -> None:
    status, body, _ = post(door, {"mentions": [mention(str(n)) for n in range(count)]})

    assert status == 422
    assert body["errors"][0]["pointer"] == "/mentions"
    assert f"1 to 100 mentions; there are {count}" in body["errors"][0]["detail"]


def test_a_batch_of_a_hundred_fits_r17(door: Door) -> None:
    status, body, _ = post(door, {"mentions": [mention(str(n)) for n in range(100)]})

    assert (status, body["count"], len(door.inside)) == (202, 100, 100)


@pytest.mark.parametrize("body", [{"mentions": {}}, {"mentions": "all"}, {"mentions": [], "dry": True}])
def test_a_batch_that_is_no_list_or_holds_more_is_refused(door: Door, body: Any) -> None:
    assert post(door, body)[0] == 422


@pytest.mark.parametrize(
    "body", [None, "", "{", "[1,]", '{"a": NaN}', "[" * 100_000, '{"id": "\\ud800"}', "1" * 5000]
)
def test_a_body_that_is_not_json_is_unreadable(door: Door, body: str | None) -> None:
    status, problem, _ = post(door, body, raw=True)

    assert (status, problem["type"]) == (400, "urn:inbox-recipes:problem:unreadable")


@pytest.mark.parametrize("body", ["[]", "3", '"x"', "null"])
def test_json_that_is_no_object_is_refused(door: Door, body: str) -> None:
    assert post(door, body, raw=True)[0] == 422


def test_a_body_in_base64_is_read(door: Door) -> None:
    event = {
        "path": "/mentions",
        "requestContext": {"requestId": "req-1", "authorizer": {"claims": PROGRAM}},
        "body": base64.b64encode(json.dumps(mention()).encode()).decode(),
        "isBase64Encoded": True,
    }
    assert mentions_in.answer(event, lambda: TOPICS, door.take_in, not_asked)["statusCode"] == 202


def test_a_conversation_that_is_too_busy_asks_to_come_again() -> None:
    class BusyDoor(Door):
        def take_in(self, incoming: list[IncomingMention]) -> list[Ingested]:
            raise Stale("busy")

    status, body, headers = post(BusyDoor(), mention())

    assert (status, body["title"], headers["Retry-After"]) == (503, "Busy", "1")


def test_browsers_may_read_the_answer(door: Door) -> None:
    assert post(door, mention())[2]["Access-Control-Allow-Origin"] == "*"


def test_the_ingest_function_does_not_load_the_router() -> None:
    program = (
        "import sys, inbox_recipes.http.mentions_in; "
        "sys.exit(any('powertools' in m or 'boto' in m for m in sys.modules))"
    )
    package = Path(mentions_in.__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", program], cwd=package, check=False)
    assert run.returncode == 0
