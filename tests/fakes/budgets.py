"""The Counters port in memory."""

from datetime import datetime

from inbox_recipes.budgets import Budget, hour
from tests.fakes.store import Store


class FakeBudgets:
    """What was drawn on each budget, by setting, whose it is, and hour."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, budget: Budget, amount: int, now: datetime) -> bool:
        key = (budget.setting, budget.of, hour(now))
        used = self._store.budgets.get(key, 0)
        if used + amount > budget.limit:
            return False
        self._store.budgets[key] = used + amount
        return True
