"""Recipes by topic; each topic's tables are made when the topic is first seen, and kept while they hold."""

import gc
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from weakref import WeakValueDictionary

from inbox_recipes.filters import Group, Scene
from inbox_recipes.matching.atoms import Atom, Conjunction, Feature
from inbox_recipes.matching.checks import CHECKS, Check
from inbox_recipes.matching.columns import Bits
from inbox_recipes.matching.expansion import TooWide, conjunctions
from inbox_recipes.matching.gates import Gates, Told
from inbox_recipes.matching.occurrences import TOPIC, topic_atom, trigger_atom
from inbox_recipes.matching.reading import Reading, Together
from inbox_recipes.matching.revisions import difference
from inbox_recipes.matching.table import Entry, Table
from inbox_recipes.openings import Openings
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook, topic_of
from inbox_recipes.triggers import Occurrence

FEW_TOPICS = 8
"""A recipe of more topics than that stands in one table for all of them."""
ALIKE = 16
"""So many recipes of the same topics have a table of their own; others share one, which asks for topics."""
MOST_CHANGES = 32
"""Recipes of a topic that may have changed before its table is made anew."""

type Scope = str | frozenset[str]
"""Which recipes a table has: those of a topic, of the same many topics, or (`MIXED`) of any others."""
MIXED: Scope = ""


@dataclass(frozen=True)
class Shelf:
    """The recipes of a topic: a table of most of them, and one of those that have `changed` since.

    `live` are the conjunctions of the whole table whose recipes have not.
    """

    whole: Table
    live: Bits
    newer: Table | None = None
    changed: frozenset[int] = frozenset()

    def owners(self, reading: Reading) -> list[int]:
        """The recipes that hold; one may come several times."""
        found = self.whole.owners(reading, self.live)
        return found + self.newer.owners(reading, self.newer.all) if self.newer else found


class Matcher:
    """The rule book at one revision, ready to be matched.

    Recipes have numbers, which rise in their order and stay as they are from revision to revision.
    """

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.openings = Openings(book.schedules)
        self.numbers = {recipe.id: number for number, recipe in enumerate(book.recipes)}
        self.recipes = list(book.recipes)
        self.by_scope: dict[Scope, list[int]] = {}
        self.shelves: dict[Scope, Shelf] = {}
        self.at_hand: dict[str, tuple[Shelf, ...]] = {}
        self.together = Together()
        self.checks: WeakValueDictionary[Atom, Check] = WeakValueDictionary()
        self.gates = Gates(self.recipes)
        with undisturbed():
            self.alike = self._put_in_place()

    def _put_in_place(self) -> frozenset[frozenset[str]]:
        """Put every recipe where it stands; the many topics that many recipes have alike."""
        wide: dict[frozenset[str], list[int]] = {}
        for number, recipe in enumerate(self.recipes):
            if not recipe.is_on:
                continue
            topics = recipe.topics
            if len(topics) > FEW_TOPICS:
                wide.setdefault(frozenset(topics), []).append(number)
            else:
                for topic in dict.fromkeys(topics):
                    self.by_scope.setdefault(topic, []).append(number)
        alike = {topics: numbers for topics, numbers in wide.items() if len(numbers) >= ALIKE}
        mixed = sorted(number for topics in wide.keys() - alike.keys() for number in wide[topics])
        for scope, numbers in alike.items():
            self.by_scope[scope] = numbers
        self.by_scope[MIXED] = mixed
        return frozenset(alike)

    def judged(self, occurrence: Occurrence, scene: Scene) -> list[Told]:
        """The candidates, each with what keeps it from acting, if anything does: as `held_back` says."""
        numbers = self.numbers_of(self.reading(occurrence, scene))
        return self.gates.told(numbers, occurrence, self.openings)

    def candidates(self, occurrence: Occurrence, scene: Scene) -> list[Recipe]:
        """The recipes, in their order, that are on and whose trigger, topics and filter hold.

        Raises EvaluationError when a condition cannot be answered: it may have been any recipe's.
        """
        return self.found(self.reading(occurrence, scene))

    def reading(self, occurrence: Occurrence, scene: Scene) -> Reading:
        """What has happened, and of the scene what the tables of its topic ask about."""
        topic = topic_of(occurrence, scene.subject)
        reading = Reading(topic, occurrence, scene)
        if self._shelves(topic):
            self.together.read(reading)
        return reading

    def found(self, reading: Reading) -> list[Recipe]:
        """The candidates, from a reading."""
        return [self.recipes[number] for number in self.numbers_of(reading)]

    def numbers_of(self, reading: Reading) -> list[int]:
        """The candidates' numbers, in the order of the recipes."""
        found: list[int] = []
        for shelf in self._shelves(reading[TOPIC.field]):
            found += shelf.owners(reading)
        found.sort()
        return found

    def updated(self, book: RuleBook) -> "Matcher":
        """The matcher of another revision: tables stay, what has changed comes into small ones beside them.

        It is made anew when recipes have changed places, or when many of those it knows are gone.
        """
        changed, in_place = difference(self.book, book)
        numbers, recipes = self.numbers.copy(), self.recipes.copy()
        touched: dict[Scope, set[int]] = {}
        present: dict[Scope, set[int]] = {}
        renewed: list[int] = []
        for recipe_id, (was, now) in changed.items():
            number = numbers.setdefault(recipe_id, len(recipes))
            renewed.append(number)
            for scope in {*self._scopes(was), *self._scopes(now)}:
                touched.setdefault(scope, set()).add(number)
            for scope in self._scopes(now):
                present.setdefault(scope, set()).add(number)
            if now:
                recipes[number : number + 1] = [now]  # in its place, or at the end
            else:
                del numbers[recipe_id]
        if not in_place and _out_of_order([numbers[recipe.id] for recipe in book.recipes], len(recipes)):
            return Matcher(book)
        after = copy(self)
        after.book, after.openings = book, Openings(book.schedules)
        after.numbers, after.recipes, after.gates = numbers, recipes, self.gates.updated(recipes, renewed)
        after.by_scope, after.shelves, after.at_hand = self.by_scope.copy(), self.shelves.copy(), {}
        for scope, changed_there in touched.items():
            after.renew(scope, changed_there, present.get(scope, set()))
        return after

    def renew(self, scope: Scope, changed: set[int], present: set[int]) -> None:
        """Have a scope know of recipes that have changed or gone; these of them are still its own."""
        kept = [number for number in self.by_scope.get(scope, ()) if number not in changed]
        self.by_scope[scope] = [*kept, *present]
        shelf = self.shelves.pop(scope, None)
        if shelf and len(shelf.changed | changed) <= MOST_CHANGES:
            since = shelf.changed | changed
            newer = self._table(scope, sorted(since.intersection(self.by_scope[scope])))
            self.shelves[scope] = Shelf(shelf.whole, shelf.whole.without(since), newer, since)

    def _scopes(self, recipe: Recipe | None) -> Collection[Scope]:
        """Where a recipe stands: nowhere when it is off."""
        if recipe is None or not recipe.is_on:
            return ()
        if len(recipe.topics) <= FEW_TOPICS:
            return dict.fromkeys(recipe.topics)
        topics = frozenset(recipe.topics)
        return (topics if topics in self.alike else MIXED,)

    def _shelves(self, topic: str | None) -> tuple[Shelf, ...]:
        """All shelves that have recipes of a topic, made when it is first met."""
        known = self.at_hand.get(topic or "")
        if known is None:
            scopes: list[Scope] = (
                [topic, *(each for each in self.alike if topic in each), MIXED] if topic else []
            )
            known = tuple(self._shelf(scope) for scope in scopes if self.by_scope.get(scope))
            if known:
                self.at_hand[topic or ""] = known
        return known

    def _shelf(self, scope: Scope) -> Shelf:
        shelf = self.shelves.get(scope)
        if shelf is None:
            table = self._table(scope, self.by_scope[scope])
            shelf = self.shelves[scope] = Shelf(table, table.all)
        return shelf

    def _table(self, scope: Scope, numbers: Collection[int]) -> Table:
        with undisturbed():
            table = Table(self._entries(scope, numbers), self._check)
        self.together.add(table.fields)
        return table

    def _entries(self, scope: Scope, numbers: Iterable[int]) -> Iterator[Entry]:
        for number in numbers:
            recipe = self.recipes[number]
            first: Conjunction = (trigger_atom(recipe.trigger),)
            if scope == MIXED:
                first = (topic_atom(recipe.topics), *first)
            yield number, [first + each for each in _conjunctions(self.book.group(recipe.filter))]

    def _check(self, atom: Atom) -> Check:
        """The check of an atom, the same one for all tables."""
        check = self.checks.get(atom)
        if check is None:
            check = self.checks[atom] = CHECKS[atom.feature.form](atom)
        return check


def _out_of_order(numbers: list[int], known: int) -> bool:
    """Whether recipes have other places than their numbers say, or too few numbers are still in use."""
    return numbers != sorted(numbers) or known > 2 * len(numbers)


def _conjunctions(group: Group) -> list[Conjunction]:
    """The filter's conjunctions; one that is too wide is asked as it is."""
    try:
        return conjunctions(group)
    except TooWide:
        return [(Atom(Feature("filter"), frozenset([group]), positive=True),)]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without a garbage collection, which would look through everything while it grows and free nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Matchers:
    """The matcher of the rule book asked for last: a warm function keeps it until the revision moves."""

    def __init__(self) -> None:
        self._last: Matcher | None = None

    def of(self, book: RuleBook) -> Matcher:
        """The matcher of that rule book."""
        if self._last is None or self._last.book is not book:
            self._last = self._last.updated(book) if self._last else Matcher(book)
            gc.freeze()  # the rule book stays: no collection need look through it
        return self._last
