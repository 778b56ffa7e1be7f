"""The list of categories and the cases feature, through the API (A27, A40)."""

from typing import Any

from tests.unit.http.client import Client

RECIPE = {
    "name": "Sort",
    "trigger": {"type": "arrival"},
    "topics": ["46283"],
    "actions": [{"type": "edit", "property": "category", "value": "billing"}],
}


def at(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


def test_recipes_and_agents_set_only_categories_of_the_list(client: Client) -> None:
    """A27"""
    unique_id = client.take_in()
    client.create("categories", "cat_1", {"name": "billing"})
    client.create("recipes", "rec_1", RECIPE)

    wrong = {**RECIPE, "actions": [{"type": "edit", "property": "category", "value": "bills"}]}
    refused = client.call("POST", "/recipes", wrong)
    assert (refused.status, refused.body["errors"][0]["allowed"]) == (422, ["billing"])
    by_agent = client.call("PATCH", f"/mentions/{unique_id}", {"category": "bills"}, headers=at(1))
    assert (by_agent.status, by_agent.body["errors"][0]["pointer"]) == (422, "/category")
    assert (
        client.call("PATCH", f"/mentions/{unique_id}", {"category": "billing"}, headers=at(1)).status == 200
    )

    in_use = client.call("DELETE", "/categories/cat_1", headers=at(1))
    assert (in_use.status, "recipe 'Sort' (rec_1)" in in_use.body["detail"]) == (409, True)
    renamed = client.call("PUT", "/categories/cat_1", {"name": "bills"}, headers=at(1))
    assert renamed.status == 422


def test_without_cases_the_catalog_hides_what_needs_them(client: Client) -> None:
    """A40, row 59"""
    whole = client.call("GET", "/catalog").body
    client.call("PATCH", "/account", {"cases": False}, headers=at(0))
    body = client.call("GET", "/catalog").body

    assert [trigger["type"] for trigger in body["triggers"]] == ["arrival"]
    actions: dict[str, Any] = {action["type"]: action for action in body["actions"]}
    assert actions.keys() >= {"add_tags", "assign", "edit", "resolve", "smart_assign", "webhook"}
    assert not actions.keys() & {
        "assign_case",
        "remove_tags",
        "set_case_pending",
        "set_case_status",
        "tag_case",
    }
    assert actions["assign"]["offered_on"] == ["new mention"]
    reasons = {each["on"]: each["reason"] for each in actions["assign"]["not_offered_on"]}
    assert reasons["new case"] == "the account's cases feature is off"
    assert client.call("GET", "/catalog").body != whole

    client.call("PATCH", "/account", {"cases": True}, headers=at(1))
    assert client.call("GET", "/catalog").body == whole
