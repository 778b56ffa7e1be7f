"""What people do in the outbox: edit, approve, reject, have sent again, say what became of something."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from inbox_recipes import ids
from inbox_recipes.clock import stamp
from inbox_recipes.errors import Conflict, InvalidInput, NotFound, Problem, Stale
from inbox_recipes.flows.recording import Recorder, with_survey
from inbox_recipes.messages import OutboxMessage
from inbox_recipes.outbox import (
    EDITABLE,
    SENT_BY_HAND,
    UNDECIDED,
    Decision,
    OutboxItem,
    OutboxPatch,
    Settlement,
)
from inbox_recipes.outbox_lines import by_hand_lines
from inbox_recipes.people import Actor
from inbox_recipes.platforms.base import to_native_id
from inbox_recipes.ports import Inbox, Outbox, RuleBooks, RunQueue, Transaction


@dataclass(frozen=True)
class Desk:
    """A person at the outbox, at a moment. `seen` is the revision that they have read, if they say so."""

    outbox: Outbox
    inbox: Inbox
    rule_books: RuleBooks
    queue: RunQueue
    actor: Actor
    now: datetime
    seen: int | None = None

    def item(self, item_id: str) -> OutboxItem:
        """An item. Raises NotFound."""
        found = self.outbox.get(item_id)
        if found is None:
            raise NotFound("message in the outbox", item_id)
        return found

    def write(self, before: OutboxItem, after: OutboxItem, kind: str, **detail: object) -> OutboxItem:
        """Bring in an item's next revision with its lines. Raises Stale."""
        lines = by_hand_lines(after, kind, self.actor, self.now, **detail)
        told = Transaction(actor=self.actor, at=self.now, outbox=(before, after), lines=lines)
        self.inbox.commit(with_survey(after, told, self.inbox))
        return after

    def queue_once(self, item: OutboxItem) -> None:
        """Queue an item that was let go and has not been tried: whoever did so may not have come to this."""
        if item.state == "queued" and item.next_attempt_at is None:
            self.queue.send([sending(item)])


def edit(item_id: str, patch: OutboxPatch, desk: Desk) -> OutboxItem:
    """Another text or approver, or a comment. Raises Conflict, Stale, InvalidInput."""
    item = _in(desk, item_id, EDITABLE, "edited")
    given = patch.model_fields_set
    if "text" in given and patch.text is None:
        raise InvalidInput([Problem("/text", "A message has a text.")])
    if patch.approver is not None and patch.approver not in desk.rule_books.current().users:
        users = tuple(sorted(desk.rule_books.current().users))
        raise InvalidInput([Problem("/approver", f"There is no user {patch.approver!r}.", users)])
    changed = {name: getattr(patch, name) for name in ("text", "approver") if name in given}
    after = item.next(desk.now, **changed, comments=item.commented(patch.comment, desk.actor, desk.now))
    before = {"text_changed": True} if after.text != item.text else {}
    return desk.write(item, after, "reply_edited", comment=patch.comment, **before)


def approve(item_id: str, said: Decision, desk: Desk) -> OutboxItem:
    """Have a draft or an item that awaits approval sent."""
    return _let_go(item_id, said, desk, UNDECIDED, "approved")


def send_again(item_id: str, said: Decision, desk: Desk) -> OutboxItem:
    """Have an item sent that failed, or that may have been sent: that is for a person to say (R3)."""
    return _let_go(item_id, said, desk, SENT_BY_HAND, "sent_again")


def reject(item_id: str, said: Decision, desk: Desk) -> OutboxItem:
    """Have a draft or an item that awaits approval not sent."""
    known = desk.item(item_id)
    if known.state == "rejected":
        return known
    item = _in(desk, item_id, UNDECIDED, "rejected")
    after = item.next(desk.now, state="rejected", **_decided(item, said, desk))
    return desk.write(item, after, "reply_rejected", comment=said.comment)


def settle(item_id: str, said: Settlement, desk: Desk) -> OutboxItem:
    """Say of an item that is `unknown` whether the customer has it."""
    item = _in(desk, item_id, ("unknown",), "settled")
    comments = item.commented(said.comment, desk.actor, desk.now)
    if not said.sent:
        after = item.next(
            desk.now, state="failed", reason="somebody has seen that it was not sent", comments=comments
        )
        return desk.write(item, after, "reply_settled", sent=False, comment=said.comment)
    native_id = to_native_id(said.native_id) if said.native_id else f"reply_{ids.digest(item.id)}"
    lines = by_hand_lines(item, "reply_settled", desk.actor, desk.now, sent=True, comment=said.comment)
    noted = item.next(desk.now, comments=comments)
    desk.inbox.commit(Transaction(actor=desk.actor, at=desk.now, outbox=(item, noted)))
    return Recorder(desk.inbox, desk.outbox, desk.rule_books, desk.now).sent(noted, native_id, lines)


def _let_go(item_id: str, said: Decision, desk: Desk, states: Collection[str], what: str) -> OutboxItem:
    known = desk.item(item_id)
    if known.state == "queued" and known.decided_by is not None:
        desk.queue_once(known)
        return known
    item = _in(desk, item_id, states, what.replace("_", " "))
    _must_be_the_latest(item, desk)
    after = item.next(
        desk.now, state="queued", reason=None, looked=0, queued_at=desk.now, **_decided(item, said, desk)
    )
    desk.write(item, after, f"reply_{what}", comment=said.comment)
    desk.queue_once(after)
    return after


def _must_be_the_latest(item: OutboxItem, desk: Desk) -> None:
    """Raises Conflict for a survey that was given up and that another message has asked since (A37)."""
    if item.purpose is None or item.purpose.type != "survey":
        return
    case = desk.inbox.cases([item.case_id or ""]).get(item.case_id or "")
    for survey in case.feedback.surveys if case else ():
        if survey.id == item.purpose.id and survey.asked_at != item.date.added:
            raise Conflict(f"This case was asked again on {stamp(survey.asked_at)}, by another message.")


def _decided(item: OutboxItem, said: Decision, desk: Desk) -> dict[str, object]:
    return {"decided_by": desk.actor, "comments": item.commented(said.comment, desk.actor, desk.now)}


def sending(item: OutboxItem) -> OutboxMessage:
    """What has the coming attempt of an item made."""
    return OutboxMessage(
        item_id=item.id,
        conversation=item.conversation,
        wanted="send",
        time=item.attempts + 1,
        revision=item.revision,
    )


def _in(desk: Desk, item_id: str, states: Collection[str], what: str) -> OutboxItem:
    """The item, if it can be dealt with so, and is as the person has read it."""
    item = desk.item(item_id)
    if item.state not in states:
        raise Conflict(f"This message is {item.state}; only {' and '.join(states)} ones can be {what}.")
    if item.is_erased and item.state in SENT_BY_HAND and what != "settled":
        raise Conflict(f"The contact that this was written to was erased: it cannot be {what}.")
    if desk.seen is not None and desk.seen != item.revision:
        raise Stale(f"the message has changed since version {desk.seen} was read")
    return item


type Change[S] = Callable[[str, S, Desk], OutboxItem]
"""One of the things above that a person does to an item, with what is said about it."""
