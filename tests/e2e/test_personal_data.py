"""Erasing and taking out what is kept about a contact, on the real tables (R20)."""

import json
from collections.abc import Iterator
from functools import partial
from itertools import chain

import pytest

from tests.e2e.account import Account, a_posted_mention, words
from tests.e2e.sinks import hits, log, queues, tables
from tests.e2e.stack import Stack, wait_until
from tests.receiver import Receiver, listening
from tools.api_client import ApiError, Json

CANARY = "pErs0n-4711"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


def test_a_contact_is_taken_out_whole_and_erased_without_a_trace(
    account: Account, stack: Stack, receiver: Receiver
) -> None:
    """R20, R23: 0 hits in tables, indexes, queues and exports; the facts stay."""
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("ersuche"),
        actions=[
            {"type": "webhook", "name": "CRM", "url": f"{receiver.url}/echo?who=[author.name]"},
            {"type": "add_tags", "tags": ["gdpr"]},
        ],
    )
    account.recipe(trigger={"type": "arrival"}, filter=words("ersuche"), mode="shadow",
                   actions=[{"type": "resolve"}])  # fmt: skip
    author = {"id": f"{CANARY}-id", "name": f"{CANARY} name", "fullname": f"{CANARY} full"}
    private = account.write(f"ersuche {CANARY} privat", author=author)
    public = account.write(
        f"ersuche {CANARY} offen", author=author, private=False,
        location={"city": f"{CANARY} city"}, message={"content": f"ersuche {CANARY}", "title": CANARY},
    )  # fmt: skip
    account.answer(private, f"Liebe {CANARY}")
    account.api.post(f"/mentions/{private}/notes", {"text": f"note {CANARY}"})
    case_id = account.mention(private)["case_id"]
    account.api.post(f"/cases/{case_id}/notes", {"text": f"note {CANARY}"})
    contact_id = account.mention(private)["contact_id"]
    known = account.api.read(f"/contacts/{contact_id}")
    assert known is not None
    patch = {"email": f"{CANARY}@example.com", "customattributes": {"vip": CANARY}}
    account.api.call("PATCH", f"/contacts/{contact_id}", patch, headers={"If-Match": known[1]})
    unreadable = a_posted_mention(f"{CANARY} unreadable", author=author)
    del unreadable["date"]
    stack.aws("events").put_events(
        Entries=[{"EventBusName": stack["bus"], "DetailType": "mention.received", "Source": "test",
                  "Detail": _json(unreadable)}]
    )  # fmt: skip
    for unique_id in (private, public):
        wait_until(partial(_both, account, unique_id, recipe))
    wait_until(lambda: hits(tables(stack), [f"{CANARY} unreadable"]))
    assert len(receiver.got) == 2

    entries = list(account.api.everything(f"/contacts/{contact_id}/export"))
    told = _json(entries)
    assert {entry["kind"] for entry in entries} == {"contact", "profile", "case", "mention", "line"}
    for part in (f"{CANARY} privat", f"Liebe {CANARY}", f"note {CANARY}", f"{CANARY}@example.com"):
        assert part in told, part
    assert [e for e in entries if e["sent"] and CANARY in e["sent"]["body"] and e["sent"]["attempts"]]

    asked = account.api.post(f"/contacts/{contact_id}/erase", {})
    assert asked["state"] == "running"
    with pytest.raises(ApiError, match="404"):
        account.api.get(f"/contacts/{contact_id}/export")

    def over() -> Json | None:
        erasure = account.api.get(f"/contacts/{contact_id}/erasure")
        return erasure if erasure["state"] == "done" else None

    done = wait_until(over, seconds=60)
    assert (done["mentions"], done["cases"]) == (3, 1)
    assert hits(chain(tables(stack), queues(stack), log(stack)), [CANARY]) == []
    mention = account.mention(private)
    assert (mention["erased"], mention["tags"], mention["contact_id"]) == (True, ["gdpr"], None)
    lines = account.lines(f"/mentions/{private}", recipe)
    assert {(line["type"], line["outcome"]) for line in lines} == {("webhook", "done"), ("add_tags", "done")}
    assert CANARY not in _json(list(account.api.everything("/deliveries")))

    again = account.write("I am back", author=author)
    back = account.mention(again)["contact_id"]
    listed = account.api.get(f"/contacts/{back}/cases")["data"]
    assert [each["id"] for each in listed] == [account.mention(again)["case_id"]]
    repeated = {**a_posted_mention("the same again"), "id": private.split("_", 1)[1]}
    assert account.api.post("/mentions", repeated)["result"] == "duplicate"
    assert account.mention(private)["message"]["content"] == ""


def test_only_an_administrator_takes_out_and_erases(stack: Stack) -> None:
    """R8, R20."""
    stack.person("pia", "manager")
    token = stack.log_in("pia")

    for method, path in (("GET", "export"), ("POST", "erase")):
        answer = stack.ask(method, f"/contacts/con_1/{path}", token)
        assert answer.status_code == 403
        assert "administrator" in answer.text


def test_a_contact_with_many_messages_is_erased_in_steps(account: Account, stack: Stack) -> None:
    """R20: 150 messages take eight steps."""
    canary = "pErs0n-many"

    def posted(number: int) -> Json:
        who = {"id": f"{canary}-id", "name": f"{canary} name"}
        return a_posted_mention(f"{canary} {number}", author=who, private=number % 2 == 0)

    batches = [[posted(number) for number in range(start, start + 50)] for start in (0, 50, 100)]
    [first, *_] = [account.api.post("/mentions", {"mentions": batch})["data"] for batch in batches]
    contact_id = account.mention(first[0]["unique_id"])["contact_id"]

    account.api.post(f"/contacts/{contact_id}/erase", {})
    path = f"/contacts/{contact_id}/erasure"
    wait_until(lambda: account.api.get(path)["state"] == "done", seconds=120)

    assert account.api.get(path)["mentions"] == 150
    assert hits(chain(tables(stack), queues(stack)), [canary]) == []


def _both(account: Account, unique_id: str, recipe: str) -> bool:
    """Whether the recipe's two actions are told of."""
    return len(account.lines(f"/mentions/{unique_id}", recipe)) == 2


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
