"""What a wait minds, and what breaks it. Pure (A1; R5).

A conversation is a case, or a mention without one together with what its author has written since.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_recipes.actions.wait import WaitAction
from inbox_recipes.clock import stamp
from inbox_recipes.inbox import Case, Mention, Profile
from inbox_recipes.runs import Claim, Wait

CHANGE_STATUS = frozenset({"set_case_status", "set_case_pending", "resolve"})
REPLIES = frozenset({"reply", "send_private_reply", "send_public_reply"})


@dataclass(frozen=True)
class Standing:
    """A conversation as waits see it. `profile` is that of a mention's author.

    `unwatched`: so late that messages of the author, and our answers, may not have been counted any more.
    """

    item: Case | Mention
    profile: Profile | None = None
    unwatched: bool = False

    @property
    def case_id(self) -> str | None:
        """The case, if it is one."""
        return self.item.id if isinstance(self.item, Case) else None

    @property
    def fence(self) -> int:
        """How many messages of the customer were counted."""
        if isinstance(self.item, Case):
            return self.item.fence
        return self.profile.fence if self.profile else 0

    @property
    def replied_at(self) -> datetime | None:
        """When we last wrote."""
        if isinstance(self.item, Case):
            return self.item.last_reply_at
        return self.profile.replied_at if self.profile else None

    @property
    def customer_wrote_last(self) -> datetime | None:
        """When, if the last message of the case is the customer's."""
        item = self.item
        return item.last_message_at if isinstance(item, Case) and item.last_message_by == "customer" else None


@dataclass(frozen=True)
class Guard:
    """What must still be true of a conversation while a run waits, and after it (A1, R5)."""

    fence: int | None = None
    status: str | None = None
    minds_replies: bool = False
    replied_at: datetime | None = None

    def broken_by(self, standing: Standing | None) -> str | None:
        """Why the rest of the run must not happen, if it must not."""
        if standing is None:
            return "the conversation is gone"
        if self.fence is not None and standing.fence != self.fence:
            at = standing.customer_wrote_last
            return f"the customer replied at {stamp(at)}" if at else "the customer replied"
        if self.minds_replies and standing.replied_at and standing.replied_at != self.replied_at:
            return f"we replied at {stamp(standing.replied_at)}"
        if standing.unwatched and (self.fence is not None or self.minds_replies):
            return "this comes so late that it is not known who has written meanwhile"
        if self.status is not None and standing.item.status != self.status:
            what = "case" if standing.case_id else "mention"
            return f"the {what} is no longer {self.status}: it is {standing.item.status}"
        return None

    def after(self, action: str) -> "Guard":
        """What still counts once the run itself has done that: what it changed does not stop it."""
        if action in CHANGE_STATUS:
            return replace(self, status=None)
        return replace(self, minds_replies=False) if action in REPLIES else self


def guard(wait: Wait, action: WaitAction) -> Guard:
    """What breaks the wait."""
    return Guard(
        fence=wait.fence if "customer_replies" in action.breakers else None,
        status=wait.status if action.minds_status else None,
        minds_replies="agent_replies" in action.breakers,
        replied_at=wait.replied_at,
    )


def guard_after(wait: Wait, action: WaitAction, claims: Iterable[Claim]) -> Guard:
    """What still counts after what the run has done since the wait.

    A message that it has written may be sent by now, whatever is known of it.
    """
    left = guard(wait, action)
    for claim in claims:
        written = claim.action in REPLIES and claim.outcome != "skipped"
        if claim.position > wait.position and (written or claim.outcome == "done"):
            left = left.after(claim.action)
    return left


def broken(wait: Wait, action: WaitAction, standing: Standing | None, began_at: datetime) -> str | None:
    """Why the wait is over before its time, if it is. `began_at` is when the run's occurrence happened."""
    if standing is not None and standing.case_id != wait.case_id:
        return "the mention belongs to another conversation now"
    silence = "customer_replies" in action.breakers
    at = standing.customer_wrote_last if standing and silence else None
    if at is not None and at > began_at:
        return f"the customer replied at {stamp(at)}"
    found = guard(wait, action).broken_by(standing)
    return found or (f"the last message is the customer's, from {stamp(at)}" if at else None)
