"""What tables are made from: atoms, and conjunctions of them.

An atom asks one thing about the set of tokens that a feature has in a mention: is one of these in it
(positive), or none of them (negative)? A field has its value as a token, or its values; a text has the
terms that were found in it; a number lies in ranges. Missing is the empty set, which makes "is not" and
"none of" hold and comparisons fail, as the interpreter has it.
"""

from typing import Any, ClassVar, Literal, NamedTuple, Self

ANYTHING = ("anything",)
"""The token of every feature that has one at all."""

type Form = Literal[
    "value", "number", "moment", "age", "words", "unaccented", "start", "pattern", "asked", "filter"
]
"""How a feature's tokens are found.

`value`: the field's, without case. `number`, `moment` and `age`: ranges that the number, the time or the
time since then lies in. `words` and `unaccented`: terms that stand in the text. `start`: terms that the
text begins with. `pattern`: patterns that are found in it. `asked`: operators with their values, where
only the interpreter answers. `filter`: whole filters, which are no field's.
"""


class Feature:
    """What atoms ask about: a field in one of its forms. There is one object of each, which is its key."""

    __slots__ = ("field", "form")
    _made: ClassVar[dict[tuple[str, str], Self]] = {}

    form: Form
    field: str

    def __new__(cls, form: Form, field: str = "") -> Self:
        """The feature of that form and field, always the same object."""
        known = cls._made.get((form, field))
        if known is None:
            known = cls._made[form, field] = super().__new__(cls)
            known.form, known.field = form, field
        return known

    def __repr__(self) -> str:
        return f"Feature({self.form!r}, {self.field!r})"


class Range(NamedTuple):
    """Numbers from `low` to `high`; each end belongs to it or not."""

    low: float = float("-inf")
    high: float = float("inf")
    with_low: bool = True
    with_high: bool = True


class Atom(NamedTuple):
    """One question about a feature."""

    feature: Feature
    tokens: frozenset[Any]
    positive: bool


type Conjunction = tuple[Atom, ...]
"""All of them hold."""
