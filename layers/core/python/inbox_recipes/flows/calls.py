"""Class B effects: calls to other systems, at least once, with the same id and body on every attempt.

A failed attempt moves this one action to the retry queue (or, for a longer pause, to a schedule) and
the run goes on (decision 5). The pauses are those of Standard Webhooks 1.0.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

from inbox_recipes import ids
from inbox_recipes.effects import Call
from inbox_recipes.errors import Permanent, Retryable
from inbox_recipes.flows.acting import Acting, close
from inbox_recipes.messages import RetryMessage
from inbox_recipes.ports import Ports
from inbox_recipes.runs import Claim

PAUSES = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds before the second and every further attempt (R12)."""

LONGEST_QUEUE_DELAY = 900
LONGEST_PAUSE = 86400


def first_attempt(acting: Acting, position: int, call: Call) -> None:
    """Send for the first time, or again what an attempt that never ended was sending.

    An attempt that failed has its next one queued: a run that comes again leaves that alone and goes on.
    """
    begun = acting.run.claim(position)
    if begun is not None and begun.queued:
        return
    if begun is not None and begun.call is not None:
        _attempt(acting, position, Call(**begun.call), max(begun.attempts, 1))
    else:
        _attempt(acting, position, call, 1)


def try_again(message: RetryMessage, ports: Ports, now: datetime) -> None:
    """A later attempt, if the action is not over and the recipe is still on."""
    run = ports.ledger.run(message.run_id)
    claim = run.claim(message.position) if run else None
    if run is None or claim is None or claim.state == "closed" or claim.call is None:
        return
    recipe = ports.rule_books.recipe_at(run.recipe_id, run.recipe_version)
    acting = Acting(ports=ports, run=run, recipe=recipe, now=now)
    off = ports.rule_books.current().stopped(run.recipe_id)
    if off:
        reason = f"not delivered after {claim.attempts} attempts: {off}"
        close(acting, message.position, "skipped", reason, attempts=claim.attempts)
        return
    _attempt(acting, message.position, Call(**claim.call), message.attempt)


def _attempt(acting: Acting, position: int, call: Call, attempt: int) -> None:
    run_id = acting.run.run_id
    action = acting.action_type(position)
    opened = Claim(position=position, action=action, state="open", attempts=attempt, call=asdict(call))
    if not acting.ports.ledger.open_claim(run_id, opened):
        return
    delivery = ids.delivery_id(run_id, position)
    detail = {"webhook": call.name, "delivery_id": delivery, "attempts": attempt}
    try:
        status = acting.ports.webhooks.send(call, delivery, acting.now)
    except Permanent as error:
        close(acting, position, "failed", str(error), detail, attempts=attempt)
    except Retryable as error:
        if attempt > len(PAUSES):
            reason = f"{error}; given up after {attempt} attempts"
            close(acting, position, "failed", reason, detail, attempts=attempt)
        else:
            _later(acting, position, attempt, error.retry_after)
            acting.ports.ledger.open_claim(run_id, opened.model_copy(update={"queued": True}))
    else:
        close(acting, position, "done", None, {**detail, "status": status}, attempts=attempt)


def _later(acting: Acting, position: int, attempt: int, retry_after: int | None) -> None:
    seconds = min(max(PAUSES[attempt - 1], retry_after or 0), LONGEST_PAUSE)
    message = RetryMessage(run_id=acting.run.run_id, position=position, attempt=attempt + 1)
    if seconds <= LONGEST_QUEUE_DELAY:
        acting.ports.retries.send_later(message, seconds)
    else:
        due = acting.now + timedelta(seconds=seconds)
        acting.ports.timers.arm(due, message, acting.run.conversation)
