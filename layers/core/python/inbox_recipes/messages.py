"""What crosses the queues: runs, retries, due waits, and looks at notifications.

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


class WaitReviewMessage(Frozen):
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

    @property
    def deduplication_id(self) -> str:
        """The same question is taken once in five minutes."""
        return ids.digest(self.model_dump_json())


class NotificationMessage(Frozen):
    """Look whether a notification of an action is due. `cause` tells repeats from new reasons to look."""

    type: Literal["notification"] = "notification"
    schema_version: Literal[1] = 1
    recipe_id: str
    position: int
    cause: str

    @property
    def group(self) -> str:
        """Those of one action come one after the other, and hold up no conversation."""
        return f"notify:{self.recipe_id}:{self.position}"

    @property
    def deduplication_id(self) -> str:
        """The queue takes the same reason to look once in five minutes."""
        return ids.digest(self.recipe_id, self.position, self.cause)


QueueMessage = Annotated[
    RunMessage | DeliveryMessage | RetryMessage | WaitDueMessage | WaitReviewMessage | NotificationMessage,
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
