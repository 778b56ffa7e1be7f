"""Makes a deleted stack again, around the data that it left: `python -m tools.bring_back STACK`.

CloudFormation still knows what the deleted stack kept, and by which template. A new stack takes exactly these
in (a change set of the type IMPORT); the next deployment adds all the rest. Nothing is written to what is
taken in. It needs the account owner's access to AWS, not the API.
"""

import argparse
import json
import os
import sys
from typing import Any

import boto3

type Json = dict[str, Any]

CHANGE_SET = "bring-back"
HOLDS_DATA = "RetainExceptOnCreate"
"""The deletion policy of what holds data; what else stays belongs to the region, not to a stack."""
KNOWN_BY = {
    "AWS::Cognito::UserPool": "UserPoolId",
    "AWS::Cognito::UserPoolGroup": "GroupName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Id",
}
GROUP = "AWS::Cognito::UserPoolGroup"


def deleted(cloudformation: Any, name: str) -> Json:
    """The stack of that name that was deleted last.

    Raises:
        LookupError: There is none; CloudFormation forgets it after 90 days.
    """
    pages = cloudformation.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"])
    found = [each for page in pages for each in page["StackSummaries"] if each["StackName"] == name]
    if not found:
        raise LookupError(f"No stack named {name} was deleted here in the last 90 days.")
    last = max(found, key=lambda each: each["CreationTime"])  # one at a time has the name
    stack: Json = cloudformation.describe_stacks(StackName=last["StackId"])["Stacks"][0]
    return stack


def left_behind(cloudformation: Any, stack_id: str) -> dict[str, str]:
    """What the deletion did not delete: logical id to physical id.

    What an earlier change of the stack replaced and kept is told so too; the latest is what it had.
    """
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    kept = [
        event
        for page in pages
        for event in page["StackEvents"]
        if event["ResourceStatus"] == "DELETE_SKIPPED"
    ]
    return {
        event["LogicalResourceId"]: event["PhysicalResourceId"]
        for event in sorted(kept, key=lambda each: each["Timestamp"])
    }


def cut_down(template: Json, left: dict[str, str]) -> Json:
    """The template without anything but what holds data and was left: an import may bring nothing else."""
    kept = {
        logical: resource
        for logical, resource in template["Resources"].items()
        if logical in left and resource.get("DeletionPolicy") == HOLDS_DATA
    }
    sections = ("AWSTemplateFormatVersion", "Description", "Parameters", "Conditions")
    return {name: template[name] for name in sections if name in template} | {"Resources": kept}


def named(template: Json, left: dict[str, str]) -> list[Json]:
    """The resources to import, each with what AWS knows it by."""
    return [
        {
            "LogicalResourceId": logical,
            "ResourceType": resource["Type"],
            "ResourceIdentifier": {KNOWN_BY[resource["Type"]]: left[logical]}
            | ({"UserPoolId": left["UserPool"]} if resource["Type"] == GROUP else {}),
        }
        for logical, resource in template["Resources"].items()
    ]


def bring_back(cloudformation: Any, name: str) -> list[str]:
    """Make the stack; gives what it took in, in words."""
    stack = deleted(cloudformation, name)
    left = left_behind(cloudformation, stack["StackId"])
    whole = cloudformation.get_template(StackName=stack["StackId"], TemplateStage="Processed")["TemplateBody"]
    template = cut_down(json.loads(whole) if isinstance(whole, str) else whole, left)
    wanted = named(template, left)
    of = {"StackName": name, "ChangeSetName": CHANGE_SET}
    cloudformation.create_change_set(
        **of,
        ChangeSetType="IMPORT",
        ResourcesToImport=wanted,
        TemplateBody=json.dumps(template),
        Parameters=[
            {key: each[key] for key in ("ParameterKey", "ParameterValue")}
            for each in stack.get("Parameters", ())
        ],
    )
    cloudformation.get_waiter("change_set_create_complete").wait(**of, WaiterConfig={"Delay": 2})
    cloudformation.execute_change_set(**of)
    cloudformation.get_waiter("stack_import_complete").wait(StackName=name, WaiterConfig={"Delay": 2})
    return [f"{each['LogicalResourceId']}: {left[each['LogicalResourceId']]}" for each in wanted]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("stack", help="name of the stack that was deleted")
    options = parser.parse_args(arguments)
    client = boto3.client("cloudformation", region_name=os.environ.get("AWS_DEFAULT_REGION"))
    try:
        taken_in = bring_back(client, options.stack)
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join([f"{options.stack} has again:", *(f"  {line}" for line in taken_in)]))
    print("Deploy it now as ever: the rest is made anew.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
