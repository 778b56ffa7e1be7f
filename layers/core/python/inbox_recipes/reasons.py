"""A verdict in plain words, and the smallest change that would turn it round. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from inbox_recipes.clock import stamp
from inbox_recipes.filters import Condition, Group
from inbox_recipes.filters.saved import rules_of
from inbox_recipes.recipes import Recipe
from inbox_recipes.triggers import Occurrence, happened
from inbox_recipes.verdicts import Step, Verdict

FILTER = "filter"
PHRASES = {
    "lt": "below {}",
    "lte": "at most {}",
    "gt": "above {}",
    "gte": "at least {}",
    "within_last": "within the last {}",
    "more_than_ago": "more than {} ago",
}
"""What operators ask, where it is not just their name before the value."""


def turn_round(verdict: Verdict, tree: Group) -> tuple[Step, ...] | None:
    """The fewest steps whose answers must change for the verdict to change; nothing if none can do it.

    `tree` is the recipe's filter, and the verdict holds every step. A verdict that matched is turned
    round by one gate or by conditions of the filter, whichever are fewer.
    """
    answers = {step.path: step for step in verdict.steps}
    gates = [step for step in verdict.steps if step.is_gate and step.path != FILTER]
    conditions = _to_reach(tree, FILTER, answers, wanted=not verdict.matched)
    if verdict.matched:
        trigger = tuple(step for step in gates if step.path == "trigger")
        return conditions if conditions is not None and len(conditions) == 1 else trigger
    if conditions is None:
        return None
    return (*(step for step in gates if not step.ok), *conditions)


def _to_reach(
    rule: Group | Condition, path: str, answers: Mapping[str, Step], *, wanted: bool
) -> tuple[Step, ...] | None:
    """The fewest conditions to change so that the rule answers as wanted; None where no change can."""
    if not isinstance(rule, Group):
        step = answers[path]
        return () if step.ok == wanted and step.error is None else (step,)
    wanted = wanted != rule.negated
    below = [_to_reach(each, place, answers, wanted=wanted) for place, each in rules_of(rule, path)]
    possible = [steps for steps in below if steps is not None]
    if wanted == (rule.combinator == "and"):
        together = tuple(step for steps in possible for step in steps)
        return together if len(possible) == len(below) else None
    return min(possible, key=len, default=None)


def sentence(
    recipe: Recipe, verdict: Verdict, occurrence: Occurrence, flip: tuple[Step, ...] | None,
    *, paused: bool = False,
) -> str:  # fmt: skip
    """Why the recipe acts or does not act, as one would tell a colleague."""
    name, what = f'"{recipe.name}"', happened(occurrence)
    if verdict.matched and recipe.mode == "shadow":
        return f"{name} would act on {what}, but in shadow mode it only notes what it would do."
    if verdict.matched and paused:
        return f"{name} would act on {what}, but the account is paused: it only notes what it would do."
    if verdict.matched:
        return f"{name} acts: this was {what}, and everything else that it asks for holds."
    against = [step for step in verdict.steps if step.is_gate and not step.ok]
    more = len(against) - 1
    also = f"; {more} more thing{'s' if more > 1 else ''} would keep it from acting" if more else ""
    return f"{name} does not act: {_reason(against[0], recipe, occurrence.at, flip or ())}{also}."


def no_longer(recipe: Recipe, occurrence: Occurrence, steps: Sequence[Step], tree: Group) -> str:
    """What no longer holds when a wait is due. `steps` are those of the gate; the filter's hold them all."""
    gate = steps[0]
    answers = {step.path: step for step in steps}
    flip = _to_reach(tree, FILTER, answers, wanted=True) if gate.path == FILTER else None
    return f"{gate.path} no longer holds: {_reason(gate, recipe, occurrence.at, flip or ())}"


def _reason(step: Step, recipe: Recipe, at: datetime, flip: tuple[Step, ...]) -> str:
    match step.path:
        case "mode":
            return _mode_reason(recipe, at)
        case "trigger":
            return f"it waits for {step.wanted}, and what happened was {step.got}"
        case "topics":
            return f"it is for topic {' or '.join(step.wanted)}, and this is of topic {step.got}"
        case "hours":
            return f"it acts {step.wanted}, and it was {step.got}"
        case "loop":
            return f"recipes would set each other off (so far: {', '.join(step.got)})"
        case _:
            return _filter_reason(step, flip)


def _mode_reason(recipe: Recipe, at: datetime) -> str:
    if recipe.is_on and recipe.on_since is not None:
        return f"it was switched on at {stamp(recipe.on_since)}, after this happened at {stamp(at)}"
    return "it is disabled"


def _filter_reason(step: Step, flip: tuple[Step, ...]) -> str:
    if step.error is not None:
        return f"a condition of its filter could not be answered ({step.error})"
    leaf = next((each for each in flip if each.path.startswith(f"{FILTER}/")), None)
    if leaf is None:
        return "its filter does not hold"
    field, asked = next(iter(leaf.wanted.items()))
    operator, value = next(iter(asked.items()))
    plain = operator.replace("_", " ") + ("" if value is None else " {}")
    question = f"{field} {PHRASES.get(operator, plain).format(_words(value))}"
    if leaf.ok:
        return f"its filter asks that {question} does not hold, and it does"
    return f"its filter asks for {question}, and there was {_words(leaf.got)}"


def _words(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case list() | tuple():
            return ", ".join(_words(item) for item in value) or "none of it"
        case dict():
            return ", ".join(f"{_words(many)} {unit}" for unit, many in value.items())
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
