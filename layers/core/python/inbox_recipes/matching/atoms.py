"""A filter as a disjunction of conjunctions of atoms: the form that the tables are made from.

An atom asks one thing about the set of tokens that a feature has in a mention: is one of these in it
(positive), or none of them (negative)? A field has its value as a token, or its values; a text has the
terms that were found in it; a number lies in ranges. Missing is the empty set, which makes "is not" and
"none of" hold and comparisons fail, as the interpreter has it.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from inbox_recipes.filters import Condition, Group
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.saved import rules_of
from inbox_recipes.filters.text import caseless

MOST_CONJUNCTIONS = 256
"""Beyond that a filter is not expanded: its recipes are found by other means and checked one by one."""

ANYTHING = ("anything",)
"""The token of every feature that has one at all."""

type Form = str
"""How a feature's tokens are found: `value`, `number`, `words`, `unaccented` or `asked`."""


@dataclass(frozen=True)
class Feature:
    """What atoms ask about: a field in one of its forms. `asked` holds the condition itself."""

    form: Form
    field: str
    asked: Condition | None = None


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`; each end belongs to it or not."""

    low: float
    high: float
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True)
class Atom:
    """One question about a feature."""

    feature: Feature
    tokens: frozenset[Hashable]
    positive: bool


type Conjunction = tuple[Atom, ...]


class TooWide(Exception):
    """The filter has too many conjunctions."""


def conjunctions(group: Group) -> list[Conjunction]:
    """The filter's conjunctions; none at all for one that never holds. Raises TooWide."""
    return _expanded(group, holds=True)


def _expanded(rule: Group | Condition, *, holds: bool) -> list[Conjunction]:
    if isinstance(rule, Condition):
        return _leaf(rule, holds=holds)
    holds = holds != rule.negated
    below = [_expanded(each, holds=holds) for _, each in rules_of(rule, "")]
    if (rule.combinator == "and") == holds:
        return _all(below)
    return _any(below)


def _any(below: Iterable[list[Conjunction]]) -> list[Conjunction]:
    """Their union; single positive atoms about one feature become one atom."""
    merged: dict[Feature, frozenset[Hashable]] = {}
    rest: list[Conjunction] = []
    for conjunction in (each for conjunctions in below for each in conjunctions):
        match conjunction:
            case (Atom(feature=feature, tokens=tokens, positive=True),):
                merged[feature] = merged.get(feature, frozenset()) | tokens
            case _:
                rest.append(conjunction)
    if len(rest) + len(merged) > MOST_CONJUNCTIONS:
        raise TooWide
    return [(Atom(feature, tokens, positive=True),) for feature, tokens in merged.items()] + rest


def _all(below: list[list[Conjunction]]) -> list[Conjunction]:
    """One of each; negative atoms about one feature become one atom."""
    count = 1
    for conjunctions in below:
        count *= len(conjunctions)
    if count > MOST_CONJUNCTIONS:
        raise TooWide
    return [_joined(parts) for parts in product(*below)]


def _joined(parts: Iterable[Conjunction]) -> Conjunction:
    negative: dict[Feature, frozenset[Hashable]] = {}
    positive: dict[Atom, None] = {}
    for atom in (atom for part in parts for atom in part):
        if atom.positive:
            positive[atom] = None
        else:
            negative[atom.feature] = negative.get(atom.feature, frozenset()) | atom.tokens
    return (*positive, *(Atom(feature, tokens, positive=False) for feature, tokens in negative.items()))


def _leaf(condition: Condition, *, holds: bool) -> list[Conjunction]:
    kind = FIELDS[condition.field].kind
    made = LEAVES.get((kind, condition.operator))
    if made is None:
        feature = Feature("asked", condition.field, condition)
        return [(Atom(feature, frozenset([ANYTHING]), positive=holds),)]
    form, each_of, tokens, positive = made
    feature = Feature(form, condition.field)
    wanted = tokens(condition.value)
    asked = positive == holds
    if not each_of:
        return [(Atom(feature, wanted, asked),)]
    single = [Atom(feature, frozenset([token]), asked) for token in wanted]
    return [tuple(single)] if asked else [(atom,) for atom in single]


type Tokens = Callable[[Any], frozenset[Hashable]]


def _values(value: Any) -> frozenset[Hashable]:
    return frozenset(caseless(each) for each in ((value,) if isinstance(value, str) else value))


def _terms(value: Any) -> frozenset[Hashable]:
    return frozenset(value)


def _range(low: float = float("-inf"), high: float = float("inf"), **ends: bool) -> frozenset[Hashable]:
    return frozenset([Range(low, high, **ends)])


def _anything(_: Any) -> frozenset[Hashable]:
    return frozenset([ANYTHING])


def _leaves() -> dict[tuple[str, str], tuple[Form, bool, Tokens, bool]]:
    """Kind and operator -> form of the feature, whether each token is asked for by itself, tokens, sign."""
    found: dict[tuple[str, str], tuple[Form, bool, Tokens, bool]] = {
        ("tags", "is_any_of"): ("value", False, _values, True),
        ("tags", "is_all_of"): ("value", True, _values, True),
        ("tags", "is_none_of"): ("value", False, _values, False),
        ("flag", "is"): ("value", False, lambda value: frozenset([value]), True),
        ("number", "is"): ("number", False, lambda value: _range(value, value), True),
        ("number", "is_not"): ("number", False, lambda value: _range(value, value), False),
        ("number", "lt"): ("number", False, lambda value: _range(high=value, with_high=False), True),
        ("number", "lte"): ("number", False, lambda value: _range(high=value), True),
        ("number", "gt"): ("number", False, lambda value: _range(low=value, with_low=False), True),
        ("number", "gte"): ("number", False, lambda value: _range(low=value), True),
        ("number", "between"): ("number", False, lambda value: _range(*value), True),
    }
    for kind in ("choice", "name", "tags"):
        found[kind, "is_set"] = ("value", False, _anything, True)
        found[kind, "is_not_set"] = ("value", False, _anything, False)
    for kind in ("choice", "name"):
        found[kind, "is"] = ("value", False, _values, True)
        found[kind, "is_not"] = ("value", False, _values, False)
    for kind in ("text", "name"):
        for form, ending in (("words", ""), ("unaccented", "_unaccented")):
            found[kind, f"contains_any{ending}"] = (form, False, _terms, True)
            found[kind, f"contains_all{ending}"] = (form, True, _terms, True)
            found[kind, f"contains_none{ending}"] = (form, False, _terms, False)
    return found


LEAVES = _leaves()
"""An operator that is not here is asked once for each distinct condition (`asked`)."""
