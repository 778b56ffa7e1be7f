"""MiniStack with ten gaps closed. Runs in .tools/ministack, never in .venv.

What a restart keeps:

- MiniStack keeps its state over a clean stop, but not the records of a table's stream: it would
  start with an empty stream and the old read positions, and the evaluator would not see the next
  changes at all. So the records are kept with the tables.
- A message that a function had in hand when MiniStack stopped would stay hidden for the rest of
  its ten minutes, and its conversation with it. Nobody has it in hand any more: it is due at once.

What AWS does differently:

- A batch of messages that are sent, hidden or deleted is judged as one of them is; MiniStack asks for
  actions that AWS does not have.
- A mail is judged on the identity that it comes from; MiniStack asks for all resources.
- The endpoint of a device has an ARN of its own kind; in MiniStack it looks like an application's.
- A stack can take in a secret that is there (IMPORT); MiniStack does so for tables, buckets and user pools.
- Conversations run beside each other; MiniStack reads a FIFO queue one batch at a time, so that one
  slow webhook would hold up everybody. Its queue gives no message of a conversation that is in hand.

What a developer in front of the screen waits for:

- Calls of one function at the same time share a few processes, as many as the machine has room for.
  MiniStack starts one for each call: twenty calls at once are twenty imports on two cores.
- Due schedules are looked for every second, not every ten.
- A function that printed nothing is waited on for 5 ms, not 50, in case it still prints.

All of them reach into MiniStack's own variables: its version is pinned, and end-to-end tests stop
and start a stack that has work in hand.
"""

import copy
import json
import os
import sys
import threading
import time
from collections import defaultdict
from typing import Any

from ministack import app
from ministack.core import iam_actions, lambda_runtime
from ministack.services import dynamodb, lambda_svc, scheduler, secretsmanager, sns, sqs
from ministack.services.cloudformation import provisioners

STREAM_RECORDS = "inbox_recipes_stream_records"
STREAM_TRIMMED = "inbox_recipes_stream_trimmed"

places = defaultdict[str, threading.Semaphore](lambda: threading.Semaphore(2 * (os.cpu_count() or 1)))

tables_state = dynamodb.get_state
restore_tables = dynamodb.load_persisted_state
restore_queues = sqs.load_persisted_state
action_as_called = iam_actions.extract_iam_action
resource_as_called = iam_actions.extract_resource_arn
made_endpoint = sns._create_platform_endpoint
batches_at_once = lambda_svc._sqs_esm_concurrency
call = lambda_svc._execute_function_warm


def state_with_streams() -> dict[str, object]:
    """The tables, and what their streams hold."""
    return {
        **tables_state(),
        STREAM_RECORDS: copy.deepcopy(dynamodb._stream_records),
        STREAM_TRIMMED: copy.deepcopy(dynamodb._stream_trimmed),
    }


def restore_with_streams(state: dict[str, object]) -> None:
    """The tables, and what their streams held."""
    restore_tables(state)
    dynamodb._stream_records.update(state.get(STREAM_RECORDS, {}))
    dynamodb._stream_trimmed.update(state.get(STREAM_TRIMMED, {}))


def restore_with_nothing_in_hand(state: dict[str, object]) -> None:
    """The queues, with the messages due that somebody was working on."""
    restore_queues(state)
    for queue in sqs._queues.all_values():
        for message in queue["messages"]:
            if message["receipt_handle"]:
                message["visible_at"] = time.time()


def action_as_judged(*request: object) -> str | None:
    """The action that a policy must allow for a request."""
    action: str | None = action_as_called(*request)
    return action.removesuffix("Batch") if action and action.startswith("sqs:") else action


def resource_as_judged(service: str, method: str, path: str, *request: Any) -> str:
    """The resource that a policy must allow for a request."""
    arn: str = resource_as_called(service, method, path, *request)
    if service == "ses" and path.endswith("/outbound-emails"):
        return f"arn:aws:ses:{request[3]}:{request[4]}:identity/{json.loads(request[1])['FromEmailAddress']}"
    return arn


def endpoint_of_a_device(params: object) -> tuple[int, dict[str, str], bytes]:
    """A new endpoint, under the ARN that AWS would give it."""
    status, headers, body = made_endpoint(params)
    for arn in [key for key in sns._platform_endpoints if ":app/" in key]:
        as_on_aws = arn.replace(":app/", ":endpoint/")
        sns._platform_endpoints[as_on_aws] = sns._platform_endpoints.pop(arn) | {"arn": as_on_aws}
        body = body.replace(arn.encode(), as_on_aws.encode())
    return status, headers, body


def secret_taken_in(identifier: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A secret as MiniStack's stacks know it: its name, and what others can ask of it."""
    name = identifier["Id"]
    arn = str(secretsmanager._secrets[name]["ARN"])
    return name, {"Id": arn, "Arn": arn}


def batches_of_conversations_at_once(
    mapping: dict[str, object], function: object, settings: object, _queue: object = None
) -> int:
    """As many as the mapping allows, whether the queue is FIFO or not."""
    allowed: int = batches_at_once(mapping, function, settings, None)
    return allowed


def call_when_there_is_room(function: dict[str, dict[str, str]], event: object, request: str) -> object:
    """Wait for a process of that function. None of ours calls a function, so none waits for itself."""
    with places[function["config"]["FunctionName"]]:
        return call(function, event, request)


iam_actions.extract_iam_action = action_as_judged
iam_actions.extract_resource_arn = resource_as_judged
sns._create_platform_endpoint = endpoint_of_a_device
provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]["import"] = secret_taken_in
dynamodb.get_state = state_with_streams
dynamodb.load_persisted_state = restore_with_streams
sqs.load_persisted_state = restore_with_nothing_in_hand
lambda_svc._sqs_esm_concurrency = batches_of_conversations_at_once
lambda_svc._execute_function_warm = call_when_there_is_room
scheduler._SCHEDULE_TICK_INTERVAL = 1
# first line, quiet after a line, longest in all: seconds
lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.005, 0.005, 0.25)

if __name__ == "__main__":
    # The arguments only tell this process from others (emulator.py reads them back).
    sys.argv = sys.argv[:1]
    app.main()
