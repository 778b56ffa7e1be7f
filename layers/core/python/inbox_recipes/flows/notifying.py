"""Notifications: arrivals are counted in their runs, and sent about by one message at a time (A7).

Counting is class A: the claim, the item that waits and the history line are one transaction. Then a message
for the action's own group on the runs queue looks whether a notification is due. Messages of a group come one
after the other, so nobody competes for the tray, and slow mail holds up no conversation. The tray's revision
guards against a message that comes twice at once. Sending is in `flows.sending`.
"""

from datetime import datetime, timedelta

from inbox_recipes.actions.notify import Notify
from inbox_recipes.effects import Tally
from inbox_recipes.flows import sending
from inbox_recipes.flows.acting import CLOCKS_DIFFER, Acting, closed
from inbox_recipes.messages import NotificationMessage
from inbox_recipes.notifications import RETRY_MINUTES, Counted, Tray
from inbox_recipes.ports import Ports, Transaction
from inbox_recipes.recipes import Recipe

TAKEN_AT_ONCE = 98
"""Items that one transaction moves into a notification, beside the tray."""

SENT_AT_ONCE = 10
"""Notifications that one message sends; the next message goes on with the rest."""


def count(acting: Acting, position: int, tally: Tally) -> None:
    """Count the item for the action's next notification, once."""
    action, about = "notify", acting.run.occurrence
    item_id = about.case_id if about.about == "case" else about.mention_id
    counted = Counted(
        recipe_id=acting.recipe.id,
        position=position,
        log=about.about,
        item_id=item_id or "",
        run_id=acting.run.run_id,
        at=acting.now,
    )
    detail = {"threshold": tally.threshold, "interval_minutes": tally.interval_minutes}
    acting.ports.inbox.commit(
        Transaction(
            actor=acting.actor,
            at=acting.now,
            counted=counted,
            lines=(acting.own_line(position, action, "done", tally.words, detail),),
            claim=(acting.run.run_id, closed(position, action, "done")),
        )
    )


def look(acting: Acting, position: int) -> None:
    """Have it looked whether a notification is due. A run that comes again says so again: no harm."""
    message = NotificationMessage(recipe_id=acting.recipe.id, position=position, cause=acting.run.run_id)
    acting.ports.queue.send([message])


def settle(message: NotificationMessage, ports: Ports, now: datetime) -> None:
    """Send what is due, or see to it that it is sent when it will be."""
    now = max(now, message.due or now)
    for _ in range(SENT_AT_ONCE):
        if not _sent_one(message, ports, now):
            return
    more = ports.notifications.tray(message.recipe_id, message.position).revision
    ports.queue.send([message.model_copy(update={"cause": f"more after {more}"})])


def _sent_one(message: NotificationMessage, ports: Ports, now: datetime) -> bool:
    """Bring one notification to its end; false when none is due, or this one must wait."""
    book = ports.rule_books.current()
    recipe = book.recipe(message.recipe_id)
    action = _action(recipe, message.position)
    tray = ports.notifications.tray(message.recipe_id, message.position)
    off = book.stopped(message.recipe_id) or (None if action else "the recipe no longer notifies here")
    if off or recipe is None or action is None:
        sending.give_up(tray, off or "", ports)
        return False
    if tray.digest is None and not _begun(tray, action, ports, now):
        return False
    tray = _completed(ports.notifications.tray(tray.recipe_id, tray.position), action, ports, now)
    if tray.digest is None or (tray.digest.retry_at is not None and now < tray.digest.retry_at):
        return False
    tray, tried = sending.send(tray, recipe, ports)
    if tray.digest is None:
        return True
    again = now + timedelta(minutes=RETRY_MINUTES[tried - 1])
    _arm(message, again, tray, ports)
    ports.notifications.put(tray.next(digest=tray.digest.model_copy(update={"retry_at": again})))
    return False


def _action(recipe: Recipe | None, position: int) -> Notify | None:
    if recipe is None or position >= len(recipe.actions):
        return None
    action = recipe.actions[position]
    return action if isinstance(action, Notify) else None


def _begun(tray: Tray, action: Notify, ports: Ports, now: datetime) -> bool:
    """Begin the next notification if it is due and has enough in it."""
    due = tray.due(action.interval_minutes)
    if due is not None and due > now:
        again = due
        if tray.armed_for == due and due - now <= CLOCKS_DIFFER:
            again += CLOCKS_DIFFER  # by a clock that is slow, the schedule for that moment has fired already
        # What was armed by a longer interval comes too late, and then does nothing before its time (A30).
        if tray.armed_for is None or not again <= tray.armed_for <= due + CLOCKS_DIFFER:
            message = NotificationMessage(recipe_id=tray.recipe_id, position=tray.position, cause="due")
            _arm(message, again, tray, ports)
            ports.notifications.put(tray.next(armed_for=again))
        return False
    if len(ports.notifications.waiting(tray.recipe_id, tray.position, action.threshold)) < action.threshold:
        return False
    ports.notifications.put(tray.begun(now))
    return True


def _completed(tray: Tray, action: Notify, ports: Ports, now: datetime) -> Tray:
    """Take in what waits, each item once: all of it, or with no interval as many as the threshold says."""
    while tray.digest is not None and not tray.digest.complete:
        digest = tray.digest
        room = action.threshold - digest.count if action.interval_minutes == 0 else TAKEN_AT_ONCE
        wanted = min(room, TAKEN_AT_ONCE)
        found = ports.notifications.waiting(tray.recipe_id, tray.position, wanted) if wanted > 0 else []
        digest = digest.taking(found)
        if len(found) < TAKEN_AT_ONCE:
            to = sending.people(action.users, action.teams, action.channels, ports)
            digest = digest.model_copy(update={"complete": True, "recipients": to})
        tray = tray.next(digest=digest, last_sent=now if digest.complete else tray.last_sent)
        ports.notifications.put(tray, taken=found)
    return tray


def _arm(message: NotificationMessage, at: datetime, tray: Tray, ports: Ports) -> None:
    """Look again at that time. The tray's revision is in the cause: two reasons may name the same moment."""
    cause = f"due {at.isoformat()} after {tray.revision}"
    due = message.model_copy(update={"cause": cause, "due": at})
    ports.timers.arm(at, due, due.group)
