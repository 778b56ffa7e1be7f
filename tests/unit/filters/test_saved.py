"""Saved filters inside recipes and inside one another (A5)."""

from functools import cache
from typing import Any

import pytest

from inbox_recipes.filters import Group, conditions, evaluate
from inbox_recipes.filters.saved import SavedFilter, Size, named_in, resolved, size
from inbox_recipes.validation import validated
from tests.builders import a_mention, a_scene, condition, group

FRENCH = condition("content.language", "is", "fr")
LOUD = condition("author.followers", "gt", 1000)


def refer(saved_filter_id: str) -> dict[str, Any]:
    return {"saved_filter_id": saved_filter_id}


def saved(name: str, *rules: dict[str, Any], negated: bool = False) -> SavedFilter:
    return validated(SavedFilter, {"name": name, "filter": group("and", *rules, negated=negated)})


SAVED = {
    "french": saved("French", FRENCH),
    "quiet": saved("Quiet", LOUD, negated=True),
    "both": saved("Both", refer("french"), refer("quiet")),
}
TREE = validated(Group, group("or", group("and", LOUD, refer("both")), refer("french")))


def test_a_tree_without_references_is_resolved_as_it_is() -> None:
    plain = validated(Group, group("or", FRENCH, group("and", LOUD)))

    assert resolved(plain, SAVED) is plain


def test_references_are_resolved_at_any_depth() -> None:
    tree = resolved(TREE, SAVED)

    assert [each.field for each in conditions(tree)] == [
        "author.followers",
        "content.language",
        "author.followers",
        "content.language",
    ]
    assert TREE.rules[1].model_dump() == refer("french")


def test_a_later_edit_of_a_saved_filter_changes_what_refers_to_it_a5() -> None:
    edited = SAVED | {"french": saved("French", LOUD)}

    assert {each.field for each in conditions(resolved(TREE, edited))} == {"author.followers"}


def test_the_steps_show_the_way_through_every_reference() -> None:
    scene = a_scene(a_mention(incoming={"message__language": "fr"}))

    answer, steps = evaluate(resolved(TREE, SAVED), scene, "filter")

    assert answer.ok
    assert {step.path: step.wanted for step in steps} == {
        "filter": "any of 2",
        "filter/rules/0": "all of 2",
        "filter/rules/0/rules/0": {"author.followers": {"gt": 1000.0}},
        "filter/rules/0/rules/1": "all of 2 in saved filter 'Both'",
        "filter/rules/0/rules/1/saved_filter_id/rules/0": "all of 1 in saved filter 'French'",
        "filter/rules/0/rules/1/saved_filter_id/rules/0/saved_filter_id/rules/0": {
            "content.language": {"is": "fr"}
        },
        "filter/rules/0/rules/1/saved_filter_id/rules/1": "not (all of 1) in saved filter 'Quiet'",
        "filter/rules/0/rules/1/saved_filter_id/rules/1/saved_filter_id/rules/0": {
            "author.followers": {"gt": 1000.0}
        },
        "filter/rules/1": "all of 1 in saved filter 'French'",
        "filter/rules/1/saved_filter_id/rules/0": {"content.language": {"is": "fr"}},
    }


def test_what_a_tree_names_is_told_with_its_place() -> None:
    assert list(named_in(TREE, "/filter")) == [
        ("/filter/rules/0/rules/1/saved_filter_id", "both"),
        ("/filter/rules/1/saved_filter_id", "french"),
    ]


def test_depth_and_conditions_are_counted_through_references() -> None:
    @cache
    def of_saved(saved_id: str) -> Size:
        return size(SAVED[saved_id].filter, of_saved)

    assert size(TREE, of_saved) == Size(depth=4, conditions=4)


def test_a_reference_to_an_empty_filter_counts_as_one_condition() -> None:
    tree = validated(Group, group("and", refer("empty"), refer("empty")))

    assert size(tree, lambda _: Size(depth=1, conditions=0)) == Size(depth=2, conditions=2)


def test_a_reference_that_was_not_resolved_is_no_condition() -> None:
    with pytest.raises(TypeError, match=r"filter/rules/0/rules/1: 'both' was not resolved"):
        evaluate(TREE, a_scene(), "filter")
