"""The terms of many recipes, found in a text in one pass.

The text is cut into words once. A term that is one plain word is in the text when it is among them.
Another term that must contain a plain word is looked at only when that word is there; the rest (quoted
fragments, scripts without spaces, emoji) are looked for together by RE2. What these two turn up is
confirmed by the term's own pattern, so the answer is `filters.text.found`'s.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

import re2

from inbox_recipes.filters.text import fold, is_bounded, is_quoted, pattern

WORD = re.compile(r"\w+")


def words(folded: str) -> frozenset[str]:
    """The words of a text that has been folded."""
    return frozenset(WORD.findall(folded))


class Vocabulary:
    """Terms to look for."""

    def __init__(self, terms: Iterable[str]) -> None:
        plain: dict[str, list[str]] = defaultdict(list)
        anchored: dict[str, list[str]] = defaultdict(list)
        loose: list[str] = []
        for term in terms:
            word = anchor(term)
            if word is None:
                loose.append(term)
            elif word == fold(term):
                plain[word].append(term)
            else:
                anchored[word].append(term)
        self._plain, self._anchored = dict(plain), dict(anchored)
        self._known = frozenset(plain) | frozenset(anchored)
        self._loose = Loose(loose) if loose else None

    def found(self, folded: str, have: frozenset[str]) -> list[str]:
        """Those of the terms that are in the text, which is given folded and as words."""
        result: list[str] = []
        for word in self._known & have:
            result += self._plain.get(word, ())
            result += [term for term in self._anchored.get(word, ()) if pattern(term).search(folded)]
        if self._loose is not None:
            result += self._loose.found(folded)
        return result


class Loose:
    """Terms without a word to start from, looked for in one pass of RE2."""

    def __init__(self, terms: list[str]) -> None:
        self._terms = terms
        options = re2.Options()
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        # The first pattern is always there: without it in the answer, RE2 has run out of memory.
        for each in ("", *(loosely(term) for term in terms)):
            self._set.Add(each)
        self._set.Compile()

    def found(self, folded: str) -> list[str]:
        """Those of the terms that are in the text."""
        indices = self._set.Match(folded)
        if 0 not in indices:
            return [term for term in self._terms if pattern(term).search(folded)]
        candidates = (self._terms[index - 1] for index in indices if index)
        return [term for term in candidates if pattern(term).search(folded)]


def anchor(term: str) -> str | None:
    """The longest word that is among a text's words wherever the term is found; there may be none."""
    quoted = is_quoted(term)
    folded = fold(term[1:-1] if quoted else term)
    sure = [
        found.group()
        for found in WORD.finditer(folded)
        if (found.start() > 0 or (not quoted and is_bounded(folded[0])))
        and (found.end() < len(folded) or (not quoted and is_bounded(folded[-1])))
    ]
    return max(sure, key=len, default=None)


def loosely(term: str) -> str:
    """A pattern for RE2 that matches wherever the term is found, and perhaps elsewhere."""
    folded = fold(term[1:-1] if is_quoted(term) else term)
    return r"\s+".join(re2.escape(word) for word in folded.split())
