"""Far more comes in at once than can be worked on: none is refused or lost, all of it is done (R16, R8, R26).

A part of `make soak`, which says for how many seconds (`BURST_SECONDS`). The rates at which AWS's gateway
answers 429 are not enforced by the emulator: the template's tests hold them.
"""

import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import requests

from tests.e2e.account import OTHER_TOPIC, Account, Left, a_posted_mention, words
from tests.e2e.stack import Stack, wait_until
from tools.api_client import Api

SECONDS = float(os.environ.get("BURST_SECONDS", "0"))
CALLERS = 16
ACCEPTED = 202
PATIENCE = 600 + 20 * SECONDS


@pytest.mark.skipif(SECONDS == 0, reason="a part of make soak, which says for how long")
def test_a_burst_is_taken_in_whole_and_worked_off(account: Account, stack: Stack) -> None:
    account.set_budget(actions_per_recipe=1_000_000)
    busy = account.recipe(
        name="The busy topic",
        trigger={"type": "arrival"},
        filter=words("ansturm"),
        actions=[{"type": "add_tags", "tags": ["seen"]}, {"type": "assign", "teams": ["billing"]}],
    )
    quiet = account.recipe(
        name="The quiet topic",
        topics=[OTHER_TOPIC],
        trigger={"type": "arrival"},
        filter=words("ruhig"),
        actions=[{"type": "add_tags", "tags": ["seen"]}],
    )
    began = time.monotonic()
    with ThreadPoolExecutor(CALLERS + 1) as several:
        other = several.submit(_beside, account, quiet, began + SECONDS / 2)
        posting = several.map(partial(_posts, account.api, began + SECONDS), range(CALLERS))
        answers = [each for part in posting for each in part]
        posted = time.monotonic() - began
        accepted = [str(answer.json()["unique_id"]) for answer in answers if answer.status_code == ACCEPTED]
        left = Left(accepted, lambda unique_id: len(account.lines(f"/mentions/{unique_id}", busy)) >= 2)
        wait_until(partial(left.none, several), PATIENCE, pause=2)
        drained = time.monotonic() - began - posted

    statuses = Counter(answer.status_code for answer in answers)
    beside = other.result()
    sys.stdout.write(
        f"\n{len(answers)} mentions in {posted:.0f} s from {CALLERS} callers, answers {dict(statuses)}; all "
        f"done {drained:.0f} s after the last; one of another topic, amid them, after {beside:.1f} s\n"
    )
    assert set(statuses) == {ACCEPTED}
    assert len(set(accepted)) == len(answers)
    for unique_id in accepted:
        lines = account.lines(f"/mentions/{unique_id}", busy)
        told = [(each["type"], each["outcome"]) for each in lines]
        assert told == [("add_tags", "done"), ("assign", "done")], unique_id
    for queue in ("runs_dead_letters", "stream_failures", "ingest_dead_letters"):
        assert stack.waiting(queue) == 0


def _posts(api: Api, until: float, _: int) -> list[requests.Response]:
    """One caller, who posts one mention after another."""
    answers = list[requests.Response]()
    with requests.Session() as session:
        session.headers["Authorization"] = str(api.session.headers["Authorization"])
        while time.monotonic() < until:
            mention = a_posted_mention("ansturm")
            answers.append(session.post(f"{api.stack['api_url']}/mentions", json=mention, timeout=60))
    return answers


def _beside(account: Account, recipe: str, at: float) -> float:
    """How long a mention of another topic takes that comes in then."""
    time.sleep(max(0.0, at - time.monotonic()))
    began = time.monotonic()
    unique_id = account.write("ruhig", topic={"id": OTHER_TOPIC})
    wait_until(lambda: account.lines(f"/mentions/{unique_id}", recipe), PATIENCE)
    return time.monotonic() - began
