"""From a posted mention to its history, through the real template."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.account import TOPIC, Account, a_posted_mention, words
from tests.e2e.stack import Stack, wait_until


def test_a_mention_with_billing_words_is_tagged_and_goes_to_the_team(account: Account) -> None:
    """Rows 1, 13, 26, 28, 52, 121 and 123."""
    recipe = account.recipe(
        name="Billing words",
        trigger={"type": "arrival"},
        filter=words("facturation,double billing"),
        actions=[{"type": "add_tags", "tags": ["billing"]}, {"type": "assign", "teams": ["billing"]}],
    )

    unique_id = account.write("Double FACTURATION ce mois-ci !! 😡")
    other = account.write("Bonjour, merci pour tout")

    lines = wait_until(lambda: _all_of(account.lines(f"/mentions/{unique_id}", recipe), 2))
    assert [(line["type"], line["outcome"]) for line in lines] == [("add_tags", "done"), ("assign", "done")]
    assert lines[0]["by"] == {"kind": "recipe", "id": recipe, "name": "Billing words", "version": 1}
    mention = account.mention(unique_id)
    assert mention["tags"] == ["billing"]
    assert mention["assignment"]["teams"] == ["billing"]
    assert account.lines(f"/mentions/{other}", recipe) == []


def test_the_same_mention_twenty_times_at_once_is_one_mention_one_case_and_one_run(account: Account) -> None:
    """R2: whatever the answer of each call, only one of them took the mention in."""
    recipe = account.recipe(trigger={"type": "arrival"}, actions=[{"type": "add_tags", "tags": ["seen"]}])
    mention = a_posted_mention("Allo ?")

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: account.api.post("/mentions", mention), range(20)))

    assert sorted(answer["result"] for answer in answers) == ["created"] + ["duplicate"] * 19
    unique_id = answers[0]["unique_id"]
    wait_until(lambda: account.lines(f"/mentions/{unique_id}", recipe))
    case_id = account.mention(unique_id)["case_id"]
    assert [run for run in _runs(account, unique_id) if run["recipe_id"] == recipe][1:] == []
    created = [entry for entry in account.history(f"/cases/{case_id}") if entry["type"] == "case_created"]
    assert len(created) == 1
    assert len(account.lines(f"/mentions/{unique_id}", recipe)) == 1


def test_a_mention_that_comes_over_the_bus_is_taken_in(account: Account, stack: Stack) -> None:
    recipe = account.recipe(trigger={"type": "arrival"}, actions=[{"type": "add_tags", "tags": ["bus"]}])
    mention = a_posted_mention("Par le bus")

    entry = {
        "EventBusName": stack["bus"],
        "Source": "a.connector",
        "DetailType": "mention.received",
        "Detail": json.dumps(mention),
    }
    assert stack.aws("events").put_events(Entries=[entry])["FailedEntryCount"] == 0

    wait_until(lambda: account.api.read(f"/mentions/{TOPIC}_{mention['id']}"))
    wait_until(lambda: account.lines(f"/mentions/{TOPIC}_{mention['id']}", recipe))
    assert account.mention(f"{TOPIC}_{mention['id']}")["tags"] == ["bus"]


def test_a_batch_with_one_bad_mention_accepts_the_other_99(account: Account) -> None:
    """R7 at the door: the bad one is named with its field, the others are in."""
    author = {"id": f"u{uuid.uuid4().hex}"}
    batch = [a_posted_mention(f"message {i}", author=author, private=False) for i in range(100)]
    del batch[41]["message"]["content"]

    answer = account.api.post("/mentions", {"mentions": batch})

    assert answer["count"] == 100
    refused = answer["data"].pop(41)
    assert refused["index"] == 41
    assert [error["pointer"] for error in refused["errors"]] == ["/message/content"]
    assert {each["result"] for each in answer["data"]} == {"created"}


@pytest.mark.parametrize("mode", ["disabled", "shadow"])
def test_a_recipe_that_is_not_enabled_changes_nothing(account: Account, mode: str) -> None:
    """Row 62; a shadow recipe says in the history what it would have done."""
    quiet = account.recipe(
        mode=mode, trigger={"type": "arrival"}, actions=[{"type": "add_tags", "tags": ["quiet"]}]
    )
    loud = account.recipe(trigger={"type": "arrival"}, actions=[{"type": "add_tags", "tags": ["loud"]}])

    unique_id = account.write("Bonjour")

    wait_until(lambda: account.lines(f"/mentions/{unique_id}", loud))
    assert account.mention(unique_id)["tags"] == ["loud"]
    outcomes = [line["outcome"] for line in account.lines(f"/mentions/{unique_id}", quiet)]
    assert outcomes == (["shadow"] if mode == "shadow" else [])


def test_an_explanation_says_what_was_wanted_and_what_was_there(account: Account) -> None:
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("remboursement"),
        actions=[{"type": "resolve"}],
    )
    unique_id = account.write("Où est ma facture ?")
    wait_until(lambda: account.mention(unique_id))

    answer = account.api.post("/explain", {"recipe_id": recipe, "unique_id": unique_id})

    assert answer["matched"] is False
    wrong = [step for step in answer["steps"] if not step["ok"]]
    assert {step["path"] for step in wrong} == {"filter", "filter/rules/0"}
    assert wrong[-1]["wanted"] == {"content.text": {"contains_any": ["remboursement"]}}
    assert [step["path"] for step in answer["flip"]] == ["filter/rules/0"]


def _all_of(lines: list[Any], count: int) -> list[Any] | None:
    return lines if len(lines) >= count else None


def _runs(account: Account, unique_id: str) -> list[Any]:
    runs = account.api.get("/runs", {"limit": "100"})["data"]
    return [run for run in runs if run["occurrence"]["mention_id"] == unique_id]
