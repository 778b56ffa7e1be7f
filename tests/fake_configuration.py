"""Configuration, RuleBooks and HolidayCalendars in memory.

The first two show the same behaviour as the adapter: one contract tests both.
"""

from collections.abc import Callable, Sequence
from datetime import date

from inbox_recipes.business_hours import Holiday
from inbox_recipes.configuration import KINDS, KindName, Order, Stored, rule_book
from inbox_recipes.errors import InvalidInput, NotFound, Problem, RuleBookMoved, Stale
from inbox_recipes.ports import Page
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook


class FakeConfiguration:
    """`meanwhile` is done once before the next change is written: somebody else's change."""

    def __init__(self) -> None:
        self.revision = 0
        self.members: dict[tuple[KindName, str], Stored] = {}
        self.past: dict[tuple[KindName, str, int], Stored] = {}
        self.recipe_order = Order(order=(), version=0)
        self.meanwhile: Callable[[], None] | None = None

    def current(self) -> RuleBook:
        models = {kind: {stored.id: stored.model() for stored in self.of_kind(kind)} for kind in KINDS}
        return rule_book(self.revision, models, self.recipe_order.order)

    def recipe_at(self, recipe_id: str, version: int) -> Recipe:
        return self.version("recipe", recipe_id, version).recipe()

    def get(self, kind: KindName, member_id: str) -> Stored:
        if (kind, member_id) not in self.members:
            raise NotFound(KINDS[kind].words, member_id)
        return self.members[kind, member_id]

    def of_kind(self, kind: KindName) -> Sequence[Stored]:
        found = sorted(key for key in self.members if key[0] == kind)
        if kind == "recipe":
            found = [("recipe", recipe_id) for recipe_id in self.recipe_order.order]
        return [self.members[key] for key in found]

    def versions(self, kind: KindName, member_id: str, limit: int, cursor: str | None) -> Page[Stored]:
        below = int(cursor) if cursor else self.revision + 1
        found = [v for k, i, v in self.past if (k, i) == (kind, member_id) and v < below]
        shown = sorted(found, reverse=True)[:limit]
        rest = str(shown[-1]) if len(found) > len(shown) else None
        return Page([self.past[kind, member_id, version] for version in shown], rest)

    def version(self, kind: KindName, member_id: str, version: int) -> Stored:
        if (kind, member_id, version) not in self.past:
            raise NotFound(f"version {version} of a {KINDS[kind].words}", member_id)
        return self.past[kind, member_id, version]

    def write(self, before: Stored | None, after: Stored) -> None:
        self._check(after.revision - 1)
        key = (after.kind, after.id)
        present = self.members.get(key)
        if (present and present.version) != (before and before.version):
            raise Stale("It has changed since it was read.")
        self.revision, self.past[*key, after.version] = after.revision, after
        if after.deleted:
            del self.members[key]
        else:
            self.members[key] = after
        if after.kind == "recipe" and (before is None or after.deleted):
            others = tuple(i for i in self.recipe_order.order if i != after.id)
            order = others if after.deleted else (*others, after.id)
            self.recipe_order = Order(order=order, version=self.recipe_order.version + 1)

    def order(self) -> Order:
        return self.recipe_order

    def set_order(self, after: Order, revision: int) -> None:
        self._check(revision)
        if self.recipe_order.version != after.version - 1:
            raise Stale("The order of the recipes has changed since it was read.")
        self.revision, self.recipe_order = revision + 1, after

    def _check(self, revision: int) -> None:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        if self.revision != revision:
            raise RuleBookMoved


class FakeCalendars:
    """Knows one country, which rests on New Year's Day."""

    def holidays(self, country: str, subdivision: str | None, years: range) -> Sequence[Holiday]:
        if country != "FR":
            raise InvalidInput([Problem("/holidays/country", "Only one is known.", ("FR",))])
        return [Holiday(date=date(year, 1, 1), name="Jour de l'an") for year in years]
