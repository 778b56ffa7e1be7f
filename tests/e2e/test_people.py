"""Agents log in and act with their role; the history names them (rows 121, 122; R8, R15)."""

import uuid
from typing import Any

import pytest
import requests

from tests.e2e.account import Account
from tests.e2e.stack import Stack, wait_until


class Person:
    """Somebody who has logged in."""

    def __init__(self, stack: Stack, token: str) -> None:
        self.stack = stack
        self.token = token

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.stack.ask(method, path, self.token, json=body, headers=named)


@pytest.fixture
def username() -> str:
    return f"nora-{uuid.uuid4().hex[:8]}"


def logged_in(stack: Stack, username: str, role: str, *scopes: str) -> Person:
    stack.person(username, role)
    return Person(stack, stack.log_in(username, *scopes))


def test_a_viewer_reads_and_changes_nothing(stack: Stack, account: Account, username: str) -> None:
    """R8."""
    unique_id = account.write("Who may touch this?")
    viewer = logged_in(stack, username, "viewer")

    assert viewer("GET", f"/mentions/{unique_id}").status_code == 200
    refused = viewer("PATCH", f"/mentions/{unique_id}", {"status": "done"}, If_Match="*")
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, "application/problem+json")
    assert "the role 'viewer' does not have" in refused.json()["detail"]
    assert refused.json()["errors"][0]["pointer"] == "role"
    assert viewer("POST", "/teams", {"name": "Mine"}).status_code == 403
    assert viewer("POST", "/mentions", {}).status_code == 403


def test_an_administrator_edits_recipes_and_an_editor_does_not(stack: Stack, username: str) -> None:
    """R8. Recipes are settings of the whole account (domain 1.6)."""
    administrator = logged_in(stack, f"{username}-a", "administrator")
    editor = logged_in(stack, f"{username}-e", "editor")
    body = {"name": "Night shift"}

    assert editor("POST", "/teams", body).status_code == 403
    made = administrator("POST", "/teams", body)
    assert (made.status_code, made.json()["by"]["id"]) == (201, f"{username}-a")
    gone = administrator("DELETE", f"/teams/{made.json()['id']}", If_Match="*")
    assert gone.status_code == 204


def test_a_token_of_few_scopes_holds_even_an_administrator_back(stack: Stack, username: str) -> None:
    """R8, R15. The gateway refuses it before any function of ours is asked."""
    reader = logged_in(stack, username, "administrator", "inbox.read")

    assert reader("GET", "/me").json()["permissions"] == ["inbox.read", "contacts.export"]
    assert reader("GET", "/recipes").status_code == 401


def test_an_agent_acts_under_the_name_of_the_directory_until_disabled(
    stack: Stack, account: Account, username: str
) -> None:
    """Rows 121, 122; domain 1.6."""
    account.put(f"/users/{username}", {"name": "Nora Quesnel", "role": "contributor"})
    unique_id = account.write("Please look into it")
    agent = logged_in(stack, username, "administrator")

    me = agent("GET", "/me").json()
    assert (me["name"], me["roles"]) == ("Nora Quesnel", ["administrator", "contributor"])
    changed = agent("PATCH", f"/mentions/{unique_id}", {"tags": ["seen"]}, If_Match="*")
    assert (changed.status_code, changed.json()["tags"]) == (200, ["seen"])
    [line] = [entry for entry in account.history(f"/mentions/{unique_id}") if entry["type"] == "add_tags"]
    assert line["by"] == {"kind": "agent", "id": username, "name": "Nora Quesnel", "version": None}
    assert agent("POST", "/me/status", {"status": "busy"}).json()["status"] == "busy"
    assert account.api.get(f"/users/{username}")["status"] == "busy"

    account.put(f"/users/{username}", {"name": "Nora Quesnel", "disabled": True})
    refused = agent("PATCH", f"/mentions/{unique_id}", {"tags": []}, If_Match="*")
    assert (refused.status_code, refused.json()["detail"]) == (403, f"The user {username!r} is disabled.")


def test_an_agent_answers_notes_and_hands_over_and_recipes_follow(
    stack: Stack, account: Account, username: str
) -> None:
    """Rows 3, 121-125; A1, A24, A36: the chain starts with the agent."""
    account.put(f"/users/{username}", {"name": "Omar Diallo"})
    account.recipe(
        trigger={"type": "case_tag_added", "tag": "urgent"},
        actions=[{"type": "add_tags", "tags": ["escalated"], "target": "case"}],
    )
    unique_id = account.write("Nothing works!", source={"service": "facebook", "profile": "page-1"})
    case = f"/cases/{account.mention(unique_id)['case_id']}"
    agent = logged_in(stack, username, "editor")

    reply = agent("POST", f"{case}/reply", {"text": "I am looking into it."}, Idempotency_Key="one")
    again = agent("POST", f"{case}/reply", {"text": "I am looking into it."}, Idempotency_Key="one")
    note = agent("POST", f"{case}/notes", {"text": "Call her", "todo": "open"})
    done = agent("PATCH", f"{case}/notes/{note.json()['id']}", {"todo": "done"}, If_Match="*")
    change = {"add_tags": ["urgent"], "assignment": {"users": [username], "comment": "Mine"}}
    changed = agent("PATCH", case, change, If_Match="*")

    assert [each.status_code for each in (reply, again, note, done, changed)] == [201, 200, 201, 200, 200]
    assert again.json()["unique_id"] == reply.json()["unique_id"]
    assert (reply.json()["delivery"], reply.json()["author"]["id"]) == ("recorded", "page-1")
    wait_until(lambda: "escalated" in account.api.get(case)["tags"])
    found = account.api.get(case)
    assert (found["last_message_by"], found["handled_by"]["type"]) == ("us", "agent")
    by_agent = [line["type"] for line in account.history(case) if line["by"]["id"] == username]
    assert by_agent == ["assign", "add_tags", "note_todo", "note", "mention_added"]
    assert account.history(case)[-1]["type"] == "case_created"


def test_the_same_change_for_many(stack: Stack, account: Account, username: str) -> None:
    ids = [account.write("Win a phone!") for _ in range(3)]
    agent = logged_in(stack, username, "contributor")

    answer = agent(
        "POST", "/mentions/bulk", {"unique_ids": [*ids, "46283_none"], "patch": {"status": "done"}}
    )

    assert [each["result"] for each in answer.json()["data"]] == ["done"] * 3 + ["refused"]
    assert {account.mention(unique_id)["status"] for unique_id in ids} == {"done"}
