"""Who refers to whom in the configuration: what must exist to be named, and must stay while it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from inbox_recipes.configuration import KINDS, ROWS, KindName
from inbox_recipes.errors import Problem
from inbox_recipes.filters import SavedFilterRef
from inbox_recipes.inbox import Frozen
from inbox_recipes.people import User
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.rule_book import RuleBook

BY_ROUTE = {kind.route: kind.name for kind in ROWS}
"""Actions name what they refer to as the routes do: `users`, `teams`."""


@dataclass(frozen=True)
class Reference:
    """A place (JSON pointer) that names a member of a kind."""

    pointer: str
    kind: KindName
    id: str


def references(model: Frozen) -> Iterator[Reference]:
    """Everything that a recipe or a user refers to; the other kinds refer to nothing."""
    if isinstance(model, User):
        yield from _each("/teams", "team", model.teams)
    if isinstance(model, RecipeDefinition):
        yield from _each("/topics", "topic", model.topics)
        if model.hours.schedule_id is not None:
            yield Reference("/hours/schedule_id", "schedule", model.hours.schedule_id)
        if isinstance(model.filter, SavedFilterRef):
            yield Reference("/filter/saved_filter_id", "saved_filter", model.filter.saved_filter_id)
        for index, action in enumerate(model.actions):
            for route, ids in action.references().items():
                yield from _each(f"/actions/{index}/{route}", BY_ROUTE[route], ids)


def _each(pointer: str, kind: KindName, ids: tuple[str, ...]) -> Iterator[Reference]:
    return (Reference(f"{pointer}/{index}", kind, each) for index, each in enumerate(ids))


def dangling(model: Frozen, book: RuleBook, at: str = "") -> list[Problem]:
    """What the model refers to and the rule book does not have; pointers start at `at`."""
    problems = []
    for reference in references(model):
        kind = KINDS[reference.kind]
        known = kind.ids(book)
        if reference.id not in known:
            detail = f"There is no {kind.words} with the id {reference.id!r}."
            problems.append(Problem(at + reference.pointer, detail, tuple(sorted(known))))
    return problems


def users_of(kind: KindName, member_id: str, book: RuleBook) -> list[str]:
    """The recipes and users that refer to the member, in words."""
    recipes = [(f"recipe {recipe.name!r} ({recipe.id})", recipe) for recipe in book.recipes]
    people = [(f"user {user.name!r} ({user_id})", user) for user_id, user in book.users.items()]
    return [
        words
        for words, model in (*recipes, *people)
        if any((each.kind, each.id) == (kind, member_id) for each in references(model))
    ]
