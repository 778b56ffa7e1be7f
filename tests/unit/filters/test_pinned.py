"""What a filter leaves open, which warnings are made from (A11, A12)."""

from typing import Any

import pytest

from inbox_recipes.filters import Group
from inbox_recipes.filters.pinned import pinned
from tests.builders import condition, group

FB = condition("source.service", "is", "facebook")
X = condition("source.service", "is", ["Twitter", "facebook"])
MAIL = condition("source.service", "is", "email")
TEXT = condition("content.text", "contains_any", ["a"])


@pytest.mark.parametrize(
    ("tree", "left"),
    [
        (group("and"), None),
        (group("and", TEXT), None),
        (group("and", FB, TEXT), {"facebook"}),
        (group("and", X), {"twitter", "facebook"}),
        (group("and", X, FB), {"facebook"}),
        (group("and", FB, MAIL), set()),
        (group("or", FB, MAIL), {"facebook", "email"}),
        (group("or", FB, TEXT), None),
        (group("and", group("or", FB, MAIL), X), {"facebook"}),
        (group("and", FB, negated=True), None),
        (group("and", TEXT, group("or", FB, negated=True)), None),
        (group("and", condition("source.service", "is_not", "facebook")), None),
    ],
)
def test_what_services_a_filter_lets_through(tree: dict[str, Any], left: set[str] | None) -> None:
    assert pinned(Group.model_validate(tree), "source.service") == left
