"""The directory: users with their status, disabled users, roles of the account's own."""

from typing import Any

import pytest

from tests.unit.http.client import Client


def test_a_user_who_said_nothing_is_available(client: Client) -> None:
    shown = client.call("GET", "/users/nora").body

    assert (shown["status"], shown["status_since"], shown["disabled"]) == ("available", None, False)


@pytest.mark.parametrize("status", ["busy", "unavailable", "available"])
def test_a_status_makes_no_new_revision_of_the_rule_book(client: Client, status: str) -> None:
    """Domain 1.6. It is clicked many times a day, and recipes are compiled anew for each revision."""
    revision = client.configuration.revision

    reply = client.call("POST", "/users/nora/status", {"status": status})

    assert (reply.status, reply.body["status"]) == (200, status)
    assert reply.body["status_since"] == "2026-11-22T12:00:00Z"
    assert client.call("GET", "/users/nora", headers={"If-None-Match": "*"}).body == reply.body
    assert client.call("GET", "/users").body["data"] == [reply.body]
    assert (client.configuration.revision, reply.body["version"]) == (revision, 1)


@pytest.mark.parametrize(("body", "pointer"), [({"status": "away"}, "/status"), ({}, "/status")])
def test_a_status_is_one_of_three(client: Client, body: Any, pointer: str) -> None:
    reply = client.call("POST", "/users/nora/status", body)

    assert (reply.status, reply.pointers) == (422, [pointer])


def test_nobody_has_no_status(client: Client) -> None:
    assert client.call("POST", "/users/nobody/status", {"status": "busy"}).status == 404


def test_a_schedule_that_a_user_works_by_is_not_deleted_a5(client: Client) -> None:
    body = {"name": "Nora", "schedule_id": "office"}
    assert client.call("PUT", "/users/nora", body, headers={"If-Match": "*"}).status == 200

    reply = client.call("DELETE", "/schedules/office", headers={"If-Match": "*"})

    assert (reply.status, reply.body["detail"]) == (
        409, "The schedule 'office' is in use by user 'Nora' (nora).",
    )  # fmt: skip


def test_a_built_in_role_is_not_made_again(client: Client) -> None:
    body = {"name": "Mine", "permissions": ["recipes.write"]}
    reply = client.call("PUT", "/roles/administrator", body, headers={"If-None-Match": "*"})

    assert (reply.status, reply.pointers) == (422, ["{id}"])
