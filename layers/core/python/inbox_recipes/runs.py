"""Runs, their actions' claims, and waits: what the ledger keeps about work in progress."""

from typing import Literal

from pydantic import ConfigDict

from inbox_recipes.history import Outcome
from inbox_recipes.inbox import CaseStatus, Frozen, MentionStatus, Time
from inbox_recipes.triggers import Occurrence

RunStatus = Literal["running", "waiting", "done", "cancelled"]


class Claim(Frozen):
    """The mark that an action of a run was begun (`open`) or is over (`closed`).

    A class A action is claimed and closed in the transaction of its effect. A class B action opens
    its claim first and closes it when its delivery is over; what is sent, and how often it was, is the
    delivery's business. Claims of earlier versions kept more: that is read and left aside.
    """

    model_config = ConfigDict(extra="ignore")

    position: int
    action: str
    state: Literal["open", "closed"]
    outcome: Outcome | None = None
    attempts: int = 0


class Run(Frozen):
    """One recipe acting on one occurrence. What it waits for may be due long after it began."""

    run_id: str
    recipe_id: str
    recipe_version: int
    recipe_name: str
    occurrence: Occurrence
    conversation: str
    status: RunStatus
    started_at: Time
    finished_at: Time | None = None
    waits_until: Time | None = None
    claims: tuple[Claim, ...] = ()

    def claim(self, position: int) -> Claim | None:
        """The claim of the action at that position, if it was begun."""
        return next((claim for claim in self.claims if claim.position == position), None)


class Wait(Frozen):
    """A pause of a recipe on a case, or on a mention without one, which have at most one for each recipe.

    It belongs to the latest run that reached it. `fence` (customer's messages), `replied_at` (our last
    message) and `status` are those of the conversation when the wait was armed; `scheduled_for` is when
    its schedule fires, which may be before `due_at` (then it is armed again), never after. `took_over` is
    the earlier run whose wait this was until then. `reason` says what is waited for, and in the end what
    became of it.
    """

    wait_id: str
    run_id: str
    case_id: str | None
    mention_id: str | None = None
    conversation: str | None = None
    recipe_id: str
    position: int
    state: Literal["armed", "fired", "cancelled"]
    armed_at: Time
    due_at: Time
    scheduled_for: Time
    fence: int
    replied_at: Time | None = None
    status: CaseStatus | MentionStatus
    reason: str | None = None
    took_over: str | None = None
    revision: int = 1

    @property
    def group(self) -> str:
        """The conversation whose order its messages keep; older waits are all on cases."""
        return self.conversation or self.case_id or ""
