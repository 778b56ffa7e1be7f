"""stack.json: what a client needs to speak to the local stack."""

import json
from typing import TYPE_CHECKING, Any

import boto3

from tools.local_stack import emulator
from tools.local_stack.deployment import OWNER, STACK

if TYPE_CHECKING:
    from tools.local_stack.place import Place

QUEUES = (
    "RunsQueue",
    "RetryQueue",
    "RunsDeadLetters",
    "RetryDeadLetters",
    "ScheduleDeadLetters",
    "StreamFailures",
    "IngestDeadLetters",
)
FUNCTIONS = ("Api", "Ingest", "Evaluator", "Executor")


def client(service: str, port: int) -> Any:
    """A boto3 client for the emulator, with the account owner's credentials."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=emulator.endpoint(port),
        region_name=emulator.REGION,
        aws_access_key_id=OWNER["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=OWNER["AWS_SECRET_ACCESS_KEY"],
    )


def outputs(port: int) -> dict[str, str] | None:
    """The outputs of the deployed stack; None when there is none."""
    cloudformation = client("cloudformation", port)
    for stack in cloudformation.describe_stacks()["Stacks"]:
        if stack["StackName"] == STACK and stack["StackStatus"].endswith("_COMPLETE"):
            return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    return None


def write(place: "Place", port: int, values: dict[str, str]) -> dict[str, Any]:
    """Write stack.json from the stack's outputs, and give back what it says."""
    login = client("cognito-idp", port).describe_user_pool_client(
        UserPoolId=values["UserPoolId"], ClientId=values["MachineClientId"]
    )["UserPoolClient"]
    endpoint = emulator.endpoint(port)
    described = {
        "api_url": f"{endpoint}/_aws/execute-api/{values['ApiId']}/v1",
        "token_url": f"{endpoint}/oauth2/token",
        "client_id": login["ClientId"],
        "client_secret": login["ClientSecret"],
        "scopes": sorted(login["AllowedOAuthScopes"]),
        "login_url": f"{endpoint}/oauth2/authorize",
        "people_client_id": values["PeopleClientId"],
        "user_pool_id": values["UserPoolId"],
        "region": emulator.REGION,
        "endpoint_url": endpoint,
        "aws_access_key_id": OWNER["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": OWNER["AWS_SECRET_ACCESS_KEY"],
        "stack_name": STACK,
        "tables": {name.lower(): values[f"{name}Table"] for name in ("Inbox", "Recipes", "Ledger")},
        "queues": {_words(name): values[f"{name}Url"] for name in QUEUES},
        "bus": values["MentionsBusName"],
        "functions": {name.lower(): values[f"{name}FunctionArn"].rsplit(":", 1)[1] for name in FUNCTIONS},
        "roles": {name.lower(): values[f"{name}RoleName"] for name in FUNCTIONS},
        "mail_bucket": values["MailBucket"],
        "signing_secret_arn": values["SigningSecretArn"],
        "log": str(place.log),
    }
    place.stack_file.write_text(json.dumps(described, indent=2) + "\n")
    return described


def _words(name: str) -> str:
    """RunsQueue -> runs_queue."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
