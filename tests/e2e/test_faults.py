"""Calls of AWS fail at every third try, half of them after they were done; nothing is lost, nothing twice.

A part of `make soak`, which sends 500 mentions (`FAULTY_MENTIONS`; R1, R3, R4, R23): what failed comes again
after up to five minutes, which is too long for every test run.
"""

import json
import os
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import requests

from tests.e2e import faults
from tests.e2e.account import Account, Left, a_posted_mention, words
from tests.e2e.stack import Stack, wait_until
from tests.receiver import Receiver, listening
from tools.api_client import ApiError, Json

MENTIONS = int(os.environ.get("FAULTY_MENTIONS", "0"))
AT_ONCE = 10
PATIENCE = 600 + 5 * MENTIONS


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


@pytest.mark.skipif(MENTIONS == 0, reason="a part of make soak, which says how many mentions")
def test_every_mention_has_its_whole_history_through_a_third_of_faults(
    account: Account, stack: Stack, receiver: Receiver
) -> None:
    """Each is taken in once, evaluated, its recipe carried out once, each action told once."""
    account.set_budget(actions_per_recipe=10 * MENTIONS)
    recipe = account.recipe(
        name="Through faults",
        trigger={"type": "arrival"},
        filter=words("durch"),
        actions=[
            {"type": "add_tags", "tags": ["seen"]},
            {"type": "webhook", "name": "CRM", "url": f"{receiver.url}/ok"},
            {"type": "edit", "property": "language", "value": "de"},
        ],
    )
    waiting = account.recipe(
        name="After a while",
        trigger={"type": "arrival"},
        filter=words("warten"),
        actions=[{"type": "wait", "minutes": 1, "unless": "status_changes"},
                 {"type": "add_tags", "tags": ["late"]}],
    )  # fmt: skip
    posted = [a_posted_mention(f"durch {n}{' warten' if n % 5 == 0 else ''}") for n in range(MENTIONS)]
    wanted = [f"{each['topic']['id']}_{each['id']}" for each in posted]
    batches = [posted[start : start + AT_ONCE] for start in range(0, MENTIONS, AT_ONCE)]

    began = time.monotonic()
    with faults.between(stack) as proxy, ThreadPoolExecutor(4) as several:
        proxy.begin(faults.RULES)
        answers = list(several.map(partial(taken_in, account), batches))
        posting = time.monotonic() - began
        for one, those in ((recipe, wanted), (waiting, wanted[::5])):
            left = Left(those, partial(_told, account, one))
            wait_until(partial(left.none, several), PATIENCE, pause=2)
        fired, calls = proxy.fired(), proxy.requests()
        proxy.end()

    passed = time.monotonic() - began
    sys.stdout.write(
        f"\n{MENTIONS} mentions, taken in after {posting:.0f} s, all told after {passed:.0f} s; "
        f"{calls} calls of AWS, faults: {dict(fired.most_common())}\n"
    )
    assert sorted(each["unique_id"] for answer in answers for each in answer) == sorted(wanted)
    for operation in ("dynamodb.TransactWriteItems", "dynamodb.PutItem", "sqs.SendMessageBatch"):
        assert fired[operation] >= 3, f"{operation} hardly failed: {fired}"
    assert {"error", "reset", "response", "latency"} <= fired.keys()
    _each_effect_is_there_once(account, stack, receiver, wanted, recipe)
    for unique_id in wanted[::5]:
        lines = account.lines(f"/mentions/{unique_id}", waiting)
        assert [(each["type"], each["outcome"]) for each in lines] == [
            ("wait", "done"), ("wait", "done"), ("add_tags", "done"),
        ], unique_id  # fmt: skip
    assert {name: stack.waiting(name) for name in stack["queues"]} == dict.fromkeys(stack["queues"], 0)


def taken_in(account: Account, batch: list[Json]) -> list[Json]:
    """Post until it is taken in, as every caller does: a repeat is a repeat."""

    def tried() -> list[Json] | None:
        try:
            data = account.api.post("/mentions", {"mentions": batch})["data"]
        except requests.RequestException:
            return None  # no answer in time: the caller cannot know, and posts again
        except ApiError as error:
            _must_be_ours(error)
            return None
        return list(data) if all("result" in each for each in data) else None

    return wait_until(tried, PATIENCE)


def _told(account: Account, recipe: str, unique_id: str) -> bool:
    """Whether a recipe has told three lines of a mention; a caller who gets no answer does not know."""
    try:
        return len(account.lines(f"/mentions/{unique_id}", recipe)) >= 3
    except requests.RequestException:
        return False
    except ApiError as error:
        _must_be_ours(error)
        return False


def _must_be_ours(error: ApiError) -> None:
    """A caller may call again after such an answer, and after no other."""
    if error.status < 500:
        raise error


def _each_effect_is_there_once(
    account: Account, stack: Stack, receiver: Receiver, wanted: list[str], recipe: str
) -> None:
    evaluated = Counter(_evaluated(stack))
    sent: dict[str, set[str]] = {}
    for got in receiver.got:
        sent.setdefault(got.headers["webhook-id"], set()).add(got.body)
    delivered = set()
    for unique_id in wanted:
        mention = account.mention(unique_id)
        lines = account.lines(f"/mentions/{unique_id}", recipe)
        told = Counter((each["type"], each["outcome"]) for each in lines)
        assert told == {("add_tags", "done"): 1, ("webhook", "done"): 1, ("edit", "done"): 1}, unique_id
        assert mention["tags"].count("seen") == 1
        assert mention["message"]["language"] == "de"
        assert evaluated[f"mention:{unique_id}:mention_arrived:1"] >= 1
        delivered.add(next(each["detail"]["delivery_id"] for each in lines if each["type"] == "webhook"))
    assert set(sent) == delivered, "one id for each, on every attempt"
    assert {len(bodies) for bodies in sent.values()} == {1}, "one body for each id"


def _evaluated(stack: Stack) -> Iterator[str]:
    """The ids of everything that the event records tell of."""
    pages = stack.aws("dynamodb").get_paginator("scan").paginate(TableName=stack["tables"]["ledger"])
    for item in (item for page in pages for item in page["Items"]):
        if item["pk"]["S"].startswith("EVENTS#"):
            for record in zlib.decompress(bytes(item["records"]["B"])).decode().split("\n"):
                yield _occurrence(record)


def _occurrence(record: str) -> str:
    found: dict[str, Any] = json.loads(record)
    return str(found["occurrence"]["id"])
