"""Waits: armed with a schedule, checked again when due (A1, A20, A30; R5).

Correctness never rests on a schedule: when one fires, the wait, the case and the recipe are read and
everything is decided from them. Deleting or moving schedules would only be housekeeping.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from inbox_recipes import ids
from inbox_recipes.actions.set_case_status import SetCaseStatus
from inbox_recipes.actions.wait import WaitAction
from inbox_recipes.clock import stamp
from inbox_recipes.effects import Pause
from inbox_recipes.errors import Retryable
from inbox_recipes.flows.acting import Acting, Guard, closed, load, rearm
from inbox_recipes.history import Line, Outcome
from inbox_recipes.inbox import Case, CaseStatus, Subject
from inbox_recipes.messages import WaitDueMessage
from inbox_recipes.ports import Ports, Transaction
from inbox_recipes.reasons import no_longer
from inbox_recipes.rule_book import no_longer_holding
from inbox_recipes.runs import Wait

CLOCKS_DIFFER = timedelta(minutes=1)
"""A schedule never fires early: a message that seems to be early by less comes from a faster clock (R5)."""


def arm(acting: Acting, position: int, pause: Pause, subject: Subject) -> None:
    """Begin the wait. One that an earlier run of this recipe began on the case is replaced."""
    case = subject.case
    if case is None:
        raise ValueError("A pause is only decided on with a case.")
    wait_id = ids.wait_id(case.id, acting.recipe.id)
    before = acting.ports.ledger.wait(wait_id)
    due = _whole_second(acting.now + timedelta(minutes=pause.minutes))
    older = _overtaken(acting, before)
    running = before is not None and before.state == "armed" and acting.now < before.scheduled_for <= due
    wait = Wait(
        wait_id=wait_id,
        run_id=acting.run.run_id,
        case_id=case.id,
        recipe_id=acting.recipe.id,
        position=position,
        state="armed",
        armed_at=acting.now,
        due_at=due,
        scheduled_for=before.scheduled_for if before is not None and running else due,
        fence=case.fence,
        status=_counted_on(acting, position, case),
        took_over=older.run.run_id if older else None,
        revision=before.revision + 1 if before else 1,
    )
    detail = {"minutes": pause.minutes, "unless": pause.unless, "due_at": stamp(due)}
    lines = _lines(acting, position, "done", f"waiting until {stamp(due)}", detail)
    if before is not None and older is not None:
        lines += _lines(
            older, before.position, "skipped", "a later run of the recipe has begun to wait instead"
        )
    acting.ports.inbox.commit(
        Transaction(
            actor=acting.actor,
            at=acting.now,
            wait=(before, wait),
            lines=lines,
            claim=(acting.run.run_id, closed(position, "wait", "done")),
        )
    )
    rearm(acting)


def _counted_on(acting: Acting, position: int, case: Case) -> CaseStatus:
    """The status that the wait started in (A1): what this run has set, or what began it, or else what is."""
    ours = [a.status for a in acting.recipe.actions[:position] if isinstance(a, SetCaseStatus)]
    if ours:
        return ours[-1]
    occurrence = acting.run.occurrence
    return cast("CaseStatus", occurrence.detail) if occurrence.kind == "status_changed" else case.status


def _overtaken(acting: Acting, before: Wait | None) -> Acting | None:
    """The earlier run whose wait this one takes over, if there is one."""
    if before is None or before.state != "armed" or before.run_id == acting.run.run_id:
        return None
    run = acting.ports.ledger.run(before.run_id)
    return replace(acting, run=run) if run is not None and run.finished_at is None else None


def _lines(
    acting: Acting, position: int, outcome: Outcome, reason: str, detail: dict[str, Any] | None = None
) -> tuple[Line, ...]:
    """A wait is told in the case's history (A1), and in that of a mention that began the run (row 123)."""
    line = acting.line("case", acting.run.occurrence.case_id or "", position, "wait", outcome, reason, detail)
    own = acting.own_line(position, "wait", outcome, reason, detail)
    return (line,) if own.log == "case" else (line, own)


def resume(message: WaitDueMessage, ports: Ports, now: datetime) -> Acting | None:
    """What to go on with when a schedule has fired; nothing when there is nothing to go on with."""
    wait = ports.ledger.wait(message.wait_id)
    run = ports.ledger.run(wait.run_id) if wait else None
    if wait is None or run is None or run.finished_at:
        return None
    if message.scheduled_for > now + CLOCKS_DIFFER:
        raise Retryable(f"the message for {stamp(message.scheduled_for)} came before its time")
    book = ports.rule_books.current()
    known = book.recipe(wait.recipe_id) or ports.rule_books.recipe_at(run.recipe_id, run.recipe_version)
    moment = max(now, message.scheduled_for)
    acting = Acting(ports=ports, run=run, recipe=known, now=moment, first=wait.position + 1)
    if message.scheduled_for < wait.scheduled_for:
        rearm(acting)
        return None
    action = known.actions[wait.position] if wait.position < len(known.actions) else None
    off = book.stopped(wait.recipe_id) or (
        None if isinstance(action, WaitAction) else "the recipe was changed and no longer waits here"
    )
    if off or not isinstance(action, WaitAction) or wait.state == "cancelled":
        _cancel(acting, wait, off or "cancelled")
        return None
    begun = any(claim.position > wait.position for claim in run.claims)
    if not begun and not _is_over(acting, wait, action):
        return None
    return replace(acting, guard=_guard_after(wait, action, acting))


def _is_over(acting: Acting, wait: Wait, action: WaitAction) -> bool:
    """Check everything again (A1): cancel the wait, arm it again, or end it and say yes.

    Also for one that has ended already, as long as nothing was done after it: a crash may have left it so
    for many minutes.
    """
    subject = load(acting)
    case = subject.case
    broken = _guard(wait, action).broken_by(case) or _not_ours(action, case)
    if case is None or broken:
        _cancel(acting, wait, broken or "the case is gone")
        return False
    due = _due(wait, action, case)
    if due > acting.now:
        _later(acting, wait, due)
        return False
    book = acting.ports.rule_books.current()
    subject = subject.known_by(acting.ports.inbox.contacts(case.contact_ids))
    recipe, occurrence = acting.recipe, acting.run.occurrence
    failed = no_longer_holding(recipe, occurrence, subject, book, acting.now)
    if failed:
        _cancel(acting, wait, no_longer(recipe, occurrence, failed, book.group(recipe.filter)))
        return False
    if wait.state == "fired":
        return True
    silence = " without a message of the customer" if action.unless else ""
    _end(acting, wait, "fired", f"{_minutes(action.minutes)} passed{silence}")
    return True


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"


def _due(wait: Wait, action: WaitAction, case: Case) -> datetime:
    """A reply of ours starts the wait again (A1); an edited recipe waits as it now says (A30)."""
    begun = max(wait.armed_at, case.last_reply_at or wait.armed_at)
    return _whole_second(begun + timedelta(minutes=action.minutes))


def _whole_second(at: datetime) -> datetime:
    """Schedules fire on whole seconds; rounding up keeps a wait from ending early."""
    return (at + timedelta(microseconds=999_999)).replace(microsecond=0)


def _guard(wait: Wait, action: WaitAction) -> Guard:
    return Guard(fence=wait.fence if action.unless else None, status=wait.status)


def _guard_after(wait: Wait, action: WaitAction, acting: Acting) -> Guard:
    """After an action of this run has changed the status, only the customer can overtake it."""
    ours = any(
        claim.position > wait.position and claim.action == "set_case_status" and claim.outcome == "done"
        for claim in acting.run.claims
    )
    guard = _guard(wait, action)
    return replace(guard, status=None) if ours else guard


def _not_ours(action: WaitAction, case: Case | None) -> str | None:
    if case and action.unless and case.last_message_by == "customer":
        return f"the last message is the customer's, from {stamp(case.last_message_at)}"
    return None


def _later(acting: Acting, wait: Wait, due: datetime) -> None:
    """Arm again for when it is really due: first the schedule, so that a crash loses nothing."""
    message = WaitDueMessage(wait_id=wait.wait_id, scheduled_for=due)
    acting.ports.timers.arm(due, message, acting.run.conversation)
    moved = {"state": "armed", "due_at": due, "scheduled_for": due, "revision": wait.revision + 1}
    change = (wait, wait.model_copy(update=moved))
    acting.ports.inbox.commit(Transaction(actor=acting.actor, at=acting.now, wait=change))


def _cancel(acting: Acting, wait: Wait, reason: str) -> None:
    if wait.state == "armed":
        _end(acting, wait, "cancelled", reason)
    elif wait.state == "fired":
        acting.ports.ledger.add_lines(_lines(acting, wait.position, "skipped", reason))
    acting.finish("cancelled")


def _end(acting: Acting, wait: Wait, state: Literal["fired", "cancelled"], reason: str) -> None:
    over = wait.model_copy(update={"state": state, "reason": reason, "revision": wait.revision + 1})
    outcome: Outcome = "done" if state == "fired" else "skipped"
    lines = _lines(acting, wait.position, outcome, reason)
    acting.ports.inbox.commit(Transaction(actor=acting.actor, at=acting.now, wait=(wait, over), lines=lines))
