"""Which conditions of a filter led to what a recipe did: the reasons that a record gives. Pure."""

from collections.abc import Sequence
from typing import Any

from inbox_recipes.inbox import Frozen
from inbox_recipes.verdicts import Step


class Clause(Frozen):
    """A condition that led to the act: its place in the recipe, what it asks for, and what was there.

    `got` is, of a condition on text, the words of it that were found.
    """

    path: str
    wanted: Any
    got: Any


def clauses(steps: Sequence[Step]) -> tuple[Clause, ...]:
    """The conditions that made a filter hold: those that hold, and inside a "not" those that do not."""
    turned = [step.path for step in steps if isinstance(step.wanted, str) and step.wanted.startswith("not (")]
    return tuple(
        Clause(path=step.path, wanted=step.wanted, got=step.got)
        for step in steps
        if isinstance(step.wanted, dict) and step.path.startswith("filter/") and step.error is None
        if step.ok != (sum(_inside(step.path, group) for group in turned) % 2 == 1)
    )


def _inside(path: str, group: str) -> bool:
    return path.startswith(f"{group}/")
