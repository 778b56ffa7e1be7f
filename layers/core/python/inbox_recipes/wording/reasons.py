"""The reasons that entries give, in French: each row is how the code words it in English, and how we do.

The rows are in the modules beside this one, by what they are about; here are those that are general.
In braces: `{at}` a moment, `{n}` a number, `{w}` a single word of ours, `{why}` another reason, `{list}`
several, `{days}` a text about hours, all else as it is. The first row that fits counts: the general are last.
"""

import re
from functools import cache

from inbox_recipes.wording import (
    reasons_of_calls,
    reasons_of_messages,
    reasons_of_recipes,
    reasons_on_platforms,
)
from inbox_recipes.wording.terms import term, with_days

KINDS = {"at": r"[0-9TZ:.-]+", "n": r"[0-9.]+", "w": r".+?", "why": r".+", "days": r".+"}
ROWS = (
    *reasons_of_recipes.ROWS,
    *reasons_of_messages.ROWS,
    *reasons_of_calls.ROWS,
    *reasons_on_platforms.ROWS,
    # hours, and what is general
    ("during: {days}", "pendant les heures : {days}"),
    ("outside: {days}", "hors des heures : {days}"),
    ("during {x}", "pendant {x}"),
    ("outside {x}", "hors de {x}"),
    ("{w} is already {w2}", "{w} : déjà {w2}"),
)  # fmt: skip

_PLACE = re.compile(r"\{(\w+)\}")
_SEVERAL = re.compile(r"; (?=(?:e-mail|push|perhaps e-mail|perhaps push|no e-mail|no push) to )")


def in_french(reason: str) -> str | None:
    """A reason in French; nothing where no row fits."""
    several = _SEVERAL.split(reason)
    if len(several) > 1:
        words = [in_french(each) for each in several]
        return None if None in words else " ; ".join(map(str, words))
    for pattern, french in _patterns():
        found = pattern.fullmatch(reason)
        if found:
            parts = {name: _part(name, text) for name, text in found.groupdict().items()}
            return french.format(**parts)
    return None


def _part(name: str, text: str) -> str:
    match name.rstrip("0123456789"):
        case "why":
            return in_french(text) or text
        case "w":
            return term(text)
        case "days":
            return with_days(text)
        case "list":
            return ", ".join(in_french(each) or each for each in text.split(", "))
        case _:
            return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(english), re.DOTALL), french) for english, french in ROWS)


def _pattern(english: str) -> str:
    parts = _PLACE.split(english)
    return "".join(
        re.escape(part) if index % 2 == 0 else f"(?P<{part}>{KINDS.get(part.rstrip('0123456789'), '.*?')})"
        for index, part in enumerate(parts)
    )
