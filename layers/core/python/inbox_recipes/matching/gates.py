"""What keeps candidates from acting, without a look at each recipe: most have nothing that could."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from inbox_recipes.openings import Openings
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import Gate, held_back
from inbox_recipes.triggers import Occurrence

ALWAYS, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

type Hours = tuple[str, bool]
"""The schedule that a recipe looks at, and whether that is to be open."""
type Told = tuple[Recipe, Gate | None]
"""A recipe and what keeps it from acting."""


class Gates:
    """What the gates of recipes ask for, by the recipe's number, noted when one is first a candidate.

    Nothing in here is made for an answer, and a recipe that nothing keeps is not even looked at: with
    thousands of recipes that would be a wait for memory each time. `_last_on` is since when all noted are on.
    """

    def __init__(self, recipes: Sequence[Recipe]) -> None:
        self._recipes = recipes
        self._acting: list[Told | None] = [None] * len(recipes)
        self._hours: list[Hours | None] = [None] * len(recipes)
        self._last_on = ALWAYS

    def updated(self, recipes: Sequence[Recipe], changed: Iterable[int]) -> "Gates":
        """The gates of another revision, in which these have changed or come."""
        after = Gates(recipes)
        after._acting[: len(self._acting)] = self._acting
        after._hours[: len(self._hours)] = self._hours
        after._last_on = self._last_on
        for number in changed:
            after._acting[number] = None
        return after

    def told(self, numbers: Sequence[int], occurrence: Occurrence, openings: Openings) -> list[Told]:
        """The recipes, each with what `held_back` says.

        It is asked itself where a chain of recipes may loop, or one may not have been on yet.
        """
        at = occurrence.at
        told = [self._acting[number] or self._noted(number) for number in numbers]
        if occurrence.chain or at < self._last_on:
            return [(recipe, held_back(recipe, occurrence, openings)) for recipe, _ in told]
        for place, number in enumerate(numbers):
            hours = self._hours[number]
            if hours is not None and openings.is_open(hours[0], at) is not hours[1]:
                told[place] = (told[place][0], "hours")
        return told

    def _noted(self, number: int) -> Told:
        recipe = self._recipes[number]
        when = recipe.hours.when
        looked_at = None if when == "always" else recipe.hours.schedule_id
        self._hours[number] = None if looked_at is None else (looked_at, when == "during")
        self._last_on = max(self._last_on, recipe.on_since or NEVER)
        acting = self._acting[number] = (recipe, None)
        return acting
