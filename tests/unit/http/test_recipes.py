"""Recipes over HTTP: problems that name the field, merge patch, versions, order."""

from typing import Any

import pytest

from inbox_recipes.actions import ACTIONS
from inbox_recipes.filters.fields import FIELDS
from tests.unit.http.client import Client, recipe


def refused(client: Client, **changed: Any) -> list[dict[str, Any]]:
    """The mistakes that the API finds in a recipe."""
    reply = client.call("POST", "/recipes", recipe(**changed))
    assert (reply.status, reply.headers["Content-Type"]) == (422, "application/problem+json")
    assert reply.body["type"] == "urn:inbox-recipes:problem:invalid-input"
    errors: list[dict[str, Any]] = reply.body["errors"]
    return errors


def test_an_unknown_field_of_a_recipe_is_named_with_those_there_are(client: Client) -> None:
    [error] = refused(client, colour="red")
    assert error["pointer"] == "/colour"
    assert set(error["allowed"]) == {"name", "trigger", "topics", "filter", "hours", "actions", "mode"}


def test_an_unknown_filter_field_is_named_with_those_there_are(client: Client) -> None:
    rules = [{"combinator": "or", "rules": [{"field": "content.colour", "operator": "is", "value": "red"}]}]
    [error] = refused(client, filter={"combinator": "and", "rules": rules})
    assert error["pointer"] == "/filter/rules/0/rules/0/field"
    assert error["allowed"] == list(FIELDS)


def test_braces_in_what_was_sent_are_only_quoted(client: Client) -> None:
    rule = {"field": "{content}", "operator": "is", "value": "{0}"}
    [error] = refused(client, filter={"combinator": "and", "rules": [rule]})
    assert error["detail"] == "There is no field '{content}'."


def test_an_operator_that_the_field_does_not_have_is_named_with_those_it_has(client: Client) -> None:
    rule = {"field": "author.followers", "operator": "contains_any", "value": ["x"]}
    [error] = refused(client, filter={"combinator": "and", "rules": [rule]})
    assert error["pointer"] == "/filter/rules/0/operator"
    assert error["allowed"] == [
        "is",
        "is_not",
        "lt",
        "lte",
        "gt",
        "gte",
        "between",
        "is_set",
        "is_not_set",
    ]


def test_an_action_that_the_trigger_does_not_offer_is_named_with_those_that_do_row_96(client: Client) -> None:
    [error] = refused(client, actions=[{"type": "resolve"}, {"type": "set_case_status", "status": "pending"}])
    assert error["pointer"] == "/actions/1"
    assert (
        "not offered on new mention; it is offered on case status changed, mention in case" in error["detail"]
    )


def test_an_unknown_action_is_named_with_those_there_are(client: Client) -> None:
    [error] = refused(client, actions=[{"type": "fly"}])
    assert error["pointer"] == "/actions/0/type"
    assert error["allowed"] == list(ACTIONS)


def test_a_trigger_without_its_type_is_told_the_types(client: Client) -> None:
    [error] = refused(client, trigger={"to": "pending"})
    assert error["pointer"] == "/trigger/type"
    assert "case_status_changed" in error["allowed"]


def test_what_a_recipe_refers_to_must_be_there(client: Client) -> None:
    errors = refused(
        client,
        topics=["46283", "9"],
        hours={"when": "outside", "schedule_id": "night"},
        filter={"saved_filter_id": "calm"},
        actions=[{"type": "assign", "users": ["omar"], "teams": ["billing", "sales"]}],
    )
    assert {error["pointer"]: error["allowed"] for error in errors} == {
        "/topics/1": ["46283"],
        "/hours/schedule_id": ["office"],
        "/filter/saved_filter_id": ["angry"],
        "/actions/0/users/0": ["nora"],
        "/actions/0/teams/1": ["billing"],
    }


def test_every_mistake_is_told_at_once(client: Client) -> None:
    errors = refused(client, name="", mode="on", topics=[])
    assert {error["pointer"] for error in errors} == {"/name", "/mode", "/topics"}


def test_a_recipe_that_is_switched_on_says_since_when_a34(client: Client) -> None:
    client.create("recipes", "rec_1", recipe())
    reply = client.call("PATCH", "/recipes/rec_1", {"mode": "enabled"}, headers={"If-Match": '"1"'})

    assert (reply.status, reply.headers["ETag"]) == (200, '"2"')
    assert (reply.body["mode"], reply.body["on_since"]) == ("enabled", "2026-11-22T12:00:00Z")
    assert reply.body["topics"] == ["46283"]


def test_a_patch_that_is_no_object_is_refused(client: Client) -> None:
    client.create("recipes", "rec_1", recipe())
    assert client.call("PATCH", "/recipes/rec_1", [1], headers={"If-Match": "*"}).status == 422


def test_versions_are_listed_newest_first_and_can_be_read_and_restored(client: Client) -> None:
    client.create("recipes", "rec_1", recipe())
    client.call("PATCH", "/recipes/rec_1", {"name": "Worse"}, headers={"If-Match": "*"})

    first = client.call("GET", "/recipes/rec_1/versions?limit=1").body
    rest = client.call("GET", f"/recipes/rec_1/versions?cursor={first['paging']['next']}").body
    assert [(each["version"], each["name"]) for each in first["data"] + rest["data"]] == [
        (2, "Worse"), (1, "Billing"),
    ]  # fmt: skip
    assert client.call("GET", "/recipes/rec_1/versions/1").body["name"] == "Billing"

    restored = client.call("POST", "/recipes/rec_1/versions/1/restore")
    assert (restored.status, restored.headers["ETag"], restored.body["name"]) == (200, '"3"', "Billing")


def test_a_deleted_recipe_keeps_its_versions_and_can_come_back(client: Client) -> None:
    client.create("recipes", "rec_1", recipe())
    client.call("DELETE", "/recipes/rec_1", headers={"If-Match": '"1"'})

    listed = client.call("GET", "/recipes/rec_1/versions").body["data"]
    assert [(each["version"], each["deleted"]) for each in listed] == [(2, True), (1, False)]
    assert client.call("POST", "/recipes/rec_1/versions/2/restore").status == 409
    assert client.call("POST", "/recipes/rec_1/versions/1/restore").body["version"] == 3
    assert client.call("GET", "/recipes/rec_1").status == 200


def test_a_restore_based_on_an_old_version_is_refused(client: Client) -> None:
    client.create("recipes", "rec_1", recipe())
    client.call("PATCH", "/recipes/rec_1", {"name": "Newer"}, headers={"If-Match": "*"})
    reply = client.call("POST", "/recipes/rec_1/versions/1/restore", headers={"If-Match": '"1"'})
    assert reply.status == 412


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/recipes/rec_9/versions", 404),
        ("/recipes/rec_1/versions/9", 404),
        ("/recipes/rec_1/versions/last", 422),
    ],
)
def test_versions_that_are_not_there(client: Client, url: str, status: int) -> None:
    client.create("recipes", "rec_1", recipe())
    assert client.call("GET", url).status == status


def test_the_order_has_an_etag_of_its_own_a31(client: Client) -> None:
    for recipe_id in ("a", "b"):
        client.create("recipes", recipe_id, recipe())
    read = client.call("GET", "/recipes/order")
    assert (read.body, read.headers["ETag"]) == ({"order": ["a", "b"]}, '"2"')

    put = client.call("PUT", "/recipes/order", {"order": ["b", "a"]}, headers={"If-Match": '"2"'})
    assert (put.status, put.body, put.headers["ETag"]) == (200, {"order": ["b", "a"]}, '"3"')
    assert [each["id"] for each in client.call("GET", "/recipes").body["data"]] == ["b", "a"]

    stale = client.call("PUT", "/recipes/order", {"order": ["a", "b"]}, headers={"If-Match": '"2"'})
    assert stale.status == 412
    wrong = client.call("PUT", "/recipes/order", {"order": ["a", "x"]}, headers={"If-Match": "*"})
    assert (wrong.status, wrong.pointers) == (422, ["/order/1", "/order"])


def test_a_version_says_what_it_changed(client: Client) -> None:
    client.create("recipes", "rec_1", recipe())
    changed = recipe(name="Bills", actions=[{"type": "resolve"}, {"type": "add_tags", "tags": ["x"]}])
    client.call("PUT", "/recipes/rec_1", changed, headers={"If-Match": "*"})

    first = client.call("GET", "/recipes/rec_1/versions/1").body["changes"]
    second = client.call("GET", "/recipes/rec_1/versions/2").body["changes"]

    assert {"pointer": "/name", "before": None, "after": "Billing"} in first
    assert [(each["pointer"], each["before"]) for each in second] == [
        ("/name", "Billing"),
        ("/actions/1", None),
    ]


@pytest.mark.parametrize("trigger", [{"type": "arrival"}, {"type": "mention_in_case"}], ids=["new", "update"])
def test_a_recipe_is_saved_when_it_is_added_and_is_off_until_it_is_switched_on(
    client: Client, trigger: Any
) -> None:
    """Rows 5-9, 61, 62, 66, 69-71, 78, 104: for both kinds, told apart by their trigger."""
    tagging = recipe(trigger=trigger, actions=[{"type": "add_tags", "tags": ["seen"]}])
    sent = {key: value for key, value in tagging.items() if key != "mode"}

    added = client.call("POST", "/recipes", sent)

    assert (added.status, added.body["mode"], added.body["name"]) == (201, "disabled", sent["name"])
    [listed] = [
        each for each in client.call("GET", "/recipes").body["data"] if each["id"] == added.body["id"]
    ]
    assert listed["trigger"]["type"] == trigger["type"]
    [nameless] = refused(client, name="")
    [topicless] = refused(client, topics=[])
    assert (nameless["pointer"], topicless["pointer"]) == ("/name", "/topics")


REPLY = {"type": "reply", "service": "facebook", "text": "Hi", "mode": "draft"}


def only_on(*services: str) -> dict[str, Any]:
    rule = {"field": "source.service", "operator": "is", "value": list(services)}
    return {"combinator": "and", "rules": [rule]}


def a_page(client: Client, profile_id: str = "page", service: str = "facebook") -> None:
    client.create(
        "profiles", profile_id, {"name": "P", "service": service, "native_id": "77", "topic": "46283"}
    )


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (None, "The filter lets other services through than facebook"),
        (only_on("facebook", "email"), "The filter lets other services through than facebook"),
        (only_on("facebook"), "No profile of facebook is connected to a topic of this recipe."),
    ],
)
def test_a_reply_that_will_not_be_given_to_everything_is_warned_of(
    client: Client, tree: Any, words: str
) -> None:
    """A11: saved, with a warning; and told each time that it is read."""
    made = client.create("recipes", "rec_1", recipe(actions=[REPLY], filter=tree))

    [warning] = made.body["warnings"]
    assert (warning["pointer"], warning["allowed"]) == ("/actions/0/service", ["facebook"])
    assert warning["detail"].startswith(words)
    shown = [client.call("GET", "/recipes/rec_1").body, *client.call("GET", "/recipes").body["data"]]
    assert [each["warnings"] for each in shown] == [[warning], [warning]]


def test_a_reply_that_fits_is_warned_of_nothing(client: Client) -> None:
    a_page(client)
    made = client.create("recipes", "rec_1", recipe(actions=[REPLY], filter=only_on("facebook")))

    assert made.body["warnings"] == []
    other = client.call(
        "PATCH", "/recipes/rec_1", {"filter": only_on("twitter")}, headers={"If-Match": '"1"'}
    )
    assert len(other.body["warnings"]) == 1


def test_a_private_reply_where_there_is_none_is_warned_of(client: Client) -> None:
    """A38."""
    private = {"type": "send_private_reply", "text": "Hi"}
    on_cases = {"trigger": {"type": "mention_in_case"}, "actions": [private]}
    mail = client.create("recipes", "rec_1", recipe(**on_cases, filter=only_on("email", "twitter")))
    either = client.create("recipes", "rec_2", recipe(**on_cases))

    assert [each["detail"] for each in mail.body["warnings"]] == [
        "email has no private messages: nothing is sent there."
    ]
    assert either.body["warnings"] == []


def test_a_public_reply_goes_out_by_a_profile_of_its_service(client: Client) -> None:
    """Rows 91, 101; A39."""
    a_page(client)
    a_page(client, "x", "twitter")
    public = {"type": "send_public_reply", "text": "Hi", "service": "facebook", "profile": "page"}
    on_cases = {"trigger": {"type": "mention_in_case"}}
    client.create("recipes", "rec_1", recipe(**on_cases, actions=[public]))

    for wrong, allowed in (("x", ["page"]), ("gone", ["page", "x"])):
        refused = client.call(
            "PUT", "/recipes/rec_2", recipe(**on_cases, actions=[{**public, "profile": wrong}]),
            headers={"If-None-Match": "*"},
        )  # fmt: skip
        assert (refused.status, refused.pointers) == (422, ["/actions/0/profile"])
        assert refused.body["errors"][0]["allowed"] == allowed
    kept = client.call("DELETE", "/profiles/page", headers={"If-Match": "*"})
    assert kept.status == 409, "a profile that a recipe answers by stays"


def test_an_approver_is_a_user(client: Client) -> None:
    refused = client.call(
        "PUT", "/recipes/rec_1", recipe(actions=[{**REPLY, "approver": "nobody"}]),
        headers={"If-None-Match": "*"},
    )  # fmt: skip
    assert (refused.status, refused.pointers) == (422, ["/actions/0/approver"])
