"""Which trigger offers which action: the cells of domain 3.1 and 3.3 for the actions there are (row 80)."""

from typing import Any

import pytest

from inbox_recipes.actions import ACTIONS
from inbox_recipes.errors import InvalidInput
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.validation import validated
from tests.builders import ARRIVAL, IN_CASE, TO_PENDING, add_tags, wait, webhook

NEW_CASE = {"type": "arrival", "objects": ["case"]}
EITHER = {"type": "arrival", "objects": ["mention", "case"]}
TAGGED = {"type": "case_tag_added", "tag": "vip"}
TRIGGERS = {"mention": ARRIVAL, "case": NEW_CASE, "either": EITHER, "in case": IN_CASE, "tagged": TAGGED,
            "status": TO_PENDING}  # fmt: skip

COUNTRY = {"type": "edit", "property": "country", "value": "FR"}
PRIORITY = {"type": "edit", "property": "priority", "value": "high"}
ASSIGN = {"type": "assign", "users": ["nora"]}
REMOVE = {"type": "remove_tags", "tags": ["a"]}
REMOVAL = {"type": "remove_from_service", "what": "hide", "confirmed": True}
PUBLIC = {"type": "send_public_reply", "service": "facebook", "profile": "page", "text": "Hi"}
RESOLVE = {"type": "resolve"}
PENDING = {"type": "set_case_status", "status": "pending"}
RESOLVED = {"type": "set_case_status", "status": "resolved"}

ROWS: list[tuple[str, list[dict[str, Any]], str]] = [
    ("add_tags", [add_tags("a")], "mention case either in-case tagged status"),
    ("add_tags", [add_tags("a", target="mention")], "mention either in-case tagged status"),
    ("add_tags", [add_tags("a", target="case")], "case either in-case tagged status"),
    ("assign", [ASSIGN], "mention case either in-case"),
    ("assign_case", [{**ASSIGN, "type": "assign_case"}], "in-case tagged status"),
    ("edit", [COUNTRY], "mention"),
    ("edit", [PRIORITY], "case"),
    ("notify", [{"type": "notify", "channels": ["email"], "users": ["nora"]}], "mention case either"),
    ("remove_from_service", [REMOVAL], "mention"),
    ("remove_tags", [REMOVE], "in-case tagged status"),
    ("reply", [{"type": "reply", "service": "facebook", "text": "Hi"}], "mention case either"),
    ("resolve", [RESOLVE], "mention case either"),
    ("send_private_reply", [{"type": "send_private_reply", "text": "Hi"}], "in-case tagged status"),
    ("send_public_reply", [PUBLIC], "in-case tagged status"),
    ("set_case_pending", [{"type": "set_case_pending"}], "mention"),
    ("set_case_status", [PENDING], "status"),
    ("set_case_status", [RESOLVED], "in-case status"),
    ("smart_assign", [{"type": "smart_assign", "within": "24h"}], "mention case either"),
    ("tag_case", [{"type": "tag_case", "tags": ["a"]}], "mention"),
    ("wait", [wait(), webhook()], "mention case either in-case tagged status"),
    ("webhook", [webhook()], "mention case either in-case tagged status"),
]
CELLS = [
    pytest.param(actions, trigger, name.replace(" ", "-") in offered.split(), id=f"{tag} {number} on {name}")
    for number, (tag, actions, offered) in enumerate(ROWS)
    for name, trigger in TRIGGERS.items()
]


def recipe(actions: list[dict[str, Any]], trigger: dict[str, Any]) -> dict[str, Any]:
    return {"name": "x", "trigger": trigger, "topics": ["1"], "actions": actions}


@pytest.mark.parametrize(("actions", "trigger", "offered"), CELLS)
def test_an_action_is_offered_or_refused_by_name(
    actions: list[dict[str, Any]], trigger: dict[str, Any], offered: bool
) -> None:
    if offered:
        assert len(validated(RecipeDefinition, recipe(actions, trigger)).actions) == len(actions)
        return
    with pytest.raises(InvalidInput) as refused:
        validated(RecipeDefinition, recipe([webhook(), *actions], trigger))
    [problem] = refused.value.problems
    assert problem.pointer == "/actions/1"
    assert len(problem.detail) > 30


def test_every_action_has_its_cells_here() -> None:
    assert {tag for tag, *_ in ROWS} == ACTIONS.keys()


def test_actions_can_be_repeated() -> None:
    """Rows 16, 60, 103"""
    twice = validated(
        RecipeDefinition,
        recipe([COUNTRY, {**COUNTRY, "property": "language", "value": "fr"}, webhook(), webhook()], ARRIVAL),
    )

    assert [action.type for action in twice.actions] == ["edit", "edit", "webhook", "webhook"]
