"""Everywhere on the local stack that a text could have got to, and the forms in which it could be there."""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.e2e.stack import Stack


def forms(text: str) -> set[str]:
    """A text as it is, in JSON, in a URL, in hexadecimal, and in base64 at each offset."""
    raw = text.encode()
    found = {text, json.dumps(text)[1:-1], quote(text, safe=""), raw.hex()}
    for offset in range(3):
        start = (3 - offset) % 3
        found.add(b64encode(raw[start : len(raw) - (len(raw) - start) % 3]).decode())
    return found


def tables(stack: Stack) -> Iterator[tuple[str, str]]:
    """Every item of every table and of every index, what is compressed unpacked."""
    dynamo = stack.aws("dynamodb")
    for name, table in stack["tables"].items():
        described = dynamo.describe_table(TableName=table)["Table"]
        indexes = [each["IndexName"] for each in described.get("GlobalSecondaryIndexes", ())]
        for index in (None, *indexes):
            of = {"IndexName": index} if index else {}
            pages = dynamo.get_paginator("scan").paginate(TableName=table, **of)
            for item in (item for page in pages for item in page["Items"]):
                where = f"{name}{f'/{index}' if index else ''} {item['pk']['S']} {item['sk']['S']}"
                yield where, "\n".join(_texts(item))


def _texts(item: dict[str, Any]) -> Iterator[str]:
    yield repr(item)
    for value in item.values():
        if "B" in value:
            yield zlib.decompress(bytes(value["B"])).decode()


def queues(stack: Stack) -> Iterator[tuple[str, str]]:
    """Every message of every queue that nobody has in hand."""
    sqs = stack.aws("sqs")
    for name, url in stack["queues"].items():
        seen: dict[str, str] = {}
        while True:
            found = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=30, AttributeNames=["All"]
            ).get("Messages", ())
            fresh = [each for each in found if each["MessageId"] not in seen]
            for message in fresh:
                seen[message["MessageId"]] = message["ReceiptHandle"]
                yield f"queue {name}", repr(message)
            if not fresh:
                break
        for receipt in seen.values():
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)


def log(stack: Stack) -> Iterator[tuple[str, str]]:
    """What the functions and the emulator printed, and what the functions' log groups hold."""
    yield "log", Path(stack["log"]).read_text(encoding="utf-8", errors="replace")
    logs = stack.aws("logs")
    for function in stack["functions"].values():
        group = f"/aws/lambda/{function.split(':')[-1]}"
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            for event in page["events"]:
                yield group, event["message"]


def hits(texts: Iterator[tuple[str, str]], wanted: list[str]) -> list[tuple[str, str]]:
    """Where which of the texts stands, in whatever form."""
    looked_for = {form: text for text in wanted for form in forms(text)}
    return [(where, text) for where, told in texts for form, text in looked_for.items() if form in told]
