"""What differs between two revisions of the rule book, as far as tables are made from it."""

from itertools import zip_longest
from typing import NamedTuple

from inbox_recipes.filters import Filter, SavedFilterRef
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook


class Difference(NamedTuple):
    """The recipes that are not the same, by id: each as it was and as it is, or nothing.

    `in_place` says that no recipe has another one before it than it had: others were only added at the end.
    """

    changed: dict[str, tuple[Recipe | None, Recipe | None]]
    in_place: bool


def difference(before: RuleBook, after: RuleBook) -> Difference:
    """What a revision has changed, also by way of a saved filter (A5).

    Most recipes are the same objects at the same place in both; only the others are looked at.
    """
    others = [pair for pair in zip_longest(before.recipes, after.recipes) if pair[0] is not pair[1]]
    old = {recipe.id: recipe for recipe, _ in others if recipe}
    new = {recipe.id: recipe for _, recipe in others if recipe}
    changed = {
        recipe_id: (was, now)
        for recipe_id in old | new
        if (was := old.get(recipe_id)) is not (now := new.get(recipe_id)) and was != now
    }
    if before.saved_filters != after.saved_filters:
        for recipe in after.recipes:
            known = recipe.id in changed or not _refers(recipe.filter)
            if not known and before.group(recipe.filter) != after.group(recipe.filter):
                changed[recipe.id] = (recipe, recipe)
    in_place = all(now and (was is None or was.id == now.id) for was, now in others)
    return Difference(changed, in_place)


def _refers(wanted: Filter | None) -> bool:
    return isinstance(wanted, SavedFilterRef) or (wanted is not None and wanted.refers)
