"""A proxy before the local stack's AWS that makes calls of the functions fail as AWS fails (microburst)."""

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from socket import socket
from typing import Any

import requests
import yaml

from tests.e2e.stack import REPOSITORY, Stack, wait_until

PROGRAM = REPOSITORY / "tools" / "local_stack" / "fault_proxy.py"
PYTHON = REPOSITORY / ".tools" / "ministack" / "bin" / "python"

THROTTLED = {"code": "ThrottlingException", "status": 400}
BUSY_TABLE = {"code": "ProvisionedThroughputExceededException", "status": 400}
BROKEN = {"code": "InternalServerError", "status": 500}
UNAVAILABLE = {"code": "ServiceUnavailable", "status": 503}
CUT = {"abort_frac": 0.3}
"""The work is done, and the line breaks in the middle of the answer."""


def rule(service: str, operation: str, probability: float, **fault: Any) -> dict[str, Any]:
    return {"service": service, "operation": operation, "probability": probability, **fault}


RULES: Sequence[dict[str, Any]] = (
    # A third of the writes of items, records and messages fails, half of these after they were done.
    rule("dynamodb", "TransactWriteItems", 0.15, error=BUSY_TABLE),
    rule("dynamodb", "TransactWriteItems", 0.15, response=CUT),
    rule("dynamodb", "TransactWriteItems", 0.05, reset=True),
    rule("dynamodb", "PutItem", 0.15, error=BROKEN),
    rule("dynamodb", "PutItem", 0.15, response=CUT),
    rule("dynamodb", "PutItem", 0.05, reset=True),
    rule("sqs", "SendMessageBatch", 0.15, error=UNAVAILABLE),
    rule("sqs", "SendMessageBatch", 0.15, response=CUT),
    rule("sqs", "SendMessageBatch", 0.05, reset=True),
    rule("sqs", "SendMessage", 0.2, error=UNAVAILABLE),
    rule("sqs", "SendMessage", 0.1, response=CUT),
    # So does a third of the reads of items; the others now and then, and slowly.
    rule("dynamodb", "BatchGetItem", 0.2, error=BUSY_TABLE),
    rule("dynamodb", "BatchGetItem", 0.05, response=CUT),
    rule("dynamodb", "BatchGetItem", 0.05, reset=True),
    rule("dynamodb", "BatchWriteItem", 0.2, error=BUSY_TABLE),
    rule("dynamodb", "BatchWriteItem", 0.1, response=CUT),
    rule("dynamodb", "Query", 0.05, error=BROKEN),
    rule("dynamodb", "GetItem", 0.05, error=BUSY_TABLE),
    rule("dynamodb", "Query", 0.05, latency={"min": 1000, "max": 4000}),
    rule("dynamodb", "GetItem", 0.02, latency={"min": 1000, "max": 4000}),
    rule("scheduler", "CreateSchedule", 0.2, error=UNAVAILABLE),
    rule("scheduler", "CreateSchedule", 0.15, response=CUT),
    rule("secretsmanager", "GetSecretValue", 0.3, error=BROKEN),
)


FAULT_COUNT = re.compile(
    r'^microburst_faults_total{service="(\w+)",operation="(\w+)",action="(\w+)[^"]*"} (\d+)$', re.MULTILINE
)
EXECUTORS = 4
"""At once; two are what the local stack has room for, but through faults they mostly wait."""


@dataclass(frozen=True)
class Faults:
    """A running proxy."""

    url: str

    def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        answer = requests.request(method, f"{self.url}/_microburst/{path}", timeout=10, **arguments)
        answer.raise_for_status()
        return answer.json()

    def begin(self, rules: Sequence[dict[str, Any]]) -> None:
        self._ask("POST", "rules", json=list(rules))

    def end(self) -> None:
        self._ask("POST", "rules", json=[])

    def fired(self) -> Counter[str]:
        """How often each operation failed, and each in which way. Counters: the log is short."""
        answer = requests.get(f"{self.url}/_microburst/metrics", timeout=10)
        answer.raise_for_status()
        found: Counter[str] = Counter()
        for service, operation, kind, times in FAULT_COUNT.findall(answer.text):
            found[f"{service}.{operation}"] += int(times)
            found[kind] += int(times)
        return found

    def requests(self) -> int:
        return int(self._ask("GET", "stats")["requests"]["total"])


@contextmanager
def between(stack: Stack) -> Iterator[Faults]:
    """The functions' calls go through a proxy until the end of the block; at first it lets all through."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        settings = {"upstream": stack["endpoint_url"], "port": port, "host": "127.0.0.1", "rules": []}
        file = Path(folder) / "faults.yaml"
        file.write_text(yaml.safe_dump(settings))
        command: list[str | Path] = [PYTHON, "-P", PROGRAM, "--config", file]
        command += ["--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            faults = Faults(f"http://127.0.0.1:{port}")
            wait_until(lambda: _answers(faults))
            with _led_through(stack, faults.url), _with_executors(stack, EXECUTORS):
                yield faults
        finally:
            # It keeps connections that are open for a while, and nobody needs them any more.
            process.kill()
            process.wait(10)


def _answers(faults: Faults) -> bool:
    try:
        return requests.get(f"{faults.url}/_microburst/health", timeout=1).status_code == HTTPStatus.OK
    except requests.RequestException:
        return False


@contextmanager
def _led_through(stack: Stack, url: str) -> Iterator[None]:
    lambdas = stack.aws("lambda")
    before: dict[str, dict[str, str]] = {}
    try:
        for name in stack["functions"].values():
            told = lambdas.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            before[name] = dict(told)
            lambdas.update_function_configuration(
                FunctionName=name, Environment={"Variables": {**told, "AWS_ENDPOINT_URL": url}}
            )
        yield
    finally:
        for name, told in before.items():
            lambdas.update_function_configuration(FunctionName=name, Environment={"Variables": told})


@contextmanager
def _with_executors(stack: Stack, number: int) -> Iterator[None]:
    lambdas = stack.aws("lambda")
    mappings = lambdas.list_event_source_mappings(FunctionName=stack["functions"]["executor"])
    before = {each["UUID"]: each["ScalingConfig"] for each in mappings["EventSourceMappings"]}
    try:
        for mapping in before:
            lambdas.update_event_source_mapping(UUID=mapping, ScalingConfig={"MaximumConcurrency": number})
        yield
    finally:
        for mapping, scaling in before.items():
            lambdas.update_event_source_mapping(UUID=mapping, ScalingConfig=scaling)
