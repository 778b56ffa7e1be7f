"""Sending what is in the outbox: claim, send, confirm (class C, R3; decision 36).

No platform takes a key that would let it drop a repeat. So the item says `sending` before the call, and what
became of it afterwards. Whoever finds a call begun and not ended knows nothing: the item is `unknown`, its
platform is asked whether it has the message, and nothing is sent again but by a person.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil

from inbox_recipes.clock import stamp
from inbox_recipes.errors import NotFound, Permanent, Retryable, Stale, Unclear
from inbox_recipes.flows.acting import TRIES
from inbox_recipes.flows.answered import ANSWERED, DRAFTED, answered_since
from inbox_recipes.flows.recording import Recorder
from inbox_recipes.inbox import Mention
from inbox_recipes.messages import OutboxMessage
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.platforms import CAPABILITIES, connector
from inbox_recipes.platforms.base import UNREADABLE, Connection, Outgoing
from inbox_recipes.ports import Ports, Transaction
from inbox_recipes.rule_book import ACCOUNT_PAUSED

PAUSES = (10, 60, 300, 900, 1800, 3600)
"""Seconds before another attempt, where surely nothing was sent and the platform names no time."""
GIVEN_UP_AFTER = timedelta(hours=24)
"""An answer that could not be sent for so long is not sent any more by itself."""
LOOKS = (30, 120, 600)
"""Seconds before the platform is asked whether it has the message: what was just written may not show yet."""
EARLIER = timedelta(seconds=5)
"""How far a platform's clock may be behind ours."""
LONGEST_QUEUE_DELAY = 900


def receive(message: OutboxMessage, ports: Ports, now: datetime) -> None:
    """Do what a message says, if that has not been done and still is to be."""
    item = ports.outbox.get(message.item_id)
    if item is None:
        return
    if message.wanted == "look":
        if item.state == "unknown" and item.looked == message.time - 1:
            _look(item, ports, now)
    elif item.attempts == message.time - 1:
        go_on(item, ports, now)
    elif item.attempts == message.time and item.state == "sending":
        _interrupted(item, ports, now)


def go_on(item: OutboxItem, ports: Ports, now: datetime) -> None:
    """Make the coming attempt of an item that is queued; leave alone what is in any other state."""
    if item.state != "queued":
        return
    try:
        mention = _answered(item, ports)
        instead = _instead(item, mention, ports, now)
        if instead:
            _recorder(ports, now).end(item, **instead)
            return
        connection, call = _prepared(item, mention, ports, now)
    except (NotFound, Permanent) as error:
        _recorder(ports, now).end(item, state="failed", reason=str(error))
        return
    begun = item.next(now, state="sending", attempts=item.attempts + 1, begun_at=now, next_attempt_at=None)
    if _written(item, begun, ports, now):
        _send(begun, connection, call, ports, now)


def _instead(item: OutboxItem, mention: Mention, ports: Ports, now: datetime) -> dict[str, object]:
    """What becomes of an item that is not to be sent any more: stopped (R25), or an agent was faster (A9)."""
    if mention.erased:
        return {"state": "skipped", "reason": "the contact was erased"}
    off = _off(item, ports) if item.automatic else None
    if off:
        return {"state": "skipped", "reason": off}
    is_survey = item.purpose is not None and item.purpose.type == "survey"
    if not item.automatic or is_survey or not item.attempts:
        return {}
    if not answered_since(item.contact_id, item.queued_at or item.date.added, ports, now):
        return {}
    if item.purpose is not None:
        return {"state": "skipped", "reason": ANSWERED}
    return {"state": "draft", "mode": "draft", "reason": DRAFTED, "next_attempt_at": None}


def _off(item: OutboxItem, ports: Ports) -> str | None:
    book = ports.rule_books.current()
    if item.recipe_id is not None:
        return book.stopped(item.recipe_id)
    return ACCOUNT_PAUSED if book.account.paused else None


def first_attempt(item: OutboxItem, ports: Ports, now: datetime) -> None:
    """Send what a run has just written; a run that comes again goes on where the last one stopped.

    After a failed attempt the next one is queued already.
    """
    if item.state == "queued" and not item.attempts:
        go_on(item, ports, now)
    elif item.state == "sending" and item.attempts == 1:
        _interrupted(item, ports, now)


def _prepared(item: OutboxItem, mention: Mention, ports: Ports, now: datetime) -> tuple[Connection, Outgoing]:
    """The call that sends it. Raises NotFound or Permanent where there is none."""
    connection = ports.platforms.connection(item.profile, now)
    try:
        return connection, _outgoing(item, mention, connection)
    except UNREADABLE as error:  # it would be the same each time, and the run would never go on
        kind = type(error).__name__
        raise Permanent(f"no message to {item.service} can be made of it: {kind}") from error


def _outgoing(item: OutboxItem, mention: Mention, connection: Connection) -> Outgoing:
    platform = connector(item.service)
    match item.kind:
        case "reply":
            return platform.reply(connection, mention, item.text, by_machine=item.automatic)
        case "private":
            return platform.send_privately(connection, mention, item.text, item.buttons)
        case "public":
            return platform.send_publicly(connection, mention, item.text)


def _answered(item: OutboxItem, ports: Ports) -> Mention:
    mention = ports.inbox.mentions([item.unique_id]).get(item.unique_id)
    if mention is None:
        raise NotFound("mention", item.unique_id)
    return mention


def _send(begun: OutboxItem, connection: Connection, call: Outgoing, ports: Ports, now: datetime) -> None:
    recorder = _recorder(ports, now)
    try:
        answered = ports.platforms.call(connection, call, now)
        native_id = connector(begun.service).done(answered, now)
    except Retryable as error:
        _later(begun, error, ports, now)
    except Unclear as error:
        _unknown(begun, str(error), ports, now)
    except Permanent as error:
        recorder.end(begun, state="failed", reason=str(error))
    else:
        if native_id is None:
            _unknown(begun, "the platform took it and did not say as what", ports, now)
        else:
            recorder.sent(begun, native_id)


def _later(begun: OutboxItem, error: Retryable, ports: Ports, now: datetime) -> None:
    """Surely nothing was sent: once more when there is a chance, until it is too late for an answer."""
    seconds = error.retry_after or PAUSES[min(begun.attempts, len(PAUSES)) - 1]
    due = now + timedelta(seconds=seconds)
    if due - (begun.queued_at or begun.date.added) > GIVEN_UP_AFTER:
        reason = f"{error}; given up after {begun.attempts} attempts"
        _recorder(ports, now).end(begun, state="failed", reason=reason)
        return
    _have(begun, "send", begun.attempts + 1, due, ports, now)
    waits = begun.next(
        now, state="queued", next_attempt_at=due, reason=f"{error}; the next attempt is at {stamp(due)}"
    )
    _written(begun, waits, ports, now)  # if not, it was found interrupted, and its platform is being asked


def _interrupted(item: OutboxItem, ports: Ports, now: datetime) -> None:
    _unknown(item, "the sending was interrupted", ports, now)


def _unknown(item: OutboxItem, reason: str, ports: Ports, now: datetime) -> None:
    if CAPABILITIES[item.service].read_back:
        _have(item, "look", 1, now + timedelta(seconds=LOOKS[0]), ports, now)
    _recorder(ports, now).end(item, state="unknown", reason=reason, looked=0)


def _look(item: OutboxItem, ports: Ports, now: datetime) -> None:
    """Ask the platform whether it has the message; if it says no each time, a person must say."""
    wait, missing = LOOKS[min(item.looked + 1, len(LOOKS) - 1)], "it does not show there"
    try:
        connection = ports.platforms.connection(item.profile, now)
        mention, platform = _as_answered(item, _answered(item, ports)), connector(item.service)
        answered = ports.platforms.call(connection, platform.read_back(connection, mention), now)
        since = (item.begun_at or item.date.added) - EARLIER
        native_id = platform.found(answered, mention, item.text, since)
    except Retryable as error:
        native_id, wait, missing = None, max(wait, error.retry_after or 0), str(error)
    except (NotFound, Permanent) as error:
        native_id, missing = None, str(error)
    if native_id is not None:
        _recorder(ports, now).sent(item, native_id)
        return
    looked = item.looked + 1
    if looked < len(LOOKS):
        _have(item, "look", looked + 1, now + timedelta(seconds=wait), ports, now)
    first = (item.reason or "").split("; the platform was asked")[0]
    reason = f"{first}; the platform was asked {looked} times: {missing}"
    _written(item, item.next(now, looked=looked, reason=reason), ports, now)


def _as_answered(item: OutboxItem, mention: Mention) -> Mention:
    """The mention as if it had come where the answer went: that is where the platform is asked for it."""
    private = {"private": True, "public": False}.get(item.kind, mention.private)
    return mention.model_copy(update={"private": private})


def _written(item: OutboxItem, after: OutboxItem, ports: Ports, now: datetime) -> bool:
    """Whether the item is now at its next revision; not if somebody else was faster.

    Raises Retryable where transactions of others were in the way each time.
    """
    for _ in range(TRIES):
        with suppress(Stale):
            ports.inbox.commit(Transaction(actor=item.by, at=now, outbox=(item, after)))
            return True
        if ports.outbox.get(item.id) != item:
            return False
    raise Retryable(f"the message {item.id} could not be written down; trying again")


def _have(item: OutboxItem, wanted: str, time: int, due: datetime, ports: Ports, now: datetime) -> None:
    message = OutboxMessage.model_validate(
        {"item_id": item.id, "conversation": item.conversation, "wanted": wanted, "time": time}
    )
    seconds = ceil((due - now).total_seconds())
    if seconds <= LONGEST_QUEUE_DELAY:
        ports.retries.send_later(message, seconds)
    else:
        ports.timers.arm(due, message, item.conversation)


def _recorder(ports: Ports, now: datetime) -> Recorder:
    return Recorder(ports.inbox, ports.outbox, ports.rule_books, now)
