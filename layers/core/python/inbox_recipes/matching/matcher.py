"""Recipes by topic; each topic's table is made when the topic is first seen, and kept while it holds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inbox_recipes import filters
from inbox_recipes.filters import Filter, Scene
from inbox_recipes.matching.atoms import Conjunction, TooWide, conjunctions
from inbox_recipes.matching.occurrences import HAPPENING, TOPIC, happening, topic_atom, trigger_atom
from inbox_recipes.matching.reading import Reading
from inbox_recipes.matching.table import Table
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook, topic_of
from inbox_recipes.triggers import Occurrence

FEW_TOPICS = 8
"""A recipe of more topics than that stands in the table of all topics, once."""

ALL_TOPICS = ""


@dataclass(frozen=True)
class Compiled:
    """A recipe's conjunctions; not `exact` for a filter that is too wide and is asked for itself."""

    recipe: Recipe
    group: filters.Group
    conjunctions: tuple[Conjunction, ...]
    exact: bool


class Matcher:
    """The rule book at one revision, ready to be matched."""

    def __init__(self, book: RuleBook, before: "Matcher | None" = None) -> None:
        self.book = book
        self._recipes = {recipe.id: recipe for recipe in book.recipes if recipe.is_on}
        self._places = {recipe_id: place for place, recipe_id in enumerate(self._recipes)}
        self.by_topic: dict[str, list[str]] = defaultdict(list)
        for recipe in self._recipes.values():
            topics = recipe.topics if len(recipe.topics) <= FEW_TOPICS else (ALL_TOPICS,)
            for topic in dict.fromkeys(topics):
                self.by_topic[topic].append(recipe.id)
        self.compiled: dict[str, Compiled] = {}
        self.tables: dict[str, Table] = {}
        if before is not None:
            self._keep(before)

    def updated(self, book: RuleBook) -> "Matcher":
        """The matcher of another revision; tables of topics in which nothing changed are kept."""
        return Matcher(book, self)

    def candidates(self, occurrence: Occurrence, scene: Scene) -> list[Recipe]:
        """The recipes, in their order, whose trigger, topics and filter hold.

        Raises EvaluationError when a condition cannot be answered: it may have been any recipe's.
        """
        topic = topic_of(occurrence, scene.subject)
        if topic is None:
            return []
        reading = Reading(scene, {TOPIC.field: topic, HAPPENING.field: happening(occurrence)})
        found = {*self._owners(topic, reading), *self._owners(ALL_TOPICS, reading)}
        sure = [recipe_id for recipe_id in found if self._holds(recipe_id, scene)]
        return [self._recipes[recipe_id] for recipe_id in sorted(sure, key=self._places.__getitem__)]

    def _holds(self, recipe_id: str, scene: Scene) -> bool:
        compiled = self.compiled[recipe_id]
        return compiled.exact or filters.evaluate(compiled.group, scene, "filter")[0].ok

    def _owners(self, topic: str, reading: Reading) -> list[str]:
        if topic not in self.by_topic:
            return []
        table = self.tables.get(topic)
        if table is None:
            table = self.tables[topic] = Table(self._entries(self.by_topic[topic], topic))
        return table.owners(reading)

    def _entries(self, recipe_ids: Iterable[str], topic: str) -> Iterator[tuple[str, list[Conjunction]]]:
        for recipe_id in recipe_ids:
            compiled = self.compiled.get(recipe_id) or self._compile(recipe_id)
            first: Conjunction = (trigger_atom(compiled.recipe.trigger),)
            if topic == ALL_TOPICS:
                first = (topic_atom(compiled.recipe.topics), *first)
            yield recipe_id, [first + conjunction for conjunction in compiled.conjunctions]

    def _compile(self, recipe_id: str) -> Compiled:
        recipe = self._recipes[recipe_id]
        group = self.book.group(recipe.filter)
        try:
            compiled = Compiled(recipe, group, tuple(conjunctions(group)), exact=True)
        except TooWide:
            compiled = Compiled(recipe, group, ((),), exact=False)
        self.compiled[recipe_id] = compiled
        return compiled

    def _keep(self, before: "Matcher") -> None:
        """Take over what is the same: compiled recipes, and tables of topics whose recipes all are."""
        for recipe_id, compiled in before.compiled.items():
            recipe = self._recipes.get(recipe_id)
            if recipe is not None and _same(compiled, recipe, self.book):
                self.compiled[recipe_id] = compiled
        for topic, table in before.tables.items():
            recipe_ids = self.by_topic.get(topic)
            if recipe_ids == before.by_topic[topic] and all(
                self.compiled.get(recipe_id) is before.compiled.get(recipe_id) for recipe_id in recipe_ids
            ):
                self.tables[topic] = table


def _same(compiled: Compiled, recipe: Recipe, book: RuleBook) -> bool:
    """Whether a recipe would compile to the same; the version tells, but for what it refers to."""
    if compiled.recipe is not recipe and compiled.recipe.version != recipe.version:
        return False
    wanted: Filter | None = recipe.filter
    if isinstance(wanted, filters.Group) and not wanted.refers:
        return True
    return compiled.group == book.group(wanted)


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
