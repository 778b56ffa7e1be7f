"""What differs between two revisions of the rule book, as far as tables are made from it."""

from inbox_recipes.filters import Filter, SavedFilterRef
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook

type Difference = dict[str, tuple[Recipe | None, Recipe | None]]
"""Id of each recipe that is not the same in both -> the recipe before and after, nothing where it is not."""


def difference(before: RuleBook, after: RuleBook) -> Difference:
    """The recipes that one rule book has otherwise than the other, or asks otherwise by a saved filter (A5).

    Most recipes are the same objects in both; only the others are compared.
    """
    same = {*map(id, before.recipes)} & {*map(id, after.recipes)}
    old = {recipe.id: recipe for recipe in before.recipes if id(recipe) not in same}
    new = {recipe.id: recipe for recipe in after.recipes if id(recipe) not in same}
    found = {
        recipe_id: (old.get(recipe_id), new.get(recipe_id))
        for recipe_id in old.keys() | new.keys()
        if old.get(recipe_id) != new.get(recipe_id)
    }
    if before.saved_filters != after.saved_filters:
        for recipe in after.recipes:
            if recipe.id not in found and _refers(recipe.filter):
                if before.group(recipe.filter) != after.group(recipe.filter):
                    found[recipe.id] = (recipe, recipe)
    return found


def _refers(wanted: Filter | None) -> bool:
    return isinstance(wanted, SavedFilterRef) or (wanted is not None and wanted.refers)
