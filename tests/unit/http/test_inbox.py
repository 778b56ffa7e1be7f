"""The inbox over HTTP: mentions, cases, histories, what agents change, runs and waits, explanations."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.builders import NOON
from tests.unit.http.client import Client, recipe


def test_a_mention_is_read_with_all_that_we_added_to_it(client: Client) -> None:
    unique_id = client.take_in()

    reply = client.call("GET", f"/mentions/{unique_id}")

    assert (reply.status, reply.headers["ETag"]) == (200, '"1"')
    assert (reply.body["unique_id"], reply.body["status"]) == ("46283_1001", "new")
    assert client.call("GET", f"/mentions/{unique_id}", headers={"If-None-Match": '"1"'}).status == 304


@pytest.mark.parametrize("native_id", ["a:b@c", 'q"`\\', "t3_x!$&'()*+,;=~", "<id>", "{x}[y]|^"])
@pytest.mark.parametrize("written", ["as it is", "encoded"])
def test_an_id_is_found_however_the_gateway_decodes_it(client: Client, native_id: str, written: str) -> None:
    unique_id = client.take_in(native_id)
    path = unique_id if written == "as it is" else quote(unique_id, safe="")

    assert call_at(client, f"/mentions/{path}")["statusCode"] == 200


def call_at(client: Client, path: str) -> Any:
    """A GET whose path is not read as a URL first."""
    event = {
        "path": path, "httpMethod": "GET", "headers": {}, "body": None, "isBase64Encoded": False,
        "queryStringParameters": None,
        "requestContext": {"requestId": "r", "stage": "v1", "authorizer": {"claims": client.claims}},
    }  # fmt: skip
    return client.app.resolve(event, None)


def test_mentions_are_listed_newest_first_by_topic(client: Client) -> None:
    client.create("topics", "2", {"name": "Shop"})
    for native_id, topic in (("1", "46283"), ("2", "2"), ("3", "46283")):
        client.take_in(native_id, topic__id=topic)

    everything = client.call("GET", "/mentions").body
    assert [each["id"] for each in everything["data"]] == ["3", "1", "2"]
    first = client.call("GET", "/mentions?topic_id=46283&limit=1").body
    rest = client.call("GET", f"/mentions?topic_id=46283&cursor={first['paging']['next']}").body
    assert [each["id"] for each in first["data"] + rest["data"]] == ["3", "1"]
    both = client.call("GET", "/mentions?topic_id=46283&topic_id=2").body
    assert both["count"] == 3
    other = client.call("GET", f"/mentions?topic_id=2&cursor={first['paging']['next']}")
    assert (other.status, other.pointers) == (422, ["?cursor"])


def test_a_list_goes_on_when_a_topic_comes_in_between(client: Client) -> None:
    client.take_in("1")
    client.take_in("2")

    first = client.call("GET", "/mentions?limit=1").body
    client.create("topics", "new", {"name": "New"})
    rest = client.call("GET", f"/mentions?cursor={first['paging']['next']}").body

    assert [each["id"] for each in first["data"] + rest["data"]] == ["2", "1"]


@pytest.mark.parametrize("route", ["mentions", "cases"])
def test_a_topic_that_is_not_there_is_told_which_are(client: Client, route: str) -> None:
    reply = client.call("GET", f"/{route}?topic_id=9")
    assert (reply.status, reply.pointers) == (422, ["?topic_id"])
    assert reply.body["errors"][0]["allowed"] == ["46283"]


def test_one_list_goes_over_50_topics_at_most(client: Client) -> None:
    for number in range(50):
        client.create("topics", f"t{number}", {"name": "T"})
    reply = client.call("GET", "/cases")
    assert (reply.status, reply.pointers) == (422, ["?topic_id"])
    assert client.call("GET", "/cases?topic_id=46283").status == 200


def test_a_case_is_listed_read_and_has_a_history_of_its_own_row_124(client: Client) -> None:
    unique_id = client.take_in()
    [case] = client.call("GET", "/cases").body["data"]

    assert client.call("GET", f"/cases/{case['id']}").body == case
    of_case = client.call("GET", f"/cases/{case['id']}/history").body["data"]
    of_mention = client.call("GET", f"/mentions/{unique_id}/history").body["data"]
    assert [line["type"] for line in of_case] == ["mention_added", "case_created"]
    assert [line["type"] for line in of_mention] == ["arrived"]


def test_an_agent_changes_a_mention_and_the_history_names_the_agent_row_122(client: Client) -> None:
    unique_id = client.take_in()

    reply = client.call(
        "PATCH",
        f"/mentions/{unique_id}",
        {"tags": ["billing"], "status": "done"},
        headers={"If-Match": '"1"'},
    )

    assert (reply.status, reply.headers["ETag"]) == (200, '"2"')
    assert (reply.body["tags"], reply.body["status"]) == (["billing"], "done")
    history = client.call("GET", f"/mentions/{unique_id}/history").body["data"]
    assert {"kind": "agent", "id": "nora", "name": "Nora", "version": None} in [
        line["by"] for line in history
    ]


def test_an_agent_changes_a_case(client: Client) -> None:
    client.take_in()
    case_id = client.call("GET", "/cases").body["data"][0]["id"]
    url = f"/cases/{case_id}"

    assert (
        client.call("PATCH", url, {"status": "pending"}, headers={"If-Match": "*"}).body["status"]
        == "pending"
    )
    assert client.call("PATCH", url, {"status": "pending"}).status == 428
    assert client.call("PATCH", url, {"priority": "high"}, headers={"If-Match": '"1"'}).status == 412
    wrong = client.call("PATCH", url, {"assignment": {"teams": ["sales"]}}, headers={"If-Match": '"2"'})
    assert (wrong.status, wrong.pointers) == (422, ["/assignment/teams/0"])
    assert wrong.body["errors"][0]["allowed"] == ["billing"]
    other = client.call("PATCH", url, {"colour": "red"}, headers={"If-Match": '"2"'})
    assert other.pointers == ["/colour"]
    client.call("PATCH", url, {"status": "resolved"}, headers={"If-Match": '"2"'})
    assert client.call("PATCH", url, {"status": "pending"}, headers={"If-Match": "*"}).status == 409


@pytest.mark.parametrize(
    "url",
    ["/mentions/46283_9", "/mentions/46283_9/history", "/cases/cas_9", "/cases/cas_9/history", "/runs/run_9"],
)
def test_what_is_not_in_the_inbox_is_not_found(client: Client, url: str) -> None:
    reply = client.call("GET", url)
    assert (reply.status, reply.body["type"]) == (404, "urn:inbox-recipes:problem:not-found")
    assert reply.body["instance"] == url


@pytest.mark.parametrize("url", ["/mentions/46283_9", "/cases/cas_9"])
def test_what_is_not_in_the_inbox_is_not_changed(client: Client, url: str) -> None:
    assert client.call("PATCH", url, {"tags": []}, headers={"If-Match": "*"}).status == 404


def test_runs_and_waits_are_listed(client: Client) -> None:
    assert client.call("GET", "/runs").body == {"count": 0, "data": [], "paging": {"next": None}}
    assert client.call("GET", "/waits").body["count"] == 0


def test_an_explanation_tells_every_step_and_one_sentence(client: Client) -> None:
    unique_id = client.take_in()
    asked = recipe(filter={"saved_filter_id": "angry"})

    reply = client.call("POST", "/explain", {"recipe": asked, "unique_id": unique_id})

    assert (reply.status, reply.body["matched"], reply.body["based_on"]) == (200, False, "present_state")
    assert reply.body["sentence"].startswith(
        '"Billing" does not act: its filter asks for content.sentiment is'
    )
    assert [step["path"] for step in reply.body["flip"]] == ["filter/saved_filter_id/rules/0"]
    assert reply.body["occurrence"]["at"] == NOON.isoformat().replace("+00:00", "Z")


def test_a_question_without_a_recipe_or_a_subject_is_told_what_it_lacks(client: Client) -> None:
    reply = client.call("POST", "/explain", {"recipe_id": "rec_1"})
    assert (reply.status, reply.pointers) == (422, ["/mention"])
    assert reply.body["errors"][0]["allowed"] == ["mention", "unique_id", "occurrence_id"]
