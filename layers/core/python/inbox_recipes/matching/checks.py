"""What no column can tell about an atom: asked of the few conjunctions that remain, once a mention."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from inbox_recipes import filters
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.matching.atoms import Atom, Form
from inbox_recipes.matching.texts import Closer

if TYPE_CHECKING:
    from inbox_recipes.matching.reading import Reading


class Check:
    """One atom. Equal atoms should share one check: a reading remembers its answer by identity."""

    __slots__ = ("__weakref__", "_answer", "_atom")

    def __init__(self, atom: Atom) -> None:
        self._atom = atom
        self._answer = ANSWERS[atom.feature.form](atom)

    def holds(self, reading: "Reading") -> bool:
        """Whether the atom holds."""
        return self._answer(reading) == self._atom.positive


type Answer = Callable[["Reading"], bool]
"""Whether any of an atom's tokens is there."""


def _terms(atom: Atom) -> Answer:
    words = frozenset(token for token in atom.tokens if not isinstance(token, Closer))
    closer = [token for token in atom.tokens if isinstance(token, Closer)]

    def answer(reading: "Reading") -> bool:
        text = reading[atom.feature]
        return not words.isdisjoint(text.words) or any(term.is_in(text) for term in closer)

    return answer


def _conditions(atom: Atom) -> Answer:
    row = FIELDS[atom.feature.field]
    asked = [(row.operators[operator].answer, value) for operator, value in atom.tokens]

    def answer(reading: "Reading") -> bool:
        raw: Any = reading[atom.feature]
        return any(answers(raw, value)[0] for answers, value in asked)

    return answer


def _filters(atom: Atom) -> Answer:
    return lambda reading: any(
        filters.evaluate(group, reading.scene, "filter")[0].ok for group in atom.tokens
    )


ANSWERS: dict[Form, Callable[[Atom], Answer]] = {
    "words": _terms, "unaccented": _terms, "asked": _conditions, "filter": _filters,
}  # fmt: skip
