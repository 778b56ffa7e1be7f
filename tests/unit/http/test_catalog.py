"""GET /catalog: what recipes can be made of, from the tables that the engine works with."""

import json
import re

from inbox_recipes.actions import ACTIONS
from inbox_recipes.filters import Condition
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.http.catalog import without_marks
from inbox_recipes.validation import validated
from tests.unit.http.client import Client


def test_the_catalog_lists_what_the_engine_has(client: Client) -> None:
    body = client.call("GET", "/catalog").body

    assert [trigger["type"] for trigger in body["triggers"]] == [
        "arrival", "mention_in_case", "case_tag_added", "case_status_changed",
    ]  # fmt: skip
    fields = {row["name"]: row for row in body["fields"]}
    assert [each["name"] for each in fields["content.text"]["operators"]][:3] == [
        "contains_any", "contains_all", "contains_none",
    ]  # fmt: skip
    assert fields["cases.priority"]["values"] == ["low", "medium", "high", "critical"]
    actions = {action["type"]: action for action in body["actions"]}
    assert actions["set_case_status"]["offered_on"] == ["mention in case", "case status changed"]
    assert actions["webhook"]["json_schema"]["required"] == ["type", "url"]
    variables = {row["name"]: row for row in body["variables"]}
    assert variables["mention"]["whole"]
    assert variables["mention.content"] == {
        "name": "mention.content",
        "description": "its text",
        "whole": False,
    }
    assert [preset["name"] for preset in body["presets"]] == [
        "slack",
        "teams",
        "mattermost",
        "discord",
        "zapier",
    ]


def test_the_catalog_tells_what_each_platform_can_do(client: Client) -> None:
    """A12, A38."""
    told = {each["service"]: each for each in client.call("GET", "/catalog").body["platforms"]}

    assert told.keys() == {"twitter", "facebook", "email"}
    assert told["email"]["capabilities"] == {
        "reply": True, "private_reply": False, "public_reply": False, "hide": False, "unhide": False,
        "delete": False, "block_author": False, "read_back": False, "quick_replies": False,
    }  # fmt: skip
    assert told["twitter"]["capabilities"]["delete"] is False
    assert told["facebook"]["credentials"] == ["app_secret", "verify_token", "access_token"]


def test_every_operator_of_every_field_has_an_example_that_is_accepted(client: Client) -> None:
    fields = client.call("GET", "/catalog").body["fields"]

    assert [row["name"] for row in fields] == list(FIELDS)
    for row in fields:
        assert row["group"] == row["name"].split(".")[0]
        for operator in row["operators"]:
            assert (operator["json_schema"] is None) == (operator["example"] is None), (row, operator)
            asked = {"field": row["name"], "operator": operator["name"], "value": operator["example"]}
            validated(Condition, asked)


def test_an_action_says_why_it_is_not_offered_elsewhere(client: Client) -> None:
    actions = {each["type"]: each for each in client.call("GET", "/catalog").body["actions"]}

    assert list(actions) == list(ACTIONS)
    for action in actions.values():
        assert len(action["offered_on"]) + len(action["not_offered_on"]) == 5
        assert all(refusal["reason"] for refusal in action["not_offered_on"]), action["type"]
    assert actions["add_tags"]["description"] == "Add tags to the mention or the case."
    assert actions["resolve"]["not_offered_on"][0]["on"] == "mention in case"


def test_limits_are_those_of_the_engine(client: Client) -> None:
    limits = client.call("GET", "/catalog").body["limits"]

    assert (limits["group_depth"], limits["conditions"], limits["members"]["recipes"]) == (8, 200, 2000)


def test_no_description_refers_to_pages_that_callers_do_not_have(client: Client) -> None:
    text = json.dumps(client.call("GET", "/catalog").body)

    assert re.findall(r"\([^()]*\b(?:[AR]\d+|rows? \d+)\b[^()]*\)", text) == []
    kept = {"a": ["Left alone; (or not).", "A4 paper", "(see A41)"]}
    assert without_marks({"a": ["Left alone (A33); (or not).", "A4 paper", "(see A41)"]}) == kept
