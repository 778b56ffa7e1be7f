"""What crosses the queues: runs, retries, due waits, and looks at notifications.

Each has a `schema_version` (R24).
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from inbox_recipes import ids
from inbox_recipes.inbox import Frozen, Time
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
    RunMessage | DeliveryMessage | RetryMessage | WaitDueMessage | NotificationMessage,
    Field(discriminator="type"),
]
MESSAGES: TypeAdapter[QueueMessage] = TypeAdapter(QueueMessage)
