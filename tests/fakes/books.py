"""The RuleBooks port in memory: every change makes a new revision, and every version is kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inbox_recipes.account import Account
from inbox_recipes.durations import BusinessTime
from inbox_recipes.errors import NotFound
from inbox_recipes.ports import RuleBooks
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.topics import Topic


class FakeRuleBooks:
    """`past` holds every rule book there was, by revision."""

    def __init__(self, book: RuleBook) -> None:
        self.past = {book.revision: book}
        self._current = book
        self._versions = {(recipe.id, recipe.version): recipe for recipe in book.recipes}

    def current(self) -> RuleBook:
        return self._current

    def recipe_at(self, recipe_id: str, version: int) -> Recipe:
        if (recipe_id, version) not in self._versions:
            raise NotFound(f"version {version} of a recipe", recipe_id)
        return self._versions[recipe_id, version]

    def put(self, recipe: Recipe) -> Recipe:
        """Add a recipe at the end, or bring in its next version in its place."""
        known = self._current.recipe(recipe.id)
        new = recipe.model_copy(update={"version": known.version + 1}) if known else recipe
        others = self._current.recipes
        self._enter(tuple(new if r.id == new.id else r for r in others) if known else (*others, new))
        return new

    def remove(self, recipe_id: str) -> None:
        """Delete a recipe; its versions stay."""
        self._enter(tuple(recipe for recipe in self._current.recipes if recipe.id != recipe_id))

    def delete(self, kind: str, key: str) -> None:
        """Delete a member of another kind, named as the rule book names it: "schedules"."""
        members = getattr(self._current, kind)
        self._next(**{kind: {name: each for name, each in members.items() if name != key}})

    def set_account(self, **settings: Any) -> None:
        """Change the account's settings; what is not named stays."""
        account = Account.model_validate(self._current.account.model_dump() | settings)
        self._next(account=account)

    def connect(self, **profiles: ConnectedProfile) -> None:
        """Have these profiles connected."""
        self._next(profiles=profiles)

    def _enter(self, recipes: tuple[Recipe, ...]) -> None:
        self._next(recipes=recipes)
        self._versions |= {(recipe.id, recipe.version): recipe for recipe in recipes}

    def _next(self, **changed: Any) -> None:
        self._current = replace(self._current, revision=self._current.revision + 1, **changed)
        self.past[self._current.revision] = self._current


class FakeTopics:
    """The topics of a rule book."""

    def __init__(self, books: RuleBooks) -> None:
        self.books = books

    def current(self) -> Mapping[str, Topic]:
        return self.books.current().topics

    def business_time(self, topic_id: str) -> BusinessTime | None:
        return self.books.current().business_time(topic_id)

    def cases_on(self) -> bool:
        return self.books.current().account.cases
