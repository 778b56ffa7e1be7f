"""Recipes by topic; each topic's tables are made when the topic is first seen, and kept while they hold."""

import gc
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from weakref import WeakValueDictionary

from inbox_recipes.filters import Group, Scene
from inbox_recipes.matching.atoms import Atom, Conjunction, Feature
from inbox_recipes.matching.checks import Check
from inbox_recipes.matching.columns import Bits
from inbox_recipes.matching.expansion import TooWide, conjunctions
from inbox_recipes.matching.occurrences import HAPPENING, TOPIC, happening, topic_atom, trigger_atom
from inbox_recipes.matching.reading import Reading
from inbox_recipes.matching.revisions import difference
from inbox_recipes.matching.table import Entry, Table
from inbox_recipes.openings import Openings
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook, topic_of
from inbox_recipes.triggers import Occurrence

FEW_TOPICS = 8
"""A recipe of more topics than that stands in the table of all topics, once."""
MOST_CHANGES = 32
"""Recipes of a topic that may have changed before its table is made anew."""

ALL_TOPICS = ""


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
        self.recipes = dict(enumerate(book.recipes))
        self.by_topic: dict[str, list[int]] = {}
        self.shelves: dict[str, Shelf] = {}
        self.checks: WeakValueDictionary[Atom, Check] = WeakValueDictionary()
        with undisturbed():
            for number, recipe in self.recipes.items():
                for topic in _scope(recipe):
                    self.by_topic.setdefault(topic, []).append(number)

    def candidates(self, occurrence: Occurrence, scene: Scene) -> list[Recipe]:
        """The recipes, in their order, that are on and whose trigger, topics and filter hold.

        Raises EvaluationError when a condition cannot be answered: it may have been any recipe's.
        """
        return self.found(reading_of(occurrence, scene))

    def found(self, reading: Reading) -> list[Recipe]:
        """The same, from a reading."""
        topic = reading[TOPIC.field]
        found = {*self._owners(topic, reading), *self._owners(ALL_TOPICS, reading)} if topic else ()
        return [self.recipes[number] for number in sorted(found)]

    def updated(self, book: RuleBook) -> "Matcher":
        """The matcher of another revision: tables stay, what has changed comes into small ones beside them.

        It is made anew when recipes have changed places, or when many of those it knows are gone.
        """
        changed, in_place = difference(self.book, book)
        numbers, recipes = self.numbers.copy(), self.recipes.copy()
        touched: dict[str, set[int]] = {}
        present: dict[str, set[int]] = {}
        for recipe_id, (was, now) in changed.items():
            number = numbers.setdefault(recipe_id, len(recipes))
            for topic in {*_scope(was), *_scope(now)}:
                touched.setdefault(topic, set()).add(number)
            for topic in _scope(now):
                present.setdefault(topic, set()).add(number)
            if now:
                recipes[number] = now
            else:
                del numbers[recipe_id]
        if not in_place and _out_of_order([numbers[recipe.id] for recipe in book.recipes], len(recipes)):
            return Matcher(book)
        after = copy(self)
        after.book, after.openings = book, Openings(book.schedules)
        after.numbers, after.recipes = numbers, recipes
        after.by_topic, after.shelves = self.by_topic.copy(), self.shelves.copy()
        for topic, changed_there in touched.items():
            after.renew(topic, changed_there, present.get(topic, set()))
        return after

    def renew(self, topic: str, changed: set[int], present: set[int]) -> None:
        """Have a topic know of recipes that have changed or gone; these of them are still its own."""
        kept = [number for number in self.by_topic.get(topic, ()) if number not in changed]
        self.by_topic[topic] = [*kept, *present]
        shelf = self.shelves.pop(topic, None)
        if shelf and len(shelf.changed | changed) <= MOST_CHANGES:
            since = shelf.changed | changed
            newer = self._table(topic, since.intersection(self.by_topic[topic]))
            self.shelves[topic] = Shelf(shelf.whole, shelf.whole.without(since), newer, since)

    def _owners(self, topic: str, reading: Reading) -> list[int]:
        shelf = self.shelves.get(topic)
        if shelf is None:
            if topic not in self.by_topic:
                return []
            table = self._table(topic, self.by_topic[topic])
            shelf = self.shelves[topic] = Shelf(table, table.all)
        return shelf.owners(reading)

    def _table(self, topic: str, numbers: Collection[int]) -> Table:
        with undisturbed():
            return Table(self._entries(topic, numbers), self._check)

    def _entries(self, topic: str, numbers: Iterable[int]) -> Iterator[Entry]:
        for number in numbers:
            recipe = self.recipes[number]
            first: Conjunction = (trigger_atom(recipe.trigger),)
            if topic == ALL_TOPICS:
                first = (topic_atom(recipe.topics), *first)
            yield number, [first + each for each in _conjunctions(self.book.group(recipe.filter))]

    def _check(self, atom: Atom) -> Check:
        """The check of an atom, the same one for all tables."""
        check = self.checks.get(atom)
        if check is None:
            check = self.checks[atom] = Check(atom)
        return check


def reading_of(occurrence: Occurrence, scene: Scene) -> Reading:
    """What has happened, and nothing of the scene read as yet."""
    topic = topic_of(occurrence, scene.subject)
    return Reading(scene, {TOPIC.field: topic, HAPPENING.field: happening(occurrence)})


def _scope(recipe: Recipe | None) -> Collection[str]:
    """The topics in whose tables a recipe stands: none for one that is off."""
    if recipe is None or not recipe.is_on:
        return ()
    return dict.fromkeys(recipe.topics) if len(recipe.topics) <= FEW_TOPICS else (ALL_TOPICS,)


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
