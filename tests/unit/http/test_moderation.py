"""Moderation over HTTP: by hand, the record, what people decide, the export (rows 44-50)."""

import csv
import io
from typing import Any

import pytest

from inbox_recipes.actions.remove_from_service import RemoveFromService
from inbox_recipes.clauses import Clause
from inbox_recipes.effects import Removal
from inbox_recipes.flows.ingest import ingest
from inbox_recipes.flows.moderation_records import begun, write
from inbox_recipes.messages import ModerationMessage
from inbox_recipes.moderations import Moderation
from inbox_recipes.people import Actor
from tests.builders import NOON, an_incoming
from tests.unit.http.client import CLAIMS, Client, an_account, recipe

RECIPE = Actor(kind="recipe", id="r", name="No swearing", version=3)


@pytest.fixture
def client() -> Client:
    made = an_account()
    made.create(
        "profiles",
        "page",
        {"name": "Orvane", "service": "facebook", "native_id": "77", "topic": "46283"},
    )
    return made


def a_comment(client: Client, native: str = "77_100", **changed: Any) -> str:
    comment = an_incoming(native, "What the...", **{"message__type": "comment", **changed})
    return ingest([comment], client.services.inbox, NOON)[0].unique_id


def recorded(client: Client, native: str = "77_100", **known: Any) -> Moderation:
    """An act of a recipe, as the executor writes it."""
    mention = client.services.inbox.mentions([a_comment(client, native)])[f"46283_{native}"]
    removal = Removal(mention, "hide", None, 20)
    state = known.pop("state", "held")
    clause = Clause(path="filter/rules/0", wanted={"content.text": {"contains_any": ["x"]}}, got=["x"])
    act = begun(f"mod_{native}", removal, "page", RECIPE, NOON, state, clauses=(clause,), **known)
    services = client.services
    return write(None, act, services.inbox, services.rule_books, NOON, RECIPE)


def queued(client: Client) -> list[str]:
    return [each.moderation_id for each in client.queue.waiting() if isinstance(each, ModerationMessage)]


def test_an_act_by_hand_is_taken_down_and_queued_once(client: Client) -> None:
    """The API has no secrets of platforms: the executor does it. A repeat with the key is the same act."""
    url = f"/mentions/{a_comment(client)}/moderation"
    headers = {"Idempotency-Key": "k"}

    first = client.call("POST", url, {"what": "hide", "reason": "private data"}, headers=headers)
    again = client.call("POST", url, {"what": "hide"}, headers=headers)

    assert (first.status, again.status) == (202, 200)
    assert first.headers["Location"] == f"/moderation/{first.body['id']}"
    assert (first.body["state"], first.body["automated"], first.body["note"]) == (
        "pending", False, "private data",
    )  # fmt: skip
    assert queued(client) == [first.body["id"]]
    assert client.call("GET", f"/moderation/{first.body['id']}").body == first.body


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"what": "erase"}, 422, "/what"),
        ({}, 422, "/what"),
        ({"what": "hide", "reason": ""}, 422, "/reason"),
    ],
)
def test_what_is_wrong_is_named(client: Client, body: Any, status: int, pointer: str) -> None:
    reply = client.call("POST", f"/mentions/{a_comment(client)}/moderation", body)

    assert (reply.status, reply.pointers) == (status, [pointer])


def test_what_no_profile_or_platform_can_do_is_a_conflict(client: Client) -> None:
    """A12"""
    mail = a_comment(client, "m1", source__service="email")
    ours = a_comment(client, "c2", author__managed=True)
    post = f"/mentions/{a_comment(client, 'c3', message__type='post')}/moderation"

    for url in (f"/mentions/{mail}/moderation", f"/mentions/{ours}/moderation", post):
        assert client.call("POST", url, {"what": "hide"}).status == 409
    assert client.call("POST", "/mentions/46283_none/moderation", {"what": "hide"}).status == 404
    assert queued(client) == []


def test_moderating_takes_a_permission_and_objecting_only_that_of_an_agent(client: Client) -> None:
    """R8: an editor answers customers and does not delete what they wrote; every agent may object."""
    held, other = recorded(client), recorded(client, "77_101")
    client.claims = CLAIMS | {"cognito:groups": "[editor]"}

    url = f"/mentions/{held.unique_id}/moderation"
    refused = [client.call("POST", url, {"what": "hide"})]
    refused += [client.call("POST", f"/moderation/{held.id}/{what}", {}) for what in ("approve", "dismiss")]
    assert [each.status for each in refused] == [403, 403, 403]
    assert "inbox.moderate" in refused[0].body["errors"][0]["detail"]
    assert client.call("POST", f"/moderation/{other.id}/object", {"reason": "no"}).status == 200

    client.claims = CLAIMS | {"cognito:groups": "[manager]"}
    assert client.call("POST", f"/moderation/{held.id}/approve", {}).status == 200


def test_what_is_held_can_be_let_go_on_or_not(client: Client) -> None:
    """R6"""
    first, second = recorded(client, "77_1"), recorded(client, "77_2")

    approved = client.call("POST", f"/moderation/{first.id}/approve", {"reason": "right"})
    dismissed = client.call("POST", f"/moderation/{second.id}/dismiss")

    assert (approved.body["state"], approved.body["approved"]["by"]["id"]) == ("pending", "nora")
    assert (dismissed.body["state"], dismissed.body["dismissed"]["reason"]) == ("dismissed", None)
    assert queued(client) == [first.id]
    assert client.call("POST", f"/moderation/{first.id}/approve", {}).status == 409
    assert client.call("POST", "/moderation/mod_none/approve", {}).status == 404
    history = client.call("GET", f"/mentions/{first.unique_id}/history").body["data"]
    assert [(line["reason"], line["by"]["id"]) for line in history[:2]] == [
        ("approved", "nora"),
        (None, "r"),
    ]


def test_an_objection_needs_a_reason_and_is_kept_with_the_act(client: Client) -> None:
    held = recorded(client)

    without = client.call("POST", f"/moderation/{held.id}/object", {})
    objected = client.call("POST", f"/moderation/{held.id}/object", {"reason": "A song title"})

    assert (without.status, without.pointers) == (422, ["/reason"])
    assert objected.body["state"] == "cancelled"
    assert objected.body["objection"]["reason"] == "A song title"
    assert client.call("POST", f"/moderation/{held.id}/object", {"reason": "again"}).status == 409
    assert queued(client) == []


def test_the_record_is_listed_by_recipe_state_topic_and_time(client: Client) -> None:
    recorded(client, "77_1")
    done = recorded(client, "77_2", state="done")
    client.call("POST", f"/mentions/{a_comment(client, '77_3')}/moderation", {"what": "delete"})

    def ids(query: str) -> set[str]:
        return {each["id"] for each in client.call("GET", f"/moderation?{query}").body["data"]}

    assert len(ids("limit=100")) == 3
    assert ids("recipe_id=r") == {"mod_77_1", "mod_77_2"}
    assert ids("state=done") == {done.id}
    assert len(ids("topic_id=46283")) == 3
    assert ids("topic_id=7") == set()
    assert ids("since=2026-11-22T12:00:01Z") == set()
    assert len(ids("until=2026-11-22T12:00:01Z&since=2026-11-22T12:00:00Z")) == 3
    for query, pointer in (("state=gone", "?state"), ("since=soon", "?since"), ("format=xml", "?format")):
        refused = client.call("GET", f"/moderation?{query}")
        assert (refused.status, refused.pointers) == (422, [pointer])


def rows(reply: Any) -> list[dict[str, str]]:
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(reply.body)))


def test_the_record_is_exported_as_a_table(client: Client) -> None:
    """By the query or by what is accepted; with the clause and the words, and page after page."""
    recorded(client, "77_1")
    recorded(client, "77_2")

    asked = client.call("GET", "/moderation?format=csv&limit=1&recipe_id=r")
    accepted = client.call("GET", "/moderation", headers={"Accept": "text/csv"})
    following = asked.headers["Link"].split(">")[0].removeprefix("<")
    second = client.call("GET", following)

    [row] = rows(asked)
    assert (row["by_id"], row["by_version"], row["automated"], row["state"]) == ("r", "3", "true", "held")
    assert row["found"] == '[["x"]]'
    assert row["clauses"] == '{"filter/rules/0": {"content.text": {"contains_any": ["x"]}}}'
    assert len(rows(accepted)) == 2
    assert {rows(asked)[0]["id"], rows(second)[0]["id"]} == {"mod_77_1", "mod_77_2"}
    assert "Link" not in second.headers


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@sum", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_taken_for_a_formula(client: Client, text: str) -> None:
    """Reliability 6: what customers write ends in spreadsheets."""
    comment = an_incoming("77_1", text, message__type="comment", author__name=text)
    [made] = ingest([comment], client.services.inbox, NOON)
    url = f"/mentions/{made.unique_id}/moderation"
    assert client.call("POST", url, {"what": "hide", "reason": f"{text.strip()} x"}).status == 202

    [row] = rows(client.call("GET", "/moderation?format=csv"))

    assert row["text"] == f"'{text}"
    assert row["author_name"] == f"'{text}"
    assert row["note"].startswith("'")


def test_a_recipe_is_saved_with_a_warning_where_a_service_cannot_do_it(client: Client) -> None:
    """A12: refused where the filter pins the service, else warned of."""
    delete = {"type": "remove_from_service", "what": "delete", "confirmed": True}
    mail = {"combinator": "and", "rules": [{"field": "source.service", "operator": "is", "value": "email"}]}

    saved = client.call("POST", "/recipes", recipe(actions=[delete]))
    refused = client.call("POST", "/recipes", recipe(actions=[delete], filter=mail))

    assert saved.status == 201
    [warning] = saved.body["warnings"]
    assert warning["pointer"] == "/actions/0/what"
    assert warning["allowed"] == ["facebook"]
    assert client.call("GET", f"/recipes/{saved.body['id']}").body["warnings"] == [warning]
    assert (refused.status, refused.pointers) == (422, ["/actions/0/what"])
    assert refused.body["errors"][0]["allowed"] == ["facebook"]
    assert client.call("POST", "/recipes", recipe()).body["warnings"] == []
    [listed] = [
        each
        for each in client.call("GET", "/catalog").body["actions"]
        if each["type"] == "remove_from_service"
    ]
    assert listed["offered_on"] == ["new mention"]
    assert RemoveFromService.model_validate(delete).services == ("facebook",)


@pytest.mark.parametrize("selection", ["state=failed", "recipe_id=r", "since=2026-11-01T00:00:00Z"])
def test_a_cursor_of_one_selection_is_none_of_another(client: Client, selection: str) -> None:
    for number in range(3):
        recorded(client, f"77_{number}", state="failed")
    first = client.call("GET", f"/moderation?{selection}&limit=1").body
    rest = f"limit=2&cursor={first['paging']['next']}"

    assert client.call("GET", f"/moderation?{selection}&{rest}").status == 200
    for other in ("", "state=held&", f"{selection}&topic_id=7&"):
        refused = client.call("GET", f"/moderation?{other}{rest}")
        assert (refused.status, refused.pointers) == (422, ["?cursor"])
