"""What keeps candidates from acting is told as the rule book tells it, one by one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.filters import Scene
from inbox_recipes.matching import Matcher
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import MAX_HOPS, Gate, held_back
from tests.builders import NOON, a_mention, a_recipe, a_rule_book, a_scene, a_schedule, an_occurrence

SCENE: Scene = a_scene(a_mention(), occurrence=an_occurrence())
SCHEDULES = {"open": a_schedule(), "shut": a_schedule(timezone="Asia/Tokyo")}

SHUT = {"when": "during", "schedule_id": "shut"}


def a_book_of(*recipes: Recipe) -> Any:
    return a_rule_book(*recipes, schedules=SCHEDULES)


def recipes() -> list[Recipe]:
    return [
        *on_for_long(),
        a_recipe("just_on", on_since=NOON),
        a_recipe("later", on_since=NOON + timedelta(seconds=1)),
        a_recipe("unknown", on_since=None),
    ]


def on_for_long() -> list[Recipe]:
    hours = [{"when": when, "schedule_id": name} for when in ("during", "outside") for name in SCHEDULES]
    return [
        a_recipe("always"),
        *(a_recipe(f"hours_{number}", hours=each) for number, each in enumerate(hours)),
    ]


@pytest.mark.parametrize("chain", [(), ("always",), ("x",) * MAX_HOPS])
@pytest.mark.parametrize("minutes", [-1, 0, 1, 60 * 12, 60 * 24 * 6])
@pytest.mark.parametrize("asked", [recipes, on_for_long])
def test_gates_are_told_as_they_are_one_by_one(
    asked: Callable[[], list[Recipe]], minutes: int, chain: tuple[str, ...]
) -> None:
    matcher = Matcher(a_book_of(*asked()))
    occurrence = an_occurrence(at=NOON + timedelta(minutes=minutes), chain=chain)

    for _ in range(2):
        judged = matcher.judged(occurrence, SCENE)
        assert judged == [
            (recipe, held_back(recipe, occurrence, matcher.openings)) for recipe in matcher.book.recipes
        ]


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"on_since": NOON + timedelta(days=1)}, "mode"),
        ({"on_since": NOON - timedelta(days=1)}, None),
        ({"hours": a_recipe("any", hours=SHUT).hours}, "hours"),
    ],
)
def test_the_gates_of_the_next_revision_are_those_of_its_recipes(
    change: dict[str, Any], gate: Gate | None
) -> None:
    before = [a_recipe("always"), a_recipe("changed"), a_recipe("next")]
    matcher = Matcher(a_book_of(*before))
    matcher.judged(an_occurrence(), SCENE)
    changed = before[1].model_copy(update={**change, "version": 2})
    new = a_recipe("new", hours=SHUT)

    judged = matcher.updated(a_book_of(before[0], changed, before[2], new)).judged(an_occurrence(), SCENE)

    assert judged == [(before[0], None), (changed, gate), (before[2], None), (new, "hours")]
