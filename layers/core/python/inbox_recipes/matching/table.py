"""One table of recipes: for every mention, which of its conjunctions still hold.

Each conjunction is one bit. A mention starts with all bits and loses, feature by feature, those whose
atoms its tokens do not satisfy; a feature that no remaining conjunction asks about is not looked at.
So the cost follows what a mention has and what matches, not how many recipes there are.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from inbox_recipes.matching.atoms import ANYTHING, Conjunction, Feature
from inbox_recipes.matching.numbers import Segments
from inbox_recipes.matching.reading import Reading
from inbox_recipes.matching.vocabulary import Vocabulary

CHEAP_FIRST = {"value": 0, "number": 1, "words": 2, "unaccented": 3, "asked": 4}


@dataclass
class Slot:
    """The i-th positive atom of each conjunction about a feature: which token satisfies which of them."""

    needed: int = 0
    by_token: dict[Hashable, int] = field(default_factory=dict)


@dataclass
class Column:
    """All that the conjunctions of a table ask about one feature."""

    feature: Feature
    slots: list[Slot] = field(default_factory=list)
    forbidden: dict[Hashable, int] = field(default_factory=dict)
    asking: int = 0

    def add(self, conjunction: Conjunction, bit: int) -> None:
        """Enter the conjunction's atoms about this feature."""
        used = 0
        for atom in conjunction:
            if atom.feature != self.feature:
                continue
            self.asking |= bit
            if not atom.positive:
                _enter(self.forbidden, atom.tokens, bit)
                continue
            if used == len(self.slots):
                self.slots.append(Slot())
            self.slots[used].needed |= bit
            _enter(self.slots[used].by_token, atom.tokens, bit)
            used += 1

    def finish(self) -> None:
        """Know all tokens, and what is left where there is none and where there is only another one."""
        self._known = frozenset(self.forbidden).union(*(slot.by_token for slot in self.slots))
        self._left: dict[Hashable, int] = {None: self._alive(()), OTHER: self._alive((ANYTHING,))}
        match self.feature.form:
            case "words" | "unaccented":
                self._vocabulary = Vocabulary(self._known, accents=self.feature.form == "words")
            case "number":
                self._segments = Segments(self._known)

    def left(self, reading: Reading) -> int:
        """The bits that a mention leaves, of all bits (as many ones as it takes)."""
        name = self.feature.field
        match self.feature.form:
            case "value":
                return self._left_by(reading.value(name))
            case "words" | "unaccented":
                return self._alive(reading.terms(self.feature, self._vocabulary))
            case "number":
                return self._left_by_place(self._segments.place(reading.number(name)))
            case _:
                return self._left[OTHER if reading.holds(self.feature) else None]

    def _left_by(self, value: Hashable) -> int:
        if isinstance(value, frozenset):
            named = self._known & value
            return self._alive((*named, ANYTHING)) if named else self._left[OTHER]
        if value is None or value in self._left:
            return self._left[value]
        if value not in self._known:
            return self._left[OTHER]
        self._left[value] = self._alive((value, ANYTHING))
        return self._left[value]

    def _left_by_place(self, place: int | None) -> int:
        if place not in self._left:
            self._left[place] = self._alive(self._segments.ranges_at(place))
        return self._left[place]

    def _alive(self, present: Iterable[Hashable]) -> int:
        """What these tokens leave."""
        result = -1
        for slot in self.slots:
            satisfied = 0
            for token in present:
                satisfied |= slot.by_token.get(token, 0)
            result &= ~slot.needed | satisfied
        if self.forbidden:
            for token in present:
                result &= ~self.forbidden.get(token, 0)
        return result


OTHER = object()
"""Stands for any value that no recipe of the table names."""


def _enter(places: dict[Hashable, int], tokens: Iterable[Hashable], bit: int) -> None:
    for token in tokens:
        places[token] = places.get(token, 0) | bit


class Table:
    """The conjunctions of some recipes, each with the id of the recipe that it belongs to."""

    def __init__(self, entries: Iterable[tuple[str, Iterable[Conjunction]]]) -> None:
        self._recipe_ids: list[str] = []
        columns: dict[Feature, Column] = {}
        for recipe_id, conjunctions in entries:
            for conjunction in conjunctions:
                bit = 1 << len(self._recipe_ids)
                self._recipe_ids.append(recipe_id)
                for feature in {atom.feature: None for atom in conjunction}:
                    column = columns.get(feature)
                    if column is None:
                        column = columns[feature] = Column(feature)
                    column.add(conjunction, bit)
        for column in columns.values():
            column.finish()
        self._columns = sorted(columns.values(), key=lambda column: CHEAP_FIRST[column.feature.form])
        self._all = (1 << len(self._recipe_ids)) - 1

    def owners(self, reading: Reading) -> list[str]:
        """The recipes of the conjunctions that hold; a recipe may come several times."""
        alive = self._all
        for column in self._columns:
            if alive & column.asking:
                alive &= column.left(reading)
                if not alive:
                    return []
        found = []
        while alive:
            lowest = alive & -alive
            found.append(self._recipe_ids[lowest.bit_length() - 1])
            alive ^= lowest
        return found
