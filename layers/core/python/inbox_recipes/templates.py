"""Texts with variables in brackets: `[mention.content]` (domain 4; A17, A28; R19).

Variables are replaced and nothing else happens: no logic, no attributes, no text that a value brought in is
read again. Each value is escaped for the place where it lands.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal
from urllib.parse import quote

from inbox_recipes.variables import FIRST_WORDS, VARIABLES

type Context = Literal["json", "url", "markup", "plain"]
"""Where a text lands. `url` is percent-encoding, for addresses and forms; `markup` is XML and HTML."""

BRACKETS = re.compile(r"\[([^\[\]\"\\{}]{1,100})\]")
FIRST_WORD = re.compile(r"\s*(\w+)")
DOTTED = re.compile(r"\w+(\.\w+)+")
EMPTY = "\x00"
"""Stands for a variable without a value until the spaces around it are tidied; no text holds it."""


@dataclass(frozen=True)
class Unknown:
    """A bracket that names no variable, and the names that were probably meant."""

    bracket: str
    near: tuple[str, ...]

    @property
    def detail(self) -> str:
        """The mistake in words."""
        meant = f" Did you mean [{self.near[0]}]?" if self.near else ""
        return f"There is no variable {self.bracket}.{meant}"


def named(text: str) -> tuple[str, ...]:
    """The variables of a text, each once."""
    return tuple(dict.fromkeys(found[1] for found in BRACKETS.finditer(text) if found[1] in VARIABLES))


def unknown(text: str) -> list[Unknown]:
    """Brackets that look like variables and are none. Other brackets are text: a JSON array, an aside."""
    inside = (found[1] for found in BRACKETS.finditer(text))
    return [Unknown(f"[{name}]", nearest(name)) for name in inside if _seems_meant(name)]


def nearest(name: str) -> tuple[str, ...]:
    """The names of variables that are spelled most like this one."""
    return tuple(get_close_matches(name.strip().casefold(), VARIABLES, n=3, cutoff=0.5))


def fill(text: str, values: Mapping[str, Any], context: Context) -> str:
    """The text with every variable replaced by its value, escaped for where it lands."""
    if context == "json":
        return "".join(_in_json(text, values))
    escape = {"url": lambda value: quote(value, safe=""), "markup": html.escape, "plain": str}[context]
    return BRACKETS.sub(lambda found: _put(found, values, escape), text)


def fill_message(text: str, values: Mapping[str, Any]) -> str:
    """A text for a customer: where a value is missing, no double space nor one before a comma stays (A28)."""
    filled = BRACKETS.sub(lambda found: _put(found, values, _unmarked) or EMPTY, _unmarked(text))
    filled = re.sub(rf"[ \t]*{EMPTY}(?=[ \t,.;:!?)\n]|$)", "", filled)
    return re.sub(rf"{EMPTY}[ \t]*", "", filled).strip()


def _unmarked(text: str) -> str:
    return text.replace(EMPTY, "")


def in_words(value: Any) -> str:
    """A value as text: nothing is empty, a list has commas, an object is JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return to_json(value)


def to_json(value: Any) -> str:
    """JSON with real characters, as small as it goes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _put(found: re.Match[str], values: Mapping[str, Any], escape: Any) -> str:
    name = found[1]
    if name not in VARIABLES:
        return found[0]
    value = values[name]
    if value is None and VARIABLES[name].whole:
        return str(escape("null"))
    return str(escape(in_words(value)))


def _in_json(text: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Inside a string of the template a value is escaped for a string; elsewhere it becomes a JSON value."""
    place, in_string = 0, False
    while place < len(text):
        found = BRACKETS.match(text, place)
        if found and found[1] in VARIABLES:
            yield _put(found, values, _string_part) if in_string else _json_value(found[1], values)
            place = found.end()
            continue
        length = 2 if in_string and text[place] == "\\" else 1
        in_string ^= text[place] == '"'
        yield text[place : place + length]
        place += length


def _string_part(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _json_value(name: str, values: Mapping[str, Any]) -> str:
    value = values[name]
    return to_json("" if value is None and not VARIABLES[name].whole else value)


def _seems_meant(name: str) -> bool:
    if name in VARIABLES:
        return False
    first = FIRST_WORD.match(name)
    word = first[1].casefold() if first else ""
    misspelled = DOTTED.fullmatch(name) and get_close_matches(word, FIRST_WORDS, n=1, cutoff=0.7)
    return word in FIRST_WORDS or bool(misspelled)
