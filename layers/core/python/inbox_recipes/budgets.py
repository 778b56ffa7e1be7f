"""Budgets: the most actions in one hour by the clock (R6). What counts them is behind a port.

The hour is a fixed one (13:00 to 14:00 UTC), so that one counter serves it and a stop can say when it ends.
Around its end, twice the limit can fall into sixty minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from inbox_recipes.account import Account
from inbox_recipes.clock import stamp
from inbox_recipes.runs import Run

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Budget:
    """`setting` is its name in the account's settings, `of` whose it is, and `words` what it limits."""

    setting: str
    of: str
    words: str
    limit: int

    def used_up(self, now: datetime) -> tuple[str, dict[str, Any]]:
        """Why nothing more is done, in words and as data: which budget, its limit, and when it is free."""
        free = stamp(hour(now) + HOUR)
        reason = f"the budget is used up: {self.limit} actions an hour {self.words}; free again at {free}"
        return reason, {"budget": self.setting, "limit": self.limit, "free_at": free}


def of_run(run: Run, account: Account) -> tuple[Budget, ...]:
    """The budgets that a run draws on, the narrower first."""
    limits = account.budgets
    return (
        Budget(
            "actions_per_conversation",
            run.conversation,
            "on one conversation",
            limits.actions_per_conversation,
        ),
        Budget("actions_per_recipe", run.recipe_id, "by this recipe", limits.actions_per_recipe),
    )


def hour(at: datetime) -> datetime:
    """The hour by the clock that a moment is in."""
    return at.replace(minute=0, second=0, microsecond=0)
