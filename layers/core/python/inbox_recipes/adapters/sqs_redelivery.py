"""How soon a message that failed comes again: SQS's own retry, with pauses that grow."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from inbox_recipes.messages import pause_after

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsRedelivery:
    """The queues hide a message for six times the function's time, in case that the function has died.

    One that has said that it failed need not wait for so long, nor hold up its conversation.
    """

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._urls = queue_url.rsplit("/", 1)[0]

    def bring_back(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Hide the failed messages of one group for as long as the first of them has to wait."""
        failed = list(records)
        if not failed:
            return
        seconds = pause_after(int(failed[0]["attributes"]["ApproximateReceiveCount"]))
        queue = failed[0]["eventSourceARN"].rsplit(":", 1)[1]
        self._client.change_message_visibility_batch(
            QueueUrl=f"{self._urls}/{queue}",
            Entries=[
                {"Id": str(index), "ReceiptHandle": record["receiptHandle"], "VisibilityTimeout": seconds}
                for index, record in enumerate(failed)
            ],
        )
