"""What one mention has, read once and shared by all tables."""

from collections.abc import Callable, Iterable
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.fields.row import Attribute, Seen
from inbox_recipes.filters.scene import Scene
from inbox_recipes.filters.text import caseless
from inbox_recipes.matching.atoms import Feature, Form
from inbox_recipes.matching.checks import Check
from inbox_recipes.matching.leaves import microseconds, milliseconds
from inbox_recipes.matching.occurrences import HAPPENING, TOPIC, happening
from inbox_recipes.matching.texts import Text
from inbox_recipes.triggers import Occurrence

READ = {name: row.read for name, row in FIELDS.items()}
SEVERAL = {name for name, row in FIELDS.items() if row.several or row.kind == "tags"}
"""Fields that may have several values at once."""
CLOSED = {name for name, row in FIELDS.items() if row.kind == "flag" or row.values} | {HAPPENING.field}
"""Fields that have one of a few values: tables remember what combinations of them leave."""


class Folded(dict[Any, Any]):
    """Values as tables look for them, without case; what has been folded is remembered, up to a bound.

    A text that is empty is nothing, also among several.
    """

    MOST = 4096

    def __missing__(self, raw: Any) -> Any:
        if isinstance(raw, tuple):
            return frozenset(filter(None, map(self.__getitem__, raw))) or None
        if len(self) >= self.MOST:
            self.clear()
        found = self[raw] = raw if raw is None or isinstance(raw, bool) else caseless(raw) or None
        return found


FOLDED = Folded()


class Together:
    """Fields that tables ask about. Those that are plain attributes of an item are read all at once.

    So are those of which combinations are remembered. Of several values a set is made, if it is asked for.
    """

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {"mention": [], "case": []}
        self._paths: dict[str, list[str]] = {"mention": [], "case": []}
        self._attributes: dict[str, Callable[[Any], Iterable[Any]]] = {}
        self._computed: dict[str, Callable[[Scene], Any]] = {}
        self._closed: tuple[str, ...] = (HAPPENING.field, HAPPENING.field)  # of one alone, no tuple is made
        self._combination: Callable[[Any], tuple[Any, ...]] = itemgetter(*self._closed)

    def add(self, fields: Iterable[str]) -> None:
        """Have these read with the others."""
        self._closed += tuple(name for name in fields if name in CLOSED and name not in self._closed)
        self._combination = itemgetter(*self._closed)
        for name in fields:
            read = READ.get(name)
            if name in self._names["mention"] or name in self._names["case"] or name in SEVERAL:
                continue
            if isinstance(read, Attribute):
                self._names[read.item].append(name)
                self._paths[read.item].append(read.path)
                paths = self._paths[read.item]
                self._attributes[read.item] = attrgetter(*paths, paths[0])
            elif read and name in CLOSED:
                self._computed[name] = read

    def read(self, reading: "Reading") -> None:
        """Have a reading know what these fields have."""
        subject = reading.scene.subject
        for item, value in (("mention", subject.mention), ("case", subject.case)):
            names = self._names[item]
            if value is None:
                reading.update(dict.fromkeys(names))
            elif names:
                raw = self._attributes[item](value)
                reading.update(zip(names, map(FOLDED.__getitem__, raw), strict=False))
        for name, read in self._computed.items():
            reading[name] = FOLDED[read(reading.scene)]
        reading.closed = self._combination(reading)


class Reading(dict[str | Feature, Any]):
    """What has been found out about a scene, each thing when it is first looked up.

    A field -> its value without case, a set of values where there may be several, or None.
    A feature of another form -> its `Text`, or its number, or the field's value as the interpreter has it.
    """

    __slots__ = ("_held", "closed", "scene")

    def __init__(self, topic: str | None, occurrence: Occurrence, scene: Scene) -> None:
        self[TOPIC.field] = topic
        self[HAPPENING.field] = happening(occurrence)
        self.scene = scene
        self.closed: tuple[Any, ...] = ()
        self._held: dict[Check, bool] = {}

    def __missing__(self, key: str | Feature) -> Any:
        if isinstance(key, str):
            found = FOLDED[READ[key](self.scene)]
        else:
            found = FOUND[key.form](key.field, self.scene)
        self[key] = found
        return found

    def holds(self, checks: Iterable[Check]) -> bool:
        """Whether all of the checks hold, each of which is made once."""
        for check in checks:
            held = self._held.get(check)
            if held is None:
                held = self._held[check] = check.holds(self)
            if not held:
                return False
        return True


def _raw(field: str, scene: Scene) -> Any:
    return READ[field](scene)


def _moment(field: str, scene: Scene) -> int | None:
    at = _time(field, scene)
    return None if at is None else milliseconds(at)


def _age(field: str, scene: Scene) -> int | None:
    at = _time(field, scene)
    return None if at is None else microseconds(scene.now - at)


def _time(field: str, scene: Scene) -> datetime | None:
    read = READ[field]
    if not isinstance(read, Seen):
        raise TypeError(f"{field} is no time")
    return read.at(scene)


def _encoded(field: str, scene: Scene) -> bytes | None:
    from inbox_recipes.filters.patterns import readied  # noqa: PLC0415 - loads RE2

    text: str | None = READ[field](scene)
    return None if text is None else readied(text).encode()


FOUND: dict[Form, Callable[[str, Scene], Any]] = {
    "number": _raw,
    "moment": _moment,
    "age": _age,
    "words": lambda field, scene: Text(READ[field](scene) or "", accents=True),
    "unaccented": lambda field, scene: Text(READ[field](scene) or "", accents=False),
    "pattern": _encoded,
    "asked": _raw,
}
"""Form -> what the field's raw value is in it."""
