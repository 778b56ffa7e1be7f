"""What a deleted stack left, taken into a new one (R21). The whole of it is in e2e/test_bring_back.py."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.test_template import TEMPLATE
from tools.bring_back import HOLDS_DATA, cut_down, deleted, left_behind, main, named

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


class Events:
    """What CloudFormation tells of one stack, the latest first."""

    def __init__(self, *told: tuple[str, str, str]) -> None:
        self.told = told

    def get_paginator(self, operation: str) -> "Events":
        assert operation == "describe_stack_events"
        return self

    def paginate(self, **_: Any) -> list[Any]:
        events = [
            {
                "LogicalResourceId": logical,
                "PhysicalResourceId": physical,
                "ResourceStatus": status,
                "Timestamp": -number,
            }
            for number, (logical, physical, status) in enumerate(self.told)
        ]
        return [{"StackEvents": events[:2]}, {"StackEvents": events[2:]}]


def test_what_was_left_is_what_the_stack_had_last_r21() -> None:
    """A table that was replaced years ago was kept as well; it holds the data of then."""
    told = Events(
        ("Inbox", "stack-Inbox-2", "DELETE_SKIPPED"),
        ("RunsQueue", "queue-1", "DELETE_COMPLETE"),
        ("Inbox", "stack-Inbox-1", "DELETE_SKIPPED"),
        ("Inbox", "stack-Inbox-1", "CREATE_COMPLETE"),
    )

    assert left_behind(told, "arn:1") == {"Inbox": "stack-Inbox-2"}


def test_what_holds_data_needs_nothing_that_does_not_r21() -> None:
    """An import can name parameters, and what it brings itself."""
    data = {name for name, each in TEMPLATE["Resources"].items() if each.get("DeletionPolicy") == HOLDS_DATA}
    template = cut_down(TEMPLATE, dict.fromkeys(data, "left"))

    assert template["Resources"].keys() == data
    assert set(_named_in(template["Resources"])) <= data | template["Parameters"].keys()


def _named_in(part: Any) -> Iterator[str]:
    """Whatever is referred to, but for CloudFormation's own."""
    for key, value in part.items() if isinstance(part, dict) else ():
        if key in ("Ref", "GetAtt", "DependsOn"):
            names = [value] if isinstance(value, str) else value
            yield from (each.split(".")[0] for each in names if not each.startswith("AWS::"))
        elif key == "Sub":
            yield from re.findall(r"[$][{](?!AWS::)(\w+)", str(value))
        else:
            yield from _named_in(value)
    for each in part if isinstance(part, list) else ():
        yield from _named_in(each)


def test_the_last_stack_of_a_name_is_the_one_that_is_meant_r21() -> None:
    assert deleted(CloudFormation("mine", "other", "mine", "other"), "mine")["StackId"] == "arn:2"


def test_a_stack_that_nobody_deleted_is_told_in_words_r21(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("boto3.client", lambda *_, **__: CloudFormation("other"))

    assert main(["mine"]) == 1
    assert "No stack named mine was deleted" in capsys.readouterr().err
