"""What was given up, shown and sent again: `python -m tools.redrive` and `python -m tools.redrive --do`.

Four queues of dead letters, the batches that the stream gave up, and the quarantine. Without `--do` it only
says how many there are, of what kinds and since when. Everything is known by its content, so what is sent
again although it was done does no harm. It needs the account owner's access to AWS, not the API.
"""

from __future__ import annotations

import argparse
import json
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3

from inbox_recipes.adapters.dynamo_ledger import DynamoLedger
from inbox_recipes.ports import Ledger
from inbox_recipes.runs import Wait
from tools.api_client import Json
from tools.local_stack.place import current

HIDDEN_SECONDS = 60
"""For how long a message that is being looked at or sent again is hidden from others."""
KINDS_SHOWN = 5
PAGE = 100


class CannotBeSent(Exception):
    """Why something stays where it is."""


@dataclass(frozen=True)
class Aws:
    """Clients, and the outputs of the stack by name."""

    sqs: Any
    lambdas: Any
    streams: Any
    outputs: dict[str, str]
    waits: Callable[[str], Wait | None]


def moved(aws: Aws, name: str, send: Callable[[Aws, Json], None], *, do: bool) -> str:
    """Show a queue, or send what is in it again; what cannot be sent stays. Gives what there is to say."""
    url = aws.outputs[f"{name}Url"]
    kinds: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    oldest: list[int] = []
    held: dict[str, Json] = {}
    there = 0 if do else _how_many(aws, url)
    while messages := [each for each in _received(aws, url) if each["MessageId"] not in held]:
        for message in messages:
            kinds[kind_of(message["Body"])] += 1
            oldest.append(int(message["Attributes"]["SentTimestamp"]))
            if not do:
                held[message["MessageId"]] = message
                continue
            try:
                send(aws, message)
            except CannotBeSent as why:
                kept[str(why)] += 1
                held[message["MessageId"]] = message
                continue
            aws.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    for message in held.values():
        aws.sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )
    since = datetime.fromtimestamp(min(oldest) / 1000, UTC) if oldest else None
    return in_words(name, kinds, since, kept, unseen=max(0, there - kinds.total()), do=do)


def _how_many(aws: Aws, url: str) -> int:
    names = ["ApproximateNumberOfMessages"]
    return int(aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"][names[0]])


def in_words(
    name: str, kinds: Counter[str], since: datetime | None, kept: Counter[str], *, unseen: int = 0, do: bool
) -> str:
    """One line for each place, and one for each reason why something stays.

    `unseen` wait behind others of their conversation and cannot be looked at.
    """
    if since is None:
        return f"{name}: nothing"
    what = ", ".join(f"{times} {kind}" for kind, times in kinds.most_common(KINDS_SHOWN))
    verb = "sent again" if do else "to be sent again"
    what += f", {unseen} behind them" if unseen else ""
    many = kinds.total() - kept.total() + unseen
    lines = [f"{name}: {many} {verb} ({what}), the oldest from {since:%Y-%m-%d %H:%M} UTC"]
    return "\n".join([*lines, *(f"  {times} stay: {why}" for why, times in kept.items())])


def _received(aws: Aws, url: str) -> list[Json]:
    """Up to ten. Of one conversation no more are shown while these are hidden."""
    answer = aws.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=HIDDEN_SECONDS, AttributeNames=["All"]
    )
    found: list[Json] = answer.get("Messages", [])
    return found


def kind_of(body: str) -> str:
    """What a message is, as far as can be told."""
    try:
        read = json.loads(body)
    except ValueError:
        return "unreadable"
    if not isinstance(read, dict):
        return "unreadable"
    if "DDBStreamBatchInfo" in read:
        return f"batch of {read['DDBStreamBatchInfo']['batchSize']} changes"
    kind = read.get("type") or read.get("detail-type")
    return str(kind or ("event" if "requestPayload" in read else "unknown"))


def to_runs(aws: Aws, message: Json) -> None:
    """Back into its conversation. Sent twice within five minutes, it is one."""
    _put(aws, message, message["Attributes"]["MessageGroupId"])


def to_retries(aws: Aws, message: Json) -> None:
    """Back to the attempts of webhooks."""
    aws.sqs.send_message(QueueUrl=aws.outputs["RetryQueueUrl"], MessageBody=message["Body"])


def of_schedules(aws: Aws, message: Json) -> None:
    """The scheduler's dead letters do not say whose conversation they are; a wait does."""
    read = json.loads(message["Body"])
    if read.get("type") != "wait_due":
        to_retries(aws, message)
        return
    wait = aws.waits(read["wait_id"])
    if wait is None:
        raise CannotBeSent("the wait is known no more")
    _put(aws, message, wait.group)


def _put(aws: Aws, message: Json, group: str) -> None:
    aws.sqs.send_message(
        QueueUrl=aws.outputs["RunsQueueUrl"],
        MessageBody=message["Body"],
        MessageGroupId=group,
        MessageDeduplicationId=message["MessageId"],
    )


def to_ingest(aws: Aws, message: Json) -> None:
    """The event itself, from a rule, or what Lambda says about one that failed."""
    read = json.loads(message["Body"])
    _invoke(aws, "IngestFunctionArn", read.get("requestPayload", read))


def to_evaluator(aws: Aws, message: Json) -> None:
    """The changes of a batch, read from the stream again, which keeps them for 24 hours."""
    batch = json.loads(message["Body"])["DDBStreamBatchInfo"]
    try:
        records = list(changes(aws, batch))
    except aws.streams.exceptions.TrimmedDataAccessException as error:
        raise CannotBeSent("older than the 24 hours that the stream keeps; arrivals were swept") from error
    _invoke(aws, "EvaluatorFunctionArn", {"Records": records})


def changes(aws: Aws, batch: Json) -> Iterator[Json]:
    """The mentions and cases of the batch, as Lambda gives them to the evaluator."""
    iterator = aws.streams.get_shard_iterator(
        StreamArn=batch["streamArn"], ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER", SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]  # fmt: skip
    while iterator:
        page = aws.streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            if int(record["dynamodb"]["SequenceNumber"]) > int(batch["endSequenceNumber"]):
                return
            entity = record["dynamodb"].get("NewImage", {}).get("entity", {}).get("S")
            if entity in ("mention", "case"):
                yield json.loads(json.dumps(record, default=_as_lambda_has_it))
        iterator = page.get("NextShardIterator") if page["Records"] else None


def _as_lambda_has_it(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else b64encode(value).decode()


def _invoke(aws: Aws, function: str, event: Json) -> None:
    answer = aws.lambdas.invoke(FunctionName=aws.outputs[function], Payload=json.dumps(event).encode())
    if answer.get("FunctionError"):
        raise CannotBeSent(f"the function failed: {answer['Payload'].read().decode()[:200]}")


def of_quarantine(aws: Aws, record: Json) -> None:
    """To whoever could not read it, who by now may."""
    if "dynamodb" in record:
        _invoke(aws, "EvaluatorFunctionArn", {"Records": [record]})
    elif "detail-type" in record:
        _invoke(aws, "IngestFunctionArn", record)
    elif "receiptHandle" in record:
        attributes = record["attributes"]
        message = {"Body": record["body"], "MessageId": record["messageId"], "Attributes": attributes}
        (to_runs if "MessageGroupId" in attributes else to_retries)(aws, message)
    else:
        raise CannotBeSent("not a message: see GET /quarantine")


def quarantine(aws: Aws, ledger: Ledger, *, do: bool) -> str:
    """Show or send again what was put aside. It stays listed until it expires."""
    kinds: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    days: list[str] = []
    page = ledger.quarantined(PAGE, None)
    everything = list(page.data)
    while page.next:
        page = ledger.quarantined(PAGE, page.next)
        everything += page.data
    for each in everything:
        kinds[each.reason.split("(")[0].splitlines()[0][:60]] += 1
        days.append(each.day)
        if do:
            try:
                of_quarantine(aws, each.record)
            except CannotBeSent as why:
                kept[str(why)] += 1
    since = datetime.fromisoformat(f"{min(days)}T00:00:00+00:00") if days else None
    return in_words("Quarantine", kinds, since, kept, do=do)


QUEUES: dict[str, Callable[[Aws, Json], None]] = {
    "RunsDeadLetters": to_runs,
    "RetryDeadLetters": to_retries,
    "ScheduleDeadLetters": of_schedules,
    "StreamFailures": to_evaluator,
    "IngestDeadLetters": to_ingest,
}


def connected(stack: str | None) -> tuple[Aws, DynamoLedger]:
    """The stack of that name with the credentials of the environment; none: the local one."""
    local = json.loads(current().stack_file.read_text()) if stack is None else {}
    keys = ("endpoint_url", "aws_access_key_id", "aws_secret_access_key")
    session = boto3.Session(region_name=local.get("region"))
    given: Any = {name: local[name] for name in keys if local}
    name = stack or local["stack_name"]
    described = session.client("cloudformation", **given).describe_stacks(StackName=name)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
    ledger = DynamoLedger(session.client("dynamodb", **given), outputs["LedgerTable"], 1)
    aws = Aws(
        session.client("sqs", **given),
        session.client("lambda", **given),
        session.client("dynamodbstreams", **given),
        outputs,
        ledger.wait,
    )
    return aws, ledger


def main(arguments: Iterable[str] | None = None) -> int:
    """Show everything, or send it again."""
    parser = argparse.ArgumentParser(prog="tools.redrive", description=__doc__)
    parser.add_argument("--stack", help="the stack on AWS; without it, the local one")
    parser.add_argument("--do", action="store_true", help="send it again, instead of only showing it")
    asked = parser.parse_args(None if arguments is None else list(arguments))
    aws, ledger = connected(asked.stack)
    for name, send in QUEUES.items():
        sys.stdout.write(moved(aws, name, send, do=asked.do) + "\n")
    sys.stdout.write(quarantine(aws, ledger, do=asked.do) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
