"""remove_tags (rows 86, 97; A33)"""

from datetime import datetime

import pytest

from inbox_recipes.actions.remove_tags import RemoveTags
from inbox_recipes.effects import Change, Edit, Nothing
from inbox_recipes.inbox import Subject
from tests.builders import a_case, a_mention

CASE = a_case(tags=("a", "VIP", "c"))


def remove(*tags: str) -> RemoveTags:
    return RemoveTags(type="remove_tags", tags=tags)


@pytest.mark.parametrize(
    ("tags", "removed"), [(("a",), ("a",)), (("c", "a", "x"), ("a", "c")), (("vip",), ("VIP",))]
)
def test_the_tags_that_are_there_are_removed_from_the_case(
    now: datetime, tags: tuple[str, ...], removed: tuple[str, ...]
) -> None:
    effect = remove(*tags).decide(Subject(mention=a_mention(tags=tags), case=CASE), "mention", now)

    assert effect == Change((Edit(CASE, remove_tags=removed, detail={"removed": list(removed)}),))


def test_tags_that_are_not_there_are_no_change(now: datetime) -> None:
    effect = remove("x").decide(Subject(mention=None, case=CASE), "case", now)

    assert effect == Nothing("the tags are not there", {"tags": ["x"]})


def test_without_a_case_there_is_nothing_to_remove(now: datetime) -> None:
    effect = remove("x").decide(Subject(mention=a_mention(), case=None), "mention", now)

    assert effect == Nothing("the mention is in no case")
