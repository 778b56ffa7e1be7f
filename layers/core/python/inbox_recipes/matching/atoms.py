"""What tables are made from: atoms, and conjunctions of them.

An atom asks one thing about the set of tokens that a feature has in a mention: is one of these in it
(positive), or none of them (negative)? A field has its value as a token, or its values; a text has the
terms that were found in it; a number lies in ranges. Missing is the empty set, which makes "is not" and
"none of" hold and comparisons fail, as the interpreter has it.
"""

from typing import Any, Literal, NamedTuple

ANYTHING = ("anything",)
"""The token of every feature that has one at all."""

type Form = Literal["value", "number", "moment", "age", "words", "unaccented", "asked", "filter"]
"""How a feature's tokens are found.

`value`: the field's, without case. `number`, `moment` and `age`: ranges that the number, the time or the
time since then lies in. `words` and `unaccented`: terms that stand in the text. `asked`: operators with
their values, where only the interpreter answers. `filter`: whole filters, which are no field's.
"""


class Feature(NamedTuple):
    """What atoms ask about: a field in one of its forms."""

    form: Form
    field: str = ""


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
