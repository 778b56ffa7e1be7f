"""The terms of many recipes, found in a text in one pass.

The text is folded and cut into tokens once (`filters.text`, rules 1 and 2). A term of one token is there
when its token is; a longer one is looked at only when the longest of its tokens is; a beginning is looked
up among the beginnings of its length; quoted terms are looked for together by RE2. What these turn up
beyond single tokens is confirmed as the interpreter does, so the answer is `filters.text.found`'s.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from functools import cached_property

import re2

from inbox_recipes.filters.text import cut, fold, tokens, unaccented, wanted

LONGEST_SET = 64 << 20
"""Bytes that RE2 may use for one set of quoted terms."""


class Text:
    """A text folded, with and without its accents, and cut: each once, when it is first needed."""

    def __init__(self, text: str, *, accents: bool) -> None:
        self.folded = fold(text) if accents else unaccented(fold(text))

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What it is cut into."""
        return frozenset(tokens(self.folded))

    @cached_property
    def cut(self) -> str:
        """The tokens in a row, with marks between them."""
        return cut(self.folded)

    def beginnings(self, length: int) -> frozenset[str]:
        """The first characters of its tokens."""
        return frozenset(token[:length] for token in self.tokens)


class Vocabulary:
    """Terms to look for; accents count or not."""

    def __init__(self, terms: Iterable[Hashable], *, accents: bool) -> None:
        self._accents = accents
        single: dict[str, list[str]] = defaultdict(list)
        longer: dict[str, list[str]] = defaultdict(list)
        begun: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        quoted: list[str] = []
        for term in map(str, terms):
            looked_for = wanted(term, accents=accents)
            parts = looked_for.part.split(BETWEEN)[1:]
            if looked_for.literal or not parts:
                quoted.append(term)
            elif parts[-1]:  # no mark at its end: the last token only begins one
                word = max(parts[:-1], key=len, default=None)
                place = begun[len(parts[-1])][parts[-1]] if word is None else longer[word]
                place.append(term)
            elif len(parts) == 2:
                single[parts[0]].append(term)
            else:
                longer[max(parts, key=len)].append(term)
        self._single, self._longer, self._begun = dict(single), dict(longer), dict(begun)
        self._known = frozenset(single) | frozenset(longer)
        self._quoted = Quoted(quoted, accents=accents) if quoted else None

    def found(self, text: Text) -> list[str]:
        """Those of the terms that are in the text."""
        result: list[str] = []
        for token in self._known & text.tokens:
            result += self._single.get(token, ())
            result += [term for term in self._longer.get(token, ()) if self._is_in(term, text)]
        for length, begun in self._begun.items():
            for beginning in begun.keys() & text.beginnings(length):
                result += begun[beginning]
        if self._quoted is not None:
            result += [term for term in self._quoted.candidates(text.folded) if self._is_in(term, text)]
        return result

    def _is_in(self, term: str, text: Text) -> bool:
        return wanted(term, accents=self._accents).is_in(text.folded, text.cut)


BETWEEN = cut("")[:1]
"""The mark that `cut` sets between tokens."""


class Quoted:
    """Quoted terms, which may stand anywhere, looked for in one pass of RE2."""

    def __init__(self, terms: list[str], *, accents: bool) -> None:
        self._terms = terms
        options = re2.Options()
        options.max_mem = LONGEST_SET
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        # The first pattern is always there: an answer without it says that RE2 ran out of memory.
        for part in ("", *(wanted(term, accents=accents).part for term in terms)):
            self._set.Add(re2.escape(part))
        self._set.Compile()

    def candidates(self, folded: str) -> list[str]:
        """Those of the terms that may be in the text; all of them when RE2 cannot tell."""
        indices = self._set.Match(folded)
        return [self._terms[index - 1] for index in indices if index] if 0 in indices else self._terms
