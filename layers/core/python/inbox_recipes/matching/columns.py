"""What the conjunctions of one table ask about one feature: sets of them, as bits of a whole number.

A conjunction's positive atoms about a feature stand in slots, the i-th one in slot i. What tokens leave is,
in each slot, the conjunctions that need nothing there or that a token satisfies; less those that a token
is forbidden to.
"""

from bisect import bisect_left
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import reduce
from operator import or_
from typing import Any

from inbox_recipes.matching.atoms import ANYTHING, Atom, Feature, Range
from inbox_recipes.matching.reading import SEVERAL, Reading
from inbox_recipes.matching.texts import Text

FORBIDDEN = -1
"""The slot, so to speak, of negative atoms."""

type Bits = int


type ByToken = dict[Any, Bits]


class Column:
    """The atoms about one feature. `add` them all, then `finish`, then it can be asked.

    `slots` holds, for each slot, the conjunctions that need nothing there, and those satisfied by token.
    No number here is negative: Python would turn it over for each AND, and the result back.
    """

    def __init__(self, feature: Feature) -> None:
        self.feature = feature
        self.all: Bits = 0
        self.asking: Bits = 0
        self.slots: list[tuple[Bits, ByToken]] = []
        self.forbidden: ByToken = {}
        self._added: dict[int, dict[frozenset[Any], Bits]] = {}

    def add(self, atom: Atom, slot: int, bit: Bits) -> None:
        """Enter a conjunction's atom; a positive one in its slot."""
        self.asking |= bit
        alike = self._added.setdefault(slot if atom.positive else FORBIDDEN, {})
        alike[atom.tokens] = alike.get(atom.tokens, 0) | bit

    def finish(self, everything: Bits) -> None:
        """Know the bits of each token, and of all conjunctions of the table."""
        self.all = everything
        self.forbidden = _by_token(self._added.pop(FORBIDDEN, {}))
        for _, alike in sorted(self._added.items()):
            needed = reduce(or_, alike.values())
            self.slots.append((everything ^ needed, _by_token(alike)))
        self._added.clear()
        named = [by_token for by_token in (self.forbidden, *(each for _, each in self.slots)) if by_token]
        self.tokens: AbstractSet[Any] = named[0].keys() if len(named) == 1 else frozenset().union(*named)

    def left_by(self, tokens: Iterable[Any]) -> Bits:
        """What these tokens leave, of all there are."""
        left = self.all
        for without_any, by_token in self.slots:
            satisfied = without_any
            for token in tokens:
                if token in by_token:
                    satisfied |= by_token[token]
            left &= satisfied
        forbidden, lost = self.forbidden, 0
        for token in tokens:
            if token in forbidden:
                lost |= forbidden[token]
        return left ^ (left & lost) if lost else left


class Values(Column):
    """A field whose values are tokens: what each of them leaves is known beforehand."""

    def finish(self, everything: Bits) -> None:
        """Know what is left by nothing, by every value, and by any `other` one."""
        super().finish(everything)
        self.other = self.left_by((ANYTHING,))
        self.left: ByToken = {token: self.left_by((token, ANYTHING)) for token in self.tokens}
        self.left[None] = self.left_by(())
        if self.feature.field not in SEVERAL:  # no two values ever meet
            self.slots.clear()
            self.forbidden.clear()

    def left_at(self, reading: Reading) -> Bits:
        """What a field leaves that may have several values."""
        values: frozenset[Any] | None = reading[self.feature.field]
        if values is None:
            return self.left[None]
        left = self.left
        named = [value for value in values if value in left]
        if not named:
            return self.other
        return left[named[0]] if len(named) == 1 else self.left_by((*named, ANYTHING))


class Numbers(Column):
    """A number that ranges are about: their ends cut the line into places, each end and each gap one."""

    def finish(self, everything: Bits) -> None:
        """Know the ends."""
        super().finish(everything)
        self._ranges = [token for token in self.tokens if isinstance(token, Range)]
        self._ends = sorted({end for each in self._ranges for end in (each.low, each.high)})
        self._without = self.left_by(())
        self._left: list[Bits | None] = [None] * (2 * len(self._ends) + 1)

    def left_at(self, reading: Reading) -> Bits:
        """What the number leaves; found out once for each place."""
        number = reading[self.feature]
        if number is None:
            return self._without
        place = self._place(number)
        left = self._left[place]
        if left is None:
            holding = [each for each in self._ranges if self._holds(each, place)]
            left = self._left[place] = self.left_by((*holding, ANYTHING))
        return left

    def _place(self, number: float) -> int:
        """Odd on an end, even between two."""
        ends = self._ends
        before = bisect_left(ends, number)
        return 2 * before + (before < len(ends) and ends[before] == number)

    def _holds(self, each: Range, place: int) -> bool:
        low, high = self._place(each.low), self._place(each.high)
        return (low < place or (each.with_low and low == place)) and (
            place < high or (each.with_high and place == high)
        )


class Words(Column):
    """A text whose words are tokens; `suspicion` gathers where some of them call for a closer look."""

    def __init__(self, feature: Feature) -> None:
        super().__init__(feature)
        self._suspicion: ByToken = {}

    def suspect(self, signals: Iterable[str], bit: Bits) -> None:
        """Have the conjunction checked where one of the signals is met."""
        self.asking |= bit
        for signal in signals:
            self._suspicion[signal] = self._suspicion.get(signal, 0) | bit

    def finish(self, everything: Bits) -> None:
        """Know which words matter at all."""
        super().finish(everything)
        self.tokens = frozenset(self.tokens).union(self._suspicion)

    def met(self, reading: Reading) -> AbstractSet[str]:
        """The words of the text that matter."""
        text: Text = reading[self.feature]
        return self.tokens & text.words

    def suspected_by(self, words: Iterable[str]) -> Bits:
        """Which conjunctions these words have checked."""
        found = 0
        suspicion = self._suspicion
        for word in words:
            if word in suspicion:
                found |= suspicion[word]
        return found


def _by_token(alike: dict[frozenset[Any], Bits]) -> ByToken:
    """The bits of each token; sets of many share one number, which saves half of the memory."""
    found: ByToken = {}
    for tokens, bits in alike.items():
        for token in tokens:
            before = found.get(token)
            found[token] = bits if before is None else before | bits
    return found
