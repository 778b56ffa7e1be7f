"""A local stack of the tests' own: the real template in MiniStack, beside the developer's stack."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import requests

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / ".local" / "test"


def local_stack(command: str) -> None:
    """Run a command of tools.local_stack for the tests' own stack, showing what it does."""
    environment = os.environ | {"INBOX_RECIPES_LOCAL": str(FOLDER)}
    # The developer's port is the developer's stack; this one finds its own.
    environment.pop("GATEWAY_PORT", None)
    program = [sys.executable, "-m", "tools.local_stack", command]
    subprocess.run(program, cwd=REPOSITORY, env=environment, check=True)


def wait_until[T](predicate: Callable[[], T | None], seconds: float = 20) -> T:
    """The first truthy answer of the predicate; fails with the last answer when time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := predicate()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s; the last answer was {answer!r}")
        time.sleep(0.1)
    return answer


@dataclass(frozen=True)
class Stack:
    """What stack.json says, and clients made from it."""

    described: dict[str, Any]
    clients: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.described[name]

    def aws(self, service: str) -> Any:
        """A boto3 client with the account owner's credentials: no policy holds it back."""
        if service not in self.clients:
            keys = {name: self[name] for name in ("aws_access_key_id", "aws_secret_access_key")}
            self.clients[service] = self.client(service, **keys)
        return self.clients[service]

    def client(self, service: str, **credentials: str) -> Any:
        """A boto3 client for whoever has these credentials."""
        return boto3.client(  # type: ignore[call-overload]
            service, endpoint_url=self["endpoint_url"], region_name=self["region"], **credentials
        )

    def role_of(self, function: str) -> dict[str, str]:
        """Credentials that may do what a function may do, and nothing else."""
        role = f"arn:aws:iam::000000000000:role/{self['roles'][function]}"
        answer = self.aws("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return {
            "aws_access_key_id": answer["AccessKeyId"],
            "aws_secret_access_key": answer["SecretAccessKey"],
            "aws_session_token": answer["SessionToken"],
        }

    def token(self, *scopes: str) -> str:
        """A token with these scopes ("recipes.read"), or with all that the client may have."""
        wanted = {"scope": " ".join(f"inbox-recipes/{scope}" for scope in scopes)} if scopes else {}
        answer = requests.post(
            self["token_url"],
            data={"grant_type": "client_credentials", **wanted},
            auth=(self["client_id"], self["client_secret"]),
            timeout=10,
        )
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def ask(self, method: str, path: str, token: str | None = None, **arguments: Any) -> requests.Response:
        """One call of the API with that token or none; the answer is the caller's to judge."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= arguments.pop("headers", {})
        return requests.request(method, self["api_url"] + path, headers=headers, timeout=30, **arguments)

    def items(self, table: str, partition: str) -> list[dict[str, Any]]:
        """The items of one partition, as DynamoDB writes them."""
        answer = self.aws("dynamodb").query(
            TableName=self["tables"][table],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
            ConsistentRead=True,
        )
        return list(answer["Items"])

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds, in hand or not."""
        answer = self.aws("sqs").get_queue_attributes(
            QueueUrl=self["queues"][queue],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )
        return sum(int(value) for value in answer["Attributes"].values())


def read() -> Stack:
    """The tests' stack, as its stack.json describes it."""
    return Stack(json.loads((FOLDER / "stack.json").read_text()))
