"""A local stack of the tests' own: the real template in MiniStack, beside the developer's stack.

Where pytest runs several processes, each has a stack of its own.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import boto3
import requests

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / ".local" / f"test{os.environ.get('PYTEST_XDIST_WORKER', '')}"
PASSWORD = "Correct-Horse-42-Battery"
CALLBACK = "http://localhost:8080/"


def local_stack(command: str, folder: Path = FOLDER) -> None:
    """Run a command of tools.local_stack for the tests' own stack, showing what it does."""
    environment = os.environ | {"INBOX_RECIPES_LOCAL": str(folder)}
    # The developer's port is the developer's stack; this one finds its own.
    environment.pop("GATEWAY_PORT", None)
    program = [sys.executable, "-m", "tools.local_stack", command]
    subprocess.run(program, cwd=REPOSITORY, env=environment, check=True)


def start_afresh(folder: Path = FOLDER) -> None:
    """A stack in that folder with nothing of an earlier run in it."""
    local_stack("down", folder)
    shutil.rmtree(folder, ignore_errors=True)
    local_stack("up", folder)


def wait_until[T](predicate: Callable[[], T | None], seconds: float = 20, pause: float = 0.1) -> T:
    """The first truthy answer of the predicate; fails with the last answer when time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := predicate()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s; the last answer was {answer!r}")
        time.sleep(pause)
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

    def person(self, username: str, *groups: str) -> None:
        """Make a login, as an administrator of the account does, and put it into the groups."""
        pool, names = self.aws("cognito-idp"), {"UserPoolId": self["user_pool_id"], "Username": username}
        attributes = {"email": f"{username}@example.com", "email_verified": "true"}
        pool.admin_create_user(
            **names,
            MessageAction="SUPPRESS",
            TemporaryPassword=PASSWORD,
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
        )
        pool.admin_set_user_password(**names, Password=PASSWORD, Permanent=True)
        for group in groups:
            pool.admin_add_user_to_group(**names, GroupName=group)

    def log_in(self, username: str, *scopes: str) -> str:
        """The token of somebody who logs in on the pool's page: authorization code with PKCE."""
        verifier = secrets.token_urlsafe(48)
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        wanted = scopes or ("recipes.read", "recipes.write", "inbox.read", "inbox.write", "mentions.write")
        asked = {
            "client_id": self["people_client_id"],
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": " ".join(f"inbox-recipes/{scope}" for scope in wanted),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        page = requests.get(self["login_url"], params=asked, timeout=10)
        page.raise_for_status()
        form = asked | {"username": username, "password": PASSWORD}
        address = urljoin(self["login_url"], "/login")
        answer = requests.post(address, data=form, allow_redirects=False, timeout=10)
        assert answer.status_code == requests.codes.found, answer.text
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        token = requests.post(
            self["token_url"],
            data={
                "grant_type": "authorization_code",
                "client_id": self["people_client_id"],
                "code": code,
                "redirect_uri": CALLBACK,
                "code_verifier": verifier,
            },
            timeout=10,
        )
        token.raise_for_status()
        return str(token.json()["access_token"])

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


def read(folder: Path = FOLDER) -> Stack:
    """The tests' stack, as its stack.json describes it."""
    return Stack(json.loads((folder / "stack.json").read_text()))
