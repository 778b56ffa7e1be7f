"""What goes out through the queues and schedules, and that it comes back as it was sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import pytest
import time_machine

from inbox_recipes.adapters.scheduler_timers import SchedulerTimers
from inbox_recipes.adapters.sqs_runs import SqsRetries, SqsRuns
from inbox_recipes.errors import Retryable
from inbox_recipes.messages import MESSAGES, DeliveryMessage, QueueMessage, RunMessage, WaitDueMessage
from inbox_recipes.ports import Retries, RunQueue, Timers
from tests.builders import NOON, an_occurrence
from tests.fakes import FakeRetries, FakeRunQueue, FakeTimers
from tests.integration.aws import Aws


def a_run_message(number: int, conversation: str = "cas_1") -> RunMessage:
    return RunMessage(
        run_id=f"run_{number}",
        recipe_id="rec_1",
        recipe_version=1,
        occurrence=an_occurrence(detail="é"),
        conversation=conversation,
    )


class Queues(Protocol):
    """The ports, and what a test sees of them."""

    @property
    def runs(self) -> RunQueue: ...

    @property
    def retries(self) -> Retries: ...

    @property
    def timers(self) -> Timers: ...

    def queued(self) -> dict[str, list[QueueMessage]]:
        """What is on the runs queue, by group, in order."""

    def delayed(self) -> list[tuple[int, QueueMessage]]:
        """Seconds and message of what is on the retry queue."""

    def armed(self) -> list[tuple[datetime, QueueMessage, str]]:
        """Time, message and group of the schedules, by time."""


class InMemory:
    """The fakes, at noon."""

    def __init__(self) -> None:
        self.runs = FakeRunQueue(lambda: NOON)
        self.retries = FakeRetries(lambda: NOON)
        self.timers = FakeTimers()

    def queued(self) -> dict[str, list[QueueMessage]]:
        return {group: list(messages) for group, messages in self.runs.groups.items()}

    def delayed(self) -> list[tuple[int, QueueMessage]]:
        return [(int((d.due - NOON).total_seconds()), d.message) for d in self.retries.delayed]

    def armed(self) -> list[tuple[datetime, QueueMessage, str]]:
        schedules = sorted(self.timers.armed.values(), key=lambda schedule: schedule.at)
        return [(schedule.at, schedule.message, schedule.conversation) for schedule in schedules]


@dataclass
class OnAws:
    """The adapters over moto."""

    aws: Aws

    def __post_init__(self) -> None:
        self._runs_url, self._retry_url = self.aws.queue("RunsQueue"), self.aws.queue("RetryQueue")
        self.runs = SqsRuns(self.aws.sqs, self._runs_url)
        self.retries = SqsRetries(self.aws.sqs, self._retry_url)
        self.timers = SchedulerTimers(
            self.aws.scheduler,
            queue_arn="arn:aws:sqs:eu-west-1:123456789012:runs.fifo",
            role_arn="arn:aws:iam::123456789012:role/schedule",
            dead_letters_arn="arn:aws:sqs:eu-west-1:123456789012:schedule-dead-letters",
            prefix=f"stack-{self.aws.number}-",
        )

    def queued(self) -> dict[str, list[QueueMessage]]:
        groups: dict[str, list[QueueMessage]] = {}
        while messages := self._taken(self._runs_url):
            for message in messages:
                group = message["Attributes"]["MessageGroupId"]
                groups.setdefault(group, []).append(MESSAGES.validate_json(message["Body"]))
        return groups

    def delayed(self) -> list[tuple[int, QueueMessage]]:
        found: list[tuple[int, QueueMessage]] = []
        for seconds in range(0, 901, 5):
            with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
                bodies = [message["Body"] for message in self._taken(self._retry_url)]
                found += [(seconds, MESSAGES.validate_json(body)) for body in bodies]
        return found

    def _taken(self, url: str) -> list[Any]:
        answer = self.aws.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        )
        messages = list(answer.get("Messages", ()))
        for message in messages:
            self.aws.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return messages

    def schedules(self) -> list[Any]:
        """All of this stack's schedules, in full."""
        listed = self.aws.scheduler.list_schedules(NamePrefix=f"stack-{self.aws.number}-")["Schedules"]
        found = [self.aws.scheduler.get_schedule(Name=each["Name"]) for each in listed]
        return sorted(found, key=lambda schedule: str(schedule["ScheduleExpression"]))

    def armed(self) -> list[tuple[datetime, QueueMessage, str]]:
        return [
            (
                datetime.fromisoformat(schedule["ScheduleExpression"][3:-1] + "Z"),
                MESSAGES.validate_json(schedule["Target"]["Input"]),
                schedule["Target"]["SqsParameters"]["MessageGroupId"],
            )
            for schedule in self.schedules()
        ]


@pytest.fixture(params=["fake", "aws"])
def queues(request: pytest.FixtureRequest) -> Iterator[Queues]:
    with time_machine.travel(NOON, tick=False):
        yield InMemory() if request.param == "fake" else OnAws(request.getfixturevalue("aws"))


WAIT = WaitDueMessage(wait_id="wait_1", scheduled_for=NOON + timedelta(minutes=30))
RETRY = DeliveryMessage(delivery_id="msg_1", attempt=3)


def test_runs_keep_their_order_within_a_conversation(queues: Queues) -> None:
    """R4"""
    messages = [a_run_message(number, f"cas_{number % 2}") for number in range(25)]

    queues.runs.send(messages)

    assert queues.queued() == {"cas_0": messages[0::2], "cas_1": messages[1::2]}


def test_a_run_that_is_sent_again_is_queued_once(queues: Queues) -> None:
    queues.runs.send([a_run_message(1), a_run_message(2)])
    queues.runs.send([a_run_message(2), a_run_message(3)])

    [messages] = queues.queued().values()

    assert messages == [a_run_message(1), a_run_message(2), a_run_message(3)]


def test_nothing_to_send_is_nothing_sent(queues: Queues) -> None:
    queues.runs.send([])

    assert queues.queued() == {}


@pytest.mark.parametrize("seconds", [5, 300, 900])
def test_a_retry_comes_back_after_its_delay(queues: Queues, seconds: int) -> None:
    queues.retries.send_later(RETRY, seconds)

    assert queues.delayed() == [(seconds, RETRY)]


def test_a_schedule_brings_its_message_back_into_its_conversation(queues: Queues) -> None:
    queues.timers.arm(WAIT.scheduled_for, WAIT, "cas_1")
    queues.timers.arm(NOON + timedelta(hours=5), RETRY, "cas_2")

    assert queues.armed() == [
        (WAIT.scheduled_for, WAIT, "cas_1"),
        (NOON + timedelta(hours=5), RETRY, "cas_2"),
    ]


def test_the_same_message_is_scheduled_once(queues: Queues) -> None:
    for hour in (1, 2):
        queues.timers.arm(NOON + timedelta(hours=hour), WAIT, "cas_1")

    assert queues.armed() == [(NOON + timedelta(hours=1), WAIT, "cas_1")]


def test_a_schedule_is_rounded_up_to_the_second(queues: Queues) -> None:
    queues.timers.arm(NOON + timedelta(microseconds=1), WAIT, "cas_1")

    assert queues.armed()[0][0] == NOON + timedelta(seconds=1)


def test_a_schedule_deletes_itself_and_has_somewhere_to_fail(aws: Aws) -> None:
    on_aws = OnAws(aws)
    on_aws.timers.arm(WAIT.scheduled_for, WAIT, "cas_1")

    [schedule] = on_aws.schedules()

    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert (schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]) == (
        "at(2026-11-22T12:30:00)",
        "UTC",
    )
    assert schedule["Target"]["DeadLetterConfig"]["Arn"].endswith(":schedule-dead-letters")
    assert schedule["Target"]["RetryPolicy"] == {
        "MaximumEventAgeInSeconds": 600,
        "MaximumRetryAttempts": 3,
    }


def test_runs_that_could_not_be_queued_bring_the_batch_again(aws: Aws) -> None:
    class Refusing:
        def send_message_batch(self, **_: Any) -> dict[str, Any]:
            return {"Failed": [{"Id": "1", "Code": "InternalError", "SenderFault": False}]}

    runs = SqsRuns(Refusing(), aws.queue("RunsQueue"))  # type: ignore[arg-type]

    with pytest.raises(Retryable, match="1 runs could not be queued: InternalError"):
        runs.send([a_run_message(1), a_run_message(2)])
