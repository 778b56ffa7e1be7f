"""Who refers to whom: nothing dangles, nothing goes in a circle, nothing grows beyond its limits (A5)."""

from typing import Any

import pytest

from inbox_recipes.errors import Problem
from inbox_recipes.filters.saved import SavedFilter
from inbox_recipes.references import faults, users_of
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.validation import validated
from tests.builders import a_recipe, a_rule_book, condition, group

FRENCH = condition("content.language", "is", "fr")


def refer(saved_filter_id: str) -> dict[str, Any]:
    return {"saved_filter_id": saved_filter_id}


def saved(*rules: dict[str, Any], name: str = "Saved") -> SavedFilter:
    return validated(SavedFilter, {"name": name, "filter": group("and", *rules)})


def nested(depth: int, *rules: dict[str, Any]) -> dict[str, Any]:
    return group("and", *rules) if depth == 1 else group("and", nested(depth - 1, *rules))


def a_book(**filters: SavedFilter) -> RuleBook:
    return a_rule_book(saved_filters=filters)


def test_a_saved_filter_that_is_not_there_is_refused_at_any_depth_and_the_known_ones_are_named() -> None:
    book = a_book(french=saved(FRENCH), loud=saved(FRENCH))
    inline = a_recipe(filter=group("or", FRENCH, group("and", refer("frensh"))))

    assert faults(inline, book, "/recipe") == [
        Problem(
            "/recipe/filter/rules/1/rules/0/saved_filter_id",
            "There is no saved filter with the id 'frensh'.",
            ("french", "loud"),
        )
    ]
    assert [each.pointer for each in faults(saved(refer("x"), refer("french"), refer("y")), book)] == [
        "/filter/rules/0/saved_filter_id",
        "/filter/rules/2/saved_filter_id",
    ]


def test_a_circle_is_refused_and_the_problem_names_the_chain() -> None:
    book = a_book(a=saved(FRENCH), b=saved(FRENCH, refer("a")), c=saved(group("or", refer("b"))))

    [problem] = faults(saved(FRENCH, refer("c")), book, member_id="a")
    assert problem.pointer == "/filter/rules/1/saved_filter_id"
    assert problem.detail == "Saved filters would refer to each other in a circle: a -> c -> b -> a."

    [itself] = faults(saved(refer("a")), book, member_id="a")
    assert itself.detail.endswith("in a circle: a -> a.")
    assert faults(saved(refer("c")), book, member_id="d") == []


def test_a_new_filter_cannot_name_itself_before_it_is_there() -> None:
    [problem] = faults(saved(refer("new")), a_book(), member_id="new")

    assert problem.detail == "There is no saved filter with the id 'new'."


@pytest.mark.parametrize(("depth", "fits"), [(6, True), (7, False)])
def test_the_depth_limit_counts_through_references(depth: int, fits: bool) -> None:
    book = a_book(one=saved(refer("two")), two=saved(FRENCH))
    recipe = a_recipe(filter=nested(depth, refer("one")))

    found = faults(recipe, book)

    assert [each.detail for each in found] == ([] if fits else [
        "With the saved filters that it refers to, this filter would have groups 9 deep, and 8 is the most."
    ])  # fmt: skip


@pytest.mark.parametrize(("more", "fits"), [(100, True), (101, False)])
def test_the_limit_of_conditions_counts_through_references(more: int, fits: bool) -> None:
    book = a_book(half=saved(*[FRENCH] * 100))

    found = faults(a_recipe(filter=group("and", refer("half"), *[FRENCH] * more)), book)

    assert (found == []) == fits
    assert all("201 conditions, and 200 is the most" in each.detail for each in found)


def test_a_saved_filter_does_not_outgrow_the_limits_of_those_who_use_it() -> None:
    recipe = a_recipe(filter=group("and", refer("used"), *[FRENCH] * 150))
    book = a_rule_book(recipe, saved_filters={"used": saved(FRENCH), "upper": saved(refer("used"))})

    [problem] = faults(saved(*[FRENCH] * 51), book, member_id="used")

    assert problem.pointer == "/filter"
    assert "the filter of recipe 'Recipe rec_1' (rec_1) would have 201 conditions" in problem.detail
    assert faults(saved(*[FRENCH] * 50), book, member_id="used") == []


def test_references_alone_cannot_grow_without_end() -> None:
    """Each of eight filters that names the one before two hundred times would stand for 10^18 of them."""
    book = a_book(empty=saved(), many=saved(*[refer("empty")] * 200))

    assert faults(saved(*[refer("empty")] * 200), book, member_id="new") == []
    assert len(faults(saved(*[refer("many")] * 200), book, member_id="new")) == 1


def test_recipes_saved_filters_and_people_are_named_as_users() -> None:
    book = a_rule_book(
        a_recipe("rec_1", filter=group("and", refer("french"))),
        a_recipe("rec_2", filter=refer("french")),
        a_recipe("rec_3"),
        saved_filters={"french": saved(FRENCH), "both": saved(refer("french"), name="Both")},
    )

    assert users_of("saved_filter", "french", book) == [
        "recipe 'Recipe rec_1' (rec_1)",
        "recipe 'Recipe rec_2' (rec_2)",
        "saved filter 'Both' (both)",
    ]
    assert users_of("saved_filter", "both", book) == []
