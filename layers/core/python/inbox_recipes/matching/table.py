"""One table of recipes: for every mention, which of its conjunctions still hold.

Each conjunction is one bit. A mention starts with all bits and loses, feature by feature, those whose
atoms its tokens do not satisfy; a feature that no remaining conjunction asks about is not looked at, and
what no column can tell is looked into only for the few that remain. So the cost follows what a mention
has and what matches, not how many recipes there are.
"""

from array import array
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from inbox_recipes.matching.atoms import Atom, Conjunction, Feature
from inbox_recipes.matching.checks import Check
from inbox_recipes.matching.columns import Bits, Column, Numbers, Values, Words
from inbox_recipes.matching.reading import CLOSED, SEVERAL, Reading
from inbox_recipes.matching.texts import Closer

type Entry = tuple[int, Iterable[Conjunction]]
"""A recipe's number and its conjunctions."""

COLUMNS: dict[str, type[Column]] = {
    "value": Values, "number": Numbers, "moment": Numbers, "age": Numbers, "words": Words,
    "unaccented": Words,
}  # fmt: skip
"""Form of a feature -> its kind of column; other forms have none."""
MOST_REMEMBERED = 256
"""Combinations of closed values of which a table remembers what they leave."""


class Table:
    """The conjunctions of some recipes, each with the number of the recipe that it belongs to.

    `_after` tells where the conjunctions of the next recipe begin. `_unsure` are those that have checks
    whatever a text says; others' depend on the words that are met.
    """

    def __init__(self, entries: Iterable[Entry], check: Callable[[Atom], Check]) -> None:
        self._owners = array("I")
        self._after = array("I")
        self._checks: dict[int, tuple[Check, ...]] = {}
        self._unsure: Bits = 0
        columns: dict[Feature, Column] = {}
        for owner, conjunctions in entries:
            for conjunction in conjunctions:
                self._enter(conjunction, columns, check)
                self._owners.append(owner)
            self._after.extend([len(self._owners)] * (len(self._owners) - len(self._after)))
        self.all: Bits = (1 << len(self._owners)) - 1
        self._arrange(sorted(columns.values(), key=lambda column: -column.asking.bit_count()))

    def _enter(
        self, conjunction: Conjunction, columns: dict[Feature, Column], check: Callable[[Atom], Check]
    ) -> None:
        index = len(self._owners)
        slots: dict[Feature, int] = {}
        for atom in conjunction:
            known, unknown, signals = divided(atom)
            column = columns.get(atom.feature)
            if column is None and (known or signals):
                column = columns[atom.feature] = COLUMNS[atom.feature.form](atom.feature)
            if column and known:
                slot = slots.get(atom.feature, 0)
                column.add(known, slot, 1 << index)
                slots[atom.feature] = slot + atom.positive
            if unknown:
                self._checks[index] = (*self._checks.get(index, ()), check(unknown))
                if isinstance(column, Words) and signals:
                    column.suspect(signals, 1 << index)
                else:
                    self._unsure |= 1 << index

    def _arrange(self, columns: list[Column]) -> None:
        """Have the columns that most conjunctions ask about looked at first, and texts last."""
        for column in columns:
            column.finish(self.all)
        values = [column for column in columns if isinstance(column, Values)]
        self.fields = [column.feature.field for column in values]
        self._closed = [column for column in values if column.feature.field in CLOSED]
        self._left_by_closed: dict[tuple[Any, ...], Bits] = {}
        several = [column for column in values if column.feature.field in SEVERAL]
        self._values = [
            (column.feature.field, column.left, column.other)
            for column in values
            if column.feature.field not in CLOSED | SEVERAL
        ]
        numbers = [column for column in columns if isinstance(column, Numbers)]
        others: list[Values | Numbers] = [*several, *numbers]
        self._others = [(column.asking, column.left_at) for column in others]
        self._words = [column for column in columns if isinstance(column, Words)]

    def without(self, numbers: AbstractSet[int]) -> Bits:
        """All conjunctions but those of these recipes."""
        return sum(1 << index for index, owner in enumerate(self._owners) if owner not in numbers)

    def owners(self, reading: Reading, alive: Bits) -> list[int]:
        """The recipes of those conjunctions that hold, each once."""
        left_by_closed = self._left_by_closed.get(reading.closed)
        alive &= self._by_closed(reading) if left_by_closed is None else left_by_closed
        for field, left, other in self._values:
            alive &= left.get(reading[field], other)
        if not alive:
            return []
        for asking, left_at in self._others:
            if alive & asking:
                alive &= left_at(reading)
        unsure = self._unsure
        for words in self._words:
            if alive & words.asking:
                met = words.met(reading)
                alive &= words.left_by(met)
                unsure |= words.suspected_by(met)
        return self._told(alive, alive & unsure, reading) if alive else []

    def _by_closed(self, reading: Reading) -> Bits:
        """What the fields leave of which few combinations of values are ever met."""
        left = self.all
        for column in self._closed:
            left &= column.left.get(reading[column.feature.field], column.other)
        if len(self._left_by_closed) >= MOST_REMEMBERED:
            self._left_by_closed.clear()
        self._left_by_closed[reading.closed] = left
        return left

    def _told(self, alive: Bits, unsure: Bits, reading: Reading) -> list[int]:
        """The recipes of what remains: one conjunction that holds is enough, and checks come last."""
        found = []
        owners, after = self._owners, self._after
        ones = bin(alive ^ unsure)[:1:-1]  # the lowest first; nothing is found faster than a character
        place = ones.find("1")
        while place >= 0:
            found.append(owners[place])
            place = ones.find("1", after[place])
        if unsure:
            known = set(found)
            ones = bin(unsure)[:1:-1]
            place = ones.find("1")
            while place >= 0:
                owner = owners[place]
                if owner not in known and reading.holds(self._checks[place]):
                    found.append(owner)
                    place = after[place]
                else:
                    place += 1
                place = ones.find("1", place)
        return found


def divided(atom: Atom) -> tuple[Atom | None, Atom | None, frozenset[str]]:
    """What a column knows of an atom, what is to be checked, and the words that are there if that is.

    Without such words it is to be checked always.
    """
    kind = COLUMNS.get(atom.feature.form)
    if kind is None:
        return None, atom, frozenset()
    closer = [token for token in atom.tokens if isinstance(token, Closer)] if kind is Words else ()
    if not closer:
        return atom, None, frozenset()
    words = atom.tokens.difference(closer)
    signals = frozenset(term.signal for term in closer if term.signal)
    if any(term.signal is None for term in closer):
        signals = frozenset()
    if atom.positive:
        return (atom._replace(tokens=words | signals) if signals else None), atom, frozenset()
    known = atom._replace(tokens=words) if words else None
    return known, atom._replace(tokens=frozenset(closer)), signals
