"""Cases opened by hand, merged contacts and many writers, through the real template."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from inbox_recipes.history import ToldEntry
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.replay import replay, state_of
from tests.e2e.account import TOPIC, Account, a_posted_mention, words
from tests.e2e.stack import wait_until
from tools.api_client import ApiError


def test_a_case_opened_by_hand_holds_mentions_of_two_people(account: Account) -> None:
    """Domain 1.3, A8, A21, A22: history in both logs, and resolving it resolves them."""
    recipe = account.recipe(
        trigger={"type": "arrival", "objects": ["case"]}, actions=[{"type": "add_tags", "tags": ["opened"]}]
    )
    first, second = account.write("Recall?", private=False), account.write("Me too", private=False)
    new = {"topic": {"id": TOPIC}, "title": "Recall", "priority": "critical", "mentions": [first]}

    case = account.api.post("/cases", new)

    assert case["title"] == f"#{case['number']} Recall"
    too_long = {"unique_ids": ["x" * 3000, first], "patch": {"add_tags": ["seen"]}}
    results = account.api.post("/mentions/bulk", too_long)["data"]
    assert [each["result"] for each in results] == ["refused", "done"]
    at = f"/cases/{case['id']}"
    linked = account.api.post(f"{at}/mentions", {"unique_ids": [second]})
    assert len({linked["contact_id"], *linked["other_contact_ids"]}) == 2
    assert [each["unique_id"] for each in account.api.get(f"{at}/mentions")["data"]] == [first, second]
    wait_until(lambda: account.lines(at, recipe))
    account.api.call("DELETE", f"{at}/mentions/{second}")
    account.set_case(case["id"], status="resolved")
    assert (account.mention(first)["status"], account.mention(second)["status"]) == ("done", "new")
    assert account.mention(second)["case_id"] is None
    assert {line["type"] for line in account.history(f"/mentions/{second}")} >= {"linked", "unlinked"}
    agree(account, case["id"], first, second)


def test_two_contacts_become_one_and_later_messages_find_their_case(account: Account) -> None:
    """Domain 1.5"""
    name = uuid.uuid4().hex
    first = account.write("From one side", author={"id": f"a{name}", "name": "Ada"})
    other = {"author": {"id": f"b{name}"}, "source": {"service": "twitter"}}
    second = account.write("From the other", **other)
    ada, ben = account.mention(first)["contact_id"], account.mention(second)["contact_id"]
    [found] = account.api.get("/contacts", {"service": "twitter", "profile_id": f"b{name}"})["data"]
    assert found["id"] == ben

    merged = account.api.post(f"/contacts/{ada}/merge", {"contact_ids": [ben]})

    assert len(merged["socialprofiles"]) == 2
    assert account.api.get(f"/contacts/{ben}")["id"] == ada
    later = account.mention(account.write("Once more", **other))
    assert (later["contact_id"], later["case_id"]) == (ada, account.mention(second)["case_id"])
    cases = account.api.get(f"/contacts/{ada}/cases")["data"]
    assert {case["contact_id"] for case in cases} == {ada}
    assert len(cases) == 2
    for case in cases:
        agree(account, case["id"])


def test_fifty_writers_on_one_case_lose_nothing(account: Account) -> None:
    """R3, R4: 25 agents and 25 runs of recipes; every tag, the status and every line is there."""
    author = {"id": f"u{uuid.uuid4().hex}"}
    recipes = [
        account.recipe(
            trigger={"type": "mention_in_case"},
            filter=words(f"word{number}"),
            actions=[{"type": "add_tags", "tags": [f"recipe{number}"], "target": "case"}],
        )
        for number in range(25)
    ]
    case_id = account.mention(account.write("Hello", author=author))["case_id"]
    at = f"/cases/{case_id}"

    def an_agent(number: int) -> None:
        while True:
            known = account.api.read(at)
            assert known
            tags = [*known[0]["tags"], f"agent{number}"]
            try:
                account.api.call("PATCH", at, {"tags": tags}, headers={"If-Match": known[1]})
            except ApiError as error:
                # Others were faster (412), or their transaction was in the way (503).
                if error.status not in {412, 503}:
                    raise
                continue
            return

    with ThreadPoolExecutor(8) as threads:
        text = " ".join(f"word{number}" for number in range(25))
        writing = threads.submit(account.write, text, author=author)
        for agent in [threads.submit(an_agent, number) for number in range(25)]:
            agent.result()
        writing.result()

    expected = {f"{who}{number}" for who in ("agent", "recipe") for number in range(25)}
    wait_until(lambda: set(account.api.get(at)["tags"]) == expected, seconds=90)
    lines = [line for line in account.history(at) if line["type"] == "add_tags" and line["outcome"] == "done"]
    assert sorted(tag for line in lines for tag in line["detail"]["added"]) == sorted(expected)
    assert {line["by"]["id"] for line in lines} >= set(recipes)
    agree(account, case_id)


def agree(account: Account, case_id: str, *unique_ids: str) -> None:
    """Rows 121-125: what the API tells of an item is what its history leads to."""
    paths: list[tuple[str, Any]] = [(f"/cases/{case_id}", Case)]
    paths += [(f"/mentions/{unique_id}", Mention) for unique_id in unique_ids]
    for path, model in paths:
        item = model.model_validate(account.api.get(path))
        lines = [ToldEntry.model_validate(line) for line in account.history(path)]
        assert replay(lines) == (state_of(item), item.revision)


def test_a_list_is_chosen_by_status(account: Account) -> None:
    unique_id = account.api.post("/mentions", a_posted_mention("Choose me", private=False))["unique_id"]

    found = account.api.get("/mentions", {"status": "new", "topic_id": TOPIC})["data"]

    assert unique_id in {each["unique_id"] for each in found}
