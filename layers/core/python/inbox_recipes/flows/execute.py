"""Runs: each action in listed order, each claimed, performed and closed with its history.

The claims are the cursor: a message that comes again goes on where the last one stopped. One failed
action does not stop the ones after it (A4).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from inbox_recipes.actions.base import Action, ToAssignees, Written
from inbox_recipes.actions.notify import Notify
from inbox_recipes.actions.send_private_reply import SendPrivateReply
from inbox_recipes.actions.wait import WaitAction
from inbox_recipes.effects import Call, Change, FollowUp, Give, Nothing, Pause, Removal, Respond, Say, Tally
from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.fitting import unfit
from inbox_recipes.flows import (
    budgeting,
    calls,
    dispatching,
    edits,
    flow_ends,
    flow_steps,
    moderating,
    notifying,
    receiver_notices,
    responding,
    wait_reviews,
    waiting,
    writing,
)
from inbox_recipes.flows.acting import TRIES, Acting, close, load, rearm, standing
from inbox_recipes.flows.assignments import settled
from inbox_recipes.inbox import Subject
from inbox_recipes.messages import (
    DeliveryMessage,
    FlowMessage,
    FlowOverMessage,
    ModerationMessage,
    NotificationMessage,
    OutboxMessage,
    QueueMessage,
    ReceiverNoticeMessage,
    RetryMessage,
    RunMessage,
    WaitDueMessage,
    WaitReviewMessage,
)
from inbox_recipes.ports import Ports
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.runs import Run

MANY_TRIES = 50
"""How often whose turn it is is read again: a busy list is everybody's, and each try lets one run through."""


type Done = Change | Call | Say | Tally | Pause | Nothing | Removal
"""Effects as they are carried out: whose turn it is has been found out."""


def _begin(message: RunMessage, ports: Ports, now: datetime) -> None:
    recipe = ports.rule_books.recipe_at(message.recipe_id, message.recipe_version)
    run = ports.ledger.start(
        Run(
            run_id=message.run_id,
            recipe_id=recipe.id,
            recipe_version=recipe.version,
            recipe_name=recipe.name,
            occurrence=message.occurrence,
            conversation=message.conversation,
            status="running",
            started_at=now,
        )
    )
    if run is not None and run.finished_at is None:
        _act(Acting(ports=ports, run=run, recipe=recipe, now=now))


def _act(acting: Acting) -> None:
    """Do the actions from the start (or from after the wait) up to the next wait or the end."""
    for position in range(acting.first, len(acting.recipe.actions)):
        action = acting.recipe.actions[position]
        claim = acting.run.claim(position)
        if claim is not None and claim.state == "closed":
            if isinstance(action, WaitAction) and claim.outcome != "skipped":
                _keep_waiting(acting, failed=claim.outcome == "failed")
                return
            _follow(acting, position)
            continue
        if claim is not None and isinstance(action, Written):  # its message is in the outbox
            writing.go_on(acting, position)
            _follow(acting, position)
            continue
        book = acting.ports.rule_books.current()
        stop = _stop(acting, position, book)
        if stop:
            close(acting, position, "skipped", *stop, line_type="recipe")
            acting.finish("cancelled")
            return
        if _perform(acting, position, book) == "stop":
            return
        _follow(acting, position)
        if acting.guard:
            acting = replace(acting, guard=acting.guard.after(action.type))
    acting.finish("done")


def _follow(acting: Acting, position: int) -> None:
    """What comes after an action's own transaction, and again when the run comes again. Safe to repeat."""
    edits.resolve_the_rest(acting, position)
    action = acting.recipe.actions[position]
    if isinstance(action, Notify):
        notifying.look(acting, position)
    elif isinstance(action, SendPrivateReply) and action.kind == "flow":
        writing.watch(acting, position)


def _keep_waiting(acting: Acting, *, failed: bool) -> None:
    """A message that comes again meets a wait that has begun, or one that never could."""
    if failed:
        acting.finish("cancelled")
    else:
        rearm(acting)


def _stop(acting: Acting, position: int, book: RuleBook) -> tuple[str, dict[str, Any]] | None:
    """Why the run does nothing more: it was switched off meanwhile (R25), or a budget is used up (R6)."""
    off = book.stopped(acting.recipe.id)
    return (off, {}) if off else budgeting.used_up(acting, position)


def _perform(acting: Acting, position: int, book: RuleBook) -> str:
    """Decide and do one action; `stop` when the run waits or has been overtaken by the customer."""
    action = acting.recipe.actions[position]
    for _ in range(_tries(action)):
        subject = load(acting, waiting=isinstance(action, WaitAction))
        guarded = _guarded(acting, position, subject)
        if guarded is None:
            return "stop"
        acting = guarded
        effect = _decided(acting, action, subject, book)
        try:
            _do(acting, position, effect, subject)
        except Stale:
            continue
        return "stop" if isinstance(effect, Pause) else "go on"
    raise Retryable(f"{acting.run.conversation} is being changed too busily; trying again")


def _do(acting: Acting, position: int, effect: Done, subject: Subject) -> None:
    """Carry out what was decided. Raises Stale when what it was decided on has moved on."""
    match effect:
        case Nothing(reason=reason, detail=detail):
            close(acting, position, "skipped", reason, detail)
        case Change():
            edits.make(acting, position, effect)
        case Call():
            calls.first_attempt(acting, position, effect)
        case Removal():
            moderating.first(acting, position, effect)
        case Say():
            writing.write(acting, position, effect)
        case Tally():
            notifying.count(acting, position, effect)
        case Pause():
            waiting.arm(acting, position, subject)


def _guarded(acting: Acting, position: int, subject: Subject) -> Acting | None:
    """The run, if what must be true after its wait still is; else nothing, and the run is over."""
    if acting.guard is None:
        return acting
    stands = standing(acting, subject)
    broken = acting.guard.broken_by(stands)
    if broken or stands is None:
        close(acting, position, "skipped", broken)
        acting.finish("cancelled")
        return None
    return replace(acting, seen=stands.profile)


def _decided(acting: Acting, action: Action, subject: Subject, book: RuleBook) -> Done:
    """What the action comes to, if the account lets it be done (A27, A40)."""
    about = acting.run.occurrence.about
    misfit = unfit(action, about, book)
    if misfit:
        return Nothing(misfit)
    effect = action.decide(subject, about, acting.now)
    if isinstance(effect, Give | FollowUp):
        return settled(effect, acting.ports, book, acting.now)
    return responding.settled(effect, acting, book) if isinstance(effect, Respond) else effect


def _tries(action: Action) -> int:
    return MANY_TRIES if isinstance(action, ToAssignees) else TRIES


def _dispatch(message: OutboxMessage, ports: Ports, now: datetime) -> None:
    dispatching.receive(message, ports, now)
    flow_ends.look(message.item_id, ports, now)


def _resume(message: WaitDueMessage, ports: Ports, now: datetime) -> None:
    _go_on(waiting.resume(message, ports, now))


def _review(message: WaitReviewMessage, ports: Ports, now: datetime) -> None:
    _go_on(wait_reviews.review(message, ports, now))


def _go_on(acting: Acting | None) -> None:
    """With what comes after a wait, if it is over and everything still holds."""
    if acting:
        _act(acting)


WORK: dict[type, Callable[[Any, Ports, datetime], None]] = {
    RunMessage: _begin,
    DeliveryMessage: calls.try_again,
    RetryMessage: calls.try_again,
    ModerationMessage: moderating.look,
    NotificationMessage: notifying.settle,
    OutboxMessage: _dispatch,
    FlowMessage: flow_steps.take,
    FlowOverMessage: flow_ends.over,
    ReceiverNoticeMessage: receiver_notices.tell,
    WaitDueMessage: _resume,
    WaitReviewMessage: _review,
}
"""What each message asks for. Erasing is a flow of its own: it needs more than runs do."""


def execute(message: QueueMessage, ports: Ports, now: datetime) -> None:
    """Carry out one message of the runs or retry queue. Safe to repeat."""
    WORK[type(message)](message, ports, now)
