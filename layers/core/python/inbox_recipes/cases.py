"""Cases: conversations, each with what it holds and how long things took (domain 1.3)."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from inbox_recipes.feedback import Feedback
from inbox_recipes.item_parts import (
    Assignment,
    Frozen,
    HandledBy,
    Handler,
    LastAction,
    Note,
    ProjectRef,
    Time,
    Timestamps,
    TopicRef,
)

CaseStatus = Literal["unresolved", "pending", "resolved"]
Priority = Literal["low", "medium", "high", "critical"]


class CaseTimestamps(Timestamps):
    """`unresolved_time` and `pending_time` are what was spent in a status that was left.

    The time in the present status, since `status_since`, is not yet in them.
    """

    unresolved_time: int | None = None
    unresolved_time_during_bh: int | None = None
    pending_time: int | None = None
    status_since: Time | None = None


class CaseDates(Frozen):
    """`added` when the case was opened, `updated` when anything in it last changed."""

    added: Time
    updated: Time


def _from_before(given: Any) -> Any:
    """Cases that were written before flows were there name the type alone (R24)."""
    return {"type": given} if isinstance(given, str) else given


class InFlow(Frozen):
    """Where a conversation is in its flow: the `step` that was sent last, and until when it can be answered.

    `said` counts the messages that the flow has sent, of which `recent` are known again by these marks;
    `fell_back`: the customer has been told once what can be answered.
    """

    flow_id: str
    step: str
    until: Time
    said: int = 1
    recent: tuple[str, ...] = ()
    fell_back: bool = False


class Case(Frozen):
    """A conversation with a contact; one opened by hand (`manual`) may be with several, or none yet.

    `number` is the account's own count. `fence` counts the customer's messages: a delayed rule compares it
    with the value it started from, so an answer in time always wins (R5). `last_message_at` is when the
    case was opened as long as it holds no mention. `erased`: a contact of it was, and with that its title
    and notes (R20).
    """

    id: str
    number: int | None = None
    manual: bool = False
    title: str
    topic: TopicRef
    project: ProjectRef | None
    status: CaseStatus
    priority: Priority | None
    tags: tuple[str, ...]
    assignment: Assignment
    contact_id: str | None
    other_contact_ids: tuple[str, ...] = ()
    linked_case_id: str | None
    last_mention_id: str | None
    last_message_by: Literal["customer", "us"] | None
    last_message_at: Time
    last_incoming_id: str | None
    last_reply_at: Time | None
    fence: int
    date: CaseDates
    timestamps: CaseTimestamps = CaseTimestamps()
    last_action: LastAction | None = None
    notes: tuple[Note, ...] = ()
    feedback: Feedback = Feedback()
    handled_by: Annotated[HandledBy | None, BeforeValidator(_from_before)] = None
    flow: InFlow | None = None
    erased: bool = False
    revision: int

    @property
    def contact_ids(self) -> tuple[str, ...]:
        """Everybody it is a conversation with."""
        return ((self.contact_id,) if self.contact_id else ()) + self.other_contact_ids

    @property
    def handler(self) -> Handler | None:
        """Whether agents have it, or a flow."""
        return self.handled_by.type if self.handled_by else None
