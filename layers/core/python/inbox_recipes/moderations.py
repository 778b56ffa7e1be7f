"""Moderation: what we do on a platform to what somebody wrote there, and the record of it (rows 44-50).

One record tells one act from its decision to its end: who decided, by which clauses and words, what came of
it, who objected. Everything here is pure; what carries it out is `flows.moderating`.

    held         a person decides: pending or dismissed
    pending      the platform is to be asked (again) when it is due
    calling      it is being asked: done, failed, pending again, quarantined
    quarantined  hidden; deleted when that is due, which is calling again
    undone       shown again after an objection
    cancelled    called off before it was done; what is hidden stays hidden
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from inbox_recipes.clauses import Clause
from inbox_recipes.clock import stamp
from inbox_recipes.effects import Removal
from inbox_recipes.errors import Conflict
from inbox_recipes.inbox import Frozen, Time
from inbox_recipes.people import Actor
from inbox_recipes.platforms import Act, connector

State = Literal[
    "held", "pending", "calling", "quarantined", "done", "undone", "failed", "dismissed", "cancelled"
]
STATES: tuple[State, ...] = get_args(State)

PAUSES = (30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200)
"""Seconds before the second and every further try."""

LIMITED_FOR = timedelta(days=3)
"""How long a platform may put an act off, which is then not counted as a try: many may wait in one line."""

LEASE = timedelta(minutes=10)
"""How long a call may be under way before somebody looks whether it was ever ended."""

TEXT_KEPT = 1000
"""Characters of the message that a record keeps."""

DONE: dict[Act, str] = {
    "hide": "hidden on the service",
    "unhide": "shown on the service again",
    "delete": "deleted on the service",
    "block_author": "the author is blocked on the service",
}
"""What was done, in words."""


class Remark(Frozen):
    """What a person said about an act: who, why and when."""

    by: Actor
    reason: str | None = None
    at: Time


class Moderation(Frozen):
    """One act. `call` is what the platform is asked for now or next, `due_at` when.

    `quarantine_hours`: hidden first, deleted so much later. `hidden` says that hiding has been done and not
    been taken back, `settled` that the run's action is over. `approved`, `dismissed`: a person's decision
    about one that was held. `reason` says how it stands, in words.
    """

    id: str
    what: Act
    unique_id: str
    topic_id: str
    service: str
    profile: str
    author_id: str
    author_name: str | None
    text: str
    by: Actor
    note: str | None = None
    run_id: str | None = None
    position: int | None = None
    clauses: tuple[Clause, ...] = ()
    quarantine_hours: int | None = None
    state: State
    call: Act
    hidden: bool = False
    settled: bool = False
    reason: str | None = None
    attempts: int = 0
    due_at: Time | None = None
    approved: Remark | None = None
    dismissed: Remark | None = None
    objection: Remark | None = None
    created_at: Time
    updated_at: Time
    done_at: Time | None = None
    revision: Annotated[int, Field(ge=1)] = 1

    @property
    def decided_by_recipe(self) -> bool:
        """Whether no person has decided about it."""
        return self.by.kind == "recipe" and self.approved is None

    @property
    def actor(self) -> Actor:
        """Who does what is done now: whoever objected has it shown again."""
        return self.objection.by if self.call == "unhide" and self.objection else self.by

    def _next(self, state: State, at: datetime, reason: str | None, **changed: Any) -> "Moderation":
        own = {"state": state, "updated_at": at, "reason": reason, "revision": self.revision + 1}
        return self.model_copy(update={"due_at": None, **own, **changed})

    def calls(self, now: datetime) -> "Moderation":
        """It, while the platform is being asked. One that is due in a quarantine is deleted now."""
        return self._next("calling", now, self.reason, due_at=now + LEASE)

    def succeeded(self, now: datetime, *, gone: bool = False) -> "Moderation":
        """It, once the platform has done what it was asked, or no longer had what it was asked about."""
        words = "it was gone from the service already" if gone else DONE[self.call]
        if self.call == "unhide":
            state: State = "undone" if self.what != "unhide" else "done"
            return self._next(state, now, words, hidden=False, done_at=now, settled=True)
        if self.call == "hide" and not gone:
            if self.objection:
                return self._next("pending", now, "objected to", call="unhide", due_at=now, hidden=True)
            if self.what == "delete":
                due = now + timedelta(hours=self.quarantine_hours or 0)
                words = f"{words}; deleted at {stamp(due)} unless somebody objects"
                again = {"call": "delete", "due_at": due, "hidden": True, "attempts": 0, "settled": True}
                return self._next("quarantined", now, words, **again)
            return self._next("done", now, words, hidden=True, done_at=now, settled=True)
        if self.objection:
            words = f"{words}: the objection came when the call was under way"
        return self._next("done", now, words, done_at=now, settled=True)

    def failed(
        self, why: str, now: datetime, *, again: bool = False, retry_after: int | None = None
    ) -> "Moderation":
        """It, once a try has failed: tried again after growing pauses, or when the platform says."""
        attempts = self.attempts + 1
        if self.objection and self.call in ("hide", "delete", "block_author"):
            call: Act = "unhide" if self.hidden or self.call == "hide" else self.call
            if call == "unhide":
                return self._next("pending", now, "objected to", call=call, attempts=0, due_at=now)
            words = "objected to before it was done"
            return self._next("cancelled", now, words, attempts=attempts, settled=True)
        if retry_after is not None and now - self.created_at < LIMITED_FOR:
            due = now + timedelta(seconds=max(1, retry_after))
            return self._next("pending", now, why, due_at=due)
        if again and attempts <= len(PAUSES):
            due = now + timedelta(seconds=PAUSES[attempts - 1])
            return self._next("pending", now, why, attempts=attempts, due_at=due)
        words = f"{why}; given up after {attempts} tries" if again else why
        return self._next("failed", now, words, attempts=attempts, settled=True)

    def cancelled(self, why: str, now: datetime, *, shown: bool = False) -> "Moderation":
        """It, once nothing more is to be done. What is hidden, or may be, stays so until somebody objects.

        `shown`: somebody has shown the message again.
        """
        calling = self.state == "calling"
        words = f"{why}; what came of the call that was begun is not known" if calling else why
        may_be = self.hidden or (self.call == "hide" and (calling or self.attempts > 0))
        hidden = may_be and not shown
        return self._next("cancelled", now, words, hidden=hidden, settled=True)

    def interrupted(self, now: datetime) -> "Moderation":
        """It, where somebody objected to a call of which nobody knows what came: it is not made again."""
        if self.hidden or self.call == "hide":
            return self._next("pending", now, "objected to", call="unhide", attempts=0, due_at=now)
        return self.cancelled("objected to", now)

    def approve(self, remark: Remark) -> "Moderation":
        """It, once a person has let one that was held go on. Raises Conflict for any other."""
        if self.state != "held":
            raise Conflict(f"Only what is held can be approved; this is {self.state}.")
        return self._next("pending", remark.at, "approved", due_at=remark.at, approved=remark)

    def dismiss(self, remark: Remark) -> "Moderation":
        """It, once a person has decided that nothing is done. Raises Conflict unless it is held."""
        if self.state != "held":
            raise Conflict(f"Only what is held can be dismissed; this is {self.state}.")
        return self._next("dismissed", remark.at, "dismissed", dismissed=remark)

    def retry(self, remark: Remark) -> "Moderation":
        """It, tried again by hand from where it stopped. Raises Conflict unless it was given up."""
        if self.state not in ("failed", "cancelled") or (self.objection and self.call != "unhide"):
            raise Conflict(f"Only what has failed can be tried again; this is {self.state}.")
        approved = remark if self.by.kind == "recipe" and self.call != "unhide" else self.approved
        tried = {"attempts": 0, "due_at": remark.at, "approved": approved}
        return self._next("pending", remark.at, "tried again", **tried)

    def object(self, remark: Remark) -> "Moderation":
        """It, once somebody has objected: what waits is called off, what is hidden is shown again.

        What was deleted or blocked stays so (row 50), and the objection is kept with it. Raises Conflict
        where there is nothing to object to, or somebody has objected before.
        """
        if self.objection or self.what == "unhide" or self.state in ("dismissed", "undone"):
            so = "somebody has objected already" if self.objection else f"this {self.what} is {self.state}"
            raise Conflict(f"There is nothing to object to: {so}.")
        at, kept = remark.at, {"objection": remark}
        if self.state == "calling":  # what comes of the call decides
            return self._next("calling", at, self.reason, due_at=self.due_at, **kept)
        if self.hidden or (self.call == "hide" and self.attempts):  # a try without an answer may have done it
            return self._next("pending", at, "objected to", call="unhide", attempts=0, due_at=at, **kept)
        if self.state == "done":
            return self._next("done", at, f"{self.reason}, which cannot be undone; objected to", **kept)
        return self._next("cancelled", at, "objected to before it was done", settled=True, **kept)


@dataclass(frozen=True)
class Ended:
    """What came of one call: done where there is no reason against it, or where there was nothing left to do.

    `again`: it may be tried again, after so many seconds if the platform said so.
    """

    at: datetime
    why: str | None = None
    gone: bool = False
    again: bool = False
    retry_after: int | None = None

    def of(self, act: Moderation) -> Moderation:
        """The act after it."""
        if self.why is None or self.gone:
            return act.succeeded(self.at, gone=self.gone)
        return act.failed(self.why, self.at, again=self.again, retry_after=self.retry_after)

    def shown(self, act: Moderation) -> dict[str, Any]:
        """What the mention tells from then on (row 49); nothing new after a failure."""
        if self.gone:
            return {"on_service": "deleted"}
        if self.why is not None:
            return {}
        shown: dict[Act, dict[str, Any]] = {
            "hide": {"on_service": "hidden"},
            "unhide": {"on_service": None},
            "delete": {"on_service": "deleted"},
            "block_author": {"author_blocked": True},
        }
        return shown[act.call]


def refusal(removal: Removal, profile: str | None) -> str | None:
    """Why the platform will not do it to this mention, or nobody of ours can ask for it, if so (A12)."""
    mention = removal.mention
    if mention.author.managed:
        return "this is a message of ours"
    if mention.erased and removal.what == "block_author":
        return "its author was erased"
    if profile is None:
        return f"no connected profile of {mention.source.service} has received it"
    platform = connector(mention.source.service)
    acts: Iterable[Act] = ("hide", "delete") if removal.quarantine_hours else (removal.what,)
    return next((why for act in acts if (why := platform.refuses(act, mention))), None)
