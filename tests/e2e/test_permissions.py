"""The template's policies hold: each function can do only what it does (R22)."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.e2e.stack import Stack
from tests.unit.test_template import MAY
from tools.local_stack.stack_file import QUEUES

KEY = {"pk": {"S": "nobody"}, "sk": {"S": "nothing"}}
SCHEDULE = {
    "ScheduleExpression": "at(2099-01-01T00:00:00)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {
        "Arn": "arn:aws:sqs:eu-west-1:000000000000:any",
        "RoleArn": "arn:aws:iam::000000000000:role/any",
    },
}

FUNCTIONS = ("api", "ingest", "evaluator", "executor")
TABLES = ("inbox", "recipes", "ledger")
OF_A_TABLE = ("get_item", "query", "scan", "put_item", "update_item", "delete_item", "batch_get_item",
              "batch_write_item")  # fmt: skip
OF_A_QUEUE = ("send_message", "receive_message", "purge_queue")
OF_A_SECRET = ("get_secret_value", "put_secret_value", "delete_secret", "create_secret")
OURS, FOREIGN_SECRET = "inbox-recipes/credentials/any", "somebody-elses/credentials/any"


def reviewed(function: str, resource: str) -> set[str]:
    """What the reviewed list of the template allows a function on a resource."""
    return MAY[f"{function.title()}Role"].get(resource, set())


def camel(words: str) -> str:
    return "".join(word.title() for word in words.split("_"))


def everything() -> Iterator[tuple[str, str, str, str, str]]:
    """Every function, every call, every table, queue and secret, and the resource's name in the list."""
    for function in FUNCTIONS:
        for table, operation in product(TABLES, OF_A_TABLE):
            yield function, "dynamodb", operation, table, table.title()
        for queue, operation in product(map(_words, QUEUES), OF_A_QUEUE):
            yield function, "sqs", operation, queue, camel(queue)
        for operation in OF_A_SECRET:
            yield function, "secretsmanager", operation, "signing_secret_arn", "SigningSecret"
            yield function, "secretsmanager", operation, FOREIGN_SECRET, "nobody's"
            yield function, "secretsmanager", operation, OURS, "secret:${AWS::StackName}/credentials/*"


def _words(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


FOREIGN = [
    (function, service, operation, name)
    for function, service, operation, name, resource in everything()
    if f"{service}:{camel(operation)}" not in reviewed(function, resource)
]
"""What each must not be able to do: all that the reviewed list of the template does not name.

That the executor deletes in two kinds of partitions alone is a condition that the emulator does not know.
"""
FOREIGN += [
    (function, "scheduler", operation, "somebody-elses")
    for function, operation in product(FUNCTIONS, ("create_schedule", "delete_schedule"))
]
# One thing that it may do, so that a refusal above is the policy's and nothing else's.
OWN = [
    ("api", "dynamodb", "get_item", "recipes"),
    ("ingest", "dynamodb", "get_item", "recipes"),
    ("evaluator", "dynamodb", "get_item", "recipes"),
    ("executor", "dynamodb", "get_item", "ledger"),
    ("executor", "secretsmanager", "get_secret_value", "signing_secret_arn"),
]


def call(stack: Stack, function: str, service: str, operation: str, name: str) -> Any:
    """Make the call with the function's credentials."""
    client = stack.client(service, **stack.role_of(function))
    match service:
        case "dynamodb":
            arguments = table_call(operation, stack["tables"][name])
        case "sqs":
            arguments = {"QueueUrl": stack["queues"][name]}
            if operation == "send_message":
                arguments |= {"MessageBody": "{}"}
        case "secretsmanager":
            named = stack[name] if name.endswith("_arn") else name
            arguments = {"Name" if operation == "create_secret" else "SecretId": named}
            if operation in ("create_secret", "put_secret_value"):
                arguments |= {"SecretString": "x"}
        case _:
            arguments = {"Name": name} | (SCHEDULE if operation == "create_schedule" else {})
    return getattr(client, operation)(**arguments)


def table_call(operation: str, table: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {"TableName": table}
    match operation:
        case "batch_get_item":
            return {"RequestItems": {table: {"Keys": [KEY]}}}
        case "batch_write_item":
            return {"RequestItems": {table: [{"PutRequest": {"Item": KEY}}]}}
        case "put_item":
            arguments["Item"] = KEY
        case "query":
            arguments["KeyConditionExpression"] = "pk = :pk"
            arguments["ExpressionAttributeValues"] = {":pk": KEY["pk"]}
        case "get_item" | "delete_item" | "update_item":
            arguments["Key"] = KEY
    return arguments


@pytest.mark.parametrize(("function", "service", "operation", "name"), FOREIGN)
def test_a_function_may_not(stack: Stack, function: str, service: str, operation: str, name: str) -> None:
    """R22."""
    with pytest.raises(ClientError, match="AccessDenied"):
        call(stack, function, service, operation, name)


@pytest.mark.parametrize(("function", "service", "operation", "name"), OWN)
def test_a_function_may(stack: Stack, function: str, service: str, operation: str, name: str) -> None:
    """R22."""
    assert call(stack, function, service, operation, name)
