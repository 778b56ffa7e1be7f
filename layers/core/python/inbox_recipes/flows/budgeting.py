"""Drawing on the budgets of a run before it acts (R6)."""

from typing import Any

from inbox_recipes.actions.wait import WaitAction
from inbox_recipes.budgets import of_run
from inbox_recipes.flows.acting import Acting


def used_up(acting: Acting, position: int) -> tuple[str, dict[str, Any]] | None:
    """Count all actions up to the next wait or the end; if there is no room for them, why none happens.

    They are counted when the first is to be done, and not again when the message comes again after that. A
    crash in between counts them twice: a budget is never exceeded, and rarely not used to the full.
    """
    begun = any(claim.position >= acting.first for claim in acting.run.claims)
    if position != acting.first or begun:
        return None
    amount = 0
    for action in acting.recipe.actions[position:]:
        if isinstance(action, WaitAction):
            break
        amount += 1
    account = acting.ports.rule_books.current().account
    for budget in of_run(acting.run, account) if amount else ():
        if not acting.ports.budgets.take(budget, amount, acting.now):
            return budget.used_up(acting.now)
    return None
