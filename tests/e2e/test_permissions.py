"""The template's policies hold: each function can do only what it does (R22)."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.e2e.stack import Stack

KEY = {"pk": {"S": "nobody"}, "sk": {"S": "nothing"}}
SCHEDULE = {
    "ScheduleExpression": "at(2099-01-01T00:00:00)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {
        "Arn": "arn:aws:sqs:eu-west-1:000000000000:any",
        "RoleArn": "arn:aws:iam::000000000000:role/any",
    },
}

# Function, service, call, table or queue or other name: what it must not be able to do.
FOREIGN = [
    ("api", "dynamodb", "scan", "inbox"),
    ("api", "dynamodb", "scan", "recipes"),
    ("api", "dynamodb", "delete_item", "ledger"),
    ("api", "dynamodb", "update_item", "ledger"),
    ("api", "sqs", "receive_message", "runs_queue"),
    ("api", "sqs", "receive_message", "retry_queue"),
    ("api", "secretsmanager", "get_secret_value", "signing_secret_arn"),
    ("ingest", "dynamodb", "delete_item", "inbox"),
    ("ingest", "dynamodb", "query", "inbox"),
    ("ingest", "dynamodb", "put_item", "recipes"),
    ("ingest", "dynamodb", "get_item", "ledger"),
    ("ingest", "sqs", "send_message", "runs_queue"),
    ("ingest", "secretsmanager", "get_secret_value", "signing_secret_arn"),
    ("evaluator", "dynamodb", "put_item", "inbox"),
    ("evaluator", "dynamodb", "update_item", "inbox"),
    ("evaluator", "dynamodb", "put_item", "recipes"),
    ("evaluator", "dynamodb", "delete_item", "ledger"),
    ("evaluator", "sqs", "send_message", "retry_queue"),
    ("evaluator", "sqs", "receive_message", "runs_queue"),
    ("evaluator", "secretsmanager", "get_secret_value", "signing_secret_arn"),
    ("executor", "dynamodb", "delete_item", "inbox"),
    ("executor", "dynamodb", "put_item", "recipes"),
    ("executor", "dynamodb", "scan", "ledger"),
    ("executor", "sqs", "send_message", "runs_dead_letters"),
    ("executor", "sqs", "receive_message", "runs_dead_letters"),
    ("executor", "scheduler", "create_schedule", "somebody-elses"),
    ("executor", "scheduler", "delete_schedule", "somebody-elses"),
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
            arguments = {"SecretId": stack[name]}
        case _:
            arguments = {"Name": name} | (SCHEDULE if operation == "create_schedule" else {})
    return getattr(client, operation)(**arguments)


def table_call(operation: str, table: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {"TableName": table}
    match operation:
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
