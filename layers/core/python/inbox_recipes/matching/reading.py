"""What one mention has, read once and shared by all tables."""

from collections.abc import Hashable
from typing import Any

from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.scene import Scene
from inbox_recipes.filters.text import fold
from inbox_recipes.matching.atoms import Feature
from inbox_recipes.matching.vocabulary import Vocabulary, words


class Reading:
    """Fields of a scene, folded, cut into words and looked through at most once."""

    def __init__(self, scene: Scene, known: dict[str, Hashable]) -> None:
        self._scene = scene
        self._raw: dict[str, Any] = {}
        self._values = known
        self._several: dict[str, frozenset[Hashable]] = {}
        self._texts: dict[str, tuple[str, frozenset[str]]] = {}
        self._asked: dict[Feature, bool] = {}

    def raw(self, field: str) -> Any:
        """The field as the interpreter reads it."""
        if field not in self._raw:
            self._raw[field] = FIELDS[field].read(self._scene)
        return self._raw[field]

    def value(self, field: str) -> Hashable:
        """The field's value without case; nothing where there is none."""
        if field not in self._values:
            value = self.raw(field)
            plain = value is None or isinstance(value, bool)
            self._values[field] = value if plain else value.casefold() or None
        return self._values[field]

    def values(self, field: str) -> frozenset[Hashable]:
        """The field's values without case."""
        if field not in self._several:
            value = self.raw(field)
            several = value if isinstance(value, tuple) else () if value in (None, "") else (value,)
            self._several[field] = frozenset(each.casefold() for each in several)
        return self._several[field]

    def number(self, field: str) -> float | None:
        """The field as a number."""
        number: float | None = self.raw(field)
        return number

    def terms(self, field: str, vocabulary: Vocabulary) -> list[str]:
        """The terms of a vocabulary that are in the field's text."""
        if field not in self._texts:
            folded = fold(self.raw(field) or "")
            self._texts[field] = (folded, words(folded))
        return vocabulary.found(*self._texts[field])

    def holds(self, feature: Feature) -> bool:
        """Whether a condition that has no table of its own holds, by its operator; asked once."""
        if feature not in self._asked:
            condition = feature.asked
            if condition is None:
                raise ValueError("A feature that is asked has its condition.")
            operator = FIELDS[condition.field].operators[condition.operator]
            self._asked[feature] = operator.answer(self.raw(condition.field), condition.value)[0]
        return self._asked[feature]
