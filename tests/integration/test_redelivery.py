"""Messages that were given back are seen again when they are to be, on the queue that they came from."""

from typing import Any

import pytest
import time_machine

from inbox_recipes.adapters.sqs_redelivery import SqsRedelivery
from tests.builders import NOON
from tests.conftest import NOBODY
from tests.integration.aws import Aws, pretended_aws


def received(aws: Aws, url: str) -> list[dict[str, Any]]:
    """Messages as a function's event has them."""
    name = url.rsplit("/", 1)[1]
    found = aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600)
    return [
        {
            "messageId": each["Body"],
            "receiptHandle": each["ReceiptHandle"],
            "eventSourceARN": f"arn:aws:sqs:eu-west-1:000000000000:{name}",
        }
        for each in found.get("Messages", [])
    ]


@pytest.mark.parametrize(("queue", "seconds"), [("RunsQueue", 0), ("RunsQueue", 20), ("RetryQueue", 20)])
def test_what_is_brought_back_is_seen_after_so_many_seconds(
    monkeypatch: pytest.MonkeyPatch, queue: str, seconds: int
) -> None:
    """R7"""
    for name, value in NOBODY.items():
        monkeypatch.setenv(name, value)
    with time_machine.travel(NOON, tick=False) as clock, pretended_aws() as aws:
        url, retries = aws.queue(queue), aws.queue("RetryQueue")
        fifo = {"MessageGroupId": "cas_1", "MessageDeduplicationId": "1"} if queue == "RunsQueue" else {}
        aws.sqs.send_message(QueueUrl=url, MessageBody="late", **fifo)
        SqsRedelivery(aws.sqs, retries).bring_back(received(aws, url), seconds)

        if seconds:
            clock.shift(seconds - 1)
            assert received(aws, url) == []
        clock.shift(2)
        assert [each["messageId"] for each in received(aws, url)] == ["late"]
