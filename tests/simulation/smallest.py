"""The shortest beginning of a seed's history that goes wrong, told step by step."""

from tests.simulation.history import STEPS, History
from tests.simulation.judge import judge


def smallest(seed: int) -> str:
    """A history with fewer steps is the beginning of the longer one: the first that fails says most."""
    for steps in range(STEPS + 1):
        history = History(seed, steps).play()
        judgement = judge(history)
        if not judgement.is_good:
            recipes = [
                f"{recipe.id}: {recipe.model_dump_json(include={'trigger', 'actions'})}"
                for recipe in history.sim.world.rule_books.past[1].recipes
            ]
            return "\n".join(
                [f"seed {seed}, {steps} steps: {judgement}", "", *recipes, "", *history.sim.trace]
            )
    return f"seed {seed} is good"
