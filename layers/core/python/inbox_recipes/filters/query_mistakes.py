"""What is wrong in a filter's text, in plain words and with its place: never a parser's own words."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Any

from lark.exceptions import UnexpectedInput, UnexpectedToken

from inbox_recipes.errors import Problem

SHOWN = 60
"""Characters of a line that are shown on each side of the mistake."""

PLACES = (
    ("NAME", "A condition such as language:fr", "Before each value stands its field, as in content:hello."),
    ("COLON", "A colon", "Before each value stands its field, as in content:hello."),
    ("WORD", "A value", "A sign, or a word like AND, is a value in quotes."),
    ("_AND", "AND, OR or the end", "A value with spaces or signs goes in quotes."),
    ("_TO", "TO", "A range is written [10 TO 20]."),
    ("COMMA", "A comma or )", "A value with spaces or signs goes in quotes."),
    ("RSQB", "]", "A range is written [10 TO 20]."),
    ("RPAR", "The closing )", "It was opened before."),
    ("$END", "The end", "There is nothing that this could belong to."),
)
"""Terminal of the grammar that could stand there -> what we call it, and advice. The first row that fits."""


class Mistake(Exception):
    """What is wrong at a character of the text, and what may stand there."""

    def __init__(self, position: int | None, detail: str, allowed: tuple[str, ...] = ()) -> None:
        self.position, self.detail, self.allowed = position or 0, detail, allowed
        super().__init__(detail)


def told(mistake: Mistake, text: str, at: str) -> Problem:
    """The mistake with its line, its column, and a caret below the character."""
    start = text.rfind("\n", 0, mistake.position) + 1
    line, column = text.count("\n", 0, start) + 1, mistake.position - start
    shown = text[start:].partition("\n")[0].replace("\t", " ")
    cut = max(0, column - SHOWN)
    picture = f"{shown[cut : column + SHOWN]}\n{' ' * (column - cut)}^"
    return Problem(at, f"Line {line}, column {column + 1}: {mistake.detail}\n{picture}", mistake.allowed)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at the known word that looks most like this one, if any does."""
    found = get_close_matches(word.lower(), list(known), n=1)
    return f" Did you mean {found[0]}?" if found else ""


def syntax_mistake(error: UnexpectedInput, wanted: Collection[str], text: str) -> Mistake:
    """Where the parser stopped, though it could have gone on with `wanted`."""
    position: Any = error.pos_in_stream
    found = str(error.token) if isinstance(error, UnexpectedToken) else text[position]
    if not found:
        position = len(text.rstrip())
    said, advice = next(row[1:] for row in PLACES if row[0] in wanted)
    if found in ('"', "'"):
        advice = "This quote is never closed."
    elif found in ("and", "or", "not", "to"):
        advice = "AND, OR, NOT and TO are written in capitals."
    there = f"not {_shortened(found)!r}" if found else "but the text ends"
    return Mistake(position, f"{said} is wanted here, {there}. {advice}")


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
