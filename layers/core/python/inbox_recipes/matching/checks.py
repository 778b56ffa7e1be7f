"""What no column can tell about an atom: asked of the few conjunctions that remain, once a mention."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from inbox_recipes import filters
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.matching.atoms import Atom, Form
from inbox_recipes.matching.texts import Closer, Text

if TYPE_CHECKING:
    from inbox_recipes.matching.reading import Reading


class Check:
    """One atom. Equal atoms should share one check: a reading remembers by identity whether it holds."""

    __slots__ = ("__weakref__", "_closer", "_finds", "atom")

    def __init__(self, atom: Atom) -> None:
        self.atom = atom
        self._finds = FINDS[atom.feature.form]
        self._closer = tuple(token for token in atom.tokens if isinstance(token, Closer))

    def holds(self, reading: "Reading") -> bool:
        """Whether the atom holds."""
        return self._finds(self.atom, self._closer, reading) is self.atom.positive


def _terms(atom: Atom, closer: tuple[Closer, ...], reading: "Reading") -> bool:
    text: Text = reading[atom.feature]
    folded = text.folded
    for term in closer:
        if term.text in folded and term.is_whole_in(text):
            return True
    return not atom.tokens.isdisjoint(text.words)


def _conditions(atom: Atom, _: tuple[Closer, ...], reading: "Reading") -> bool:
    raw: Any = reading[atom.feature]
    operators = FIELDS[atom.feature.field].operators
    return any(operators[operator].answer(raw, value)[0] for operator, value in atom.tokens)


def _filters(atom: Atom, _: tuple[Closer, ...], reading: "Reading") -> bool:
    return any(filters.evaluate(group, reading.scene, "filter")[0].ok for group in atom.tokens)


FINDS: dict[Form, Callable[[Atom, tuple[Closer, ...], "Reading"], bool]] = {
    "words": _terms, "unaccented": _terms, "asked": _conditions, "filter": _filters,
}  # fmt: skip
"""Form -> whether any of an atom's tokens is there."""
