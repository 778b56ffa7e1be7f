"""What the conjunctions of one table ask about one feature: sets of them, as bits of a whole number.

A conjunction's positive atoms about a feature stand in slots, the i-th one in slot i. What tokens leave is,
in each slot, the conjunctions that need nothing there or that a token satisfies; less those that a token
is forbidden to.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import reduce
from operator import or_
from typing import Any

from inbox_recipes.matching.atoms import ANYTHING, Atom, Feature, Range
from inbox_recipes.matching.reading import Reading
from inbox_recipes.matching.texts import Text

FORBIDDEN = -1
"""The slot, so to speak, of negative atoms."""

type Bits = int


type ByToken = dict[Any, Bits]


class Column:
    """The atoms about one feature. `add` them all, then `finish`, then it can be asked.

    `slots` holds, for each slot, the conjunctions that need nothing there, and those satisfied by token.
    """

    def __init__(self, feature: Feature) -> None:
        self.feature = feature
        self.asking: Bits = 0
        self.slots: list[tuple[Bits, ByToken]] = []
        self.forbidden: ByToken = {}
        self._added: dict[int, dict[frozenset[Any], Bits]] = {}

    def add(self, atom: Atom, slot: int, bit: Bits) -> None:
        """Enter a conjunction's atom; a positive one in its slot."""
        self.asking |= bit
        alike = self._added.setdefault(slot if atom.positive else FORBIDDEN, {})
        alike[atom.tokens] = alike.get(atom.tokens, 0) | bit

    def finish(self) -> None:
        """Know the bits of each token."""
        self.forbidden = _by_token(self._added.pop(FORBIDDEN, {}))
        for _, alike in sorted(self._added.items()):
            needed = reduce(or_, alike.values())
            self.slots.append((~needed, _by_token(alike)))
        self._added.clear()
        named = [by_token for by_token in (self.forbidden, *(each for _, each in self.slots)) if by_token]
        self.tokens: AbstractSet[Any] = named[0].keys() if len(named) == 1 else frozenset().union(*named)

    def left_by(self, tokens: Iterable[Any]) -> Bits:
        """What these tokens leave, of all there are (as many ones as it takes)."""
        left = -1
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
        return left & ~lost if lost else left


class Values(Column):
    """A field whose values are tokens: what each of them leaves is known beforehand."""

    def finish(self) -> None:
        """Know what is left by nothing, by every value, and by any `other` one."""
        super().finish()
        self.other = self.left_by((ANYTHING,))
        self.left: ByToken = {token: self.left_by((token, ANYTHING)) for token in self.tokens}
        self.tokens = self.left.keys()
        self.left[None] = self.left_by(())

    def left_at(self, reading: Reading) -> Bits:
        """What a field leaves that may have several values."""
        values: frozenset[Any] | None = reading[self.feature.field]
        if values is None:
            return self.left[None]
        named = tuple(self.tokens & values)
        match named:
            case ():
                return self.other
            case (one,):
                return self.left[one]
        return self.left_by((*named, ANYTHING))


class Numbers(Column):
    """A number that ranges are about: their ends cut the line into places, each end and each gap one."""

    def finish(self) -> None:
        """Know the ends."""
        super().finish()
        self._ranges = [token for token in self.tokens if isinstance(token, Range)]
        self._ends = sorted({end for each in self._ranges for end in (each.low, each.high)})
        self._without = self.left_by(())
        self._left: dict[int, Bits] = {}

    def left_at(self, reading: Reading) -> Bits:
        """What the number leaves; found out once for each place."""
        number = reading[self.feature]
        if number is None:
            return self._without
        place = self._place(number)
        left = self._left.get(place)
        if left is None:
            holding = [each for each in self._ranges if self._holds(each, place)]
            left = self._left[place] = self.left_by((*holding, ANYTHING))
        return left

    def _place(self, number: float) -> int:
        """Odd on an end, even between two."""
        return bisect_left(self._ends, number) + bisect_right(self._ends, number)

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

    def finish(self) -> None:
        """Know which words matter at all."""
        super().finish()
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
