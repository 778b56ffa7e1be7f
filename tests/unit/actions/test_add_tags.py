"""add_tags (rows 52, 53, 83, 94; A33)"""

from datetime import datetime
from typing import Any

import pytest

from inbox_recipes.actions.add_tags import AddTags
from inbox_recipes.effects import Change, Edit, Nothing
from inbox_recipes.inbox import Object, Subject
from tests.builders import a_case, a_mention

MENTION, CASE = a_mention(tags=("a",)), a_case(tags=("b",))
BOTH = Subject(mention=MENTION, case=CASE)


@pytest.mark.parametrize(
    ("target", "about", "item"),
    [
        (None, "mention", MENTION),
        (None, "case", CASE),
        ("case", "mention", CASE),
        ("mention", "case", MENTION),
    ],
)
def test_the_item_is_the_target_or_else_what_the_recipe_is_about(
    now: datetime, target: Object | None, about: Object, item: Any
) -> None:
    effect = AddTags(type="add_tags", tags=("new",), target=target).decide(BOTH, about, now)

    assert effect == Change((Edit(item, add_tags=("new",), detail={"added": ["new"]}),))


@pytest.mark.parametrize(
    ("tags", "added"),
    [(("a", "c"), ("c",)), (("c", "c"), ("c",)), (("c", "b"), ("c", "b")), (("A", "c"), ("c",))],
)
def test_only_what_is_not_there_yet_is_added(
    now: datetime, tags: tuple[str, ...], added: tuple[str, ...]
) -> None:
    effect = AddTags(type="add_tags", tags=tags).decide(BOTH, "mention", now)

    assert isinstance(effect, Change)
    assert effect.edits[0].add_tags == added


def test_tags_that_are_all_there_are_left_alone(now: datetime) -> None:
    effect = AddTags(type="add_tags", tags=("a",)).decide(BOTH, "mention", now)

    assert effect == Nothing("the tags are already there", {"tags": ["a"]})


def test_without_a_case_there_is_nothing_to_tag(now: datetime) -> None:
    alone = Subject(mention=MENTION, case=None)

    effect = AddTags(type="add_tags", tags=("x",), target="case").decide(alone, "mention", now)

    assert effect == Nothing("the mention is in no case")
