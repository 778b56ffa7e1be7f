"""One table of recipes: for every mention, which of its conjunctions still hold.

Each conjunction is one bit. A mention starts with all bits and loses, feature by feature, those whose
atoms its tokens do not satisfy; a feature that no remaining conjunction asks about is not looked at, and
what no column can tell is looked into only for the few that remain. So the cost follows what a mention
has and what matches, not how many recipes there are.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from inbox_recipes.matching.atoms import Atom, Conjunction, Feature
from inbox_recipes.matching.checks import Check
from inbox_recipes.matching.columns import Bits, Column, Numbers, Values, Words
from inbox_recipes.matching.reading import Reading
from inbox_recipes.matching.texts import Closer

type Entry = tuple[int, Iterable[Conjunction]]
"""A recipe's number and its conjunctions."""

COLUMNS: dict[str, type[Column]] = {
    "value": Values, "number": Numbers, "moment": Numbers, "age": Numbers, "words": Words,
    "unaccented": Words,
}  # fmt: skip
"""Form of a feature -> its kind of column; other forms have none."""


class Table:
    """The conjunctions of some recipes, each with the number of the recipe that it belongs to.

    `unsure` are those that have `checks` whatever a text says; others' depend on the words that are met.
    """

    def __init__(self, entries: Iterable[Entry], check: Callable[[Atom], Check]) -> None:
        self._owners: list[int] = []
        self._checks: dict[int, tuple[Check, ...]] = {}
        self._unsure: Bits = 0
        columns: dict[Feature, Column] = {}
        for owner, conjunctions in entries:
            for conjunction in conjunctions:
                self._enter(conjunction, columns, check)
                self._owners.append(owner)
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
            column.finish()
        self._values = [
            (column.feature.field, column.left, column.other, column)
            for column in columns
            if isinstance(column, Values)
        ]
        self._numbers = [column for column in columns if isinstance(column, Numbers)]
        self._words = [column for column in columns if isinstance(column, Words)]

    def without(self, numbers: AbstractSet[int]) -> Bits:
        """All conjunctions but those of these recipes."""
        return sum(1 << index for index, owner in enumerate(self._owners) if owner not in numbers)

    def owners(self, reading: Reading, alive: Bits) -> list[int]:
        """The recipes of those conjunctions that hold; a recipe may come several times."""
        for field, left, other, column in self._values:
            value = reading[field]
            if value.__class__ is frozenset:
                alive &= column.left_by_several(value)
            else:
                alive &= left.get(value, other)
            if not alive:
                return []
        for numbers in self._numbers:
            if alive & numbers.asking:
                alive &= numbers.left_at(reading)
        for words in self._words:
            if alive & words.asking:
                alive &= words.left_at(reading)
        return [self._owners[index] for index in _ones(self._checked(alive, reading))]

    def _checked(self, alive: Bits, reading: Reading) -> Bits:
        """What remains once the checks have been made."""
        unsure = alive & self._unsure
        for words in self._words:
            if alive & words.suspected:
                unsure |= alive & words.suspected_at(reading)
        for index in _ones(unsure):
            for check in self._checks[index]:
                if not reading[check]:
                    alive ^= 1 << index
                    break
        return alive


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


def _ones(bits: Bits) -> list[int]:
    """The places of the ones, the highest first: so the number gets shorter on the way."""
    found = []
    while bits:
        place = bits.bit_length() - 1
        found.append(place)
        bits ^= 1 << place
    return found
