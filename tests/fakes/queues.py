"""The runs queue, the retry queue and the schedules in memory."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_recipes.ids import digest
from inbox_recipes.messages import QueueMessage
from inbox_recipes.ports import LaterMessage, QueuedMessage, TimedMessage

DEDUPLICATED_FOR = timedelta(minutes=5)
LONGEST_DELAY = 900

type Now = Callable[[], datetime]


class FakeRunQueue:
    """Groups keep their order; the same deduplication id is taken once in five minutes.

    `ever` lists everything that was taken.
    """

    def __init__(self, now: Now) -> None:
        self._now = now
        self._taken: dict[tuple[str, str], datetime] = {}
        self.groups: dict[str, deque[QueueMessage]] = {}
        self.ever: list[QueueMessage] = []

    def send(self, messages: Sequence[QueuedMessage]) -> None:
        for message in messages:
            self.put(message, message.group, message.deduplication_id)

    def put(self, message: QueueMessage, group: str, deduplication_id: str | None = None) -> None:
        """Without an id of its own, a message is known by its content, as on the real queue."""
        key = (group, deduplication_id or digest("content", message.model_dump_json()))
        taken = self._taken.get(key)
        if taken is None or self._now() - taken > DEDUPLICATED_FOR:
            self._taken[key] = self._now()
            self.groups.setdefault(group, deque()).append(message)
            self.ever.append(message)

    def waiting(self) -> list[QueueMessage]:
        """Everything that is queued."""
        return [message for group in self.groups.values() for message in group]


@dataclass(frozen=True)
class Delayed:
    """A message on the retry queue and when it can be seen."""

    due: datetime
    message: LaterMessage


class FakeRetries:
    """The delayed retry queue."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self.delayed: list[Delayed] = []

    def send_later(self, message: LaterMessage, seconds: int) -> None:
        if not 0 <= seconds <= LONGEST_DELAY:
            raise AssertionError(f"SQS delays for up to {LONGEST_DELAY} seconds, not {seconds}")
        self.delayed.append(Delayed(self._now() + timedelta(seconds=seconds), message))


@dataclass(frozen=True)
class Schedule:
    """A one-time schedule."""

    at: datetime
    message: TimedMessage
    conversation: str


class FakeTimers:
    """One-time schedules, named after their message: the same one twice is one."""

    def __init__(self) -> None:
        self.armed: dict[str, Schedule] = {}

    def arm(self, at: datetime, message: TimedMessage, conversation: str) -> None:
        whole = (at + timedelta(microseconds=999_999)).replace(microsecond=0)
        self.armed.setdefault(digest(message.model_dump_json()), Schedule(whole, message, conversation))

    def due(self, now: datetime) -> list[str]:
        """Names of the schedules whose time has come, the first due first."""
        names = [name for name, schedule in self.armed.items() if schedule.at <= now]
        return sorted(names, key=lambda name: (self.armed[name].at, name))
