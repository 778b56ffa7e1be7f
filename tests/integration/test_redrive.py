"""What was given up can be looked at without touching it, and sent again (R7)."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from inbox_recipes.adapters.items import to_change
from inbox_recipes.flows.ingest import ingest
from inbox_recipes.messages import WaitDueMessage
from inbox_recipes.runs import Wait
from tests.builders import NOON, a_private
from tests.conftest import NOBODY
from tests.integration.aws import Aws, pretended_aws
from tools import redrive

WAIT = Wait(
    wait_id="wait_1", run_id="run_1", case_id="cas_1", conversation="cas_1", recipe_id="rec_1", position=0,
    state="armed", armed_at=NOON, due_at=NOON, scheduled_for=NOON, fence=0, status="pending",
)  # fmt: skip
DUE = WaitDueMessage(wait_id="wait_1", scheduled_for=NOON).model_dump_json()


class Functions:
    """Lambda: remembers what it was called with, and can fail."""

    def __init__(self) -> None:
        self.called: list[tuple[str, Any]] = []
        self.fails = False

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.called.append((FunctionName, json.loads(Payload)))
        return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b"still")} if self.fails else {}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name, value in NOBODY.items():
        monkeypatch.setenv(name, value)
    with pretended_aws() as pretended:
        yield pretended


@pytest.fixture
def stack(aws: Aws) -> redrive.Aws:
    names = ("RunsQueue", "RetryQueue", *redrive.QUEUES)
    outputs = {f"{name}Url": aws.queue(name) for name in names}
    outputs |= {"EvaluatorFunctionArn": "evaluator", "IngestFunctionArn": "ingest"}
    return redrive.Aws(aws.sqs, Functions(), aws.streams, outputs, {"wait_1": WAIT}.get)


def put(stack: redrive.Aws, queue: str, body: str, **more: str) -> None:
    stack.sqs.send_message(QueueUrl=stack.outputs[f"{queue}Url"], MessageBody=body, **more)


def bodies(stack: redrive.Aws, queue: str) -> list[tuple[str, str | None]]:
    """Bodies and groups of what can be received."""
    answer = stack.sqs.receive_message(
        QueueUrl=stack.outputs[f"{queue}Url"], MaxNumberOfMessages=10, AttributeNames=["All"]
    )
    found = answer.get("Messages", [])
    return [(each["Body"], each["Attributes"].get("MessageGroupId")) for each in found]


def test_looking_changes_nothing(stack: redrive.Aws) -> None:
    for number in range(12):
        put(stack, "RunsDeadLetters", DUE, MessageGroupId=f"cas_{number}", MessageDeduplicationId=f"{number}")

    told = redrive.moved(stack, "RunsDeadLetters", redrive.to_runs, do=False)

    assert told.startswith("RunsDeadLetters: 12 to be sent again (12 wait_due), the oldest from 20")
    assert bodies(stack, "RunsQueue") == []
    assert len(bodies(stack, "RunsDeadLetters")) == 10


def test_a_run_goes_back_into_its_conversation(stack: redrive.Aws) -> None:
    put(stack, "RunsDeadLetters", DUE, MessageGroupId="cas_1", MessageDeduplicationId="1")

    told = redrive.moved(stack, "RunsDeadLetters", redrive.to_runs, do=True)

    assert told.startswith("RunsDeadLetters: 1 sent again (1 wait_due)")
    assert bodies(stack, "RunsQueue") == [(DUE, "cas_1")]
    assert redrive.moved(stack, "RunsDeadLetters", redrive.to_runs, do=False) == "RunsDeadLetters: nothing"


def test_a_due_wait_finds_its_conversation_and_one_that_is_unknown_stays(stack: redrive.Aws) -> None:
    put(stack, "ScheduleDeadLetters", DUE)
    put(stack, "ScheduleDeadLetters", DUE.replace("wait_1", "wait_2"))

    told = redrive.moved(stack, "ScheduleDeadLetters", redrive.of_schedules, do=True)

    assert told.splitlines()[1:] == ["  1 stay: the wait is known no more"]
    assert bodies(stack, "RunsQueue") == [(DUE, "cas_1")]
    assert len(bodies(stack, "ScheduleDeadLetters")) == 1


def test_a_batch_is_read_from_the_stream_again(aws: Aws, stack: redrive.Aws) -> None:
    """R1: just as the evaluator would have got it."""
    ingest([a_private()], aws.inbox, NOON)
    stream = aws.dynamo.describe_table(TableName=aws.named("Inbox"))["Table"]["LatestStreamArn"]
    [shard] = aws.streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    every = aws.streams.get_records(
        ShardIterator=aws.streams.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
    )["Records"]
    numbers = [each["dynamodb"]["SequenceNumber"] for each in every]
    batch = {"streamArn": stream, "shardId": shard["ShardId"], "batchSize": len(every),
             "startSequenceNumber": numbers[0], "endSequenceNumber": numbers[-1]}  # fmt: skip
    put(stack, "StreamFailures", json.dumps({"DDBStreamBatchInfo": batch}))

    told = redrive.moved(stack, "StreamFailures", redrive.to_evaluator, do=True)

    assert f"1 sent again (1 batch of {len(every)} changes)" in told
    [(function, event)] = stack.lambdas.called
    assert function == "evaluator"
    assert [to_change(record) for record in event["Records"]] == aws.changes()


def test_what_fails_again_stays_and_says_why(stack: redrive.Aws) -> None:
    event = {"id": "1", "detail-type": "mention.received", "detail": {}}
    put(stack, "IngestDeadLetters", json.dumps({"requestPayload": event}))
    stack.lambdas.fails = True

    told = redrive.moved(stack, "IngestDeadLetters", redrive.to_ingest, do=True)

    assert stack.lambdas.called == [("ingest", event)]
    assert told.splitlines()[1:] == ["  1 stay: the function failed: still"]
    assert len(bodies(stack, "IngestDeadLetters")) == 1


def test_what_was_put_aside_goes_to_whoever_could_not_read_it(aws: Aws, stack: redrive.Aws) -> None:
    """R7"""
    message = {
        "body": DUE,
        "messageId": "m1",
        "receiptHandle": "x",
        "attributes": {"MessageGroupId": "cas_1"},
    }
    for sequence, record in (("1", {"dynamodb": {}}), ("2", message), ("3", {"occurrence": {}})):
        aws.ledger.quarantine(datetime.now(UTC), sequence, record, "KeyError('x')")

    assert "3 to be sent again (3 KeyError)" in redrive.quarantine(stack, aws.ledger, do=False)
    assert stack.lambdas.called == []
    told = redrive.quarantine(stack, aws.ledger, do=True)

    assert told.splitlines()[1:] == ["  1 stay: not a message: see GET /quarantine"]
    assert stack.lambdas.called == [("evaluator", {"Records": [{"dynamodb": {}}]})]
    assert bodies(stack, "RunsQueue") == [(DUE, "cas_1")]
