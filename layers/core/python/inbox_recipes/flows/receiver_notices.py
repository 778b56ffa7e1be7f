"""Telling people of a receiver that fails: once when it has for a day, once when it is switched off (R13).

Class C, as notifications are: that a mail is begun is written down before it goes out, and what became of it
afterwards. All of that stands in the receiver itself, so `GET /endpoints` shows who was told.

The message is armed before the receiver is written, and means nothing if that was not: a crash between the
two loses no notice and makes none that is wrong.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from inbox_recipes.actions.webhook import Webhook
from inbox_recipes.endpoints import Endpoint, Notice
from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.flows import sending
from inbox_recipes.flows.acting import TRIES
from inbox_recipes.messages import ReceiverNoticeMessage
from inbox_recipes.notifications import RETRY_MINUTES, Recipient
from inbox_recipes.ports import Ports
from inbox_recipes.receiver_letters import Sender, written
from inbox_recipes.roles import BUILT_IN
from inbox_recipes.rule_book import RuleBook

SOON = timedelta(minutes=1)
"""Until people are told: the receiver has been written by then."""


def arm(endpoint_id: str, notice: Notice, at: datetime, ports: Ports, cause: str = "first") -> None:
    """Have people told at that time."""
    message = ReceiverNoticeMessage(endpoint_id=endpoint_id, at=notice.at, cause=cause)
    ports.timers.arm(at, message, message.group)


def tell(message: ReceiverNoticeMessage, ports: Ports, now: datetime) -> None:
    """Send a notice to everybody who has not had it, unless it is no longer about anything."""
    endpoint = _change(message, ports, lambda notice: _addressed(notice, ports))
    for index in range(len(_recipients(endpoint))):
        if endpoint is None or endpoint.notice is None:
            return
        who = _recipients(endpoint)[index]
        if who.outcome is None:
            endpoint = _told(message, index, who, endpoint, endpoint.notice, ports)
    waiting = [who.attempts for who in _recipients(endpoint) if who.outcome is None]
    if waiting and endpoint and endpoint.notice:
        again = now + timedelta(minutes=RETRY_MINUTES[min(waiting) - 1])
        arm(endpoint.id, endpoint.notice, again, ports, cause=f"try {min(waiting) + 1}")


def _addressed(notice: Notice, ports: Ports) -> Notice:
    """The notice with whom it goes to, chosen once."""
    if notice.recipients is not None:
        return notice
    book = ports.rule_books.current()
    wanted = book.account.receiver_notices
    users = wanted.users if wanted.users or wanted.teams else _administrators(book)
    return notice.model_copy(update={"recipients": sending.people(users, wanted.teams, ("email",), ports)})


def _administrators(book: RuleBook) -> tuple[str, ...]:
    """Users whom the directory lets change recipes."""
    roles = BUILT_IN | book.roles
    return tuple(
        key
        for key, user in book.users.items()
        if user.role in roles and "recipes.write" in roles[user.role].permissions and not user.disabled
    )


def _told(
    message: ReceiverNoticeMessage, index: int, who: Recipient,
    endpoint: Endpoint, notice: Notice, ports: Ports,
) -> Endpoint | None:  # fmt: skip
    """One recipient further on: claimed, sent to, confirmed."""
    if who.begun:
        lost = {"outcome": "unknown", "reason": "the sending was interrupted", "begun": False}
        return _change(message, ports, lambda notice: notice.told(index, **lost))
    senders = _senders(endpoint.id, ports.rule_books.current())
    letter = written(endpoint, notice, senders, who.timezone, ports.inbox_url)
    begun = {"begun": True, "attempts": who.attempts + 1}
    if _change(message, ports, lambda notice: notice.told(index, **begun)) is None:
        return None
    became = sending.sent(who, letter, ports)
    return _change(message, ports, lambda notice: notice.told(index, begun=False, **became))


def _senders(endpoint_id: str, book: RuleBook) -> list[Sender]:
    return [
        Sender(recipe.name, recipe.mode, action.called)
        for recipe in book.recipes
        for action in recipe.actions
        if isinstance(action, Webhook) and action.receiver[0] == endpoint_id
    ]


def _change(
    message: ReceiverNoticeMessage, ports: Ports, change: Callable[[Notice], Notice]
) -> Endpoint | None:  # fmt: skip
    """The receiver with its notice changed; nothing if it has another one by now, or none."""
    for _ in range(TRIES):
        endpoint = ports.deliveries.endpoint(message.endpoint_id)
        if endpoint is None or endpoint.notice is None or endpoint.notice.at != message.at:
            return None
        changed = endpoint.with_notice(change(endpoint.notice))
        if changed.notice == endpoint.notice:
            return endpoint
        with suppress(Stale):
            ports.deliveries.save_endpoint(endpoint, changed)
            return changed
    raise Retryable("deliveries keep changing the receiver; trying again")


def _recipients(endpoint: Endpoint | None) -> tuple[Recipient, ...]:
    return (endpoint.notice.recipients or ()) if endpoint and endpoint.notice else ()
