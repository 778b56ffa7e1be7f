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


def test_a_note_is_written_once_for_a_key_and_its_todo_is_closed(client: Client) -> None:
    unique_id = client.take_in()
    url, key = f"/mentions/{unique_id}/notes", {"Idempotency-Key": "first try"}
    assert client.call("POST", url, {"text": "Call"}, headers=key).pointers == ["Idempotency-Key"]
    key = {"Idempotency-Key": "7f1c"}

    made = client.call("POST", url, {"text": "Call", "todo": "open"}, headers=key)
    again = client.call("POST", url, {"text": "Call", "todo": "open"}, headers=key)

    note_url = f"{url}/{made.body['id']}"
    assert (made.status, made.headers["Location"], made.headers["ETag"]) == (201, note_url, '"2"')
    assert (again.status, again.body, again.headers["Idempotency-Replayed"]) == (200, made.body, "true")
    done = client.call("PATCH", note_url, {"todo": "done"}, headers={"If-Match": '"2"'})
    assert (done.status, done.body["todo"], done.headers["ETag"]) == (200, "done", '"3"')
    assert client.call("GET", f"/mentions/{unique_id}").body["notes"] == [done.body]
    assert client.call("PATCH", note_url, {"todo": "open"}).status == 428


def test_a_note_on_a_case(client: Client) -> None:
    client.take_in()
    case_id = client.call("GET", "/cases").body["data"][0]["id"]

    made = client.call("POST", f"/cases/{case_id}/notes", {"text": "Refund", "todo": "open"})

    assert made.status == 201
    url = f"/cases/{case_id}/notes/{made.body['id']}"
    assert client.call("PATCH", url, {"todo": "done"}, headers={"If-Match": "*"}).body["todo"] == "done"
    assert client.call("POST", f"/cases/{case_id}/notes", {"text": " "}).pointers == ["/text"]


def test_many_are_changed_alike_and_what_is_refused_for_one_holds_up_no_other(client: Client) -> None:
    first, second = client.take_in("1"), client.take_in("2")
    ours = client.take_in("3", author__managed=True)
    patch = {"status": "done", "add_tags": ["spam"]}

    body = {"unique_ids": [first, "46283_9", ours, second, first], "patch": patch}
    reply = client.call("POST", "/mentions/bulk", body)

    assert (reply.status, reply.body["count"]) == (200, 4)
    told = {
        each["id"]: (each["result"], each.get("version", each.get("status"))) for each in reply.body["data"]
    }
    assert told == {
        first: ("done", 2), "46283_9": ("refused", 404), ours: ("refused", 409), second: ("done", 2),
    }  # fmt: skip
    assert client.call("GET", f"/mentions/{second}").body["tags"] == ["spam"]


def test_cases_are_changed_alike_and_users_must_exist(client: Client) -> None:
    client.take_in("1")
    client.take_in("2", author__id="u78")
    ids = [case["id"] for case in client.call("GET", "/cases").body["data"]]

    done = client.call("POST", "/cases/bulk", {"ids": ids, "patch": {"priority": "high"}})
    assert [each["result"] for each in done.body["data"]] == ["done", "done"]
    refused = client.call("POST", "/cases/bulk", {"ids": ids, "patch": {"assignment": {"users": ["x"]}}})
    assert refused.body["data"][0]["errors"][0]["pointer"] == "/assignment/users/0"
    assert client.call("POST", "/cases/bulk", {"ids": [], "patch": {}}).pointers == ["/ids"]
    many = {"ids": [f"cas_{number}" for number in range(101)], "patch": {}}
    assert client.call("POST", "/cases/bulk", many).status == 422


def test_a_reply_is_answered_once_for_a_key_and_stands_in_both_histories(client: Client) -> None:
    unique_id = client.take_in()
    url, key = f"/mentions/{unique_id}/reply", {"Idempotency-Key": "7f1c"}

    made = client.call("POST", url, {"text": "We are on it."}, headers=key)
    again = client.call("POST", url, {"text": "We are on it."}, headers=key)

    assert (made.status, made.headers["Location"]) == (201, f"/mentions/{made.body['unique_id']}")
    assert (made.body["status"], made.body["delivery"], made.body["author"]["managed"]) == (
        "sent", "recorded", True,
    )  # fmt: skip
    assert (again.status, again.body, again.headers["Idempotency-Replayed"]) == (200, made.body, "true")
    case_id = made.body["case_id"]
    for path in (f"/mentions/{unique_id}", f"/cases/{case_id}"):
        history = client.call("GET", f"{path}/history").body["data"]
        assert [line["type"] for line in history if line["by"]["id"] == "nora"], path
    other = client.call("POST", url, {"text": "Really."}, headers=key)
    assert (other.status, other.body["type"]) == (409, "urn:inbox-recipes:problem:conflict")


def test_a_case_is_answered_where_the_customer_wrote_last(client: Client) -> None:
    client.take_in()
    client.take_in("1002")
    case_id = client.call("GET", "/cases").body["data"][0]["id"]

    made = client.call("POST", f"/cases/{case_id}/reply", {"text": "Yes"})

    assert (made.status, made.body["source"]["in_reply_to_message_id"]) == (201, "1002")
    assert client.call("GET", f"/cases/{case_id}").body["last_message_by"] == "us"
    assert client.call("POST", f"/cases/{case_id}/reply", {"text": ""}).pointers == ["/text"]
    assert client.call("POST", "/cases/cas_x/reply", {"text": "Yes"}).status == 404


def test_keys_of_two_callers_are_two_keys(client: Client) -> None:
    unique_id = client.take_in()
    url, key = f"/mentions/{unique_id}/reply", {"Idempotency-Key": "1"}
    first = client.call("POST", url, {"text": "Mine"}, headers=key)
    client.claims = {**(client.claims or {}), "username": "zoe"}

    second = client.call("POST", url, {"text": "Hers"}, headers=key)

    assert (first.status, second.status) == (201, 201)


@pytest.mark.parametrize(
    ("accepted", "language", "text"),
    [
        (None, "en", "22 Nov 2026, 13:00:00 - customer customer77: the message arrived"),
        ("fr-FR, en;q=0.5", "fr", "22 nov. 2026, 13:00:00 - client customer77 : le message est arrivé"),
    ],
)
def test_a_history_is_told_in_the_reader_s_language(
    client: Client, accepted: str | None, language: str, text: str
) -> None:
    """Rows 121-125: what, when, and by whom, in French or English, by the account's clock."""
    client.call("PATCH", "/account", {"timezone": "Europe/Paris"}, headers={"If-Match": "*"})
    unique_id = client.take_in()
    wanted = {"Accept-Language": accepted} if accepted else {}

    reply = client.call("GET", f"/mentions/{unique_id}/history", headers=wanted)

    [entry] = reply.body["data"]
    assert entry["text"] == text
    assert (reply.headers["Content-Language"], reply.headers["Vary"]) == (language, "Accept-Language")
