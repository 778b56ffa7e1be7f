"""Terms and the texts that they are looked for in.

A term of one word is there when the text has that word among its own. Any other (a phrase, a beginning,
quoted text, a sign, an emoji) needs a closer look, which is taken only where nothing else has decided.
"""

from typing import NamedTuple

from inbox_recipes.filters.text import cut, fold, prepared, unaccented, unspaced, words

NEVER = ""
"""Stands for a term of which folding leaves nothing: no text has it."""


class Text:
    """A text folded, with and without its accents, and cut: each once, when it is first needed."""

    __slots__ = ("_accents", "_cut", "_folded", "_text", "words")

    def __init__(self, text: str, *, accents: bool) -> None:
        self._text = text
        self._accents = accents
        self._folded: str | None = None
        self._cut: str | None = None
        self.words = frozenset(words(unspaced(text) if accents else self.folded))
        """Its words, and its characters of spaceless scripts."""

    @property
    def folded(self) -> str:
        """The text as terms are looked for in it."""
        if self._folded is None:
            folded = fold(self._text)
            self._folded = folded if self._accents else unaccented(folded)
        return self._folded

    @property
    def cut(self) -> str:
        """Its tokens in a row, with marks between them."""
        if self._cut is None:
            self._cut = cut(self.folded)
        return self._cut


class Closer(NamedTuple):
    """A term that needs a closer look: `text` stands in the folded text, then `part` in the cut one.

    A literal one has only its text. None is in a text without its `signal`, the longest of its words.
    """

    text: str
    part: str
    literal: bool
    signal: str | None

    def is_in(self, text: Text) -> bool:
        """Whether the term is there. The cheap questions come first: cutting up a text takes long.

        Between spaces tokens are cut as they are anywhere else, so there nothing needs cutting.
        """
        if self.text not in text.folded:
            return False
        return self.literal or f" {self.text} " in f" {text.folded} " or self.part in text.cut


type Term = str | Closer
"""A word, or a term that needs a closer look."""


def term_of(term: str, *, accents: bool) -> Term:
    """A term as a table looks for it."""
    looked_for = prepared(term, accents=accents)
    if not looked_for.part:
        return NEVER
    known = [token for token in looked_for.whole_tokens if words(token) == [token]]
    if known == [looked_for.text]:
        return known[0]
    return Closer(looked_for.text, looked_for.part, looked_for.literal, max(known, key=len, default=None))
