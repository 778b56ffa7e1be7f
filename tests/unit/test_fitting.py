"""What the account lets a recipe do: the cases feature (A40, row 59) and the list of categories (A27)."""

from typing import Any

import pytest

from inbox_recipes.account import Account
from inbox_recipes.categories import Category
from inbox_recipes.errors import Problem
from inbox_recipes.fitting import unfit
from inbox_recipes.inbox import Object
from inbox_recipes.recipes import Recipe
from inbox_recipes.references import faults, users_of
from inbox_recipes.rule_book import RuleBook
from tests.builders import ARRIVAL, IN_CASE, TO_PENDING, a_recipe, a_rule_book, add_tags, webhook

OFF = Account(cases=False)
ASSIGN = {"type": "assign", "users": ["nora"]}
RESOLVE = {"type": "resolve"}
PRIORITY = {"type": "edit", "property": "priority", "value": "high"}
NEW_CASE = {"type": "arrival", "objects": ["case"]}
EITHER = {"type": "arrival", "objects": ["mention", "case"]}


def category(value: str) -> dict[str, Any]:
    return {"type": "edit", "property": "category", "value": value}


def listing(*recipes: Recipe, **names: str) -> RuleBook:
    return a_rule_book(*recipes, categories={key: Category(name=name) for key, name in names.items()})


@pytest.mark.parametrize(
    ("trigger", "actions", "pointers"),
    [
        (ARRIVAL, [{"type": "tag_case", "tags": ["a"]}], ["/actions/0"]),
        (ARRIVAL, [RESOLVE, {"type": "set_case_pending"}], ["/actions/1"]),
        (IN_CASE, [add_tags("a", target="case")], ["/trigger/type", "/actions/0"]),
        (IN_CASE, [add_tags("a"), webhook()], ["/trigger/type"]),
        (IN_CASE, [{**ASSIGN, "type": "assign_case"}], ["/trigger/type", "/actions/0"]),
        (TO_PENDING, [{"type": "remove_tags", "tags": ["a"]}], ["/trigger/type", "/actions/0"]),
        (TO_PENDING, [{"type": "set_case_status", "status": "resolved"}], ["/trigger/type", "/actions/0"]),
        (NEW_CASE, [PRIORITY], ["/trigger/objects", "/actions/0"]),
        (EITHER, [ASSIGN, webhook()], ["/trigger/objects", "/actions/0"]),
    ],
)
def test_without_cases_what_needs_them_is_refused_with_what_is_allowed(
    trigger: dict[str, Any], actions: list[dict[str, Any]], pointers: list[str]
) -> None:
    """A40, row 59"""
    recipe = a_recipe(trigger=trigger, actions=actions)

    found = faults(recipe, a_rule_book(account=OFF))

    assert [each.pointer for each in found] == pointers
    assert all("the account's cases feature is off" in each.detail for each in found)
    possible = ("add_tags", "assign", "edit", "resolve", "smart_assign", "webhook")
    assert set(possible) <= set(found[-1].allowed) or found[-1].allowed in (("mention",), ("arrival",))
    assert faults(recipe, a_rule_book()) == []


def test_without_cases_mentions_are_worked_on_as_before() -> None:
    """A40"""
    actions = [add_tags("a"), ASSIGN, RESOLVE, category("billing"), webhook()]
    smart = {"type": "smart_assign", "within": "1w"}

    assert faults(a_recipe(trigger=ARRIVAL, actions=[*actions, smart]), a_rule_book(account=OFF)) == []


def test_a_recipe_that_was_saved_with_cases_on_is_kept_but_not_extended() -> None:
    """A40: it can still be renamed and switched off."""
    tag = {"type": "tag_case", "tags": ["a"]}
    book = a_rule_book(a_recipe(trigger=IN_CASE, actions=[add_tags("a", target="case")]), account=OFF)
    renamed = a_recipe(trigger=IN_CASE, name="B", mode="disabled", actions=[add_tags("a", target="case")])
    extended = a_recipe(trigger=IN_CASE, actions=[add_tags("a", target="case"), add_tags("b", target="case")])
    moved = a_recipe(trigger=TO_PENDING, actions=[add_tags("a", target="case")])

    assert faults(renamed, book, member_id="rec_1") == []
    assert [each.pointer for each in faults(extended, book, member_id="rec_1")] == ["/actions/1"]
    assert [each.pointer for each in faults(moved, book, member_id="rec_1")] == ["/trigger/type"]
    assert len(faults(a_recipe(trigger=ARRIVAL, actions=[tag]), book, member_id="rec_2")) == 1


@pytest.mark.parametrize(
    ("action", "about", "skipped"),
    [
        (ASSIGN, "mention", False),
        (ASSIGN, "case", True),
        (add_tags("a"), "mention", False),
        (add_tags("a", target="case"), "mention", True),
        (add_tags("a", target="mention"), "case", False),
        ({"type": "set_case_pending"}, "mention", True),
        (webhook(), "case", False),
    ],
)
def test_without_cases_actions_on_them_are_skipped(
    action: dict[str, Any], about: Object, skipped: bool
) -> None:
    """A40"""
    [made] = a_recipe(trigger=_offering(action, about), actions=[action]).actions

    assert unfit(made, about, a_rule_book(account=OFF)) == (
        "the account's cases feature is off" if skipped else None
    )
    assert unfit(made, about, a_rule_book()) is None


def _offering(action: dict[str, Any], about: Object) -> dict[str, Any]:
    if about == "case":
        return TO_PENDING if action["type"] != "assign" else NEW_CASE
    return ARRIVAL if action.get("target") is None else IN_CASE


def test_any_category_may_be_set_while_the_account_keeps_no_list() -> None:
    """A27"""
    recipe = a_recipe(actions=[category("billing")])

    assert faults(recipe, a_rule_book()) == []
    assert unfit(recipe.actions[0], "mention", a_rule_book()) is None


def test_a_category_must_be_on_the_list_when_there_is_one() -> None:
    """A27"""
    book = listing(one="billing", two="delivery")
    recipe = a_recipe(actions=[category("delivery"), category("invoices")])

    assert faults(recipe, book, "/recipe") == [
        Problem("/recipe/actions/1/value", "There is no category 'invoices'.", ("billing", "delivery"))
    ]
    assert unfit(recipe.actions[0], "mention", book) is None
    assert unfit(recipe.actions[1], "mention", book) == "there is no category 'invoices'"


def test_a_category_that_recipes_set_is_in_use() -> None:
    """A27: it can be neither deleted nor renamed; the answer names who uses it."""
    book = listing(a_recipe(actions=[category("billing")]), one="billing", two="delivery")

    assert users_of("category", "one", book) == ["recipe 'Recipe rec_1' (rec_1)"]
    assert users_of("category", "two", book) == []
    assert faults(Category(name="Invoices"), book, member_id="one") == [
        Problem("/name", "The recipe 'Recipe rec_1' (rec_1) sets 'billing'.")
    ]
    assert faults(Category(name="billing"), book, member_id="one") == []
    assert faults(Category(name="parcels"), book, member_id="two") == []


def test_two_categories_cannot_have_one_name() -> None:
    book = listing(one="Billing")

    assert faults(Category(name="billing"), book, member_id="two") == [
        Problem("/name", "'Billing' is the category 'one'.")
    ]
