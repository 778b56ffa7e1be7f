"""The queues on SQS: FIFO for runs, in order within a conversation; standard with delay for retries."""

from collections.abc import Sequence
from itertools import batched
from typing import TYPE_CHECKING

from inbox_recipes.errors import Retryable
from inbox_recipes.messages import bodies

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from inbox_recipes.ports import LaterMessage, QueuedMessage

SEND_AT_ONCE = 10


class SqsRuns:
    """The runs queue. Run ids are its deduplication ids: for five minutes a repeat queues nothing new.

    After that the run's own record in the ledger makes a repeat harmless.
    """

    def __init__(self, client: "SQSClient", runs_url: str) -> None:
        self._client = client
        self._url = runs_url

    def send(self, messages: "Sequence[QueuedMessage]") -> None:
        """Queue them. Raises Retryable when some could not be queued: the whole batch comes again."""
        for part in batched(messages, SEND_AT_ONCE, strict=False):
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {
                        "Id": str(index),
                        "MessageBody": body,
                        "MessageGroupId": message.group,
                        "MessageDeduplicationId": message.deduplication_id,
                    }
                    for index, (message, body) in enumerate(zip(part, bodies(part), strict=True))
                ],
            )
            failed = [entry["Code"] for entry in answer.get("Failed", ())]
            if failed:
                raise Retryable(f"{len(failed)} runs could not be queued: {', '.join(failed)}")


class SqsRetries:
    """The retry queue: single actions that come back after a delay."""

    def __init__(self, client: "SQSClient", retry_url: str) -> None:
        self._client = client
        self._url = retry_url

    def send_later(self, message: "LaterMessage", seconds: int) -> None:
        """Bring a message back after up to 900 seconds."""
        self._client.send_message(
            QueueUrl=self._url, MessageBody=message.model_dump_json(), DelaySeconds=seconds
        )
