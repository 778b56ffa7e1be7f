"""What keeps candidates from acting, without a look at each recipe: most have nothing that could."""

from collections.abc import Iterable, Mapping, Sequence
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
    """What the gates of recipes ask for, by the recipe's number.

    Nothing in here is made for an answer, and a recipe that nothing keeps is not even looked at: with
    thousands of recipes that would be a wait for memory each time. `_last_on` is since when all are on.
    """

    def __init__(self, recipes: Sequence[Recipe]) -> None:
        self._acting: list[Told] = []
        self._hours: list[Hours | None] = []
        self._last_on = ALWAYS
        self._note(dict(enumerate(recipes)))

    def updated(self, changed: Mapping[int, Recipe]) -> "Gates":
        """The gates of another revision, in which these recipes have changed or come, by number."""
        after = Gates(())
        after._acting, after._hours, after._last_on = self._acting.copy(), self._hours.copy(), self._last_on
        after._note(changed)
        return after

    def _note(self, recipes: Mapping[int, Recipe]) -> None:
        for number, recipe in recipes.items():
            hours = recipe.hours
            asked = hours.when != "always" and hours.schedule_id
            self._acting[number : number + 1] = [(recipe, None)]
            self._hours[number : number + 1] = [(asked, hours.when == "during") if asked else None]
            if recipe.is_on:
                self._last_on = max(self._last_on, recipe.on_since or NEVER)

    def told(self, numbers: Iterable[int], occurrence: Occurrence, openings: Openings) -> list[Told]:
        """The recipes, each with what `held_back` says.

        It is asked itself where a chain of recipes may loop, or one may not have been on yet.
        """
        at = occurrence.at
        if occurrence.chain or at < self._last_on:
            recipes = [self._acting[number][0] for number in numbers]
            return [(recipe, held_back(recipe, occurrence, openings)) for recipe in recipes]
        told = []
        for number in numbers:
            acting, hours = self._acting[number], self._hours[number]
            if hours is None or openings.is_open(hours[0], at) is hours[1]:
                told.append(acting)
            else:
                told.append((acting[0], "hours"))
        return told
