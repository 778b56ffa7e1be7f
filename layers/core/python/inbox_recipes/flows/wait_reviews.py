"""What people and the sweeper do to waits that are under way: look again, move, cancel (A30; R5).

Reviews come through the runs queue, in the order of their conversation, so that none gets between the
actions of a run. A wait that a person cancels by hand is cancelled at once.
"""

from datetime import datetime

from inbox_recipes.clock import stamp
from inbox_recipes.errors import Conflict, NotFound
from inbox_recipes.flows.acting import Acting
from inbox_recipes.flows.waiting import acting_on, look_again
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.inbox import Object
from inbox_recipes.messages import Review, WaitReviewMessage
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, Ledger, Ports, RunQueue, Transaction
from inbox_recipes.runs import Run, Wait

PAGE = 100


def review(message: WaitReviewMessage, ports: Ports, now: datetime) -> Acting | None:
    """Do to the wait what is asked for; gives what to go on with if it is over and everything holds.

    One that has fired may have been ended by this very review, which then died before it went on.
    """
    wait = ports.ledger.wait(message.wait_id)
    if wait is None or wait.state == "cancelled" or wait.armed_at > message.asked_at:
        return None
    acting = acting_on(wait, ports, now)
    if wait.state == "fired":
        goes_on = acting is not None and acting.run.finished_at is None and message.wanted != "cancel"
        return look_again(acting, wait) if acting and goes_on else None
    if acting is None or acting.run.finished_at is not None:
        _end_by(wait, acting.run if acting else None, message.by, "its run is over", ports.inbox, now)
        return None
    if message.wanted == "cancel":
        _end_by(wait, acting.run, message.by, message.reason, ports.inbox, now)
        return None
    return look_again(acting, wait, early=message.wanted == "re-evaluate")


def ask(
    recipe_id: str, wanted: Review, reason: str, by: Actor, ledger: Ledger, queue: RunQueue, now: datetime
) -> int:
    """Have all waits of a recipe reviewed. Gives how many there are."""
    asked, cursor = 0, None
    while True:
        page = ledger.waits(PAGE, cursor, recipe_id=recipe_id)
        queue.send([asking(wait, wanted, reason, by, now) for wait in page.data])
        asked += len(page.data)
        cursor = page.next
        if cursor is None:
            return asked


def asking(wait: Wait, wanted: Review, reason: str, by: Actor, now: datetime) -> WaitReviewMessage:
    """The message that has one wait reviewed."""
    return WaitReviewMessage(
        wait_id=wait.wait_id, conversation=wait.group, wanted=wanted, reason=reason, by=by, asked_at=now
    )


def cancel_by_hand(wait_id: str, by: Actor, inbox: Inbox, ledger: Ledger, now: datetime) -> None:
    """End a wait now, and its run with it; the history says who did it.

    Raises NotFound; Conflict when it is over already.
    """
    wait = ledger.wait(wait_id)
    if wait is None:
        raise NotFound("wait", wait_id)
    if wait.state != "armed":
        raise Conflict(f"The wait is over: {wait.reason or wait.state}.")
    _end_by(wait, ledger.run(wait.run_id), by, "cancelled by hand", inbox, now)


def _end_by(wait: Wait, run: Run | None, by: Actor, reason: str, inbox: Inbox, now: datetime) -> None:
    over = wait.model_copy(update={"state": "cancelled", "reason": reason, "revision": wait.revision + 1})
    ended = (run.ended("cancelled", now),) if run and run.finished_at is None else ()
    lines = _lines(wait, run, by, reason, now)
    inbox.commit(Transaction(actor=by, at=now, wait=(wait, over), runs=ended, lines=lines))


def _lines(wait: Wait, run: Run | None, by: Actor, reason: str, now: datetime) -> tuple[Line, ...]:
    """In the history of the case, and of the mention that began the run."""
    entry = HistoryEntry(
        id=f"{stamp(now)}#{wait.run_id}#{wait.position:02d}#wait#skipped",
        type="wait",
        outcome="skipped",
        by=by,
        reason=reason,
        detail={"recipe_id": wait.recipe_id, **({"recipe_name": run.recipe_name} if run else {})},
        run_id=wait.run_id,
        position=wait.position,
        date=HistoryDate(added=now),
    )
    logs: list[tuple[Object, str | None]] = [("case", wait.case_id), ("mention", wait.mention_id)]
    return tuple(Line(log=log, item_id=item_id, entry=entry) for log, item_id in logs if item_id)
