"""To which services a filter pins a recipe (A12): what the tree says by itself, and no more."""

from typing import Any

import pytest

from inbox_recipes.filters.pinned import pinned
from inbox_recipes.filters.saved import SavedFilter
from inbox_recipes.filters.tree import Group
from tests.builders import a_rule_book, condition, group

X = condition("source.service", "is", "twitter")
EITHER = condition("source.service", "is", ["Twitter", "facebook"])
WORDS = condition("content.text", "contains_any", ["spam"])
NOT_MAIL = condition("source.service", "is_not", "email")


@pytest.mark.parametrize(
    ("tree", "services"),
    [
        (group("and"), None),
        (group("and", WORDS), None),
        (group("and", NOT_MAIL), None),
        (group("and", X), {"twitter"}),
        (group("and", WORDS, EITHER), {"twitter", "facebook"}),
        (group("and", X, EITHER), {"twitter"}),
        (group("or", X, WORDS), None),
        (group("or", X, EITHER), {"twitter", "facebook"}),
        (group("and", WORDS, group("or", X, EITHER)), {"twitter", "facebook"}),
        (group("and", X, negated=True), None),
        (group("and", X, group("and", EITHER, negated=True)), {"twitter"}),
        (group("and", X, condition("source.service", "is", "email")), set()),
    ],
)
def test_what_the_filter_lets_through(tree: dict[str, Any], services: set[str] | None) -> None:
    found = pinned(Group.model_validate(tree), "source.service")

    assert (None if found is None else set(found)) == services


def test_a_saved_filter_pins_as_if_it_stood_there() -> None:
    saved = {"x": SavedFilter.model_validate({"name": "X", "filter": group("and", X)})}
    tree = Group.model_validate(group("and", {"saved_filter_id": "x"}, WORDS))

    assert pinned(a_rule_book(saved_filters=saved).group(tree), "source.service") == frozenset({"twitter"})
