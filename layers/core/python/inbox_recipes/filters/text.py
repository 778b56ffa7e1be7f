"""Word, phrase and case rules for text matching (domain section 2, "Evaluation rules").

A bare term is found as whole words, whatever the case; accents count. A term in double quotes is
found literally, also inside a word.
"""

import re
import unicodedata
from functools import lru_cache


def fold(text: str) -> str:
    """Text in the form in which terms are compared: composed, without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def is_bounded(char: str) -> bool:
    """Whether a word that ends in this character must end there in the text too.

    Scripts written without spaces (Han, kana, Thai, ...) and emoji have no word boundaries to see.
    """
    if not (char.isalnum() or char == "_"):
        return False
    code = ord(char)
    return not (0x0E00 <= code <= 0x0EFF or 0x1780 <= code <= 0x17FF or 0x2E80 <= code <= 0xA4CF
                or 0xF900 <= code <= 0xFAFF or 0xFF66 <= code <= 0xFF9F or code >= 0x20000)  # fmt: skip


@lru_cache(maxsize=4096)
def pattern(term: str) -> re.Pattern[str]:
    folded = fold(term)
    if is_quoted(term):
        return re.compile(re.escape(fold(term[1:-1])))
    body = r"\s+".join(re.escape(word) for word in folded.split())
    before = r"(?<!\w)" if is_bounded(folded[0]) else ""
    after = r"(?!\w)" if is_bounded(folded[-1]) else ""
    return re.compile(before + body + after)


def is_quoted(term: str) -> bool:
    """Whether the term asks for a literal phrase."""
    return len(term) > 2 and term[0] == term[-1] == '"'


def found(terms: tuple[str, ...], text: str) -> list[str]:
    """Those of `terms` that stand in `text`, in their own order."""
    folded = fold(text)
    return [term for term in terms if pattern(term).search(folded)]
