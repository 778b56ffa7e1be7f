"""Saved filters: used by reference, also inside one another; and trees with their references resolved.

Whether references form a circle or lead nowhere is checked when a filter is saved (`references`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from inbox_recipes.filters.tree import Condition, Filter, Group, SavedFilterRef
from inbox_recipes.inbox import Frozen
from inbox_recipes.people import Name


class SavedFilter(Frozen):
    """A filter with a name, used by reference. Its tree may refer to other saved filters."""

    name: Name
    filter: Group


class SavedGroup(Group):
    """A saved filter's tree in the place of a reference. Only `resolved` makes one, never input."""

    saved_filter_id: str
    name: str


def resolved(wanted: Filter, saved: Mapping[str, SavedFilter]) -> Group:
    """The tree that a filter stands for, with the tree of a saved filter wherever one is named (A5)."""
    if isinstance(wanted, SavedFilterRef):
        named = saved[wanted.saved_filter_id]
        whole = resolved(named.filter, saved)
        return SavedGroup.model_construct(
            combinator=whole.combinator,
            negated=whole.negated,
            rules=whole.rules,
            saved_filter_id=wanted.saved_filter_id,
            name=named.name,
        )
    if not wanted.refers:
        return wanted
    rules = tuple(rule if isinstance(rule, Condition) else resolved(rule, saved) for rule in wanted.rules)
    return wanted.model_copy(update={"rules": rules})


@dataclass(frozen=True)
class Size:
    """How large a tree is with its references resolved: what the limits of a tree are about.

    A reference counts as one condition at least, so that trees of references alone have a limit too.
    """

    depth: int
    conditions: int


def size(tree: Filter, of_saved: Callable[[str], Size]) -> Size:
    """The size of a tree, given that of every saved filter."""
    if isinstance(tree, SavedFilterRef):
        named = of_saved(tree.saved_filter_id)
        return Size(named.depth, max(1, named.conditions))
    below = [size(rule, of_saved) for rule in tree.rules if isinstance(rule, Group | SavedFilterRef)]
    own = len(tree.rules) - len(below)
    deepest = max((each.depth for each in below), default=0)
    return Size(1 + deepest, own + sum(each.conditions for each in below))


def rules_of(group: Group, path: str) -> Iterator[tuple[str, Group | Condition]]:
    """The rules of a resolved group with their paths, which lead through a reference by its key."""
    inside = f"{path}/saved_filter_id" if isinstance(group, SavedGroup) else path
    for index, rule in enumerate(group.rules):
        if isinstance(rule, SavedFilterRef):
            raise TypeError(f"{inside}/rules/{index}: {rule.saved_filter_id!r} was not resolved")
        yield f"{inside}/rules/{index}", rule


def named_in(tree: Filter, pointer: str) -> Iterator[tuple[str, str]]:
    """Every saved filter that the tree itself names: where (JSON pointer), and its id."""
    if isinstance(tree, SavedFilterRef):
        yield f"{pointer}/saved_filter_id", tree.saved_filter_id
        return
    for index, rule in enumerate(tree.rules):
        if isinstance(rule, Group | SavedFilterRef):
            yield from named_in(rule, f"{pointer}/rules/{index}")
