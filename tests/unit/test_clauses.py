"""Which conditions made a filter hold, for the record of what was done (peers 15)."""

from typing import Any

import pytest

from inbox_recipes import filters
from inbox_recipes.clauses import clauses
from inbox_recipes.filters.tree import Group
from tests.builders import a_mention, a_scene, condition, group

SWEARS = condition("content.text", "contains_any", ["damn", "merde"])
PRAISES = condition("content.text", "contains_any", ["thanks"])
PUBLIC = condition("source.private", "is", False)
SHORT = condition("author.followers", "lt", 100)
SAID = a_mention(text="Damn it", incoming={"author__followers": 12})


@pytest.mark.parametrize(
    ("tree", "paths"),
    [
        (group("and", SWEARS, PUBLIC), ["filter/rules/0", "filter/rules/1"]),
        (group("or", SWEARS, PRAISES), ["filter/rules/0"]),
        (group("and", SWEARS, group("or", PRAISES, negated=True)),
         ["filter/rules/0", "filter/rules/1/rules/0"]),
        (group("and", group("and", group("or", SWEARS, negated=True), negated=True)),
         ["filter/rules/0/rules/0/rules/0"]),
        (group("and"), []),
    ],
)  # fmt: skip
def test_what_holds_counts_and_inside_a_not_what_does_not(tree: dict[str, Any], paths: list[str]) -> None:
    answer, steps = filters.evaluate(Group.model_validate(tree), a_scene(SAID), "filter")

    assert answer.ok
    assert [clause.path for clause in clauses(steps)] == paths


def test_a_clause_says_what_was_asked_and_which_words_were_there() -> None:
    tree = Group.model_validate(group("and", SWEARS, SHORT))
    _, steps = filters.evaluate(tree, a_scene(SAID), "filter")

    words, number = clauses(steps)

    assert words.wanted == {"content.text": {"contains_any": ("damn", "merde")}}
    assert (words.got, number.got) == (["damn"], 12)
