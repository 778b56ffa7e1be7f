"""wait (row 3, A1)"""

from datetime import datetime
from typing import Any

import pytest

from inbox_recipes.actions.wait import MOST_MINUTES, WaitAction
from inbox_recipes.effects import Nothing, Pause
from inbox_recipes.errors import InvalidInput
from inbox_recipes.inbox import Subject
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.validation import validated
from tests.builders import IN_CASE, a_case, a_mention, wait, webhook


@pytest.mark.parametrize("unless", [None, "customer_replies", ("agent_replies", "status_changes")])
def test_a_recipe_pauses_for_so_many_minutes(now: datetime, unless: Any) -> None:
    action = WaitAction(type="wait", minutes=30, unless=unless)

    effect = action.decide(Subject(mention=None, case=a_case()), "case", now)

    assert effect == Pause()


def test_without_a_case_there_is_nothing_to_wait_on(now: datetime) -> None:
    action = WaitAction(type="wait", minutes=30)

    assert action.decide(Subject(mention=a_mention(), case=None), "case", now) == Nothing(
        "there is no case to wait on"
    )


def test_a_mention_in_no_case_can_be_waited_on(now: datetime) -> None:
    """row 4"""
    action = WaitAction(type="wait", minutes=30)

    assert action.decide(Subject(mention=a_mention(), case=None), "mention", now) == Pause()


@pytest.mark.parametrize(
    ("minutes", "fits"), [(0, False), (1, True), (MOST_MINUTES, True), (MOST_MINUTES + 1, False)]
)
def test_a_wait_lasts_from_a_minute_to_28_days(minutes: int, fits: bool) -> None:
    if fits:
        assert validated(WaitAction, wait(minutes)).minutes == minutes
        return
    with pytest.raises(InvalidInput) as refused:
        validated(WaitAction, wait(minutes))
    assert refused.value.problems[0].pointer == "/minutes"


def test_a_wait_needs_an_action_after_it() -> None:
    with pytest.raises(InvalidInput) as refused:
        validated(
            RecipeDefinition,
            {"name": "x", "trigger": IN_CASE, "topics": ["1"], "actions": [webhook(), wait()]},
        )

    [problem] = refused.value.problems
    assert (problem.pointer, problem.detail) == ("/actions/1", "A wait needs an action after it.")
