"""What crosses the queues: runs, retries, due waits, and what is due elsewhere.

Each has a `schema_version` (R24).
"""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from inbox_recipes import ids
from inbox_recipes.inbox import Frozen, Time
from inbox_recipes.people import Actor
from inbox_recipes.triggers import Occurrence


class TakenOnce(Frozen):
    """A message of which the queue takes the same, word for word, once in five minutes."""

    @property
    def deduplication_id(self) -> str:
        """Of all that it says."""
        return ids.digest(self.model_dump_json())


class RunMessage(Frozen):
    """One recipe acting on one occurrence. The actions are read from the recipe at its version."""

    type: Literal["run"] = "run"
    schema_version: Literal[1] = 1
    run_id: str
    recipe_id: str
    recipe_version: int
    occurrence: Occurrence
    conversation: str

    @property
    def group(self) -> str:
        """Those of one conversation come one after the other."""
        return self.conversation

    @property
    def deduplication_id(self) -> str:
        """The queue takes a run once in five minutes."""
        return self.run_id


class DeliveryMessage(Frozen):
    """The coming attempt of a delivery, in the round that so many replays have begun."""

    type: Literal["delivery"] = "delivery"
    schema_version: Literal[1] = 1
    delivery_id: str
    replay: int = 0
    attempt: int


class RetryMessage(Frozen):
    """What a delivery's attempts were called before they had messages of their own: read, never sent."""

    type: Literal["retry"] = "retry"
    schema_version: Literal[1] = 1
    run_id: str
    position: int
    attempt: int


class WaitDueMessage(Frozen):
    """A wait whose schedule fired. Whether it is really due is decided when it is read."""

    type: Literal["wait_due"] = "wait_due"
    schema_version: Literal[1] = 1
    wait_id: str
    scheduled_for: Time


Review = Literal["look", "re-evaluate", "cancel"]


class WaitReviewMessage(TakenOnce):
    """A wait that is to be looked at without its schedule having fired: the sweeper or a person asks.

    `look`: is it over? `re-evaluate`: also, does the recipe as it now is still ask for it, and until when?
    A wait that was armed after `asked_at` is another one.
    """

    type: Literal["wait_review"] = "wait_review"
    schema_version: Literal[1] = 1
    wait_id: str
    conversation: str
    wanted: Review
    reason: str
    by: Actor
    asked_at: Time

    @property
    def group(self) -> str:
        """The conversation, whose order it keeps."""
        return self.conversation


class NotificationMessage(Frozen):
    """Look whether a notification of an action is due. `cause` tells repeats from new reasons to look.

    `due` is when a schedule was to bring it: it never comes before, whatever the reader's clock says (R5).
    """

    type: Literal["notification"] = "notification"
    schema_version: Literal[1] = 1
    recipe_id: str
    position: int
    cause: str
    due: Time | None = None

    @property
    def group(self) -> str:
        """Those of one action come one after the other, and hold up no conversation."""
        return f"notify:{self.recipe_id}:{self.position}"

    @property
    def deduplication_id(self) -> str:
        """The queue takes the same reason to look once in five minutes."""
        return ids.digest(self.recipe_id, self.position, self.cause)


class OutboxMessage(TakenOnce):
    """Send an item of the outbox, or look whether its platform has it: the coming time, counted from 1.

    It keeps its place in the conversation, if it comes by the runs queue. `revision` is the item's
    when a person let it go: what has failed before any call is let go again for the same time.
    """

    type: Literal["outbox"] = "outbox"
    schema_version: Literal[1] = 1
    item_id: str
    conversation: str
    wanted: Literal["send", "look"]
    time: int
    revision: Annotated[int | None, Field(exclude_if=lambda revision: revision is None)] = None

    @property
    def group(self) -> str:
        """Those of one conversation come one after the other."""
        return self.conversation


class FlowMessage(Frozen):
    """A customer has written to a flow: go on with it."""

    type: Literal["flow"] = "flow"
    schema_version: Literal[1] = 1
    case_id: str
    unique_id: str
    conversation: str

    @property
    def group(self) -> str:
        """The conversation, whose order it keeps."""
        return self.conversation

    @property
    def deduplication_id(self) -> str:
        """A message is answered once; the queue takes it once in five minutes."""
        return ids.digest("flow", self.case_id, self.unique_id)


class FlowOverMessage(TakenOnce):
    """The time of a flow may be over. Whether it really is is decided when it is read."""

    type: Literal["flow_over"] = "flow_over"
    schema_version: Literal[1] = 1
    case_id: str
    conversation: str
    scheduled_for: Time

    @property
    def group(self) -> str:
        """The conversation, whose order it keeps."""
        return self.conversation


class ReceiverNoticeMessage(Frozen):
    """People are to be told of a receiver, as it is since `at`. `cause` tells repeats from new tries."""

    type: Literal["receiver_notice"] = "receiver_notice"
    schema_version: Literal[1] = 1
    endpoint_id: str
    at: Time
    cause: str

    @property
    def group(self) -> str:
        """Those of one receiver come one after the other."""
        return f"receiver:{self.endpoint_id}"


EraseStep = Literal[
    "cases", "mentions", "records", "trials", "moderation", "messages", "put_aside", "dead_letters"
]


class EraseMessage(TakenOnce):
    """Go on erasing a contact, at that step and after what `cursor` names; `look` is the first or the second.

    An erasure that was asked for at another time has messages of its own.
    """

    type: Literal["erase"] = "erase"
    schema_version: Literal[1] = 1
    contact_id: str
    asked_at: Time
    look: Literal[1, 2] = 1
    step: EraseStep = "cases"
    cursor: str | None = None

    @property
    def group(self) -> str:
        """The steps of one erasure come one after the other, and hold up no conversation."""
        return f"erase:{self.contact_id}"


class ModerationMessage(TakenOnce):
    """Something is due in an act of moderation: a call, or the end of its quarantine.

    What that is, and whether it still is to be done, is read from the act. `due` is when it was to be.
    """

    type: Literal["moderation"] = "moderation"
    schema_version: Literal[1] = 1
    moderation_id: str
    unique_id: str
    due: Time

    @property
    def group(self) -> str:
        """Those about one mention come one after the other, and hold up no conversation."""
        return f"moderation:{ids.digest(self.unique_id)}"


QueueMessage = Annotated[
    RunMessage
    | DeliveryMessage
    | RetryMessage
    | WaitDueMessage
    | WaitReviewMessage
    | NotificationMessage
    | OutboxMessage
    | FlowMessage
    | FlowOverMessage
    | ReceiverNoticeMessage
    | EraseMessage
    | ModerationMessage,
    Field(discriminator="type"),
]
MESSAGES: TypeAdapter[QueueMessage] = TypeAdapter(QueueMessage)


def bodies(messages: Iterable[QueueMessage]) -> Iterator[str]:
    """The messages as JSON, as their models give it; an occurrence of several runs is written once."""
    occurrence, told = None, ""
    for message in messages:
        if not isinstance(message, RunMessage):
            yield message.model_dump_json()
            continue
        if message.occurrence is not occurrence:
            occurrence = message.occurrence
            told = occurrence.model_dump_json()
        yield (
            f'{{"type":"run","schema_version":{message.schema_version},"run_id":"{message.run_id}",'
            f'"recipe_id":"{message.recipe_id}","recipe_version":{message.recipe_version},'
            f'"occurrence":{told},"conversation":{json.dumps(message.conversation)}}}'
        )


PAUSES = (5, 20, 60, 300, 900, 900, 900)
"""Seconds until a message that failed comes again: eight times in all, within 52 minutes."""


def pause_after(received: int) -> int:
    """How long a message that has been received so many times and failed is hidden."""
    return PAUSES[min(received, len(PAUSES)) - 1]
