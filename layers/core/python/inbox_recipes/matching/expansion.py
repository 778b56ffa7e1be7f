"""A filter as a disjunction of conjunctions: negation pushed into the leaves, `or` multiplied out."""

from collections.abc import Iterable
from functools import reduce
from itertools import product
from typing import Any

from inbox_recipes.filters import Condition, Group, SavedFilterRef
from inbox_recipes.matching.atoms import Atom, Conjunction, Feature
from inbox_recipes.matching.leaves import atoms_of

MOST_CONJUNCTIONS = 256
"""Beyond that a filter is not multiplied out: tables know its recipe without it, and it is asked whole."""


class TooWide(Exception):
    """The filter has too many conjunctions."""


def conjunctions(group: Group) -> list[Conjunction]:
    """The resolved filter's conjunctions; none at all for one that never holds. Raises TooWide."""
    return _expanded(group, holds=True)


def _expanded(rule: Group | Condition | SavedFilterRef, *, holds: bool) -> list[Conjunction]:
    """Negation is pushed down to the leaves on the way: `holds` says which answer is wanted."""
    if isinstance(rule, Condition):
        return atoms_of(rule, holds=holds)
    if isinstance(rule, SavedFilterRef):
        raise TypeError(f"{rule.saved_filter_id!r} was not resolved")
    holds = holds != rule.negated
    below = [_expanded(each, holds=holds) for each in rule.rules]
    return _all(below) if (rule.combinator == "and") == holds else _any(below)


def _any(below: Iterable[list[Conjunction]]) -> list[Conjunction]:
    """Their union; single positive atoms about one feature become one atom."""
    merged: dict[Feature, frozenset[Any]] = {}
    rest: list[Conjunction] = []
    for conjunction in (each for conjunctions in below for each in conjunctions):
        if len(conjunction) == 1 and conjunction[0].positive:
            feature, tokens, _ = conjunction[0]
            merged[feature] = merged.get(feature, frozenset()) | tokens
        else:
            rest.append(conjunction)
    if len(rest) + len(merged) > MOST_CONJUNCTIONS:
        raise TooWide
    return [(Atom(feature, tokens, positive=True),) for feature, tokens in merged.items()] + rest


def _all(below: list[list[Conjunction]]) -> list[Conjunction]:
    """One of each; negative atoms about one feature become one atom."""
    if reduce(lambda count, each: count * len(each), below, 1) > MOST_CONJUNCTIONS:
        raise TooWide
    return [_joined(parts) for parts in product(*below)]


def _joined(parts: Iterable[Conjunction]) -> Conjunction:
    negative: dict[Feature, Atom] = {}
    positive: dict[Atom, None] = {}
    for atom in (atom for part in parts for atom in part):
        if atom.positive:
            positive[atom] = None
        elif atom.feature in negative:
            both = atom.tokens | negative[atom.feature].tokens
            negative[atom.feature] = Atom(atom.feature, both, positive=False)
        else:
            negative[atom.feature] = atom
    return (*positive, *negative.values())
