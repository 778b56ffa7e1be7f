"""What the action decides, and what is refused or warned of when it is saved (rows 44-50, A12)."""

from typing import Any

import pytest

from inbox_recipes.actions.remove_from_service import RemoveFromService
from inbox_recipes.effects import Nothing, Removal
from inbox_recipes.errors import InvalidInput
from inbox_recipes.platform_fitting import warnings
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.references import faults
from inbox_recipes.validation import validated
from tests.builders import NOON, a_mention, a_recipe, a_rule_book, a_subject, condition, group

FACEBOOK = condition("source.service", "is", "facebook")


def remove(what: str = "hide", **changed: Any) -> dict[str, Any]:
    return {"type": "remove_from_service", "what": what, "confirmed": True, **changed}


def a_removal(what: str = "hide", **changed: Any) -> RemoveFromService:
    return RemoveFromService.model_validate(remove(what, **changed))


@pytest.mark.parametrize("said", [{"confirmed": False}, {}])
def test_it_must_be_confirmed(said: dict[str, Any]) -> None:
    """A12; domain 8.11: deleting is for good, so a warning in a text is not enough."""
    action = {"type": "remove_from_service", "what": "delete", **said}
    body = {"name": "x", "trigger": {"type": "arrival"}, "topics": ["1"], "actions": [action]}

    with pytest.raises(InvalidInput) as refused:
        validated(RecipeDefinition, body)

    [problem] = refused.value.problems
    assert (problem.pointer, problem.allowed) == ("/actions/0/confirmed", ("true",))


@pytest.mark.parametrize("what", ["hide", "block_author"])
def test_only_a_delete_has_a_quarantine(what: str) -> None:
    with pytest.raises(ValueError, match="before a delete"):
        a_removal(what, quarantine_hours=24)
    for hours in (0, 721):
        with pytest.raises(ValueError, match="quarantine_hours"):
            a_removal("delete", quarantine_hours=hours)
    assert a_removal("delete", quarantine_hours=720).quarantine_hours == 720


def test_a_message_of_ours_is_left_alone_and_a_customers_is_not() -> None:
    ours = a_mention(incoming={"author__managed": True})
    theirs = a_mention()

    assert a_removal().decide(a_subject(ours), "mention", NOON) == Nothing(
        "this is a message of ours", {"what": "hide"}
    )
    assert a_removal("delete").decide(a_subject(theirs), "mention", NOON) == Removal(
        theirs, "delete", None, 20
    )


@pytest.mark.parametrize(
    ("service", "what", "quarantine", "can"),
    [
        ("facebook", "hide", None, True), ("facebook", "delete", None, True),
        ("facebook", "block_author", None, True), ("facebook", "delete", 24, True),
        ("twitter", "hide", None, True), ("twitter", "delete", None, False),
        ("twitter", "block_author", None, True), ("twitter", "delete", 24, False),
        ("email", "hide", None, False), ("email", "delete", None, False),
        ("email", "block_author", None, False), ("instagram", "hide", None, False),
    ],
)  # fmt: skip
def test_the_table_of_what_a_service_can_do(
    service: str, what: str, quarantine: int | None, can: bool
) -> None:
    """A12, rows 44-46: skipped at run time with the reason, refused at save where the filter pins it."""
    mention = a_mention(incoming={"source__service": service})
    action = remove(what, quarantine_hours=quarantine)
    pinned = group("and", condition("source.service", "is", service))

    effect = RemoveFromService.model_validate(action).decide(a_subject(mention), "mention", NOON)
    refused = faults(a_recipe(actions=[action], filter=pinned), a_rule_book())

    assert isinstance(effect, Removal) == can
    if isinstance(effect, Nothing):
        assert effect.reason.startswith(f"{service} has no way to")
        [problem] = refused
        assert (problem.pointer, problem.allowed) == (
            "/actions/0/what",
            RemoveFromService.model_validate(action).services,
        )
        assert service in problem.detail
    else:
        assert refused == []


def test_a_filter_that_pins_no_service_is_warned_of() -> None:
    """A12"""
    book = a_rule_book()

    def said(what: str, *rules: dict[str, Any]) -> list[str]:
        recipe = a_recipe(actions=[remove(what)], filter=group("and", *rules))
        assert faults(recipe, book) == []
        return [each.detail for each in warnings(recipe, book)]

    assert said("delete", FACEBOOK) == []
    [everywhere] = said("delete")
    assert everywhere == "Only facebook can delete a message: from other services it is skipped."
    [some] = said("delete", condition("source.service", "is", ["facebook", "twitter"]))
    assert some == "twitter cannot delete a message: there it is skipped."
    assert said("hide", condition("source.service", "is", ["facebook", "twitter"])) == []
