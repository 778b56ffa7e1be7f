"""The stack is deleted and made again: what holds data was kept, and everything goes on with it (R21)."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e import stack as stacks
from tests.e2e.account import Account, words
from tests.e2e.stack import REPOSITORY, Stack, wait_until
from tools.api_client import Api
from tools.local_stack.deployment import STACK

FOLDER = REPOSITORY / ".local" / "test-deleted"
"""A stack of its own: the others' is not deleted."""


@pytest.fixture
def doomed() -> Iterator[Stack]:
    stacks.start_afresh(FOLDER)
    try:
        yield stacks.read(FOLDER)
    finally:
        stacks.local_stack("down", FOLDER)


def test_a_deleted_stack_is_made_again_around_the_data_that_it_left_r21(doomed: Stack) -> None:
    before = Account(Api(doomed.described))
    actions = [
        {"type": "add_tags", "tags": ["seen"]},
        {"type": "wait", "minutes": 1, "unless": "status_changes"},
        {"type": "add_tags", "tags": ["late"]},
    ]
    recipe = before.recipe(name="Before", trigger={"type": "arrival"}, filter=words("panne"), actions=actions)
    old = before.write("en panne")
    wait_until(lambda: len(before.lines(f"/mentions/{old}", recipe)) == 2)
    before.put("/users/nora", {"name": "Nora", "role": "administrator"})
    doomed.person("nora", "administrator")
    told = before.history(f"/mentions/{old}")
    secrets = _secrets(doomed)

    _delete(doomed)
    assert _tables(doomed) == sorted(doomed["tables"].values()), "what holds data stays, and nothing else"
    assert doomed.aws("lambda").list_functions()["Functions"] == []
    assert not doomed.aws("sqs").list_queues().get("QueueUrls")
    shown = _bring_back(doomed)
    (FOLDER / "deployed").unlink()
    stacks.local_stack("up", FOLDER)

    again = stacks.read(FOLDER)
    after = Account(Api(again.described))
    assert "Inbox: " in shown
    assert again["tables"] == doomed["tables"]
    assert again["user_pool_id"] == doomed["user_pool_id"]
    assert _tables(again) == sorted(doomed["tables"].values()), "no second ones"
    assert _secrets(again) == secrets
    assert after.history(f"/mentions/{old}")[-len(told) :] == told
    assert again.ask("GET", "/me", again.log_in("nora")).json()["roles"] == ["administrator"]
    new = after.write("encore en panne")
    wait_until(lambda: len(after.lines(f"/mentions/{new}", recipe)) == 2)


def _tables(stack: Stack) -> list[str]:
    return sorted(stack.aws("dynamodb").list_tables()["TableNames"])


def _secrets(stack: Stack) -> dict[str, str]:
    client = stack.aws("secretsmanager")
    return {
        each["Name"]: client.get_secret_value(SecretId=each["Name"])["SecretString"]
        for each in client.list_secrets()["SecretList"]
    }


def _delete(stack: Stack) -> None:
    client = stack.aws("cloudformation")
    client.delete_stack(StackName=STACK)
    client.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})


def _bring_back(stack: Stack) -> str:
    environment = os.environ | {
        "AWS_ENDPOINT_URL": stack["endpoint_url"],
        "AWS_DEFAULT_REGION": stack["region"],
        "AWS_ACCESS_KEY_ID": stack["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": stack["aws_secret_access_key"],
    }
    program = [sys.executable, "-m", "tools.bring_back", STACK]
    return subprocess.run(
        program, cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
