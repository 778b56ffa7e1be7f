"""Every five minutes: messages to customers whose own message on a queue has been lost are set going again.

What is sent here says the same as what was lost, so it does no harm where that is only late.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from inbox_recipes.flows.dispatching import LOOKS
from inbox_recipes.messages import OutboxMessage
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.platforms import CAPABILITIES
from inbox_recipes.ports import Outbox, RunQueue

OVERDUE = timedelta(minutes=10)
"""What should have gone on by then has lost what was to bring it on."""
MOST = 2000
PAGE = 100


def sweep_outbox(outbox: Outbox, queue: RunQueue, now: datetime) -> int:
    """Have every overdue item go on; gives how many there were."""
    overdue = [message for item in _under_way(outbox) if (message := _missing(item, now))]
    queue.send(overdue)
    return len(overdue)


def _under_way(outbox: Outbox) -> Iterator[OutboxItem]:
    cursor, seen = None, 0
    while seen < MOST:
        page = outbox.listed(PAGE, cursor, states=("queued", "sending", "unknown"))
        yield from page.data
        seen, cursor = seen + len(page.data), page.next
        if cursor is None:
            return


def _missing(item: OutboxItem, now: datetime) -> OutboxMessage | None:
    """What an item should have got by now."""
    wait = timedelta(seconds=LOOKS[-1]) if item.state == "unknown" else timedelta()
    if (item.next_attempt_at or item.date.updated) + wait + OVERDUE > now:
        return None
    if item.state == "queued":
        return _message(item, "send", item.attempts + 1)
    if item.state == "sending":
        return _message(item, "send", item.attempts)
    looks = CAPABILITIES[item.service].read_back and item.looked < len(LOOKS)
    return _message(item, "look", item.looked + 1) if looks else None


def _message(item: OutboxItem, wanted: str, time: int) -> OutboxMessage:
    return OutboxMessage.model_validate(
        {"item_id": item.id, "conversation": item.conversation, "wanted": wanted, "time": time}
    )
