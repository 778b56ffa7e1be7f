"""Up, down, status and env of one local stack."""

import json
import shlex
import sys
import time
from collections.abc import Callable

from tools.local_stack import api_gaps, deployment, emulator, senders, stack_file
from tools.local_stack.place import current
from tools.local_stack.progress import StepFailed, say, step

FINISH_WITHIN = 15.0


def up() -> None:
    """Start the stack, or leave it as it is when it runs what the sources say."""
    place = current()
    with place.locked():
        port = emulator.port_of(place)
        if emulator.running(place):
            say(f"MiniStack runs already, on port {port}")
        else:
            kept = ", with the state it kept" if place.state.exists() else ""
            with step(f"MiniStack: start on port {port}{kept}"):
                emulator.start(place, port)
        values = stack_file.outputs(port)
        if values is None or not deployment.is_current(place):
            deployment.deploy(place, port, senders.set_up(port))
            values = stack_file.outputs(port)
            if values is None:
                raise StepFailed(f"SAM deployed no stack named {deployment.STACK}")
            with step("API: preflight answers and errors that the emulator does not import"):
                api_gaps.fill(values["ApiId"], port)
        else:
            say("Stack is deployed and current")
        described = stack_file.write(place, port, values)
    say(f"API: {described['api_url']}")
    say(f"Everything else a client needs: {place.stack_file}")


def down() -> None:
    """Let running work finish, then stop MiniStack; its state stays."""
    place = current()
    with place.locked():
        pid = emulator.running(place)
        if pid is None:
            say("MiniStack does not run")
            return
        with step("Runs in hand: let them finish"):
            left = _wait_for_work(emulator.port_of(place))
        if left:
            say(f"{left} messages are still being worked on; they come again when the stack is up")
        with step("MiniStack: stop and keep the state"):
            emulator.stop(place, pid)


def status() -> None:
    """Say whether the stack runs, and where."""
    place = current()
    pid = emulator.running(place)
    if pid is None:
        say("MiniStack does not run; `make up` starts it")
        return
    say(f"MiniStack runs as process {pid}; it logs to {place.log}")
    if place.stack_file.exists():
        say(f"API: {json.loads(place.stack_file.read_text())['api_url']}")


def settings() -> None:
    """Print what a shell needs to speak to the stack with `aws` or `sam`, for `eval`."""
    described = json.loads(current().stack_file.read_text())
    for name, value in {
        "AWS_ENDPOINT_URL": described["endpoint_url"],
        "AWS_ACCESS_KEY_ID": described["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": described["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": described["region"],
        "SAM_CLI_TELEMETRY": "0",
    }.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


def _wait_for_work(port: int) -> int:
    """Wait until no queue has a message in hand; tell how many there are in the end."""
    values = stack_file.outputs(port)
    if values is None:
        return 0
    sqs = stack_file.client("sqs", port)

    def in_hand() -> int:
        count = "ApproximateNumberOfMessagesNotVisible"
        answers = (
            sqs.get_queue_attributes(QueueUrl=values[name], AttributeNames=[count])
            for name in ("RunsQueueUrl", "RetryQueueUrl")
        )
        return sum(int(answer["Attributes"][count]) for answer in answers)

    return _until_zero(in_hand)


def _until_zero(count: Callable[[], int]) -> int:
    deadline = time.monotonic() + FINISH_WITHIN
    while (left := count()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left
