"""Whatever is wrong with a recipe, a saved filter or a schedule: where it is, and what is allowed there."""

from typing import Any

import pytest

from inbox_recipes.business_hours import Schedule
from inbox_recipes.errors import InvalidInput
from inbox_recipes.filters.saved import SavedFilter
from inbox_recipes.inbox import Frozen
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.validation import validated
from tests.builders import RESOLVE_CASE, WEEKDAYS, condition, group, wait

RECIPE: dict[str, Any] = {
    "name": "Billing",
    "trigger": {"type": "arrival"},
    "topics": ["1"],
    "actions": [{"type": "resolve"}],
}
TRIGGERS = ["arrival", "mention_in_case", "case_tag_added", "case_status_changed"]
ACTIONS = ["add_tags", "assign", "edit", "resolve", "webhook"]
COMBINATORS = ["and", "or"]
REFERENCE = {"saved_filter_id": "a"}


def told(model: type[Frozen], body: Any) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Pointer -> what is wrong there and what is allowed."""
    with pytest.raises(InvalidInput) as refused:
        validated(model, body)
    return {problem.pointer: (problem.detail, problem.allowed) for problem in refused.value.problems}


def trigger(kind: str, **more: Any) -> dict[str, Any]:
    return {"trigger": {"type": kind, **more}}


def rule(*wrong: Any) -> dict[str, Any]:
    return {"filter": group("and", *wrong)}


def action(kind: str, **more: Any) -> dict[str, Any]:
    return {"actions": [{"type": kind, **more}]}


RECIPES: list[tuple[Any, str, str, list[str]]] = [
    ({"nam": "x"}, "/nam", "no field 'nam'", ["name", "trigger", "mode"]),
    ({"name": ""}, "/name", "at least", []),
    ({"name": "x" * 201}, "/name", "200 characters at most", []),
    ({"name": 5}, "/name", "a text", []),
    ({"trigger": None}, "/trigger", "an object", []),
    ({"trigger": "arrival"}, "/trigger", "an object", []),
    ({"trigger": {}}, "/trigger/type", "required", TRIGGERS),
    (trigger("arival"), "/trigger/type", "no type 'arival'", TRIGGERS),
    (trigger("arrival", objects=[]), "/trigger/objects", "at least 1", []),
    (
        trigger("arrival", objects=["contact"]),
        "/trigger/objects/0",
        "'mention' or 'case'",
        ["mention", "case"],
    ),
    (trigger("arrival", tag="x"), "/trigger/tag", "no field 'tag'", ["objects"]),
    (trigger("case_tag_added"), "/trigger/tag", "required", []),
    (trigger("case_status_changed"), "/trigger/to", "required", ["unresolved", "pending", "resolved"]),
    (trigger("case_status_changed", to="open"), "/trigger/to", "'pending'", ["unresolved", "pending"]),
    ({"topics": []}, "/topics", "at least 1", []),
    ({"topics": "1"}, "/topics", "a list", []),
    ({"topics": ["a b"]}, "/topics/0", "A-Z, a-z, 0-9 and -", []),
    ({"topics": [None]}, "/topics/0", "a text", []),
    ({"filter": []}, "/filter", "an object", []),
    ({"filter": {}}, "/filter/combinator", "required", COMBINATORS),
    ({"filter": {"combinator": "and"}}, "/filter/rules", "required", []),
    ({"filter": {"combinator": "AND", "rules": []}}, "/filter/combinator", "'and'", COMBINATORS),
    ({"filter": {"combinator": "and", "rules": {}}}, "/filter/rules", "a list", []),
    ({"filter": {"combinator": "and", "rules": [], "not": "?"}}, "/filter/not", "true or false", []),
    ({"filter": {"saved_filter_id": ""}}, "/filter/saved_filter_id", "at least", []),
    ({"filter": {"saved_filter_id": "a", "rules": []}}, "/filter/rules", "no field", ["saved_filter_id"]),
    (rule({}), "/filter/rules/0/field", "required", []),
    (rule("x"), "/filter/rules/0", "an object", []),
    (rule(condition("content.tex", "is")), "/filter/rules/0/field", "'content.tex'", ["content.text"]),
    (rule(condition("content.text", "is", "x")), "/filter/rules/0/operator", "'is'", ["contains_any"]),
    (rule(condition("content.text", "contains_any", "x")), "/filter/rules/0/value", "a list of one", []),
    (rule(condition("cases.priority", "is", "urgent")), "/filter/rules/0/value", "'urgent'", ["low", "high"]),
    (rule(condition("author.followers", "between", [1])), "/filter/rules/0/value", "two numbers", []),
    (rule(condition("content.text", "is_set", "x")), "/filter/rules/0/value", "no value", []),
    (rule({"saved_filter_id": 7}), "/filter/rules/0/saved_filter_id", "a text", []),
    (rule({"saved_filter_id": "a", "field": "x"}), "/filter/rules/0/field", "no field", ["saved_filter_id"]),
    (rule(group("or")), "/filter/rules/0/rules", "at least one rule", []),
    (rule(group("xor")), "/filter/rules/0/combinator", "'or'", COMBINATORS),
    ({"hours": "always"}, "/hours", "an object", []),
    ({"hours": {"when": "never"}}, "/hours/when", "'during'", ["always", "during", "outside"]),
    ({"hours": {"when": "during"}}, "/hours/schedule_id", "need a schedule", []),
    ({"hours": {"schedule_id": "a"}}, "/hours/schedule_id", "'always' takes none", []),
    ({"hours": {"when": "during", "schedule_id": "a b"}}, "/hours/schedule_id", "A-Z, a-z, 0-9, _ and -", []),
    ({"actions": []}, "/actions", "at least 1", []),
    ({"actions": ["resolve"]}, "/actions/0", "an object", []),
    ({"actions": [{}]}, "/actions/0/type", "required", ACTIONS),
    (action("resolv"), "/actions/0/type", "no type 'resolv'", ACTIONS),
    (action("resolve", delay=3), "/actions/0/delay", "no field 'delay'", ["type"]),
    (action("add_tags"), "/actions/0/tags", "required", []),
    (action("add_tags", tags=[]), "/actions/0/tags", "at least 1", []),
    (action("add_tags", tags=["x"], target="contact"), "/actions/0/target", "'mention'", ["mention", "case"]),
    (action("assign"), "/actions/0/teams", "at least one user or team", []),
    (action("assign", users="nora"), "/actions/0/users", "a list", []),
    (action("edit", property="colour", value="x"), "/actions/0/property", "", ["country", "priority"]),
    (action("edit", property="sentiment", value="sad"), "/actions/0/value", "'sad'", ["negative"]),
    (action("edit", property="priority", value="high"), "/actions/0", "property of cases", []),
    (action("webhook", name="x", url="ftp://x"), "/actions/0/url", "https", []),
    ({"actions": [RESOLVE_CASE]}, "/actions/0", "what has just arrived is resolved by resolve", ACTIONS),
    (action("remove_tags", tags=["a"]), "/actions/0", "not offered on new mention", ACTIONS),
    (action("wait", minutes=5, unless=["silence"]), "/actions/0/unless/0", "", ["agent_replies"]),
    (action("wait", minutes=5, unless=[]), "/actions/0/unless", "", []),
    ({**trigger("mention_in_case"), "actions": [wait()]}, "/actions/0", "an action after it", []),
    ({**trigger("mention_in_case"), "actions": [wait(0)]}, "/actions/0/minutes", "1 or more", []),
    ({**trigger("mention_in_case"), "actions": [wait(50_000)]}, "/actions/0/minutes", "40320 at most", []),
    ({"mode": "on"}, "/mode", "'shadow'", ["disabled", "shadow", "enabled"]),
]


@pytest.mark.parametrize(("changed", "pointer", "detail", "allowed"), RECIPES)
def test_a_wrong_recipe_is_told_where_and_what_is_allowed(
    changed: dict[str, Any], pointer: str, detail: str, allowed: list[str]
) -> None:
    found = told(RecipeDefinition, RECIPE | changed)

    assert pointer in found
    assert detail in found[pointer][0]
    assert set(allowed) <= set(found[pointer][1])


@pytest.mark.parametrize("body", [None, [], "x", 3])
def test_what_is_no_object_is_no_recipe(body: Any) -> None:
    assert told(RecipeDefinition, body) == {"": ("This must be an object.", ())}


def test_everything_that_is_missing_or_wrong_is_told_at_once() -> None:
    assert list(told(RecipeDefinition, {})) == ["/name", "/trigger", "/topics", "/actions"]
    wrong = rule({"field": "x", "operator": "is"}, condition("tag.tags", "is", "x")) | {"mode": "on"}
    assert list(told(RecipeDefinition, RECIPE | wrong)) == [
        "/filter/rules/0/field",
        "/filter/rules/1/operator",
        "/mode",
    ]


@pytest.mark.parametrize(
    ("model", "body", "pointer", "allowed"),
    [
        (SavedFilter, {"name": "x"}, "/filter", []),
        (SavedFilter, {"name": "x", "filter": None}, "/filter", []),
        (
            SavedFilter,
            {"name": "x", "filter": {"saved_filter_id": "a"}},
            "/filter/saved_filter_id",
            ["rules"],
        ),
        (Schedule, WEEKDAYS | {"periods": {}}, "/periods", []),
        (Schedule, WEEKDAYS | {"periods": [{"dayofweek": "Monday"}]}, "/periods/0/dayofweek", ["1", "7"]),
        (Schedule, WEEKDAYS | {"periods": [{"start": "0900", "end": "1000"}]}, "/periods/0/dayofweek", ["1"]),
        (Schedule, WEEKDAYS | {"periods": [{"dayofweek": 1, "start": 900}]}, "/periods/0/start", []),
        (Schedule, WEEKDAYS | {"holidays": {"years": 2}}, "/holidays/country", []),
        (Schedule, WEEKDAYS | {"holidays": {"country": "FR", "land": 1}}, "/holidays/land", ["subdivision"]),
        (Schedule, WEEKDAYS | {"holidays": 5}, "/holidays", []),
        (Schedule, WEEKDAYS | {"timezone": None}, "/timezone", []),
        (Schedule, WEEKDAYS | {"exceptions": [{"name": "x"}]}, "/exceptions/0/date", []),
    ],
)
def test_a_wrong_saved_filter_or_schedule_is_told_where_and_what_is_allowed(
    model: type[Frozen], body: dict[str, Any], pointer: str, allowed: list[str]
) -> None:
    found = told(model, body)

    assert pointer in found
    assert set(allowed) <= set(found[pointer][1])
