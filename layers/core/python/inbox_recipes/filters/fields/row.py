"""What a row is: a field's name, its kind, the values it can have, and how to read it from a scene."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inbox_recipes.filters.operators import OPERATORS, Kind, Operator
from inbox_recipes.filters.scene import Moment, Scene
from inbox_recipes.inbox import Case, Contact, Mention

type Reading = Callable[[Scene], Any]


@dataclass(frozen=True)
class Field:
    """A property that filters can ask about. Nothing gives it a value yet unless it is `filled`."""

    name: str
    kind: Kind
    read: Reading
    values: tuple[str, ...] = ()
    filled: bool = True

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


def moment(read: Callable[[Scene], datetime | None]) -> Reading:
    """A time, as it is seen from the moment of asking."""

    def seen(scene: Scene) -> Moment | None:
        at = read(scene)
        return None if at is None else Moment(at, scene.now)

    return seen


def minutes_since(read: Callable[[Scene], datetime | None]) -> Reading:
    """How many whole minutes have passed since a time."""

    def passed(scene: Scene) -> int | None:
        at = read(scene)
        return None if at is None else int((scene.now - at).total_seconds() // 60)

    return passed
