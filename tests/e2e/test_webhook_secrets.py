"""What webhooks keep to themselves, and whom they tell: URLs that are keys, signing keys, dead receivers."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.e2e.account import Account, words
from tests.e2e.stack import Stack, wait_until
from tests.e2e.test_notifications import mails
from tests.receiver import Got, Receiver, listening

TOKEN = "x7Kq93LmPz02canaryQ9f2a"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


def a_webhook(url: str, **changed: Any) -> dict[str, Any]:
    return {"type": "webhook", "name": "IT channel", "url": url, **changed}


def stored(stack: Stack) -> dict[str, str]:
    """Everything that the tables hold, as text."""
    dynamo = stack.aws("dynamodb")
    pages = {
        name: dynamo.get_paginator("scan").paginate(TableName=table)
        for name, table in stack["tables"].items()
    }
    return {name: repr([page["Items"] for page in found]) for name, found in pages.items()}


def tell_apart(text: str) -> set[str]:
    """The forms in which a token may be found."""
    return {text, quote(text, safe=""), json.dumps(text)[1:-1], b64encode(text.encode()).decode()[:24]}


def test_a_url_that_is_a_key_is_called_and_found_nowhere(
    account: Account, receiver: Receiver, stack: Stack
) -> None:
    """R9: as of a Mattermost server, whose answer repeats the address."""
    url = f"{receiver.url}/mirror/hooks/{TOKEN}"
    recipe = account.recipe(trigger={"type": "arrival"}, filter=words("keytest"), actions=[a_webhook(url)])
    shown = account.api.get(f"/recipes/{recipe}")["actions"][0]
    assert (shown["url"], shown["url_secret"]) == (f"{receiver.url}/…9f2a", {"set": True, "hint": "…9f2a"})
    name = {"name": "Renamed", "actions": [a_webhook(shown["url"], preset="mattermost")]}
    account.api.call("PATCH", f"/recipes/{recipe}", name, headers={"If-Match": "*"})

    unique_id = account.write("keytest")

    [got] = wait_until(lambda: receiver.got[:1])
    assert got.path == f"/mirror/hooks/{TOKEN}"
    [delivery] = wait_until(
        lambda: [
            d for d in account.api.get("/deliveries")["data"] if d["recipe_id"] == recipe and d["attempts"]
        ]
    )
    whole = account.api.get(f"/deliveries/{delivery['id']}")
    assert "no ***" in whole["log"][0]["response"]["body"]
    account.api.call("PATCH", f"/recipes/{recipe}", {"mode": "disabled"}, headers={"If-Match": "*"})
    wait_until(
        lambda: [each for each in account.history(f"/mentions/{unique_id}") if each["type"] == "webhook"]
    )
    own = f"/recipes/{recipe}"
    paths = [own, f"{own}/versions", f"{own}/receivers", "/endpoints", "/deliveries"]
    paths += [f"/deliveries/{delivery['id']}", f"/mentions/{unique_id}/history"]
    sinks = stored(stack) | {path: json.dumps(account.api.get(path)) for path in paths}
    sinks["log"] = Path(stack["log"]).read_text(errors="replace")
    assert [name for name, text in sinks.items() if any(form in text for form in tell_apart(TOKEN))] == []


def test_people_are_told_of_a_receiver_that_is_switched_off(
    account: Account, receiver: Receiver, stack: Stack
) -> None:
    """R13: by e-mail, once, with what to do; those off before have mails of their own."""
    account.put("/users/lena", {"name": "Lena", "email": "lena@example.com"})
    account.api.call(
        "PATCH", "/account", {"receiver_notices": {"users": ["lena"]}}, headers={"If-Match": "*"}
    )
    url = f"{receiver.url}/status/410"
    account.recipe(
        name="Panne", trigger={"type": "arrival"}, filter=words("goodbyetest"), actions=[a_webhook(url)]
    )
    account.write("goodbyetest")

    subject = f"Webhooks to {url} are switched off"
    [mail] = wait_until(
        lambda: [each for each in mails(stack, "lena@example.com") if each["Subject"] == subject], seconds=100
    )
    for said in (
        "“Panne” (enabled), webhook “IT channel”",
        "answered 410",
        "/enable",
        "POST /deliveries/replay",
    ):
        assert said in mail["BodyText"]

    def told() -> Any:
        [endpoint] = [each for each in account.api.get("/endpoints")["data"] if each["url"] == url]
        return endpoint if endpoint["notice"]["recipients"] else None

    endpoint = wait_until(told)
    assert wait_until(lambda: told()["notice"]["recipients"][0]["outcome"]) == "done"
    assert endpoint["notice"]["kind"] == "switched_off"
    assert "lena@example.com" not in json.dumps(account.api.get("/endpoints"))


def verifies(secret: str, got: Got) -> bool:
    try:
        Webhook(secret).verify(got.body, got.headers)
    except WebhookVerificationError:
        return False
    return True


def sent_by_a_fresh_function(account: Account, receiver: Receiver, stack: Stack, action: Any) -> Got:
    """What is signed by an executor that remembers no keys, as all do after five minutes."""
    functions, name = stack.aws("lambda"), stack["functions"]["executor"]
    same = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": same})
    before = len(receiver.got)
    account.api.post("/deliveries/test", {"action": action})
    return wait_until(lambda: receiver.got[before:], seconds=40)[0]


def test_signing_keys_are_rotated_without_a_gap(account: Account, receiver: Receiver, stack: Stack) -> None:
    """R11: both verify until the one before ends; one that was dropped verifies no more."""
    action = a_webhook(f"{receiver.url}/ok")
    first = stack.aws("secretsmanager").get_secret_value(SecretId=stack["signing_secret_arn"])["SecretString"]
    second = account.api.post("/signing-keys/rotate", {"types": ["symmetric"], "drop_previous": True})[
        "secret"
    ]

    overlap = sent_by_a_fresh_function(account, receiver, stack, action)
    assert [verifies(key, overlap) for key in (second, first)] == [True, True]
    keys = account.api.get("/signing-keys")
    assert keys["previous"]["until"] > keys["current"]["since"]
    assert second not in json.dumps(keys)

    third = account.api.post("/signing-keys/rotate", {"types": ["symmetric"], "drop_previous": True})[
        "secret"
    ]
    after = sent_by_a_fresh_function(account, receiver, stack, action)
    assert [verifies(key, after) for key in (third, second, first)] == [True, True, False]
