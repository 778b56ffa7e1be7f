"""tag_case (rows 56, 57; A22, A23, A33)"""

from datetime import datetime

from inbox_recipes.actions.tag_case import TagCase
from inbox_recipes.effects import Change, Edit, Nothing
from inbox_recipes.inbox import Subject
from tests.builders import a_case, a_mention

ACTION = TagCase(type="tag_case", tags=("Late", "vip"))


def test_the_case_of_the_mention_gets_the_tags_that_it_does_not_have(now: datetime) -> None:
    """Row 56"""
    case = a_case(tags=("VIP",))

    effect = ACTION.decide(Subject(mention=a_mention(), case=case), "mention", now)

    assert effect == Change((Edit(case, add_tags=("Late",), detail={"added": ["Late"]}),))


def test_tags_that_are_there_are_no_change(now: datetime) -> None:
    """A33"""
    subject = Subject(mention=a_mention(), case=a_case(tags=("vip", "late")))

    effect = ACTION.decide(subject, "mention", now)

    assert effect == Nothing("the tags are already there", {"tags": ["Late", "vip"]})


def test_a_resolved_case_receives_no_tags(now: datetime) -> None:
    """A22, A23"""
    subject = Subject(mention=a_mention(), case=a_case(status="resolved"))

    effect = ACTION.decide(subject, "mention", now)

    assert isinstance(effect, Nothing)
    assert effect.reason == "the case is resolved, and a resolved case receives nothing more"


def test_a_mention_without_a_case_is_said_to_be_so(now: datetime) -> None:
    effect = ACTION.decide(Subject(mention=a_mention(), case=None), "mention", now)

    assert effect == Nothing("the mention is in no case")
