"""To which values a filter pins a field, as far as its tree says so by itself."""

from collections.abc import Iterable

from inbox_recipes.filters.tree import Condition, Group, SavedFilterRef


def pinned(group: Group, field: str) -> frozenset[str] | None:
    """The values, in lower case, that the field has wherever the resolved filter holds; nothing: any.

    What stands inside a "not" pins nothing.
    """
    if group.negated:
        return None
    below = [_of_rule(rule, field) for rule in group.rules]
    if group.combinator == "or":
        return None if any(each is None for each in below) else _any(each for each in below if each)
    known = [each for each in below if each is not None]
    return frozenset.intersection(*known) if known else None


def _of_rule(rule: Group | Condition | SavedFilterRef, field: str) -> frozenset[str] | None:
    if isinstance(rule, Group):
        return pinned(rule, field)
    if isinstance(rule, SavedFilterRef) or (rule.field, rule.operator) != (field, "is"):
        return None
    values = (rule.value,) if isinstance(rule.value, str) else rule.value
    return frozenset(value.casefold() for value in values)


def _any(values: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*values)
