"""What was given up is shown by `make redrive`, sent again by `DO=--do`, and then ends well (R1, R7).

Things are given up sooner than on AWS: the queues' limits on receives are lowered, and where the emulator
gives nothing up by itself (schedules, the stream), the message is put where AWS would put it.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from tests.e2e.account import TOPIC, Account, a_posted_mention, words
from tests.e2e.stack import FOLDER, REPOSITORY, Stack, wait_until
from tests.e2e.test_least_privilege import without
from tests.receiver import Receiver, listening


def redrive(*options: str) -> dict[str, str]:
    """What the command says of each place."""
    environment = os.environ | {
        "INBOX_RECIPES_LOCAL": str(FOLDER),
        "PYTHONPATH": str(REPOSITORY / "layers/core/python"),
    }
    command = [sys.executable, "-m", "tools.redrive", *options]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, check=True, capture_output=True, text=True
    )
    return dict(line.split(": ", 1) for line in done.stdout.splitlines() if not line.startswith("  "))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


@contextmanager
def given_up_at_once(stack: Stack, queue: str, dead_letters: str) -> Iterator[None]:
    """One failure is enough to be put aside."""
    sqs, url = stack.aws("sqs"), stack["queues"][queue]
    whole = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
    policy = json.loads(whole["RedrivePolicy"])
    hasty = {"RedrivePolicy": json.dumps({**policy, "maxReceiveCount": 1})}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=hasty)
    try:
        yield
        wait_until(lambda: _visible(stack, dead_letters), 60)
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": whole["RedrivePolicy"]})


def _visible(stack: Stack, queue: str) -> int:
    name = "ApproximateNumberOfMessages"
    answer = stack.aws("sqs").get_queue_attributes(QueueUrl=stack["queues"][queue], AttributeNames=[name])
    return int(answer["Attributes"][name])


def put(stack: Stack, queue: str, body: Any) -> None:
    stack.aws("sqs").send_message(QueueUrl=stack["queues"][queue], MessageBody=json.dumps(body))


def shown_then_sent(place: str, kind: str, ended: Callable[[], Any]) -> None:
    """Looking changes nothing; sending again ends it."""
    assert f"to be sent again (1 {kind})" in redrive()[place]
    assert f"to be sent again (1 {kind})" in redrive()[place]
    assert not ended()
    assert f"1 sent again (1 {kind})" in redrive("--do")[place]
    wait_until(ended, 40)
    assert redrive()[place] == "nothing"


def test_a_run(account: Account, stack: Stack) -> None:
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("redriverun"),
        actions=[{"type": "add_tags", "tags": ["again"]}],
    )
    with (
        given_up_at_once(stack, "runs_queue", "runs_dead_letters"),
        without("dynamodb:Query", stack["roles"]["executor"], stack.aws("iam")),
    ):
        unique_id = account.write("redriverun")
        wait_until(lambda: _visible(stack, "runs_dead_letters"), 60)

    shown_then_sent("RunsDeadLetters", "run", partial(account.lines, f"/mentions/{unique_id}", recipe))
    assert account.mention(unique_id)["tags"] == ["again"]


def test_an_attempt_of_a_webhook(account: Account, stack: Stack, receiver: Receiver) -> None:
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("redrivehook"),
        actions=[{"type": "webhook", "name": "CRM", "url": f"{receiver.url}/flaky/1"}],
    )
    with given_up_at_once(stack, "retry_queue", "retry_dead_letters"):
        unique_id = account.write("redrivehook")
        wait_until(lambda: receiver.got)
        wait_until(lambda: stack.waiting("retry_queue"))
        with without("dynamodb:GetItem", stack["roles"]["executor"], stack.aws("iam")):
            wait_until(lambda: _visible(stack, "retry_dead_letters"), 60)

    shown_then_sent("RetryDeadLetters", "delivery", partial(account.lines, f"/mentions/{unique_id}", recipe))
    assert [got.headers["webhook-id"] for got in receiver.got] == [receiver.got[0].headers["webhook-id"]] * 2


def test_a_due_wait(account: Account, stack: Stack) -> None:
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("redrivewait"),
        actions=[{"type": "wait", "minutes": 1}, {"type": "add_tags", "tags": ["late"]}],
    )
    scheduler = stack.aws("scheduler")
    known = {each["Name"] for each in scheduler.list_schedules()["Schedules"]}
    unique_id = account.write("redrivewait")
    made = wait_until(lambda: {each["Name"] for each in scheduler.list_schedules()["Schedules"]} - known)
    [name] = made
    message = json.loads(scheduler.get_schedule(Name=name)["Target"]["Input"])
    scheduler.delete_schedule(Name=name)
    put(stack, "schedule_dead_letters", message)

    def waited() -> bool:
        return len(account.lines(f"/mentions/{unique_id}", recipe)) == 3

    [wait] = [each for each in account.api.everything("/waits") if each["recipe_id"] == recipe]
    wait_until(lambda: _now() >= wait["due_at"], 90)
    shown_then_sent("ScheduleDeadLetters", "wait_due", waited)


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def test_a_batch_of_the_stream(account: Account, stack: Stack) -> None:
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("redrivestream"),
        actions=[{"type": "add_tags", "tags": ["again"]}],
    )
    lambdas = stack.aws("lambda")
    [mapping] = [
        each
        for each in lambdas.list_event_source_mappings()["EventSourceMappings"]
        if ":dynamodb:" in each["EventSourceArn"]
    ]
    lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        unique_id = account.write("redrivestream")
        place = _in_the_stream(stack, mapping["EventSourceArn"], unique_id)
        put(stack, "stream_failures", {"DDBStreamBatchInfo": place})

        shown_then_sent(
            "StreamFailures", "batch of 1 changes",
            partial(account.lines, f"/mentions/{unique_id}", recipe),
        )  # fmt: skip
    finally:
        lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    again = account.write("redrivestream")
    wait_until(partial(account.lines, f"/mentions/{again}", recipe))
    assert len(account.lines(f"/mentions/{unique_id}", recipe)) == 1


def _in_the_stream(stack: Stack, stream: str, unique_id: str) -> dict[str, Any]:
    """Where the stream holds the arrival, as Lambda tells its failure destination."""
    streams = stack.aws("dynamodbstreams")
    [shard] = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    while iterator:
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            if record["dynamodb"]["Keys"]["pk"]["S"] == f"MENTION#{unique_id}":
                number = record["dynamodb"]["SequenceNumber"]
                return {
                    "shardId": shard["ShardId"], "streamArn": stream, "batchSize": 1,
                    "startSequenceNumber": number, "endSequenceNumber": number,
                }  # fmt: skip
        iterator = page.get("NextShardIterator") if page["Records"] else None
    raise AssertionError(f"{unique_id} is not in the stream")


def test_an_event_of_the_bus(account: Account, stack: Stack) -> None:
    """What Lambda says of an event that failed each time, and an event that never reached the function."""
    sent = [a_posted_mention("redrivebus"), a_posted_mention("redrivebus too")]
    events = [
        {"id": str(uuid.uuid4()), "detail-type": "mention.received", "detail": mention} for mention in sent
    ]
    put(stack, "ingest_dead_letters", {"requestPayload": events[0], "responsePayload": {}})
    put(stack, "ingest_dead_letters", events[1])

    assert redrive()["IngestDeadLetters"].startswith("2 to be sent again")
    assert redrive("--do")["IngestDeadLetters"].startswith("2 sent again")

    for mention in sent:
        found = account.mention(f"{TOPIC}_{mention['id']}")
        assert found["message"]["content"] == mention["message"]["content"]
    assert redrive()["IngestDeadLetters"] == "nothing"


def test_what_was_put_aside(account: Account, stack: Stack) -> None:
    """An event for a topic that did not exist yet; it stays listed until it expires."""
    topic = f"t{uuid.uuid4().hex[:8]}"
    mention = a_posted_mention("redrivequarantine", topic={"id": topic})
    stack.aws("events").put_events(
        Entries=[{"EventBusName": stack["bus"], "DetailType": "mention.received", "Source": "test",
                  "Detail": json.dumps(mention)}]
    )  # fmt: skip

    def put_aside() -> bool:
        return any(topic in json.dumps(each) for each in account.api.everything("/quarantine"))

    wait_until(put_aside)
    assert "to be sent again" in redrive()["Quarantine"]
    account.put(f"/topics/{topic}", {"name": "Late", "project": {"id": "9", "name": "Care"}})

    def taken_in() -> Any:
        redrive("--do")
        return account.api.read(f"/mentions/{topic}_{mention['id']}")

    assert wait_until(taken_in, 90)
    assert put_aside()
