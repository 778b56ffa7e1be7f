"""The Timers port on EventBridge Scheduler: one-time schedules that target the runs queue.

A schedule's name comes from its message, so arming the same one twice meets "already exists", which
means "already armed". It deletes itself after it has fired.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from inbox_recipes.ids import digest

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

    from inbox_recipes.ports import TimedMessage


class SchedulerTimers:
    """`prefix` is what the executor's policy lets it name schedules with."""

    def __init__(
        self, client: "EventBridgeSchedulerClient", queue_arn: str, role_arn: str,
        dead_letters_arn: str, prefix: str,
    ) -> None:  # fmt: skip
        self._client = client
        self._queue = queue_arn
        self._role = role_arn
        self._dead_letters = dead_letters_arn
        self._prefix = prefix

    def arm(self, at: datetime, message: "TimedMessage", conversation: str) -> None:
        """Have the message sent at that time, to the second; within the minute on AWS."""
        body = message.model_dump_json()
        try:
            self._client.create_schedule(
                Name=f"{self._prefix}{digest(body)}",
                ScheduleExpression=f"at({_second(at)})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._queue,
                    "RoleArn": self._role,
                    "Input": body,
                    "SqsParameters": {"MessageGroupId": conversation},
                    "DeadLetterConfig": {"Arn": self._dead_letters},
                    "RetryPolicy": {"MaximumEventAgeInSeconds": 600, "MaximumRetryAttempts": 3},
                },
            )
        except self._client.exceptions.ConflictException:
            return


def _second(at: datetime) -> str:
    """Rounded up: a schedule never fires before its time."""
    up = at.astimezone(UTC) + timedelta(microseconds=999_999)
    return up.strftime("%Y-%m-%dT%H:%M:%S")
