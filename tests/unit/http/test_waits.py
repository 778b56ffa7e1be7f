"""Waits over HTTP: what waits and why, cancelling by hand, waits of a recipe that is changed (A30)."""

from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.messages import WaitReviewMessage
from inbox_recipes.people import Actor
from inbox_recipes.ports import Transaction
from inbox_recipes.runs import Run, Wait
from tests.builders import IN_CASE, NOON, RESOLVE_CASE, an_occurrence, wait
from tests.unit.http.client import Client, an_account, recipe

SYSTEM = Actor(kind="system", id="test")
SILENCE = recipe(trigger=IN_CASE, actions=[wait(), RESOLVE_CASE], mode="enabled")


def armed(client: Client, number: int, recipe_id: str = "r", case_id: str = "cas_1") -> None:
    due = NOON + timedelta(minutes=number)
    run = Run(
        run_id=f"run_{number}", recipe_id=recipe_id, recipe_version=1, recipe_name="Silence",
        occurrence=an_occurrence(id=str(number), case_id=case_id), conversation=case_id, status="waiting",
        started_at=NOON,
    )  # fmt: skip
    made = Wait(
        wait_id=f"wait_{number}", run_id=run.run_id, case_id=case_id, mention_id="46283_1001",
        recipe_id=recipe_id, position=0, state="armed", armed_at=NOON - timedelta(minutes=1), due_at=due,
        scheduled_for=due, fence=1, status="pending", reason="30 minutes, unless the customer replies",
    )  # fmt: skip
    client.services.ledger.start(run)
    client.services.inbox.commit(Transaction(actor=SYSTEM, at=NOON, wait=(None, made)))


@pytest.fixture
def client() -> Client:
    made = an_account()
    made.create("recipes", "r", SILENCE)
    made.create("recipes", "s", SILENCE)
    armed(made, 1)
    armed(made, 2, "s")
    armed(made, 3, case_id="cas_2")
    return made


def ids(client: Client, query: str = "") -> list[str]:
    return [each["wait_id"] for each in client.call("GET", f"/waits{query}").body["data"]]


def reviews(client: Client) -> list[tuple[str, str]]:
    queued = client.queue.waiting()
    return [(each.wait_id, each.wanted) for each in queued if isinstance(each, WaitReviewMessage)]


def test_waits_tell_when_they_are_due_and_for_what(client: Client) -> None:
    found = client.call("GET", "/waits?limit=2").body

    assert [each["wait_id"] for each in found["data"]] == ["wait_1", "wait_2"]
    assert found["data"][0]["due_at"] == "2026-11-22T12:01:00Z"
    assert found["data"][0]["reason"] == "30 minutes, unless the customer replies"
    assert ids(client, f"?limit=2&cursor={found['paging']['next']}") == ["wait_3"]


def test_waits_are_found_by_recipe_and_by_case(client: Client) -> None:
    assert ids(client, "?recipe_id=r") == ["wait_1", "wait_3"]
    assert ids(client, "?case_id=cas_1") == ["wait_1", "wait_2"]
    assert ids(client, "?case_id=cas_1&recipe_id=s") == ["wait_2"]
    assert ids(client, "?recipe_id=none") == []


def test_a_wait_is_cancelled_by_hand_with_history(client: Client) -> None:
    assert client.call("DELETE", "/waits/wait_1").status == 204

    assert ids(client) == ["wait_2", "wait_3"]
    assert client.call("GET", "/waits/wait_1").body["state"] == "cancelled"
    assert client.call("GET", "/runs/run_1").body["status"] == "cancelled"
    line = client.store.history("case", "cas_1")[-1]
    assert (line.type, line.outcome, line.reason, line.by.id) == (
        "wait",
        "skipped",
        "cancelled by hand",
        "nora",
    )
    assert client.store.history("mention", "46283_1001")[-1].reason == "cancelled by hand"
    assert client.call("DELETE", "/waits/wait_1").status == 409
    assert client.call("DELETE", "/waits/wait_9").status == 404
    assert client.call("GET", "/waits/wait_9").status == 404


def change(client: Client, how: str, query: str) -> Any:
    headers = {"If-Match": "*"}
    if how == "PATCH":
        return client.call("PATCH", f"/recipes/r{query}", {"mode": "disabled"}, headers=headers)
    if how == "PUT":
        return client.call("PUT", f"/recipes/r{query}", SILENCE, headers=headers)
    if how == "restore":
        return client.call("POST", f"/recipes/r/versions/1/restore{query}", headers=headers)
    return client.call("DELETE", f"/recipes/r{query}", headers=headers)


@pytest.mark.parametrize("how", ["PUT", "PATCH", "DELETE", "restore"])
@pytest.mark.parametrize("wanted", ["re-evaluate", "cancel"])
def test_whoever_changes_a_recipe_says_what_becomes_of_its_waits(
    client: Client, how: str, wanted: str
) -> None:
    """A30"""
    assert change(client, how, f"?waits={wanted}").status in (200, 204)

    assert reviews(client) == [("wait_1", wanted), ("wait_3", wanted)]


@pytest.mark.parametrize("how", ["PUT", "PATCH", "DELETE", "restore"])
@pytest.mark.parametrize("query", ["", "?waits=keep"])
def test_waits_are_kept_unless_something_else_is_said(client: Client, how: str, query: str) -> None:
    """A30: they are looked at when they are due."""
    change(client, how, query)

    assert reviews(client) == []


@pytest.mark.parametrize("how", ["PUT", "PATCH", "DELETE", "restore"])
def test_a_word_that_is_none_of_these_changes_nothing(client: Client, how: str) -> None:
    refused = change(client, how, "?waits=forget")

    assert (refused.status, refused.pointers) == (422, ["?waits"])
    assert refused.body["errors"][0]["allowed"] == ["keep", "re-evaluate", "cancel"]
    assert client.call("GET", "/recipes/r").body["version"] == 1


def test_what_was_put_aside_is_listed(client: Client) -> None:
    """R7"""
    client.services.ledger.quarantine(NOON, "seq_1", {"body": "no JSON"}, "ValueError('no JSON')")
    client.services.ledger.quarantine(NOON - timedelta(days=1), "seq_2", {"x": 1}, "KeyError('y')")

    first = client.call("GET", "/quarantine?limit=1").body
    rest = client.call("GET", f"/quarantine?limit=1&cursor={first['paging']['next']}").body

    assert first["data"] == [
        {"id": "seq_1", "day": "2026-11-22", "reason": "ValueError('no JSON')", "record": {"body": "no JSON"}}
    ]
    assert [each["id"] for each in rest["data"]] == ["seq_2"]
