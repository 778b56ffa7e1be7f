"""What a deleted stack left, taken into a new one (R21). The whole of it is in e2e/test_bring_back.py."""

from typing import Any

import pytest

from tests.unit.test_template import TEMPLATE
from tools.bring_back import cut_down, deleted, main, named

LEFT = {
    "Inbox": "stack-Inbox-1",
    "UserPool": "eu-west-1_a",
    "Viewers": "viewer",
    "ApiLogsWriter": "stack-writer-1",
}


class CloudFormation:
    """Knows stacks that were deleted."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def get_paginator(self, operation: str) -> "CloudFormation":
        assert operation == "list_stacks"
        return self

    def paginate(self, **_: Any) -> list[Any]:
        found = [
            {"StackName": name, "StackId": f"arn:{number}", "CreationTime": number}
            for number, name in enumerate(self.names)
        ]
        return [{"StackSummaries": found[:1]}, {"StackSummaries": found[1:]}]

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 - boto3's
        return {"Stacks": [{"StackId": StackName}]}


def test_an_import_brings_what_holds_data_and_nothing_else_r21() -> None:
    """CloudFormation refuses an import that brings outputs, or a resource that it is to make."""
    template = cut_down(TEMPLATE, LEFT)

    assert list(template["Resources"]) == ["UserPool", "Viewers", "Inbox"]
    assert "Outputs" not in template
    assert "Transform" not in template
    assert template["Parameters"] == TEMPLATE["Parameters"]
    assert template["Resources"]["Inbox"] == TEMPLATE["Resources"]["Inbox"]


def test_each_is_named_as_aws_knows_it_r21() -> None:
    assert [each["ResourceIdentifier"] for each in named(cut_down(TEMPLATE, LEFT), LEFT)] == [
        {"UserPoolId": "eu-west-1_a"},
        {"GroupName": "viewer", "UserPoolId": "eu-west-1_a"},
        {"TableName": "stack-Inbox-1"},
    ]


def test_the_last_stack_of_a_name_is_the_one_that_is_meant_r21() -> None:
    assert deleted(CloudFormation("mine", "other", "mine", "other"), "mine")["StackId"] == "arn:2"


def test_a_stack_that_nobody_deleted_is_told_in_words_r21(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("boto3.client", lambda *_, **__: CloudFormation("other"))

    assert main(["mine"]) == 1
    assert "No stack named mine was deleted" in capsys.readouterr().err
