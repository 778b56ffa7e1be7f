"""Terms and the texts that they are looked for in.

A term of one word is there when the text has that word among its own. Any other (a phrase, a beginning,
quoted text, a sign, an emoji) needs a closer look, which is taken only where nothing else has decided.
"""

from functools import cached_property, lru_cache
from typing import NamedTuple

from inbox_recipes.filters.text import cut, fold, prepared, spaced, unaccented, unspaced, words, words_in

NEVER = ""
"""Stands for a term of which folding leaves nothing: no text has it."""
KEYCAP = "\u20e3"
"""It takes the sign before it out of a word."""


class Text:
    """A text folded, with and without its accents, and cut: each once, when it is first needed."""

    def __init__(self, text: str, *, accents: bool) -> None:
        self._text = text
        self._accents = accents
        self.words = frozenset(words_in(text) if accents else words(self.folded))
        """Its words, and its characters of spaceless scripts."""

    @cached_property
    def folded(self) -> str:
        """The text as terms are looked for in it."""
        return spaced(unspaced(self._text) if self._accents else unaccented(fold(self._text)))

    @cached_property
    def padded(self) -> str:
        """The same between two spaces."""
        return f" {self.folded} "

    @cached_property
    def cut(self) -> str:
        """Its tokens in a row, with marks between them."""
        return cut(self.folded)


class Closer(NamedTuple):
    """A term that needs a closer look: `text` stands in the folded text, then `part` in the cut one.

    A literal one has only its text. Of any other, `alone` is the text after a space, and before one unless
    it only begins a word. None is in a text without its `signal`, the longest of its words.
    """

    text: str
    part: str
    literal: bool
    alone: str
    signal: str | None

    def is_whole_in(self, text: Text) -> bool:
        """Whether the term, which is not literal, is there, when its text is.

        Between spaces tokens are cut as they are anywhere else, so there nothing needs cutting, which
        takes long.
        """
        return (self.alone in text.padded and KEYCAP not in text.folded) or self.part in text.cut


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
    alone = f" {looked_for.text}" if looked_for.is_begun else f" {looked_for.text} "
    return Closer(
        looked_for.text, looked_for.part, looked_for.literal, alone, max(known, key=len, default=None)
    )
