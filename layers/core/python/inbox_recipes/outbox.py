"""The outbox: what we have written to customers and how far each of it has come (rows 38-41, domain 1.4).

An item is written by a recipe or an agent, sent by the executor, and never sent twice by itself: its state
is the claim (class C, R3). What is said in histories about it is the business of `outbox_lines`.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import StringConstraints

from inbox_recipes.inbox import Frozen, ShortText, Time
from inbox_recipes.people import Actor, Id
from inbox_recipes.platforms import Service
from inbox_recipes.quick_replies import QuickReply

TEXT_LENGTH = 10_000

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_LENGTH)]
CommentText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]

State = Literal[
    "draft", "awaiting_approval", "queued", "sending", "sent", "failed", "unknown", "rejected", "skipped"
]
"""`sending`: a call has begun and nobody knows its end yet. `unknown`: it may have reached the customer.

`failed`: it surely has not, and will not by itself. `skipped`: nothing was sent, for a reason of ours.
"""
STATES: tuple[State, ...] = get_args(State)

UNDECIDED: tuple[State, ...] = ("draft", "awaiting_approval")
"""A person says what becomes of these."""
ERASED = "erased"
"""The conversation of what was written to somebody who was erased."""
EDITABLE: tuple[State, ...] = (*UNDECIDED, "failed")
SENT_BY_HAND: tuple[State, ...] = ("failed", "unknown")
"""A person can have these sent again."""

Kind = Literal["reply", "private", "public"]
"""`reply` answers in kind (A10), `private` is a private message, `public` an answer below a public one."""

Mode = Literal["approval", "draft", "immediate"]


STATE_OF: dict[Mode, State] = {"approval": "awaiting_approval", "draft": "draft", "immediate": "queued"}
"""How an item begins."""


class Purpose(Frozen):
    """What a message is part of: a survey or a flow, by its id."""

    type: str
    id: str


class Comment(Frozen):
    """What somebody has said about an item."""

    text: str
    by: Actor
    at: Time


class OutboxDates(Frozen):
    """`sent` is when it was found to have reached the platform."""

    added: Time
    updated: Time
    sent: Time | None = None


class OutboxItem(Frozen):
    """One message of ours on its way to a customer.

    It answers the mention `unique_id`, in the case `case_id` if that is in one; `sent_as` is what it became
    in the inbox, and `native_id` on the platform. `by` wrote it, `approver` should look at it, `decided_by`
    had it sent or rejected. `queued_at` is when it was last let go, `begun_at` when the latest attempt began,
    `looked` how often the platform was asked since whether it has it. `claimed`: the run's action is open
    until the first end.
    """

    id: str
    kind: Kind
    mode: Mode
    state: State
    service: Service
    profile: str
    unique_id: str
    case_id: str | None
    contact_id: str | None
    conversation: str
    text: str
    buttons: tuple[QuickReply, ...] = ()
    purpose: Purpose | None = None
    by: Actor
    chain: tuple[str, ...] = ()
    run_id: str | None = None
    position: int | None = None
    claimed: bool = False
    approver: str | None = None
    decided_by: Actor | None = None
    comments: tuple[Comment, ...] = ()
    attempts: int = 0
    looked: int = 0
    queued_at: Time | None = None
    begun_at: Time | None = None
    next_attempt_at: Time | None = None
    reason: str | None = None
    native_id: str | None = None
    sent_as: str | None = None
    date: OutboxDates
    revision: int = 1

    @property
    def recipe_id(self) -> str | None:
        """The recipe that wrote it."""
        return self.by.id if self.by.kind == "recipe" else None

    @property
    def automatic(self) -> bool:
        """Whether it goes out without any person having wanted it: a recipe's or a flow's."""
        return self.by.kind != "agent" and self.decided_by is None

    @property
    def is_erased(self) -> bool:
        """Whether the contact was erased that it was written to."""
        return self.conversation == ERASED

    def next(self, now: datetime, **changed: Any) -> "OutboxItem":
        """The item at its next revision."""
        dates = self.date.model_copy(update={"updated": now})
        return self.model_copy(update={"date": dates, "revision": self.revision + 1, **changed})

    def sent(self, now: datetime, native_id: str, sent_as: str) -> "OutboxItem":
        """The item when it has reached the platform."""
        dates = OutboxDates(added=self.date.added, updated=now, sent=now)
        known = {"native_id": native_id, "sent_as": sent_as, "next_attempt_at": None, "reason": None}
        return self.next(now, state="sent", claimed=False, date=dates, **known)

    def erased(self, now: datetime) -> "OutboxItem":
        """What is left when the contact is erased: that there was a message; one not yet sent is not sent."""
        over = "skipped" if self.state in (*UNDECIDED, "queued") else self.state
        nothing = {"text": "", "buttons": (), "comments": (), "contact_id": None, "reason": None}
        return self.next(now, state=over, conversation=ERASED, next_attempt_at=None, **nothing)

    def commented(self, comment: str | None, by: Actor, now: datetime) -> tuple[Comment, ...]:
        """The comments, with one more if there is one; the latest fifty."""
        more = (Comment(text=comment, by=by, at=now),) if comment else ()
        return (*self.comments, *more)[-50:]


class Mark(Frozen):
    """That a recipe, an agent or a flow has written to a conversation or a contact (A9, R6)."""

    at: Time
    item_id: str
    automatic: bool
    recipe_id: str | None
    run_id: str | None
    mode: Mode


def marks(item: OutboxItem) -> dict[str, Mark]:
    """The mark that a new item leaves, for the conversation and the contact that it was written to."""
    mark = Mark(
        at=item.date.added,
        item_id=item.id,
        automatic=item.automatic,
        recipe_id=item.recipe_id,
        run_id=item.run_id,
        mode=item.mode,
    )
    return {of: mark for of in (item.conversation, item.contact_id) if of}


class OutboxPatch(Frozen):
    """What a person changes of an item that is not on its way. `approver` is a user, `null` nobody."""

    text: Text | None = None
    approver: Id | None = None
    comment: CommentText | None = None


class Decision(Frozen):
    """A word that goes with approving, rejecting, or sending again."""

    comment: CommentText | None = None


class Settlement(Frozen):
    """What a person has found out about an item that is `unknown`: whether the customer has it.

    `native_id` is the platform's id of the message, if it can be seen there.
    """

    sent: bool
    native_id: ShortText | None = None
    comment: CommentText | None = None
