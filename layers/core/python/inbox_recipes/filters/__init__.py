"""Filters: the tree, the fields and operators, and the plain interpreter that also explains.

Others import from here: `Filter`, `Group`, `Condition`, `SavedFilterRef`, `Scene` and `evaluate`.
What is evaluated has its references resolved (`saved.resolved`, `RuleBook.group`).
"""

from inbox_recipes.errors import EvaluationError
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.saved import SavedGroup, rules_of
from inbox_recipes.filters.scene import Scene
from inbox_recipes.filters.tree import Condition, Filter, Group, SavedFilterRef, conditions
from inbox_recipes.verdicts import Answer, Step, all_of, any_of, negated

__all__ = ["Condition", "Filter", "Group", "SavedFilterRef", "Scene", "conditions", "evaluate"]


def evaluate(group: Group, scene: Scene, path: str) -> tuple[Answer, list[Step]]:
    """Answer a filter for a scene. Every condition is looked at, so that the steps tell all.

    `path` is where the group stands in the recipe, `filter` for its outermost one.
    """
    answers: list[Answer] = []
    steps: list[Step] = []
    for place, rule in rules_of(group, path):
        answer, below = _rule(rule, scene, place)
        answers.append(answer)
        steps += below
    together = (all_of if group.combinator == "and" else any_of)(answers)
    answer = negated(together) if group.negated else together
    wanted = f"{'all' if group.combinator == 'and' else 'any'} of {len(answers)}"
    saved = f" in saved filter {group.name!r}" if isinstance(group, SavedGroup) else ""
    got = sum(answer.ok for answer in answers)
    step = Step(
        path=path,
        wanted=(f"not ({wanted})" if group.negated else wanted) + saved,
        got=f"{got} of {len(answers)}",
        ok=answer.ok,
        error=answer.error,
    )
    return answer, [step, *steps]


def _rule(rule: Group | Condition, scene: Scene, path: str) -> tuple[Answer, list[Step]]:
    if isinstance(rule, Group):
        return evaluate(rule, scene, path)
    wanted = {rule.field: {rule.operator: rule.value}}
    row = FIELDS[rule.field]
    try:
        ok, got = row.operators[rule.operator].answer(row.read(scene), rule.value)
    except EvaluationError as error:
        return Answer(ok=False, error=str(error)), [
            Step(path=path, wanted=wanted, got=None, ok=False, error=str(error))
        ]
    return Answer(ok=ok), [Step(path=path, wanted=wanted, got=got, ok=ok)]
