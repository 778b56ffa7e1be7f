"""Every operation of the API is called with what its OpenAPI file allows, and with what it forbids (R17).

`make fuzz-api`, which says how many examples (`FUZZ_EXAMPLES`). Schemathesis runs in .tools/fuzz; what it
looks for is in schemathesis.toml. It changes and deletes whatever it finds: no other test may run beside it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.account import TOPIC, Account, words
from tests.e2e.stack import REPOSITORY, wait_until
from tools.api_client import Json

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
PROGRAM = REPOSITORY / ".tools" / "fuzz" / "bin" / "schemathesis"
SETTINGS = REPOSITORY / "schemathesis.toml"
CONFIGURED: dict[str, Json] = {
    "categories": {"name": "Fuzzed"},
    "responses": {"name": "Hello", "content": {"type": "message", "text": "Hello"}},
    "roles": {"name": "Readers", "permissions": ["inbox.read"]},
    "saved-filters": {"name": "All", "filter": {"combinator": "and", "rules": []}},
    "schedules": {
        "name": "Mondays",
        "timezone": "UTC",
        "periods": [{"dayofweek": 1, "start": "0900", "end": "1700"}],
    },
    "users": {"name": "Nora"},
}


@pytest.mark.skipif(EXAMPLES == 0, reason="make fuzz-api, which says how many examples")
def test_no_call_of_the_api_ends_in_an_error_of_ours_or_in_what_is_not_documented(
    account: Account, tmp_path: Path
) -> None:
    settings = SETTINGS.read_text() + "".join(map(_about, _one_of_each(account).items()))
    file = tmp_path / "schemathesis.toml"
    file.write_text(settings)
    environment = os.environ | {
        "API_URL": account.api.stack["api_url"],
        "AUTHORIZATION": str(account.api.session.headers["Authorization"]),
    }
    command: list[str | Path] = [PROGRAM, "--config-file", file, "run", REPOSITORY / "docs" / "openapi.json"]
    command += ["--max-examples", str(EXAMPLES), *os.environ.get("FUZZ_OPTIONS", "").split()]

    ended = subprocess.run(command, cwd=tmp_path, env=environment, check=False)

    assert ended.returncode == 0


def _one_of_each(account: Account) -> dict[str, Json]:
    """What there is to change, by the path that leads to it."""
    for kind, body in CONFIGURED.items():
        account.put(f"/{kind}/fuzzed", body)
    recipe = account.recipe(
        name="Fuzzed",
        trigger={"type": "arrival"},
        filter=words("fuzz"),
        actions=[
            {"type": "webhook", "name": "Nobody", "url": "http://127.0.0.1:1/"},
            {"type": "wait", "minutes": 600, "unless": "status_changes"},
            {"type": "add_tags", "tags": ["late"]},
        ],
    )
    mention = account.write("fuzz")
    wait_until(
        lambda: len(account.lines(f"/mentions/{mention}", recipe)) >= 1 and account.api.get("/waits")["data"]
    )
    case = account.case_of(mention)
    notes = {kind: account.api.post(f"{path}/notes", {"text": "Call"})["id"] for kind, path in
             (("mentions", f"/mentions/{mention}"), ("cases", f"/cases/{case['id']}"))}  # fmt: skip
    first = {
        kind: account.api.get(f"/{kind}")["data"][0] for kind in ("deliveries", "endpoints", "runs", "waits")
    }
    return {f"/{kind}/{{id}}": {"id": "fuzzed"} for kind in CONFIGURED} | {
        "/topics/{id}": {"id": TOPIC},
        "/teams/{id}": {"id": "billing"},
        "/recipes/{id}": {"id": recipe, "version": 1},
        "/mentions/{unique_id}": {"unique_id": mention, "note_id": notes["mentions"]},
        "/cases/{id}": {"id": case["id"], "unique_id": mention, "note_id": notes["cases"]},
        "/contacts/{id}": {"id": case["contact_id"]},
        "/deliveries/{id}": {"id": first["deliveries"]["id"]},
        "/endpoints/{id}": {"id": first["endpoints"]["id"]},
        "/runs/{run_id}": {"run_id": first["runs"]["run_id"]},
        "/waits/{wait_id}": {"wait_id": first["waits"]["wait_id"]},
    }


def _about(known: tuple[str, Json]) -> str:
    """Settings of the operations under a path: they are about what is there, at whatever version."""
    path, names = known
    values = {f"path.{name}": value for name, value in names.items()} | {"header.If-Match": "*"}
    parameters = ", ".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in values.items())
    pattern = json.dumps(f"^(GET|POST|PUT|PATCH) {path.replace('{', '[{]').replace('}', '[}]')}")
    return f"\n[[operations]]\ninclude-name-regex = {pattern}\nparameters = {{ {parameters} }}\n"
