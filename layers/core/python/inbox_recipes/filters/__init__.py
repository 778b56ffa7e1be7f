"""Filters: the tree, the fields and operators, and the plain interpreter that also explains.

Others import from here: `Filter`, `Group`, `Condition`, `SavedFilterRef`, `Scene` and `evaluate`.
"""

from inbox_recipes.errors import EvaluationError
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.scene import Scene
from inbox_recipes.filters.tree import Condition, Filter, Group, Rule, SavedFilterRef, conditions
from inbox_recipes.verdicts import Answer, Step, all_of, any_of, negated

__all__ = ["Condition", "Filter", "Group", "SavedFilterRef", "Scene", "conditions", "evaluate"]


def evaluate(group: Group, scene: Scene, path: str) -> tuple[Answer, list[Step]]:
    """Answer a filter for a scene. Every condition is looked at, so that the steps tell all.

    `path` is where the group stands in the recipe, `filter` for its outermost one.
    """
    answers: list[Answer] = []
    steps: list[Step] = []
    for index, rule in enumerate(group.rules):
        answer, below = _rule(rule, scene, f"{path}/rules/{index}")
        answers.append(answer)
        steps += below
    together = (all_of if group.combinator == "and" else any_of)(answers)
    answer = negated(together) if group.negated else together
    wanted = {"and": "all", "or": "any"}[group.combinator]
    got = sum(answer.ok for answer in answers)
    step = Step(
        path=path,
        wanted=f"not ({wanted} of {len(answers)})" if group.negated else f"{wanted} of {len(answers)}",
        got=f"{got} of {len(answers)}",
        ok=answer.ok,
        error=answer.error,
    )
    return answer, [step, *steps]


def _rule(rule: Rule, scene: Scene, path: str) -> tuple[Answer, list[Step]]:
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
