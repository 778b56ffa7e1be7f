"""edit (rows 33-37, 60; A27)"""

from datetime import datetime
from typing import Any

import pytest

from inbox_recipes.actions.edit import EditProperty
from inbox_recipes.effects import Change, Edit, Nothing
from inbox_recipes.errors import InvalidInput
from inbox_recipes.inbox import Subject
from inbox_recipes.validation import validated
from tests.builders import a_case, a_mention

MENTION = a_mention(
    incoming={
        "location": {"country": "BE"},
        "message__language": "nl",
        "message__sentiment": "neutral",
        "message__category": "sales",
    }
)
BOTH = Subject(mention=MENTION, case=a_case(priority="low"))


def edit(name: Any, value: str) -> EditProperty:
    return EditProperty(type="edit", property=name, value=value)


@pytest.mark.parametrize(
    ("name", "value", "previous"),
    [
        ("country", "FR", "BE"),
        ("language", "fr", "nl"),
        ("sentiment", "negative", "neutral"),
        ("category", "billing", "sales"),
    ],
)
def test_four_properties_are_the_mentions(now: datetime, name: str, value: str, previous: str) -> None:
    effect = edit(name, value).decide(BOTH, "mention", now)

    detail = {"property": name, "value": value, "previous": previous}
    assert effect == Change((Edit(MENTION, put={name: value}, detail=detail),))


def test_priority_is_the_cases(now: datetime) -> None:
    effect = edit("priority", "critical").decide(BOTH, "case", now)

    assert isinstance(effect, Change)
    assert (effect.edits[0].item, effect.edits[0].put) == (BOTH.case, {"priority": "critical"})


@pytest.mark.parametrize(
    ("name", "value"), [("country", "BE"), ("priority", "low"), ("sentiment", "neutral")]
)
def test_a_value_that_is_there_already_is_no_change(now: datetime, name: str, value: str) -> None:
    assert edit(name, value).decide(BOTH, "mention", now) == Nothing(f"{name} is already {value}")


def test_a_property_that_there_is_not_is_told_once_with_those_there_are() -> None:
    with pytest.raises(InvalidInput) as refused:
        validated(EditProperty, {"type": "edit", "property": "colour", "value": "red"})

    [problem] = refused.value.problems
    assert problem.allowed == ("country", "language", "sentiment", "category", "priority")


def test_without_the_item_there_is_nothing_to_edit(now: datetime) -> None:
    alone = Subject(mention=MENTION, case=None)

    assert edit("priority", "low").decide(alone, "mention", now) == Nothing(
        "there is nothing with a priority here"
    )


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("sentiment", "sad", ("positive", "neutral", "negative")),
        ("priority", "urgent", ("low", "medium", "high", "critical")),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_those_that_can(
    name: str, value: str, allowed: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        validated(EditProperty, {"type": "edit", "property": name, "value": value})

    [problem] = refused.value.problems
    assert (problem.pointer, problem.allowed) == ("/value", allowed)
