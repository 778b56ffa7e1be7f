"""Terms and the texts that they are looked for in.

A term of one word is there when the text has that word among its own. Any other (a phrase, a beginning,
quoted text, a sign, an emoji) needs a closer look, which is taken only where nothing else has decided.
"""

from functools import cached_property, lru_cache
from typing import NamedTuple

from inbox_recipes.filters.text import cut, fold, prepared, spaced, unaccented, unspaced, words

NEVER = ""
"""Stands for a term of which folding leaves nothing: no text has it."""


class Text:
    """A text folded, with and without its accents, and cut: each once, when it is first needed."""

    def __init__(self, text: str, *, accents: bool) -> None:
        self._folded = unspaced(text) if accents else unaccented(fold(text))
        self.words = frozenset(words(self._folded))
        """Its words, and its characters of spaceless scripts."""

    @cached_property
    def folded(self) -> str:
        """The text as terms are looked for in it."""
        return spaced(self._folded)

    @cached_property
    def cut(self) -> str:
        """Its tokens in a row, with marks between them."""
        return cut(self.folded)


class Closer(NamedTuple):
    """A term that needs a closer look: `text` stands in the folded text, then `part` in the cut one.

    A literal one has only its text. None is in a text without its `signal`, the longest of its words.
    """

    text: str
    part: str
    literal: bool
    signal: str | None

    def is_whole_in(self, text: Text) -> bool:
        """Whether the term is there, when its text is.

        Between spaces tokens are cut as they are anywhere else, so there nothing needs cutting, which
        takes long.
        """
        return self.literal or f" {self.text} " in f" {text.folded} " or self.part in text.cut


type Term = str | Closer
"""A word, or a term that needs a closer look."""


@lru_cache(maxsize=16384)
def term_of(term: str, *, accents: bool) -> Term:
    """A term as a table looks for it."""
    folded = fold(term)
    if folded.isascii() and folded.isalnum():
        return folded
    looked_for = prepared(term, accents=accents)
    if not looked_for.part:
        return NEVER
    known = [token for token in looked_for.whole_tokens if words(token) == [token]]
    if known == [looked_for.text]:
        return known[0]
    return Closer(looked_for.text, looked_for.part, looked_for.literal, max(known, key=len, default=None))
