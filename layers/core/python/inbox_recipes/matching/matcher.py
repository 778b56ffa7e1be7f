"""Recipes by topic; each topic's tables are made when the topic is first seen, and kept while they hold."""

from collections.abc import Collection, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from weakref import WeakValueDictionary

from inbox_recipes.filters import Group, Scene
from inbox_recipes.matching.atoms import Atom, Conjunction, Feature
from inbox_recipes.matching.checks import Check
from inbox_recipes.matching.expansion import TooWide, conjunctions
from inbox_recipes.matching.occurrences import HAPPENING, TOPIC, happening, topic_atom, trigger_atom
from inbox_recipes.matching.reading import Reading
from inbox_recipes.matching.revisions import difference
from inbox_recipes.matching.table import Entry, Table
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
    """The recipes of a topic: a table of most of them, and one of those that have `changed` since."""

    whole: Table
    newer: Table | None = None
    changed: frozenset[int] = frozenset()

    def owners(self, reading: Reading) -> list[int]:
        """The recipes that hold; one may come several times."""
        found = self.whole.owners(reading)
        return found + self.newer.owners(reading) if self.newer else found


class Matcher:
    """The rule book at one revision, ready to be matched.

    Recipes have numbers, which rise in their order and stay as they are from revision to revision.
    """

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self._numbers = {recipe.id: number for number, recipe in enumerate(book.recipes)}
        self._recipes = dict(enumerate(book.recipes))
        self._by_topic: dict[str, list[int]] = {}
        self._shelves: dict[str, Shelf] = {}
        self._checks: WeakValueDictionary[Atom, Check] = WeakValueDictionary()
        for number, recipe in self._recipes.items():
            for topic in _scope(recipe):
                self._by_topic.setdefault(topic, []).append(number)

    def candidates(self, occurrence: Occurrence, scene: Scene) -> list[Recipe]:
        """The recipes, in their order, that are on and whose trigger, topics and filter hold.

        Raises EvaluationError when a condition cannot be answered: it may have been any recipe's.
        """
        topic = topic_of(occurrence, scene.subject)
        if topic is None:
            return []
        reading = Reading(scene, {TOPIC.field: topic, HAPPENING.field: happening(occurrence)})
        found = {*self._owners(topic, reading), *self._owners(ALL_TOPICS, reading)}
        return [self._recipes[number] for number in sorted(found)]

    def updated(self, book: RuleBook) -> "Matcher":
        """The matcher of another revision: tables stay, what has changed comes into small ones beside them.

        It is made anew when recipes have changed places, or when most of those it knows are gone.
        """
        changed = difference(self.book, book)
        numbers = self._numbers.copy()
        for recipe_id in (recipe.id for _, recipe in changed.values() if recipe):
            numbers.setdefault(recipe_id, len(numbers))
        order = [numbers[recipe.id] for recipe in book.recipes]
        if order != sorted(order) or len(numbers) > 2 * len(order):
            return Matcher(book)
        after = copy(self)
        after.book, after._numbers = book, numbers
        after._recipes = self._recipes | {numbers[id_]: new for id_, (_, new) in changed.items() if new}
        after._by_topic, after._shelves = self._by_topic.copy(), self._shelves.copy()
        touched: dict[str, set[int]] = {}
        for recipe_id, (old, new) in changed.items():
            for topic in {*_scope(old), *_scope(new)}:
                touched.setdefault(topic, set()).add(numbers[recipe_id])
        now = {numbers[recipe_id]: _scope(new) for recipe_id, (_, new) in changed.items()}
        for topic, changed_there in touched.items():
            after._renew(topic, changed_there, [number for number in changed_there if topic in now[number]])
        return after

    def _renew(self, topic: str, changed: set[int], present: list[int]) -> None:
        """Have a topic know of its recipes that have changed, of which these are still its own."""
        kept = [number for number in self._by_topic.get(topic, ()) if number not in changed]
        self._by_topic[topic] = kept + present
        shelf = self._shelves.pop(topic, None)
        if shelf and len(shelf.changed | changed) <= MOST_CHANGES:
            changed_since = shelf.changed | changed
            newer = self._table(topic, changed_since.intersection(self._by_topic[topic]))
            self._shelves[topic] = Shelf(shelf.whole.without(changed), newer, changed_since)

    def _owners(self, topic: str, reading: Reading) -> list[int]:
        shelf = self._shelves.get(topic)
        if shelf is None:
            if topic not in self._by_topic:
                return []
            shelf = self._shelves[topic] = Shelf(self._table(topic, self._by_topic[topic]))
        return shelf.owners(reading)

    def _table(self, topic: str, numbers: Collection[int]) -> Table:
        return Table(self._entries(topic, numbers), self._check)

    def _entries(self, topic: str, numbers: Iterable[int]) -> Iterator[Entry]:
        for number in numbers:
            recipe = self._recipes[number]
            first: Conjunction = (trigger_atom(recipe.trigger),)
            if topic == ALL_TOPICS:
                first = (topic_atom(recipe.topics), *first)
            yield number, [first + each for each in _conjunctions(self.book.group(recipe.filter))]

    def _check(self, atom: Atom) -> Check:
        """The check of an atom, the same one for all tables."""
        check = self._checks.get(atom)
        if check is None:
            check = self._checks[atom] = Check(atom)
        return check


def _scope(recipe: Recipe | None) -> Collection[str]:
    """The topics in whose tables a recipe stands: none for one that is off."""
    if recipe is None or not recipe.is_on:
        return ()
    return set(recipe.topics) if len(recipe.topics) <= FEW_TOPICS else (ALL_TOPICS,)


def _conjunctions(group: Group) -> list[Conjunction]:
    """The filter's conjunctions; one that is too wide is asked as it is."""
    try:
        return conjunctions(group)
    except TooWide:
        return [(Atom(Feature("filter"), frozenset([group]), positive=True),)]


class Matchers:
    """The matcher of the rule book asked for last: a warm function keeps it until the revision moves."""

    def __init__(self) -> None:
        self._last: Matcher | None = None

    def of(self, book: RuleBook) -> Matcher:
        """The matcher of that rule book."""
        if self._last is None:
            self._last = Matcher(book)
        elif self._last.book is not book:
            self._last = self._last.updated(book)
        return self._last
