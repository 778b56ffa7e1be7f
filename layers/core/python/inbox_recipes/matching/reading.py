"""What one mention has, read once and shared by all tables."""

from collections.abc import Hashable
from typing import Any

from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.scene import Scene
from inbox_recipes.filters.text import caseless
from inbox_recipes.matching.atoms import Feature
from inbox_recipes.matching.vocabulary import Text, Vocabulary


class Reading:
    """Fields of a scene, folded, cut into words and looked through at most once."""

    def __init__(self, scene: Scene, known: dict[str, Hashable]) -> None:
        self._scene = scene
        self._raw: dict[str, Any] = {}
        self._values = known
        self._texts: dict[Feature, Text] = {}
        self._asked: dict[Feature, bool] = {}

    def raw(self, field: str) -> Any:
        """The field as the interpreter reads it."""
        if field not in self._raw:
            self._raw[field] = FIELDS[field].read(self._scene)
        return self._raw[field]

    def value(self, field: str) -> Hashable:
        """The field's value without case, a set of them where there may be several, or nothing."""
        if field not in self._values:
            self._values[field] = _caseless(self.raw(field))
        return self._values[field]

    def number(self, field: str) -> float | None:
        """The field as a number."""
        number: float | None = self.raw(field)
        return number

    def terms(self, feature: Feature, vocabulary: Vocabulary) -> list[str]:
        """The terms of a vocabulary that are in the feature's text."""
        if feature not in self._texts:
            accents = feature.form == "words"
            self._texts[feature] = Text(self.raw(feature.field) or "", accents=accents)
        return vocabulary.found(self._texts[feature])

    def holds(self, feature: Feature) -> bool:
        """Whether a condition that has no table of its own holds, by its operator; asked once."""
        if feature not in self._asked:
            condition = feature.asked
            if condition is None:
                raise ValueError("A feature that is asked has its condition.")
            operator = FIELDS[condition.field].operators[condition.operator]
            self._asked[feature] = operator.answer(self.raw(condition.field), condition.value)[0]
        return self._asked[feature]


def _caseless(value: Any) -> Hashable:
    if isinstance(value, tuple):
        return frozenset(caseless(each) for each in value) or None
    return value if value is None or isinstance(value, bool) else caseless(value) or None
