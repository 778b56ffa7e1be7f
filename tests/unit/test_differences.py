"""What differs between two versions."""

from typing import Any

import pytest

from inbox_recipes.differences import differences


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1, "b": None}, {"a": 2}, [("/a", 1, 2)]),
        ({}, {"a/b~": [1]}, [("/a~1b~0", None, [1])]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3, 4]}}, [("/a/b/1", 2, 3), ("/a/b/2", None, 4)]),
        ({"a": [{"x": 1}, {"y": 2}]}, {"a": [{"x": 1}]}, [("/a/1", {"y": 2}, None)]),
        ({"a": {"x": 1}}, {"a": None}, [("/a", {"x": 1}, None)]),
        ({"a": True}, {"a": 1}, [("/a", True, 1)]),
    ],
)
def test_every_smallest_place_that_differs_is_named(
    before: Any, after: Any, expected: list[tuple[str, Any, Any]]
) -> None:
    assert [(d.pointer, d.before, d.after) for d in differences(before, after)] == expected
