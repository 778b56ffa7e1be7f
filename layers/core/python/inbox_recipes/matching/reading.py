"""What one mention has, read once and shared by all tables."""

from collections.abc import Callable
from typing import Any

from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.scene import Scene
from inbox_recipes.filters.text import caseless
from inbox_recipes.matching.atoms import Feature, Form
from inbox_recipes.matching.checks import Check
from inbox_recipes.matching.leaves import microseconds, milliseconds
from inbox_recipes.matching.texts import Text

READ = {name: row.read for name, row in FIELDS.items()}


class Reading(dict[str | Feature | Check, Any]):
    """What has been found out about a scene, each thing when it is first looked up.

    A field -> its value without case, a set of values where there may be several, or None.
    A feature of another form -> its `Text`, or its number, or the field's value as the interpreter has it.
    A check -> whether it holds.
    """

    __slots__ = ("scene",)

    def __init__(self, scene: Scene, known: dict[str | Feature | Check, Any]) -> None:
        super().__init__(known)
        self.scene = scene

    def __missing__(self, key: str | Feature | Check) -> Any:
        if isinstance(key, str):
            found = _value(READ[key](self.scene))
        elif isinstance(key, Check):
            found = key.holds(self)
        else:
            found = FOUND[key.form](READ[key.field](self.scene))
        self[key] = found
        return found


def _value(raw: Any) -> Any:
    if raw is None or isinstance(raw, bool):
        return raw
    return (frozenset(map(caseless, raw)) if isinstance(raw, tuple) else caseless(raw)) or None


FOUND: dict[Form, Callable[[Any], Any]] = {
    "number": lambda number: number,
    "moment": lambda seen: seen and milliseconds(seen.at),
    "age": lambda seen: seen and microseconds(seen.age),
    "words": lambda text: Text(text or "", accents=True),
    "unaccented": lambda text: Text(text or "", accents=False),
    "asked": lambda raw: raw,
}
"""Form -> what the field's raw value is in it."""
