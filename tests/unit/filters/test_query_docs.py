"""docs/query-language.md: every example on the page is read, and does what the page says."""

import json
import re

import pytest

from inbox_recipes.errors import InvalidInput
from inbox_recipes.filters import Condition, Group
from inbox_recipes.filters.query import ALIASES, to_group, to_query
from tests.unit.test_docs import DOCS, rows

PAGE = "query-language.md"
BLOCKS = re.findall(r"```(?:text|json)\n(.*?)\n```", (DOCS / PAGE).read_text(), re.DOTALL)


def only_condition(text: str) -> Condition:
    [rule] = to_group(text).rules
    assert isinstance(rule, Condition)
    return rule


def test_the_first_example_is_the_same_as_text_and_as_tree() -> None:
    text, tree = BLOCKS[:2]

    assert to_group(text) == Group.model_validate_json(tree)
    assert to_query(Group.model_validate_json(tree)) == text


@pytest.mark.parametrize(("text", "said"), rows(PAGE, "Conditions").items())
def test_a_condition_asks_what_the_page_says(text: str, said: list[str]) -> None:
    rule = only_condition(text)

    assert f"`{rule.field} {rule.operator} {json.dumps(rule.value)}`" == said[0]


@pytest.mark.parametrize(("text", "said"), rows(PAGE, "Values").items())
def test_a_value_is_what_the_page_says(text: str, said: list[str]) -> None:
    assert only_condition(f"language:{text}").value == said[0].strip("`")


@pytest.mark.parametrize(("text", "said"), rows(PAGE, "Groups").items())
def test_a_group_is_printed_as_the_page_says(text: str, said: list[str]) -> None:
    assert to_query(to_group(text)) == said[0].strip("`")


def test_the_short_names_are_those_of_the_code() -> None:
    assert {short: said[0].strip("`") for short, said in rows(PAGE, "Names").items()} == ALIASES


@pytest.mark.parametrize(("text", "told"), [BLOCKS[2:4], BLOCKS[4:6]])
def test_a_mistake_is_told_as_the_page_shows(text: str, told: str) -> None:
    with pytest.raises(InvalidInput) as error:
        to_group(text)

    assert error.value.problems[0].detail == told
