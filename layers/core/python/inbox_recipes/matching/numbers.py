"""Where a number lies among all the ends of ranges that a column asks about."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable

from inbox_recipes.matching.atoms import ANYTHING, Range


class Segments:
    """The ends cut the line into places: each end is one, and so is the gap before it and after the last."""

    def __init__(self, tokens: Iterable[Hashable]) -> None:
        self._ranges = [token for token in tokens if isinstance(token, Range)]
        self._ends = sorted({end for each in self._ranges for end in (each.low, each.high)})

    def place(self, number: float | None) -> int | None:
        """Odd on an end, even between two; nothing for no number."""
        if number is None:
            return None
        index = bisect_left(self._ends, number)
        on_end = index < len(self._ends) and self._ends[index] == number
        return 2 * index + 1 if on_end else 2 * index

    def ranges_at(self, place: int | None) -> list[Hashable]:
        """The ranges that hold every number of that place."""
        if place is None:
            return []
        return [*(each for each in self._ranges if self._holds(each, place)), ANYTHING]

    def _holds(self, each: Range, place: int) -> bool:
        low, high = (2 * bisect_left(self._ends, end) + 1 for end in (each.low, each.high))
        return (low < place or (each.with_low and low == place)) and (
            place < high or (each.with_high and place == high)
        )
