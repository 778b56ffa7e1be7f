"""What keeps candidates from acting, without a look at each recipe: most have nothing that could."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from inbox_recipes.openings import Openings
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import Gate, held_back
from inbox_recipes.triggers import Occurrence

NEVER = datetime.max.replace(tzinfo=UTC)

type Asks = tuple[datetime, str | None, bool]
"""Since when a recipe is on, the schedule that it looks at, and whether that is to be open."""


class Gates:
    """What the gates of recipes ask for, noted when a recipe is first a candidate, by its number."""

    def __init__(self, recipes: Mapping[int, Recipe]) -> None:
        self._recipes = recipes
        self._known: dict[int, Asks] = {}

    def updated(self, recipes: Mapping[int, Recipe], changed: Iterable[int]) -> "Gates":
        """The gates of another revision, in which these have changed."""
        after = Gates(recipes)
        after._known = self._known.copy()
        for number in changed:
            after._known.pop(number, None)
        return after

    def told(self, numbers: Iterable[int], occurrence: Occurrence, openings: Openings) -> list[Gate | None]:
        """What `held_back` says about each of these; it is asked itself where a chain of recipes may loop."""
        if occurrence.chain:
            return [held_back(self._recipes[number], occurrence, openings) for number in numbers]
        at = occurrence.at
        gates: list[Gate | None] = []
        for number in numbers:
            since, schedule_id, during = self._known.get(number) or self._noted(number)
            if at < since:
                gates.append("mode")
            elif schedule_id is not None and openings.is_open(schedule_id, at) is not during:
                gates.append("hours")
            else:
                gates.append(None)
        return gates

    def _noted(self, number: int) -> Asks:
        recipe = self._recipes[number]
        when, schedule_id = recipe.hours.when, recipe.hours.schedule_id
        schedule_id = None if when == "always" else schedule_id
        asks = self._known[number] = (recipe.on_since or NEVER, schedule_id, when == "during")
        return asks
