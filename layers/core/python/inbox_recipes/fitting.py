"""What the account and the platforms let a recipe do: cases (A40), categories (A27), acts (A12). Pure.

Asked when something is saved, and again when an action is done: settings may have changed in between.
"""

from collections.abc import Iterator

from inbox_recipes.actions import ACTIONS
from inbox_recipes.actions.base import Action, Offer, offers
from inbox_recipes.actions.edit import EditProperty
from inbox_recipes.categories import Category
from inbox_recipes.errors import Problem
from inbox_recipes.inbox import Frozen, Object
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.triggers import Arrival, Trigger

CASES_OFF = "the account's cases feature is off"
WITHOUT_CASES: frozenset[Offer] = frozenset({"new mention"})
"""What actions are offered on when the cases feature is off (A40)."""


def possible_without_cases() -> tuple[str, ...]:
    """The types of the actions that can stand in a recipe when the cases feature is off."""
    return tuple(
        tag
        for tag, action in ACTIONS.items()
        if action.offered_on & WITHOUT_CASES and not action.only_on_cases
    )


def unfit(action: Action, about: Object, book: RuleBook) -> str | None:
    """Why the action of a recipe about a mention or a case cannot be done, if it cannot."""
    if action.acts_on(about) == "case" and not book.account.cases:
        return CASES_OFF
    if isinstance(action, EditProperty) and action.property == "category":
        return None if listed(action.value, book) else f"there is no category {action.value!r}"
    return None


def listed(category: str, book: RuleBook) -> bool:
    """Whether a category may be used: any may while the account keeps no list."""
    return not book.categories or category in names(book)


def names(book: RuleBook) -> tuple[str, ...]:
    """The names on the account's list."""
    return tuple(sorted(category.name for category in book.categories.values()))


def categories_set(model: Frozen) -> list[tuple[str, str]]:
    """Where a recipe sets a category (JSON pointer), and which."""
    actions = model.actions if isinstance(model, RecipeDefinition) else ()
    return [
        (f"/actions/{index}/value", action.value)
        for index, action in enumerate(actions)
        if isinstance(action, EditProperty) and action.property == "category"
    ]


def misfits(model: Frozen, book: RuleBook, member_id: str = "") -> list[Problem]:
    """What keeps a model from being saved under that id.

    A recipe that needs cases and was saved while they were on is kept: what it had then is not refused.
    """
    if isinstance(model, Category):
        return list(_of_category(model, book, member_id))
    if not isinstance(model, RecipeDefinition):
        return []
    unlisted = [
        Problem(at, f"There is no category {name!r}.", names(book))
        for at, name in categories_set(model)
        if not listed(name, book)
    ]
    return unlisted if book.account.cases else [*_of_cases(model, book.recipe(member_id)), *unlisted]


def _of_category(category: Category, book: RuleBook, member_id: str) -> Iterator[Problem]:
    same = category.name.casefold()
    for key, other in book.categories.items():
        if key != member_id and other.name.casefold() == same:
            yield Problem("/name", f"{other.name!r} is the category {key!r}.")
    before = book.categories.get(member_id)
    if before is None or before.name == category.name:
        return
    for recipe in book.recipes:
        if any(name == before.name for _, name in categories_set(recipe)):
            yield Problem("/name", f"The recipe {recipe.name!r} ({recipe.id}) sets {before.name!r}.")


def _of_cases(recipe: RecipeDefinition, before: RecipeDefinition | None) -> Iterator[Problem]:
    if (before is None or before.trigger != recipe.trigger) and set(offers(recipe.trigger)) - WITHOUT_CASES:
        at = "/trigger/objects" if isinstance(recipe.trigger, Arrival) else "/trigger/type"
        allowed = ("mention",) if isinstance(recipe.trigger, Arrival) else ("arrival",)
        yield Problem(at, f"This waits for something about a case, and {CASES_OFF}.", allowed)
    for index, action in enumerate(recipe.actions):
        if before is not None and action in before.actions:
            continue
        if any(action.acts_on(about) == "case" for about in _about(recipe.trigger)):
            detail = f"{action.type} changes a case here, and {CASES_OFF}."
            yield Problem(f"/actions/{index}", detail, possible_without_cases())


def _about(trigger: Trigger) -> tuple[Object, ...]:
    if isinstance(trigger, Arrival):
        return trigger.objects
    return ("mention",) if trigger.type == "mention_in_case" else ("case",)
