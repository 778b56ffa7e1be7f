"""One run being carried out: what every action's performance shares."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from inbox_recipes.case_life import related_case
from inbox_recipes.clock import stamp
from inbox_recipes.durations import BusinessTime
from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.history import HistoryDate, HistoryEntry, Line, Outcome
from inbox_recipes.ids import wait_id
from inbox_recipes.inbox import Case, CaseStatus, Object, Subject
from inbox_recipes.messages import WaitDueMessage
from inbox_recipes.people import Actor
from inbox_recipes.ports import Ports, Transaction
from inbox_recipes.recipes import Recipe
from inbox_recipes.runs import Claim, Run, RunStatus

TRIES = 8
"""How often something is tried again when others change the same items."""


@dataclass(frozen=True)
class Guard:
    """What must still be true of the case after a wait (A1, R5)."""

    fence: int | None
    status: CaseStatus | None

    def broken_by(self, case: Case | None) -> str | None:
        """Why the rest of the run must not happen, if it must not."""
        if case is None:
            return "the case is gone"
        if self.fence is not None and case.fence != self.fence:
            known = case.last_message_by == "customer"
            return (
                f"the customer replied at {stamp(case.last_message_at)}" if known else "the customer replied"
            )
        if self.status is not None and case.status != self.status:
            return f"the case is no longer {self.status}: it is {case.status}"
        return None


@dataclass(frozen=True)
class Acting:
    """A run, the recipe whose actions are done, and the moment. `first` is the first action to do."""

    ports: Ports
    run: Run
    recipe: Recipe
    now: datetime
    first: int = 0
    guard: Guard | None = None

    @property
    def actor(self) -> Actor:
        """The recipe, as histories name it."""
        return Actor(kind="recipe", id=self.recipe.id, name=self.recipe.name, version=self.recipe.version)

    @property
    def chain(self) -> tuple[str, ...]:
        """The recipes that led to what this run changes."""
        return (*self.run.occurrence.chain, self.recipe.id)

    def hours_of(self, topic_id: str) -> BusinessTime | None:
        """The business hours that items of a topic are measured by."""
        return self.ports.rule_books.current().business_time(topic_id)

    def action_type(self, position: int) -> str:
        """The type of the action there, as it was begun: a recipe may have been edited since."""
        claim = self.run.claim(position)
        return claim.action if claim else self.recipe.actions[position].type

    def finish(self, status: RunStatus) -> None:
        """Write down how the run stands; `waiting` is not its end."""
        ended = None if status == "waiting" else self.now
        self.ports.ledger.finish(self.run.model_copy(update={"status": status, "finished_at": ended}))

    def line(
        self, log: Object, item_id: str, position: int, kind: str, outcome: Outcome,
        reason: str | None = None, detail: dict[str, Any] | None = None,
    ) -> Line:  # fmt: skip
        """A history line of this run."""
        entry = HistoryEntry(
            id=f"{stamp(self.now)}#{self.run.run_id}#{position:02d}#{kind}#{outcome}",
            type=kind,
            outcome=outcome,
            by=self.actor,
            reason=reason,
            detail=detail or {},
            run_id=self.run.run_id,
            position=position,
            date=HistoryDate(added=self.now),
        )
        return Line(log=log, item_id=item_id, entry=entry)

    def own_line(self, *args: Any, **kwargs: Any) -> Line:
        """A line in the log of what the occurrence is about."""
        occurrence = self.run.occurrence
        item_id = occurrence.case_id if occurrence.about == "case" else occurrence.mention_id
        return self.line(occurrence.about, item_id or "", *args, **kwargs)


def close(
    acting: Acting, position: int, outcome: Outcome, reason: str | None,
    detail: dict[str, Any] | None = None, *, line_type: str | None = None, attempts: int = 0,
) -> None:  # fmt: skip
    """End an action that changed nothing of ours, with its line, once.

    Nothing in it was read, so nothing must be decided again when another transaction is in its way.
    """
    action = acting.action_type(position)
    over = Transaction(
        actor=acting.actor,
        at=acting.now,
        lines=(acting.own_line(position, line_type or action, outcome, reason, detail),),
        claim=(acting.run.run_id, closed(position, action, outcome, attempts)),
    )
    for _ in range(TRIES):
        with suppress(Stale):
            acting.ports.inbox.commit(over)
            return
    raise Retryable(f"the end of action {position} could not be written; trying again")


def closed(position: int, action: str, outcome: Outcome, attempts: int = 0) -> Claim:
    """The claim of an action that is over."""
    return Claim(position=position, action=action, state="closed", outcome=outcome, attempts=attempts)


def cases_of(acting: Acting) -> tuple[str, ...]:
    """The cases that a run may change: the one that it is about, or all that the mention is in; their ids."""
    occurrence = acting.run.occurrence
    if occurrence.about == "case":
        return (occurrence.case_id or "",)
    mention = acting.ports.inbox.mentions([occurrence.mention_id or ""]).get(occurrence.mention_id or "")
    return mention.case_ids if mention else ()


def load(acting: Acting) -> Subject:
    """The subject as it is now: the case and the customer's last message, or the mention and its case.

    Of several cases it is the newest that is not resolved (A22); after a wait, the one that was waited on.
    """
    occurrence, inbox = acting.run.occurrence, acting.ports.inbox
    if occurrence.about == "case":
        case = inbox.cases([occurrence.case_id or ""]).get(occurrence.case_id or "")
        last = case.last_incoming_id if case else None
        return Subject(mention=inbox.mentions([last]).get(last) if last else None, case=case)
    mention = inbox.mentions([occurrence.mention_id or ""]).get(occurrence.mention_id or "")
    if mention is None:
        return Subject(mention=None, case=None)
    cases = inbox.cases(mention.case_ids)
    waited_on = cases.get(occurrence.case_id or "") if acting.guard else None
    return Subject(mention=mention, case=waited_on or related_case(mention, cases))


def rearm(acting: Acting) -> None:
    """Make sure that the wait which the run has come to has its schedule, and no other run counts on it."""
    wait = acting.ports.ledger.wait(wait_id(acting.run.occurrence.case_id or "", acting.recipe.id))
    if wait is not None and wait.run_id == acting.run.run_id and wait.state == "armed":
        message = WaitDueMessage(wait_id=wait.wait_id, scheduled_for=wait.scheduled_for)
        at = max(wait.scheduled_for, acting.now + timedelta(minutes=1))
        acting.ports.timers.arm(at, message, acting.run.conversation)
        older = acting.ports.ledger.run(wait.took_over) if wait.took_over else None
        if older is not None and older.finished_at is None:
            replace(acting, run=older).finish("cancelled")
        acting.finish("waiting")
