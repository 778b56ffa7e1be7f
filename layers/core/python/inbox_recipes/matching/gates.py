"""What keeps candidates from acting, without a look at each of them: most have nothing that could."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from inbox_recipes.openings import Openings
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import Gate, held_back
from inbox_recipes.triggers import Occurrence

ALWAYS = datetime.min.replace(tzinfo=UTC)


class Gates:
    """What the gates of recipes ask for, by the recipes' numbers."""

    def __init__(self, recipes: Mapping[int, Recipe]) -> None:
        known = [(number, recipe) for number, recipe in recipes.items() if recipe.is_on]
        self._since = max((recipe.on_since for _, recipe in known if recipe.on_since), default=ALWAYS)
        self._never = {number for number, recipe in known if recipe.on_since is None}
        self._hours = {
            number: (recipe.hours.schedule_id, recipe.hours.when == "during")
            for number, recipe in known
            if recipe.hours.when != "always" and recipe.hours.schedule_id is not None
        }

    def told(
        self,
        numbers: Sequence[int],
        recipes: Mapping[int, Recipe],
        occurrence: Occurrence,
        openings: Openings,
    ) -> list[Gate | None]:
        """What `held_back` says about each of these; one by one where more than hours may do so."""
        if occurrence.chain or occurrence.at < self._since or not self._never.isdisjoint(numbers):
            return [held_back(recipes[number], occurrence, openings) for number in numbers]
        gates: list[Gate | None] = [None] * len(numbers)
        for place, number in enumerate(numbers):
            hours = self._hours.get(number)
            if hours and openings.is_open(hours[0], occurrence.at) is not hours[1]:
                gates[place] = "hours"
        return gates
