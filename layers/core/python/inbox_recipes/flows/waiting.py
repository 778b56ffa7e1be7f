"""Waits: armed with a schedule, checked again when due (rows 3, 4; A1, A20, A30; R5).

Correctness never rests on a schedule: when one fires, the wait, the conversation and the recipe are read
and everything is decided from them. Deleting or moving schedules would only be housekeeping. What breaks
a wait is in `waits`; what people and the sweeper do to waits, in `flows.wait_reviews`.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from inbox_recipes import ids
from inbox_recipes.actions.resolve import Resolve
from inbox_recipes.actions.set_case_status import SetCaseStatus
from inbox_recipes.actions.wait import WaitAction
from inbox_recipes.clock import stamp
from inbox_recipes.errors import Retryable
from inbox_recipes.flows.acting import CLOCKS_DIFFER, Acting, close, closed, load, rearm, standing, waits_on
from inbox_recipes.history import Line, Outcome
from inbox_recipes.inbox import CaseStatus, MentionStatus, Profile, Subject
from inbox_recipes.messages import WaitDueMessage
from inbox_recipes.ports import Ports, Transaction
from inbox_recipes.reasons import no_longer
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import no_longer_holding
from inbox_recipes.runs import Wait
from inbox_recipes.waits import REPLIES, Standing, broken, guard_after

WATCHED_LONGER = timedelta(days=1)
"""How long after a wait is due its author's messages still count: its schedule may come late.

What comes later still does nothing: see `Standing.unwatched`.
"""


def arm(acting: Acting, position: int, subject: Subject) -> None:
    """Begin the wait. One that an earlier run of this recipe began on the same conversation is replaced."""
    action, stands = _wait_at(acting.recipe, position), standing(acting, subject)
    if stands is None or action is None:
        raise ValueError("A pause is only decided on with a case or a mention, by a wait.")
    schedules = acting.ports.rule_books.current().schedules
    gone = action.schedule_id is not None and action.schedule_id not in schedules
    due = None if gone else action.ends(acting.now, schedules)
    if due is None:
        why = f"the schedule {action.schedule_id} was deleted" if gone else _never_open(action)
        close(acting, position, "failed", why)
        acting.finish("cancelled")
        return
    wait_id = ids.wait_id(waits_on(acting.run.occurrence), acting.recipe.id)
    before = acting.ports.ledger.wait(wait_id)
    older = _overtaken(acting, before)
    running = before is not None and before.state == "armed" and acting.now < before.scheduled_for <= due
    wait = Wait(
        wait_id=wait_id,
        run_id=acting.run.run_id,
        case_id=stands.case_id,
        mention_id=acting.run.occurrence.mention_id,
        conversation=acting.run.conversation,
        recipe_id=acting.recipe.id,
        position=position,
        state="armed",
        armed_at=acting.now,
        due_at=due,
        scheduled_for=before.scheduled_for if before is not None and running else due,
        fence=stands.fence,
        replied_at=stands.replied_at,
        status=_counted_on(acting, position, stands),
        reason=action.in_words(),
        took_over=older.run.run_id if older else None,
        revision=before.revision + 1 if before else 1,
    )
    detail = {"minutes": action.minutes, "unless": action.unless, "due_at": stamp(due)}
    if action.schedule_id:
        detail["schedule_id"] = action.schedule_id
    lines = lines_of(acting, position, "done", f"waiting until {stamp(due)}", detail)
    if before is not None and older is not None:
        lines += lines_of(
            older, before.position, "skipped", "a later run of the recipe has begun to wait instead"
        )
    acting.ports.inbox.commit(
        Transaction(
            actor=acting.actor,
            at=acting.now,
            wait=(before, wait),
            runs=(acting.run.waiting(due), *([older.run.ended("cancelled", acting.now)] if older else [])),
            profiles=_watched(stands, due),
            lines=lines,
            claim=(acting.run.run_id, closed(position, "wait", "done")),
        )
    )
    rearm(acting)


def _wait_at(recipe: Recipe, position: int) -> WaitAction | None:
    action = recipe.actions[position] if position < len(recipe.actions) else None
    return action if isinstance(action, WaitAction) else None


def _never_open(action: WaitAction) -> str:
    return f"the schedule {action.schedule_id} is not open for {action.minutes} minutes in the next 400 days"


def _watched(stands: Standing, due: datetime) -> tuple[tuple[Profile, Profile], ...]:
    """Have the messages of a mention's author counted for as long as something waits for them."""
    known = stands.profile
    if known is None:
        return ()
    until = max(due + WATCHED_LONGER, known.watched_until or due)
    return ((known, known.model_copy(update={"watched_until": until, "revision": known.revision + 1})),)


def _counted_on(acting: Acting, position: int, stands: Standing) -> CaseStatus | MentionStatus:
    """The status that the wait started in (A1): what this run has set, or what began it, or else what is."""
    occurrence, earlier = acting.run.occurrence, acting.recipe.actions[:position]
    ours: list[CaseStatus | MentionStatus] = []
    for action in earlier:
        if isinstance(action, SetCaseStatus) and stands.case_id:
            ours.append(action.status)
        elif isinstance(action, Resolve) and (occurrence.about == "case" or not stands.case_id):
            ours.append("resolved" if stands.case_id else "done")
    if ours:
        return ours[-1]
    if occurrence.kind == "status_changed":
        return cast("CaseStatus", occurrence.detail)
    if stands.case_id is None and stands.item.status != "sent":
        return "new"
    return stands.item.status


def _overtaken(acting: Acting, before: Wait | None) -> Acting | None:
    """The earlier run whose wait this one takes over, if there is one and it is not over.

    Its wait may have fired, and the message that was to go on after it have ended in dead letters.
    """
    if before is None or before.run_id == acting.run.run_id:
        return None
    run = acting.ports.ledger.run(before.run_id)
    return replace(acting, run=run) if run is not None and run.finished_at is None else None


def lines_of(
    acting: Acting, position: int, outcome: Outcome, reason: str, detail: dict[str, Any] | None = None
) -> tuple[Line, ...]:
    """A wait is told in the case's history (A1), and in that of a mention that began the run (row 123)."""
    own = acting.own_line(position, "wait", outcome, reason, detail)
    case_id = acting.run.occurrence.case_id
    if own.log == "case" or case_id is None:
        return (own,)
    return (acting.line("case", case_id, position, "wait", outcome, reason, detail), own)


def resume(message: WaitDueMessage, ports: Ports, now: datetime) -> Acting | None:
    """What to go on with when a schedule has fired; nothing when there is nothing to go on with."""
    wait = ports.ledger.wait(message.wait_id)
    acting = acting_on(wait, ports, max(now, message.scheduled_for)) if wait else None
    if wait is None or acting is None or acting.run.finished_at:
        return None
    if message.scheduled_for > now + CLOCKS_DIFFER:  # a schedule never fires early
        raise Retryable(f"the message for {stamp(message.scheduled_for)} came before its time")
    if message.scheduled_for < wait.scheduled_for:
        rearm(acting)
        return None
    return look_again(acting, wait)


def acting_on(wait: Wait, ports: Ports, now: datetime) -> Acting | None:
    """The run that waits, with its recipe as that is now (A30); or as it was, if it is no more."""
    run = ports.ledger.run(wait.run_id)
    if run is None:
        return None
    recipe = ports.rule_books.current().recipe(wait.recipe_id)
    known = recipe or ports.rule_books.recipe_at(run.recipe_id, run.recipe_version)
    return Acting(ports=ports, run=run, recipe=known, now=now, first=wait.position + 1)


def look_again(acting: Acting, wait: Wait, *, early: bool = False) -> Acting | None:
    """Check everything again (A1): what to go on with if the wait is over and everything still holds.

    `early` asks for topics and filter too although it is not over yet.

    Also for one that has ended already, as long as nothing was done after it: a crash may have left it so
    for many minutes.
    """
    action = _wait_at(acting.recipe, wait.position)
    off = acting.ports.rule_books.current().stopped(wait.recipe_id) or (
        None if action else "the recipe was changed and no longer waits here"
    )
    if off or action is None or wait.state == "cancelled":
        cancel(acting, wait, off or "cancelled")
        return None
    wait = _past_own_reply(acting, wait) if "agent_replies" in action.breakers else wait
    begun = any(claim.position > wait.position for claim in acting.run.claims)
    if not begun and not _is_over(acting, wait, action, early=early):
        return None
    return replace(acting, guard=guard_after(wait, action, acting.run.claims))


def _past_own_reply(acting: Acting, wait: Wait) -> Wait:
    """The wait as if what the run itself had written before had been sent before, if that came later."""
    stands = standing(acting, load(acting, waiting=True))
    at = stands.replied_at if stands else None
    for claim in acting.run.claims if at and at != wait.replied_at else ():
        if claim.position < wait.position and claim.action in REPLIES:
            item = acting.ports.outbox.get(ids.outbox_id(acting.run.run_id, claim.position))
            begun, sent = (item.begun_at, item.date.sent) if item else (None, None)
            if at and begun and sent and begun <= at <= sent:
                return wait.model_copy(update={"replied_at": at})
    return wait


def _is_over(acting: Acting, wait: Wait, action: WaitAction, *, early: bool) -> bool:
    """Cancel the wait, arm it again, or end it and say yes."""
    subject = load(acting, waiting=True)
    stands = standing(acting, subject)
    why = broken(wait, action, stands, acting.run.occurrence.at)
    if stands is None or why:
        cancel(acting, wait, why or "the conversation is gone")
        return False
    due = _due(wait, action, stands, acting)
    if due is None:
        cancel(acting, wait, _never_open(action))
        return False
    if due <= acting.now or early:
        gone = _no_longer(acting, subject, max(due, acting.now))
        if gone and (due <= acting.now or not gone.startswith("hours")):
            cancel(acting, wait, gone)
            return False
    if due > acting.now:
        _later(acting, wait, action, due, stands)
        return False
    if wait.state == "armed":
        silence = " without a message of the customer" if "customer_replies" in action.breakers else ""
        _end(acting, wait, "fired", f"{action.length()} passed{silence}")
    return True


def _no_longer(acting: Acting, subject: Subject, at: datetime) -> str | None:
    """Which of topics, filter and hours does not hold then, if one does not (A1, A20)."""
    book, recipe, occurrence = acting.ports.rule_books.current(), acting.recipe, acting.run.occurrence
    whose = subject.case.contact_ids if subject.case else (subject.contact_id,)
    known = subject.known_by(acting.ports.inbox.contacts(filter(None, whose)))
    failed = no_longer_holding(recipe, occurrence, known, book, at)
    return no_longer(recipe, occurrence, failed, book.group(recipe.filter)) if failed else None


def _due(wait: Wait, action: WaitAction, stands: Standing, acting: Acting) -> datetime | None:
    """A reply of ours starts the wait again (A1); an edited recipe waits as it now says (A30)."""
    again = stands.replied_at if action.begins_again else None
    begun = max(wait.armed_at, again or wait.armed_at)
    return action.ends(begun, acting.ports.rule_books.current().schedules)


def _later(acting: Acting, wait: Wait, action: WaitAction, due: datetime, stands: Standing) -> None:
    """Arm again for when it is really due, and for what the recipe now says (A30).

    First the schedule, so that a crash loses nothing.

    A wait that people look at before its schedule has fired keeps that one, if it comes soon enough.
    """
    if acting.now < wait.scheduled_for <= due:
        scheduled = wait.scheduled_for
    else:
        scheduled = due
        message = WaitDueMessage(wait_id=wait.wait_id, scheduled_for=due)
        acting.ports.timers.arm(due, message, acting.run.conversation)
    fresh = {"state": "armed", "due_at": due, "scheduled_for": scheduled, "reason": action.in_words()}
    moved = wait.model_copy(update=fresh)
    if moved == wait:
        return
    acting.ports.inbox.commit(
        Transaction(
            actor=acting.actor,
            at=acting.now,
            wait=(wait, moved.model_copy(update={"revision": wait.revision + 1})),
            profiles=_watched(stands, due),
            lines=lines_of(acting, wait.position, "done", f"waiting until {stamp(due)} now")
            if due != wait.due_at
            else (),
        )
    )


def cancel(acting: Acting, wait: Wait, reason: str) -> None:
    """End the wait and its run, with the reason in history."""
    if wait.state == "armed":
        _end(acting, wait, "cancelled", reason)
        return
    if wait.state == "fired":
        acting.ports.ledger.add_lines(lines_of(acting, wait.position, "skipped", reason))
    acting.finish("cancelled")


def _end(acting: Acting, wait: Wait, state: Literal["fired", "cancelled"], reason: str) -> None:
    over = wait.model_copy(update={"state": state, "reason": reason, "revision": wait.revision + 1})
    outcome: Outcome = "done" if state == "fired" else "skipped"
    lines = lines_of(acting, wait.position, outcome, reason)
    ended = (acting.run.ended("cancelled", acting.now),) if state == "cancelled" else ()
    acting.ports.inbox.commit(
        Transaction(actor=acting.actor, at=acting.now, wait=(wait, over), runs=ended, lines=lines)
    )
