"""What a row is: a field's name, its kind, the values it can have, and how to read it from a scene."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal

from inbox_recipes.filters.operators import OPERATORS, Kind, Operator
from inbox_recipes.filters.scene import Moment, Scene
from inbox_recipes.inbox import Case, Contact, Mention

type Reading = Callable[[Scene], Any]


@dataclass(frozen=True)
class Attribute:
    """How most fields are read: an attribute of the mention or of the case, by its path in it.

    That it is one, and which, is data, so that whoever reads many fields can read them together.
    """

    item: Literal["mention", "case"]
    path: str
    missing: Any = None

    def __call__(self, scene: Scene) -> Any:
        item = getattr(scene.subject, self.item)
        return self.missing if item is None else self._get(item)

    @cached_property
    def _get(self) -> Callable[[Any], Any]:
        return attrgetter(self.path)


@dataclass(frozen=True)
class Seen:
    """A time, as it is seen from the moment of asking. `at` reads the time itself."""

    at: Callable[[Scene], datetime | None]

    def __call__(self, scene: Scene) -> Moment | None:
        at = self.at(scene)
        return None if at is None else Moment(at, scene.now)


@dataclass(frozen=True)
class Field:
    """A property that filters can ask about. Nothing gives it a value yet unless it is `filled`.

    `several`: what is read is a tuple of values, of any number.
    """

    name: str
    kind: Kind
    read: Reading
    values: tuple[str, ...] = ()
    filled: bool = True
    several: bool = False

    @property
    def operators(self) -> dict[str, Operator]:
        """The operators of the field's kind, by name."""
        return OPERATORS[self.kind]


def of_mention(read: Callable[[Mention], Any], missing: Any = None) -> Reading:
    """Read from the mention."""

    def of(scene: Scene) -> Any:
        mention = scene.subject.mention
        return missing if mention is None else read(mention)

    return of


def of_case(read: Callable[[Case], Any], missing: Any = None) -> Reading:
    """Read from the case."""

    def of(scene: Scene) -> Any:
        case = scene.subject.case
        return missing if case is None else read(case)

    return of


def of_contact(read: Callable[[Contact], Any], missing: Any = None) -> Reading:
    """Read from the contact."""

    def of(scene: Scene) -> Any:
        contact = scene.subject.contact
        return missing if contact is None else read(contact)

    return of


def minutes_since(read: Callable[[Scene], datetime | None]) -> Reading:
    """How many whole minutes have passed since a time."""

    def passed(scene: Scene) -> int | None:
        at = read(scene)
        return None if at is None else int((scene.now - at).total_seconds() // 60)

    return passed
