"""The account's settings: there from the start, changed by merge patch, checked like all configuration."""

from tests.unit.http.client import Client

BUDGETS = {"actions_per_recipe": 1000, "actions_per_conversation": 300}


def test_the_settings_are_there_before_anybody_has_changed_them(client: Client) -> None:
    reply = client.call("GET", "/account")
    assert (reply.status, reply.headers["ETag"]) == (200, '"0"')
    assert reply.body == {
        "paused": False, "cases": True, "default_schedule_id": None, "timezone": "UTC", "budgets": BUDGETS,
        "replies": {"hours_between": 24, "per_conversation": 3, "per_contact": 10},
        "receiver_notices": {"users": [], "teams": []}, "version": 0, "by": None, "date": None,
    }  # fmt: skip


def test_a_patch_changes_what_it_names_and_says_who_did_it_r6(client: Client) -> None:
    first = client.call("PATCH", "/account", {"paused": True}, headers={"If-Match": '"0"'})
    assert (first.status, first.headers["ETag"], first.body["paused"]) == (200, '"1"', True)
    assert (first.body["by"]["id"], first.body["version"]) == ("nora", 1)

    budgets = {"budgets": {"actions_per_recipe": 5}}
    second = client.call("PATCH", "/account", budgets, headers={"If-Match": '"1"'})
    assert second.body["budgets"] == {**BUDGETS, "actions_per_recipe": 5}
    assert (second.body["paused"], client.call("GET", "/account").body) == (True, second.body)

    third = client.call("PATCH", "/account", {"budgets": None, "paused": None}, headers={"If-Match": "*"})
    assert (third.body["budgets"], third.body["paused"]) == (BUDGETS, False)


def test_a_change_that_is_based_on_an_old_version_is_refused(client: Client) -> None:
    assert client.call("PATCH", "/account", {"cases": False}).status == 428
    assert client.call("PATCH", "/account", {"cases": False}, headers={"If-Match": '"1"'}).status == 412
    assert client.call("PATCH", "/account", {"cases": False}, headers={"If-Match": '"0"'}).status == 200
    assert client.call("PATCH", "/account", {"cases": True}, headers={"If-Match": '"0"'}).status == 412


def test_what_does_not_fit_is_named(client: Client) -> None:
    def pointers(patch: object) -> list[str]:
        return client.call("PATCH", "/account", patch, headers={"If-Match": "*"}).pointers

    assert pointers({"paused": "maybe"}) == ["/paused"]
    assert pointers({"budgets": {"actions_per_recipe": 0}}) == ["/budgets/actions_per_recipe"]
    assert pointers({"timezone": "Europe/Pariss"}) == ["/timezone"]
    assert pointers({"default_schedule_id": "nowhere"}) == ["/default_schedule_id"]
    assert pointers({"stop": True}) == ["/stop"]


def test_the_default_schedule_is_in_use_and_stays(client: Client) -> None:
    patch = {"default_schedule_id": "office"}
    assert client.call("PATCH", "/account", patch, headers={"If-Match": "*"}).status == 200
    refused = client.call("DELETE", "/schedules/office", headers={"If-Match": "*"})
    assert (refused.status, "the account's settings" in refused.body["detail"]) == (409, True)


def test_there_is_one_account_and_it_is_neither_made_nor_deleted(client: Client) -> None:
    assert client.call("POST", "/account", {}).status in (404, 405)
    assert client.call("DELETE", "/account", headers={"If-Match": "*"}).status in (404, 405)
