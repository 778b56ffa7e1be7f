"""Regular expressions in filters: RE2, whose time grows with the text and never explodes.

Loading RE2 takes longer than most rule books need it for: it is imported where a pattern is met.
"""

import unicodedata
from functools import lru_cache
from typing import Any

import re2
from pydantic_core import PydanticCustomError

LARGEST = 1024
"""Bytes in a pattern."""
MEMORY = 1 << 20
"""Bytes that a pattern may take when it is compiled; RE2 refuses one that needs more."""
SHOWN = 200
"""Characters of what was found that an explanation shows."""


def options() -> Any:
    """How every pattern is compiled: capitals do not matter."""
    chosen = re2.Options()
    chosen.case_sensitive = False
    chosen.max_mem = MEMORY
    chosen.log_errors = False
    return chosen


def readied(text: str) -> str:
    """Pattern or text in the one form in which both are compared: composed."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Any:
    """The pattern, ready to search. Raises `re2.error` with RE2's own reason."""
    return re2.compile(readied(pattern), options())


def search(pattern: str, text: str) -> str | None:
    """What the pattern finds first, anywhere in the text."""
    match = compiled(pattern).search(readied(text))
    return match[0][:SHOWN] if match else None


def checked(pattern: str) -> str:
    """The pattern as it was, if RE2 takes it. Raises PydanticCustomError with the reason if not."""
    if len(pattern.encode()) > LARGEST:
        raise PydanticCustomError("unfit", "a pattern may have {largest} bytes", {"largest": LARGEST})
    try:
        compiled(pattern)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace")
        raise PydanticCustomError("unfit", "{reason}", {"reason": reason}) from error
    return pattern
