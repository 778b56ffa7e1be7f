"""The template's policies are enforced: a function that loses one line of its policy fails (R22).

Each row takes one action away from a function's role, shows that its work no longer gets done, gives
the action back and shows that nothing was lost.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.account import Account
from tests.e2e.stack import Stack, wait_until
from tools.api_client import ApiError


@contextmanager
def without(action: str, role: str, iam: Any) -> Iterator[None]:
    """The role without that action, for as long as it takes."""
    whole: dict[str, Any] = {}
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        cut = json.loads(json.dumps(document))
        for statement in cut["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            statement["Action"] = [each for each in actions if each != action]
        if cut != document and any(
            len(new["Action"]) != (len(old["Action"]) if isinstance(old["Action"], list) else 1)
            for new, old in zip(cut["Statement"], document["Statement"], strict=True)
        ):
            whole[name] = document
            kept = [statement for statement in cut["Statement"] if statement["Action"]]
            _put(iam, role, name, {**cut, "Statement": kept})
    assert whole, f"{role} has no {action} to lose"
    try:
        yield
    finally:
        for name, document in whole.items():
            _put(iam, role, name, document)


def _put(iam: Any, role: str, name: str, document: Any) -> None:
    if document["Statement"]:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
    else:
        iam.delete_role_policy(RoleName=role, PolicyName=name)


def test_ingest_without_its_right_to_write_takes_nothing_in(account: Account, stack: Stack) -> None:
    with (
        without("dynamodb:PutItem", stack["roles"]["ingest"], stack.aws("iam")),
        pytest.raises(ApiError) as refused,
    ):
        account.write("Bonjour")
    assert refused.value.status >= 500

    assert account.mention(account.write("Bonjour"))["status"] == "new"


def test_the_api_without_its_right_to_read_the_inbox_shows_nothing(account: Account, stack: Stack) -> None:
    unique_id = account.write("Bonjour")

    with (
        without("dynamodb:BatchGetItem", stack["roles"]["api"], stack.aws("iam")),
        pytest.raises(ApiError) as refused,
    ):
        account.mention(unique_id)
    assert refused.value.status >= 500

    assert account.mention(unique_id)["unique_id"] == unique_id


@pytest.mark.parametrize(
    ("function", "action"), [("evaluator", "sqs:SendMessage"), ("executor", "dynamodb:UpdateItem")]
)
def test_a_worker_without_one_of_its_rights_does_nothing_until_it_has_it_back(
    account: Account, stack: Stack, function: str, action: str
) -> None:
    """The evaluator's batch comes again from the stream at once; the executor's message after minutes."""
    recipe = account.recipe(trigger={"type": "arrival"}, actions=[{"type": "add_tags", "tags": ["seen"]}])
    iam, role = stack.aws("iam"), stack["roles"][function]

    with without(action, role, iam):
        before = _denials(stack)
        unique_id = account.write("Bonjour")
        wait_until(lambda: _denials(stack) > before, seconds=30)
        assert account.lines(f"/mentions/{unique_id}", recipe) == []

    if function == "evaluator":
        wait_until(lambda: account.lines(f"/mentions/{unique_id}", recipe), seconds=30)


def _denials(stack: Stack) -> int:
    """How often the functions' logs tell of a refusal: by its code, as logs hold no error's text."""
    return Path(stack["log"]).read_text(encoding="utf-8", errors="replace").count("AccessDenied")
