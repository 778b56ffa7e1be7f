"""/outbox: what people see of messages to customers and what they can do (rows 39, 40; R3)."""

from typing import Any

import pytest

from inbox_recipes.outbox import OutboxItem
from inbox_recipes.ports import Transaction
from tests.builders import NOON, NORA, an_outbox_item
from tests.unit.http.client import Client, an_account

AWAITS: dict[str, Any] = {"mode": "approval", "state": "awaiting_approval"}


@pytest.fixture
def client() -> Client:
    client = an_account()
    client.take_in()
    credentials = {"app_secret": "s", "access_token": "t"}
    page = {"name": "Orvane", "service": "facebook", "native_id": "77", "topic": "46283"}
    client.create("profiles", "page", {**page, "credentials": credentials})
    return client


def put(client: Client, item_id: str = "out_1", **changed: Any) -> OutboxItem:
    item = an_outbox_item(item_id, **changed)
    client.services.inbox.commit(Transaction(actor=NORA, at=NOON, outbox=(None, item)))
    return item


def told(client: Client) -> list[tuple[str, str, str | None]]:
    lines = client.store.history("mention", "46283_1001")
    return [(line.type, line.outcome, line.detail.get("comment")) for line in lines if line.type != "arrived"]


def test_what_awaits_a_decision_is_listed(client: Client) -> None:
    put(client, **AWAITS, approver="nora")
    put(client, "out_2")
    put(client, "out_3", state="sent", mode="immediate")

    undecided = client.call("GET", "/outbox?state=draft&state=awaiting_approval").body
    assert [each["id"] for each in undecided["data"]] == ["out_2", "out_1"]
    assert [each["id"] for each in client.call("GET", "/outbox?approver=nora").body["data"]] == ["out_1"]
    first = client.call("GET", "/outbox?limit=1&profile=page").body
    rest = client.call("GET", f"/outbox?limit=2&profile=page&cursor={first['paging']['next']}").body
    assert [each["id"] for each in [*first["data"], *rest["data"]]] == ["out_3", "out_2", "out_1"]
    wrong = client.call("GET", "/outbox?state=gone")
    assert (wrong.status, wrong.pointers) == (422, ["?state"])
    one = client.call("GET", "/outbox/out_1")
    assert (one.body["text"], one.headers["ETag"]) == ("We are on it.", '"1"')
    assert client.call("GET", "/outbox/out_9").status == 404


@pytest.mark.parametrize("selection", ["state=draft", "approver=nora", "profile=page"])
def test_a_cursor_of_one_selection_is_none_of_another(client: Client, selection: str) -> None:
    for number in range(3):
        put(client, f"out_{number}", approver="nora")
    first = client.call("GET", f"/outbox?{selection}&limit=1").body
    rest = f"limit=2&cursor={first['paging']['next']}"

    assert client.call("GET", f"/outbox?{selection}&{rest}").status == 200
    for other in ("", "state=sent&", f"{selection}&profile=other&"):
        refused = client.call("GET", f"/outbox?{other}{rest}")
        assert (refused.status, refused.pointers) == (422, ["?cursor"])


def test_an_item_is_edited_commented_and_given_to_an_approver(client: Client) -> None:
    """Row 40. The text itself stays out of the history, which is kept for longer."""
    put(client, **AWAITS)
    tag = {"If-Match": '"1"'}

    patch = {"text": " Better. ", "approver": "nora", "comment": "Softer"}
    answer = client.call("PATCH", "/outbox/out_1", patch, headers=tag)

    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    assert (answer.body["text"], answer.body["approver"]) == ("Better.", "nora")
    assert answer.body["comments"][0]["text"] == "Softer"
    assert told(client) == [("reply_edited", "done", "Softer")]
    assert client.call("PATCH", "/outbox/out_1", patch, headers=tag).status == 412
    assert client.call("PATCH", "/outbox/out_1", patch).status == 428
    for wrong, pointer in (
        ({"approver": "nobody"}, "/approver"),
        ({"text": None}, "/text"),
        ({"text": " "}, "/text"),
        ({"state": "sent"}, "/state"),
    ):
        refused = client.call("PATCH", "/outbox/out_1", wrong, headers={"If-Match": "*"})
        assert (refused.status, refused.pointers) == (422, [pointer])
    none = client.call("PATCH", "/outbox/out_1", {"approver": None}, headers={"If-Match": "*"})
    assert none.body["approver"] is None


@pytest.mark.parametrize("state", [AWAITS, {}], ids=["awaits approval", "draft"])
def test_an_approved_item_is_queued_once(client: Client, state: dict[str, Any]) -> None:
    """Row 39: not published until approved. Pressing twice is pressing once."""
    put(client, **state)

    first = client.call("POST", "/outbox/out_1/approve", {"comment": "Go"}, headers={"If-Match": '"1"'})
    again = client.call("POST", "/outbox/out_1/approve")

    assert (first.status, first.body["state"], first.body["decided_by"]["id"]) == (200, "queued", "nora")
    assert again.body == first.body
    [queued] = client.queue.waiting()
    assert queued.model_dump(include={"item_id", "wanted", "time"}) == {
        "item_id": "out_1", "wanted": "send", "time": 1,
    }  # fmt: skip
    assert told(client) == [("reply_approved", "done", "Go")]
    assert client.call("POST", "/outbox/out_1/reject").status == 409


def test_what_was_changed_meanwhile_is_not_approved_unseen(client: Client) -> None:
    put(client, **AWAITS)
    client.call("PATCH", "/outbox/out_1", {"text": "Other"}, headers={"If-Match": '"1"'})

    assert client.call("POST", "/outbox/out_1/approve", headers={"If-Match": '"1"'}).status == 412
    assert client.queue.waiting() == []


def test_a_rejected_item_stays_where_it_is(client: Client) -> None:
    put(client, **AWAITS)

    answer = client.call("POST", "/outbox/out_1/reject", {"comment": "Not like this"})

    assert (answer.body["state"], answer.body["comments"][0]["text"]) == ("rejected", "Not like this")
    assert client.call("POST", "/outbox/out_1/reject").status == 200
    assert client.call("POST", "/outbox/out_1/approve").status == 409
    assert told(client) == [("reply_rejected", "done", "Not like this")]


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_only_a_person_has_something_sent_again(client: Client, state: str) -> None:
    """R3."""
    put(client, state=state, mode="immediate", attempts=2, reason="the token has expired")

    answer = client.call("POST", "/outbox/out_1/send-again", {})

    assert (answer.body["state"], answer.body["reason"]) == ("queued", None)
    [queued] = client.queue.waiting()
    assert queued.model_dump()["time"] == 3
    put(client, "out_2", state="sent")
    refused = client.call("POST", "/outbox/out_2/send-again")
    assert (refused.status, "sent" in refused.body["detail"]) == (409, True)


def test_a_person_says_that_an_unknown_item_was_sent(client: Client) -> None:
    """Our message is in the inbox then, with the platform's id if it is known."""
    put(client, state="unknown", mode="immediate", attempts=1)

    answer = client.call(
        "POST", "/outbox/out_1/settle", {"sent": True, "native_id": "m_9", "comment": "Seen"}
    )

    assert (answer.body["state"], answer.body["sent_as"]) == ("sent", "46283_m_9")
    assert answer.body["comments"][0]["text"] == "Seen"
    ours = client.call("GET", "/mentions/46283_m_9").body
    assert (ours["status"], ours["delivery"], ours["message"]["content"]) == ("sent", "sent", "We are on it.")
    assert ("reply_settled", "done", "Seen") in told(client)
    assert client.call("POST", "/outbox/out_1/settle", {"sent": False}).status == 409


def test_a_person_says_that_an_unknown_item_was_not_sent(client: Client) -> None:
    put(client, state="unknown", mode="immediate", attempts=1)

    answer = client.call("POST", "/outbox/out_1/settle", {"sent": False})

    assert (answer.body["state"], answer.body["sent_as"]) == ("failed", None)
    assert client.call("POST", "/outbox/out_1/send-again").body["state"] == "queued"


def test_whoever_may_not_answer_customers_only_looks(client: Client) -> None:
    """R8."""
    put(client)
    client.claims = {**(client.claims or {}), "cognito:groups": "[contributor]"}

    assert client.call("GET", "/outbox").status == 200
    for path in ("approve", "reject", "send-again", "settle"):
        assert client.call("POST", f"/outbox/out_1/{path}", {"sent": True}).status == 403
    assert client.call("PATCH", "/outbox/out_1", {"text": "x"}, headers={"If-Match": "*"}).status == 403


def test_an_agents_answer_is_accepted_and_found_in_the_outbox(client: Client) -> None:
    """202 by a connected profile, and the same again for the same key; 201 where it is only kept."""
    of_page = client.take_in("2001", source__profile="page")
    key = {"Idempotency-Key": "7f1c"}

    made = client.call("POST", f"/mentions/{of_page}/reply", {"text": "On it"}, headers=key)
    again = client.call("POST", f"/mentions/{of_page}/reply", {"text": "On it"}, headers=key)

    assert (made.status, made.body["state"], made.body["by"]["id"]) == (202, "queued", "nora")
    assert made.headers["Location"] == f"/outbox/{made.body['id']}"
    assert client.call("GET", made.headers["Location"]).body == made.body
    assert (again.status, again.body, again.headers["Idempotency-Replayed"]) == (200, made.body, "true")
    assert len(client.queue.waiting()) == 1
    draft = client.call("POST", f"/mentions/{of_page}/reply", {"text": "Later", "mode": "draft"})
    assert (draft.status, draft.body["state"]) == (202, "draft")
    kept = client.call("POST", f"/mentions/{of_page}/reply", {"text": "Hi", "profile": "unheard of"})
    assert (kept.status, kept.body["delivery"]) == (201, "recorded")
