"""Waits on single mentions, by business hours, cancelled by hand; and the sweeper (R1, R5)."""

import json
import os
import subprocess
from datetime import datetime, timedelta
from functools import partial

from tests.e2e.account import Account
from tests.e2e.stack import REPOSITORY, Stack, wait_until
from tools.api_client import Json

LATEST = 90
"""Seconds after the due time within which a wait must have ended (R5)."""
ALWAYS = [{"dayofweek": day, "start": "0000", "end": "2400"} for day in range(1, 8)]


def waiting(account: Account, recipe_id: str, count: int = 1) -> list[Json]:
    """The recipe's armed waits, once there are as many."""
    listed = partial(account.api.everything, f"/waits?recipe_id={recipe_id}")
    return wait_until(lambda: found if len(found := list(listed())) == count else None)


def test_a_public_mention_whose_author_stays_silent_is_resolved(account: Account) -> None:
    """Row 4, on the real tables: and one whose author goes on is left alone."""
    recipe = account.recipe(
        name="Resolve quiet mentions",
        trigger={"type": "arrival"},
        filter={"combinator": "and", "rules": [
            {"field": "content.text", "operator": "contains_any", "value": ["tramway"]}]},
        actions=[{"type": "wait", "minutes": 1, "unless": "customer_replies"}, {"type": "resolve"}],
    )  # fmt: skip
    quiet = account.write("Un beau tramway", private=False)
    talking = account.write("Encore un tramway", private=False)
    waits = {wait["mention_id"]: wait for wait in waiting(account, recipe, 2)}
    account.write("Et il est en retard", private=False, author=account.mention(talking)["author"])

    done = wait_until(lambda: m if (m := account.mention(quiet))["status"] == "done" else None, 60 + LATEST)

    due = datetime.fromisoformat(waits[quiet]["due_at"])
    ended = datetime.fromisoformat(done["last_action"]["at"])
    assert 0 <= (ended - due).total_seconds() <= LATEST
    lines = wait_until(
        lambda: [x for x in account.lines(f"/mentions/{talking}", recipe) if x["outcome"] == "skipped"],
        LATEST,
    )
    assert lines[0]["reason"] == "the customer replied"
    assert account.mention(talking)["status"] == "new"


def test_waits_are_cancelled_by_hand_or_with_their_recipe(account: Account) -> None:
    """A30"""
    account.put(
        "/schedules/round-the-clock", {"name": "Always", "timezone": "Europe/Paris", "periods": ALWAYS}
    )
    recipe = account.recipe(
        name="Remind",
        trigger={"type": "case_status_changed", "to": "pending"},
        actions=[
            {"type": "wait", "minutes": 240, "schedule_id": "round-the-clock",
             "unless": ["agent_replies", "status_changes"]},
            {"type": "add_tags", "tags": ["late"]},
        ],
    )  # fmt: skip
    cases = [account.case_of(account.write(f"Question {number}"))["id"] for number in range(3)]
    for case_id in cases:
        account.set_case(case_id, status="pending")
    waits = {wait["case_id"]: wait for wait in waiting(account, recipe, 3)}
    first = waits[cases[0]]
    length = datetime.fromisoformat(first["due_at"]) - datetime.fromisoformat(first["armed_at"])
    assert timedelta(hours=4) <= length <= timedelta(hours=4, seconds=1)
    assert first["reason"].startswith("240 minutes of the open hours of round-the-clock, unless we reply or")

    account.api.call("DELETE", f"/waits/{first['wait_id']}")
    assert account.api.get(f"/waits/{first['wait_id']}")["state"] == "cancelled"
    assert account.api.get(f"/runs/{first['run_id']}")["status"] == "cancelled"

    known = account.api.read(f"/recipes/{recipe}")
    assert known is not None
    headers = {"If-Match": known[1]}
    account.api.call("PATCH", f"/recipes/{recipe}?waits=re-evaluate", {"topics": ["46284"]}, headers=headers)
    wait_until(lambda: not list(account.api.everything(f"/waits?recipe_id={recipe}")))
    [begun, ended] = account.lines(f"/cases/{cases[1]}", recipe)
    assert (begun["outcome"], ended["outcome"]) == ("done", "skipped")
    assert ended["reason"].startswith("topics no longer holds")


def test_the_sweeper_may_do_what_it_does(account: Account, stack: Stack) -> None:
    """R1, R22: with the role that the template gives it."""
    account.write("Rien de spécial")
    owner = {
        "AWS_ENDPOINT_URL": stack["endpoint_url"],
        "AWS_ACCESS_KEY_ID": stack["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": stack["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": stack["region"],
        "SAM_CLI_TELEMETRY": "0",
    }
    command = [
        ".tools/sam/bin/sam",
        "remote",
        "invoke",
        "EvaluatorFunction",
        "--stack-name",
        stack["stack_name"],
    ]

    for _ in range(2):
        done = subprocess.run(
            [*command, "--event", json.dumps({"detail-type": "Scheduled Event"})],
            cwd=REPOSITORY,
            env=os.environ | owner,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "errorMessage" not in done.stdout, done.stdout
