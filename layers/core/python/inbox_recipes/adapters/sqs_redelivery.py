"""How soon a message that was not carried out comes again."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsRedelivery:
    """The queues hide a message for six times the function's time, in case that the function has died.

    One that was given back need not wait for so long, nor hold up its conversation.
    """

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._urls = queue_url.rsplit("/", 1)[0]

    def bring_back(self, records: Sequence[Mapping[str, Any]], seconds: int) -> None:
        """Hide the messages of one group for so many seconds from now."""
        queue = records[0]["eventSourceARN"].rsplit(":", 1)[1]
        self._client.change_message_visibility_batch(
            QueueUrl=f"{self._urls}/{queue}",
            Entries=[
                {"Id": str(index), "ReceiptHandle": record["receiptHandle"], "VisibilityTimeout": seconds}
                for index, record in enumerate(records)
            ],
        )
