"""Verdicts: what the evaluator answers for one recipe and one occurrence, and why.

Every step says its path in the recipe, what was wanted and what was there. A condition that could
not be answered is an error, which is not "no match": it spreads through and / or / not only where
it could have changed the answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from inbox_recipes.inbox import Frozen


class Step(Frozen):
    """One gate or condition that was looked at. `path` mirrors the recipe's JSON."""

    path: str
    wanted: Any
    got: Any
    ok: bool
    error: str | None = None

    @property
    def is_gate(self) -> bool:
        """Whether the recipe hangs on it: steps inside the filter are told by the filter's own answer."""
        return not self.path.startswith("filter/")


class Verdict(Frozen):
    """The answer for one recipe and one occurrence.

    `steps` end at the first gate that failed, unless an explanation asked for all of them.
    """

    recipe_id: str
    recipe_version: int
    occurrence_id: str
    matched: bool
    error: str | None
    steps: tuple[Step, ...]

    @property
    def stopped_by(self) -> Step | None:
        """The first gate that kept the recipe from acting; a filter holds with conditions that do not."""
        return next((step for step in self.steps if step.is_gate and not step.ok), None)


@dataclass(frozen=True)
class Answer:
    """Yes or no, and the error that leaves it open."""

    ok: bool
    error: str | None = None


def all_of(answers: Iterable[Answer]) -> Answer:
    """And: a clean "no" decides, whatever else failed; nothing at all is "yes"."""
    seen = list(answers)
    if any(not answer.ok and answer.error is None for answer in seen):
        return Answer(ok=False)
    error = next((answer.error for answer in seen if answer.error), None)
    return Answer(ok=error is None, error=error)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Or: a clean "yes" decides, whatever else failed."""
    seen = list(answers)
    if any(answer.ok and answer.error is None for answer in seen):
        return Answer(ok=True)
    return Answer(ok=False, error=next((answer.error for answer in seen if answer.error), None))


def negated(answer: Answer) -> Answer:
    """Not: an open answer stays open."""
    return answer if answer.error else Answer(ok=not answer.ok)
