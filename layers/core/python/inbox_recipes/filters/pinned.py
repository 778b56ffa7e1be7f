"""What a filter leaves open: the values that a field can still have where the filter holds. Pure."""

from inbox_recipes.filters.tree import Condition, Group


def pinned(group: Group, field: str) -> frozenset[str] | None:
    """The values of a field of choices that the filter lets through; nothing: it lets any through.

    Only what says `is` counts; a filter that excludes values leaves the rest open. Saved filters are
    resolved before.
    """
    if group.negated:
        return None
    found = [_of(rule, field) for rule in group.rules]
    said = [each for each in found if each is not None]
    if group.combinator == "and":
        return frozenset.intersection(*said) if said else None
    return frozenset.union(*said) if found and len(said) == len(found) else None


def _of(rule: object, field: str) -> frozenset[str] | None:
    if isinstance(rule, Group):
        return pinned(rule, field)
    if isinstance(rule, Condition) and (rule.field, rule.operator) == (field, "is"):
        values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
        return frozenset(str(each).casefold() for each in values)
    return None
