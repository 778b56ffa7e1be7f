"""How terms are found in text (domain section 2, "Evaluation rules").

1. Text and terms are folded alike: case, width, curly apostrophes, skin tones, Arabic and Hebrew vowel
   signs and invisible characters do not count; any run of whitespace is one space. Accents count, but
   not for the operators that say so.
2. Folded text is cut into tokens. A run of letters, digits and `_` is one, and so is an emoji with all
   its parts; every other character is a token of its own: space, punctuation, and each character of
   the scripts that set no spaces between words, or hang endings on them (Chinese, Japanese, Korean, Thai).
3. A bare term is found where its tokens stand in a row.
4. A bare term that ends in a word and `*` is found where its last token only begins the text's.
5. A term in double quotes is found literally in the folded text, also inside a word.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse
from typing import NamedTuple

from inbox_recipes.filters.scripts import INVISIBLE, JOINED, SPACELESS, WIDE, WORD

_TOKEN = re.compile(
    rf"[{WORD}]+(?!(?<=[0-9])\u20e3)"
    r"|[0-9#*]\u20e3"  # a key of a phone: its digit is no part of a word before it
    r"|[\U0001F1E6-\U0001F1FF]{2}"  # a flag: two regional letters
    r"|[^\w\s](?:[\U000E0020-\U000E007F]+|(?:\u200d[^\w\s])+)?"  # a sign, an emoji, or several joined to one
    r"|."
)
_ASCII_TOKEN = re.compile(r"[a-z0-9_]+|.")
_WORD = re.compile(rf"[{WORD}]+")
_LATIN = [ord(chr(code).lower()) if chr(code).lower() < "\u0100" else code for code in range(256)]
_LATIN_FOLDED = bytes(_LATIN)
"""Latin-1 in small letters; there is nothing else in it to fold but what `_LATIN_ODD` says."""
_LATIN_WORDS = bytes(code if chr(code).isalnum() or code == ord("_") else ord(" ") for code in _LATIN)
"""The same with a space for whatever words are not made of."""
_LATIN_ODD = {"ß": "ss", "µ": "\u03bc"}
_BEYOND_LATIN = re.compile("([^\x00-\xff]+)")
_SOFT_HYPHEN = b"\xad"
_LONG = bytes(range(0xE0, 0x100))
"""First bytes in UTF-8 of characters from U+0800 on: all that spaceless scripts and emoji are made of."""
_IN_WORDS = re.compile(rf"[{WORD}\u20e3]")
_SPACELESS = re.compile(f"([{SPACELESS}])")
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_JOINED = re.compile(JOINED)
_WIDE = re.compile(f"[{WIDE}]+")
_ODD = re.compile(f"[{INVISIBLE}{WIDE}\u200d]")
_JOINER = "\u200d"
_KEYCAP = "\u20e3"
_ALIKE = {"‘": "'", "’": "'", "ʼ": "'", "‐": "-", "‑": "-", "\u00ad": ""}  # noqa: RUF001
_ACCENTS = re.compile("[\u0300-\u036f\u0653-\u0655]+")
_WITHOUT_ACCENT = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i"}
)
_BETWEEN = "\x1f"
"""Stands between the tokens of a cut text. It is whitespace, so it never stands in folded text."""


def caseless(text: str) -> str:
    """Text in the form in which whole values are compared: composed, without case."""
    return text.lower() if text.isascii() else _composed(_composed(text).replace("İ", "i").casefold())


def fold(text: str) -> str:
    """Text in the form in which terms are looked for in it (rule 1)."""
    return spaced(unspaced(text))


def spaced(folded: str) -> str:
    """Any run of whitespace as one space."""
    if "  " not in folded and folded.isprintable():  # which of all whitespace only the space is
        return folded
    return " ".join(f".{folded}.".split())[1:-1]


def unspaced(text: str) -> str:
    """Text folded, but for its whitespace, which stays as it is."""
    if text.isascii():
        return text.lower()
    latin = _latin(text, _LATIN_FOLDED)
    if latin is not None:
        return latin
    folded = caseless(text)
    for odd, plain in _ALIKE.items():
        folded = folded.replace(odd, plain)
    if _ODD.search(folded):
        folded = _WIDE.sub(lambda wide: unicodedata.normalize("NFKC", wide[0]), folded)
        folded = _composed(_JOINED.sub("", _INVISIBLE.sub("", folded)))
    return folded


def unaccented(folded: str) -> str:
    """Folded text without its accents: of Latin, Greek and Cyrillic letters, and the hamza of Arabic ones."""
    if folded.isascii():
        return folded
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", folded))
    return _composed(bare).translate(_WITHOUT_ACCENT)


def tokens(folded: str) -> list[str]:
    """Folded text cut up (rule 2); nothing of it is lost."""
    if folded.isascii():
        return _ASCII_TOKEN.findall(folded)
    if not _SPACELESS.search(folded):
        return _TOKEN.findall(folded)
    found = _SPACELESS.split(folded)  # every second one is a token of its own
    parts = (
        found[place : place + 1] if place % 2 else _TOKEN.findall(part) for place, part in enumerate(found)
    )
    return [token for part in parts for token in part]


def words(folded: str) -> list[str]:
    """Those of the tokens that are words, or single characters of spaceless scripts; whitespace is free.

    The same as to take them from `tokens`, at a fraction of its time.
    """
    latin = _latin(folded, _LATIN_WORDS)
    if latin is not None:
        return latin.split()
    if _JOINER in folded or _KEYCAP in folded:  # what belongs to an emoji may look like a part of a word
        return [token for token in tokens(folded) if _WORD.fullmatch(token) or _SPACELESS.fullmatch(token)]
    encoded = folded.encode()
    spaceless = _SPACELESS.findall(folded) if len(encoded.translate(None, _LONG)) < len(encoded) else []
    parts = (_SPACELESS.sub(" ", folded) if spaceless else folded).split()
    others = _WORD.findall(" ".join(filterfalse(str.isalnum, parts)))
    return [*spaceless, *filter(str.isalnum, parts), *others]


def words_in(text: str) -> list[str]:
    """The words of a text that is not folded yet."""
    latin = _latin(text, _LATIN_WORDS)
    if latin is None and len(text.encode("latin-1", "ignore")) > 0.8 * len(text):
        first, *others = _BEYOND_LATIN.split(text)
        beyond = others[::2]
        if not any(map(str.isalnum, beyond)) and all(map(_separates, beyond)):
            latin = _latin(" ".join((first, *others[1::2])), _LATIN_WORDS)
    return words(unspaced(text)) if latin is None else latin.split()


@lru_cache(maxsize=4096)
def _separates(signs: str) -> bool:
    """Whether these, emoji or curly quotes perhaps, only set words apart."""
    return not _IN_WORDS.search(signs) and words(unspaced(f"a{signs}b")) == ["a", "b"]


def cut(folded: str) -> str:
    """Folded text with a mark around every token: tokens in a row are a part of it."""
    return _BETWEEN.join(["", *tokens(folded), ""])


class Wanted(NamedTuple):
    """A term ready to be looked for: a part of the folded text, or of the cut one."""

    part: str
    literal: bool

    @property
    def text(self) -> str:
        """What stands in the folded text wherever the term does, perhaps elsewhere too."""
        return self.part.replace(_BETWEEN, "")

    @property
    def is_begun(self) -> bool:
        """Whether its last token only begins the text's."""
        return not self.literal and not self.part.endswith(_BETWEEN)

    @property
    def whole_tokens(self) -> list[str]:
        """The tokens that a text has wherever the term stands in it; of a literal one none is known."""
        return [] if self.literal else self.part.split(_BETWEEN)[1:-1]

    def is_in(self, folded: str, cut_up: str) -> bool:
        """Whether it stands there; a term of invisible characters alone never does."""
        return bool(self.part) and self.part in (folded if self.literal else cut_up)


def prepared(term: str, *, accents: bool = True) -> Wanted:
    """A term as it is looked for (rules 3 to 5)."""
    quoted = is_quoted(term)
    folded = fold(term[1:-1]) if quoted else fold(term).strip()
    if not accents:
        folded = unaccented(folded)
    if quoted or not folded:
        return Wanted(folded, literal=quoted)
    *first, last = tokens(folded)
    if last == "*" and first and first[-1][-1].isalnum():
        return Wanted(_BETWEEN.join(["", *first]), literal=False)
    return Wanted(cut(folded), literal=False)


wanted = lru_cache(maxsize=16384)(prepared)
"""The same, remembered: the interpreter looks for the same terms in every text."""


def is_quoted(term: str) -> bool:
    """Whether the term asks for a literal phrase."""
    return len(term) > 2 and term[0] == term[-1] == '"'


def found(terms: tuple[str, ...], text: str, *, accents: bool = True) -> list[str]:
    """Those of `terms` that stand in `text`, in their own order."""
    folded = fold(text) if accents else unaccented(fold(text))
    cut_up = cut(folded)
    return [term for term in terms if wanted(term, accents=accents).is_in(folded, cut_up)]


def _latin(text: str, table: bytes) -> str | None:
    """Text of Latin-1 alone turned into what the table says; nothing for any other, which takes longer."""
    try:
        latin = text.encode("latin-1").translate(table, _SOFT_HYPHEN).decode("latin-1")
    except UnicodeEncodeError:
        return None
    if not latin.isascii():
        for odd, plain in _LATIN_ODD.items():
            latin = latin.replace(odd, plain)
    return latin


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
