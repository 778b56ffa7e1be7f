"""What no column can tell about an atom: asked of the few conjunctions that remain, once a mention."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from inbox_recipes import filters
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.matching.atoms import Atom, Feature, Form
from inbox_recipes.matching.texts import Closer, Text

if TYPE_CHECKING:
    from inbox_recipes.matching.reading import Reading


class Check(Protocol):
    """One atom. Equal atoms should share one check: a reading remembers by identity whether it holds."""

    def __init__(self, atom: Atom) -> None: ...

    def holds(self, reading: "Reading") -> bool:
        """Whether the atom holds."""


class Terms:
    """Terms in a text, some of which are more than a word."""

    __slots__ = ("__weakref__", "_feature", "_literal", "_positive", "_whole", "_words")

    def __init__(self, atom: Atom) -> None:
        self._feature, tokens, self._positive = atom
        closer = [token for token in tokens if isinstance(token, Closer)]
        self._words = tokens.difference(closer)
        self._literal = tuple(term.text for term in closer if term.literal)
        self._whole = tuple(term for term in closer if not term.literal)

    def holds(self, reading: "Reading") -> bool:
        """Whether one of the terms is there, if that is wanted."""
        text: Text = reading[self._feature]
        if self._words and not text.words.isdisjoint(self._words):
            return self._positive
        folded = text.folded
        for part in self._literal:
            if part in folded:
                return self._positive
        for term in self._whole:
            if term.text in folded and term.is_whole_in(text):
                return self._positive
        return not self._positive


class Start:
    """What a text begins with."""

    __slots__ = ("__weakref__", "_positive", "_starts", "_text")

    def __init__(self, atom: Atom) -> None:
        self._text = Feature("words", atom.feature.field)
        self._starts = tuple(atom.tokens)
        self._positive = atom.positive

    def holds(self, reading: "Reading") -> bool:
        """Whether the text begins with one of the terms, if that is wanted."""
        text: Text = reading[self._text]
        return text.folded.lstrip().startswith(self._starts) is self._positive


class Patterns:
    """Patterns in a text."""

    __slots__ = ("__weakref__", "_feature", "_patterns", "_positive", "_searches")

    def __init__(self, atom: Atom) -> None:
        self._feature, self._patterns, self._positive = atom
        self._searches: list[Callable[[bytes], object]] = []

    def holds(self, reading: "Reading") -> bool:
        """Whether one of the patterns is found, if that is wanted. They are compiled when first asked."""
        text: bytes | None = reading[self._feature]
        if text is None:
            return not self._positive
        if not self._searches:
            from inbox_recipes.filters import patterns  # noqa: PLC0415 - loads RE2

            self._searches = [patterns.compiled(each).search for each in self._patterns]
        return any(search(text) for search in self._searches) is self._positive


class Asked:
    """Operators with their values, as the interpreter asks them."""

    __slots__ = ("__weakref__", "_atom", "_operators")

    def __init__(self, atom: Atom) -> None:
        self._atom = atom
        self._operators = FIELDS[atom.feature.field].operators

    def holds(self, reading: "Reading") -> bool:
        """Whether one of them says yes, if that is wanted."""
        feature, asked, positive = self._atom
        raw = reading[feature]
        return any(self._operators[operator].answer(raw, value)[0] for operator, value in asked) is positive


class Filters:
    """Whole filters, as the interpreter asks them."""

    __slots__ = ("__weakref__", "_filters", "_positive")

    def __init__(self, atom: Atom) -> None:
        _, self._filters, self._positive = atom

    def holds(self, reading: "Reading") -> bool:
        """Whether one of them holds, if that is wanted."""
        held = any(filters.evaluate(group, reading.scene, "filter")[0].ok for group in self._filters)
        return held is self._positive


CHECKS: dict[Form, type[Check]] = {
    "words": Terms, "unaccented": Terms, "start": Start, "pattern": Patterns, "asked": Asked,
    "filter": Filters,
}  # fmt: skip
"""Form of a feature -> its kind of check."""
