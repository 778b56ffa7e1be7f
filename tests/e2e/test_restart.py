"""Stopping the stack in the middle of a flow loses nothing: it ends as if nothing had happened."""

from functools import partial

import pytest

from tests.e2e import stack as stacks
from tests.e2e.account import Account, a_posted_mention
from tests.e2e.stack import wait_until
from tools.api_client import Json


@pytest.fixture
def recipes(account: Account) -> tuple[str, str]:
    """One recipe that tags what arrives, one that resolves a silent case."""
    tagging = account.recipe(trigger={"type": "arrival"}, actions=[{"type": "add_tags", "tags": ["seen"]}])
    silence = account.recipe(
        trigger={"type": "case_status_changed", "to": "pending"},
        actions=[
            {"type": "wait", "minutes": 1, "unless": "customer_replies"},
            {"type": "set_case_status", "status": "resolved"},
        ],
    )
    return tagging, silence


def test_a_flow_that_was_stopped_in_the_middle_ends_as_if_nothing_had_happened(
    account: Account, recipes: tuple[str, str]
) -> None:
    tagging, silence = recipes
    asked = account.write("Comment résilier ?")
    account.answer(asked, "Dans l'espace client.")
    case_id = account.case_of(asked)["id"]
    account.set_case(case_id, status="pending")
    batch = {"mentions": [a_posted_mention(f"n° {i}") for i in range(30)]}
    posted = [each["unique_id"] for each in account.api.post("/mentions", batch)["data"]]

    stacks.local_stack("down")
    stacks.local_stack("up")

    for unique_id in posted:
        lines = wait_until(partial(account.lines, f"/mentions/{unique_id}", tagging), 60)
        assert [line["outcome"] for line in lines] == ["done"]
    wait_until(lambda: _resolved(account, case_id), seconds=120)
    lines = account.lines(f"/cases/{case_id}", silence)
    assert [(line["type"], line["outcome"]) for line in lines] == [
        ("wait", "done"),
        ("wait", "done"),
        ("set_case_status", "done"),
    ]


def _resolved(account: Account, case_id: str) -> Json | None:
    case = account.api.get(f"/cases/{case_id}")
    return case if case["status"] == "resolved" else None
