"""The headline rule: pending, silence, resolved; unless the customer answers (row 3, A1, R5)."""

from datetime import datetime
from functools import partial

import pytest

from tests.e2e.account import Account
from tests.e2e.stack import wait_until
from tools.api_client import Json

LATEST = 90
"""Seconds after the due time within which a wait must have ended (R5)."""


@pytest.fixture
def silence(account: Account) -> str:
    return account.recipe(
        name="Resolve silent cases",
        trigger={"type": "case_status_changed", "to": "pending"},
        actions=[
            {"type": "wait", "minutes": 1, "unless": "customer_replies"},
            {"type": "set_case_status", "status": "resolved"},
        ],
    )


def test_a_silent_case_is_resolved_and_an_answered_one_is_left_alone(account: Account, silence: str) -> None:
    silent = account.write("Comment changer de forfait ?")
    account.answer(silent, "Dans l'espace client.")
    talking = account.write("Mon routeur redémarre")
    account.answer(talking, "Essayez le bouton reset.")
    silent_case, talking_case = account.case_of(silent)["id"], account.case_of(talking)["id"]

    account.set_case(silent_case, status="pending")
    account.set_case(talking_case, status="pending")
    waits = {case: wait_until(partial(_waits, account, case)) for case in (silent_case, talking_case)}
    account.write("Toujours pareil !", author=account.mention(talking)["author"])

    case = wait_until(lambda: _if_resolved(account, silent_case), seconds=60 + LATEST)
    due = datetime.fromisoformat(waits[silent_case][0]["due_at"])
    ended = datetime.fromisoformat(case["date"]["updated"])
    assert 0 <= (ended - due).total_seconds() <= LATEST
    assert account.mention(silent)["status"] == "done"
    lines = account.lines(f"/cases/{silent_case}", silence)
    assert [(line["type"], line["outcome"]) for line in lines] == [
        ("wait", "done"), ("wait", "done"), ("set_case_status", "done"),
    ]  # fmt: skip

    skipped = wait_until(
        lambda: [x for x in account.lines(f"/cases/{talking_case}", silence) if x["outcome"] == "skipped"], 60
    )
    assert skipped[0]["reason"].startswith("the customer replied at")
    assert account.api.get(f"/cases/{talking_case}")["status"] == "unresolved"
    reopened = [e for e in account.history(f"/cases/{talking_case}") if e["type"] == "status_changed"]
    assert reopened[0]["by"]["kind"] == "customer"


def _waits(account: Account, case_id: str) -> list[Json]:
    return [wait for wait in account.api.everything("/waits") if wait["case_id"] == case_id]


def _skipped(account: Account, case_id: str, recipe_id: str) -> list[Json]:
    return [line for line in account.lines(f"/cases/{case_id}", recipe_id) if line["outcome"] == "skipped"]


def _if_resolved(account: Account, case_id: str) -> Json | None:
    case = account.api.get(f"/cases/{case_id}")
    return case if case["status"] == "resolved" else None
