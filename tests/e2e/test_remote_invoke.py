"""`sam remote invoke` works against the local stack with the files under events/."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.stack import REPOSITORY, Stack

EVENTS = sorted(path.name for path in (REPOSITORY / "events").glob("*.json"))
LOGICAL_NAMES = {
    "api": "ApiFunction",
    "ingest": "IngestFunction",
    "bus": "IngestFunction",
    "stream": "EvaluatorFunction",
    "sweep": "EvaluatorFunction",
    "sqs": "ExecutorFunction",
}
ONE_OF_EACH = [
    "api_list_recipes.json", "ingest_batch.json", "stream_mention_arrived.json",
    "sweep_every_five_minutes.json", "sqs_run.json",
]  # fmt: skip


@pytest.mark.parametrize("name", ONE_OF_EACH)
@pytest.mark.usefixtures("account")
def test_sam_invokes_a_function_with_a_sample_event(stack: Stack, name: str) -> None:
    assert name in EVENTS
    owner = {
        "AWS_ENDPOINT_URL": stack["endpoint_url"],
        "AWS_ACCESS_KEY_ID": stack["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": stack["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": stack["region"],
        "SAM_CLI_TELEMETRY": "0",
    }
    function = LOGICAL_NAMES[name.split("_", maxsplit=1)[0]]
    command = [".tools/sam/bin/sam", "remote", "invoke", function, "--stack-name", stack["stack_name"]]

    done = subprocess.run(
        [*command, "--event-file", str(Path("events") / name)],
        cwd=REPOSITORY,
        env=os.environ | owner,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else None
    assert "errorMessage" not in (answer or {}), answer
