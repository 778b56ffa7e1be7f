"""Webhooks on the local stack against a real receiver on loopback, which fails and stalls on demand."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from standardwebhooks import Webhook

from tests.e2e.account import Account, words
from tests.e2e.stack import Stack, wait_until
from tests.receiver import Receiver, listening


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


def a_webhook(url: str, **changed: Any) -> dict[str, Any]:
    return {"type": "webhook", "name": "IT channel", "url": url, **changed}


def failed_delivery(account: Account, url: str) -> Any:
    """The delivery to that address, once it has failed."""

    def found() -> Any:
        failed = account.api.get("/deliveries?state=failed")["data"]
        return next((each for each in failed if each["url"] == url), None)

    return wait_until(found, seconds=40)


def test_a_webhook_is_signed_sent_again_after_a_failure_and_told_in_the_history(
    account: Account, receiver: Receiver, stack: Stack
) -> None:
    """Rows 51, 105, 109, 118; A14, A17; R9, R11, R12: one id and one body on every attempt."""
    url = f"{receiver.url}/flaky/1"
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("plantage,server error"),
        actions=[
            a_webhook(url, authorization="Bearer canary-secret-4f2a", x_signature="client-secret"),
            {"type": "add_tags", "tags": ["it"]},
        ],
    )
    assert account.api.get(f"/recipes/{recipe}")["actions"][0]["authorization"] == {
        "set": True,
        "hint": "…4f2a",
    }

    unique_id = account.write("Plantage de l'appli depuis ce matin 📱")

    def both() -> Any:
        found = account.lines(f"/mentions/{unique_id}", recipe)
        return found if len(found) == 2 else None

    lines = wait_until(both, seconds=40)
    assert [line["type"] for line in lines] == ["add_tags", "webhook"], (
        "the run goes on while one action waits"
    )
    detail = lines[1]["detail"]
    assert (detail["webhook"], detail["url"], detail["attempts"], detail["status"]) == (
        "IT channel",
        url,
        2,
        204,
    )
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == detail["delivery_id"]
    assert first.headers["authorization"] == "Bearer canary-secret-4f2a"
    assert first.body == second.body
    secret = stack.aws("secretsmanager").get_secret_value(SecretId=stack["signing_secret_arn"])[
        "SecretString"
    ]
    assert Webhook(secret).verify(second.body, second.headers)["unique_id"] == unique_id
    assert json.loads(second.body)["message"]["content"] == "Plantage de l'appli depuis ce matin 📱"

    log = account.api.get(f"/deliveries/{detail['delivery_id']}")
    assert [(each["outcome"], each["address"]) for each in log["log"]] == [
        ("failed", "127.0.0.1"), ("delivered", "127.0.0.1"),
    ]  # fmt: skip
    assert log["log"][0]["response"]["status"] == 503
    assert log["request"]["body"] == second.body
    assert "canary" not in json.dumps(log)


def test_a_get_carries_chosen_variables(account: Account, receiver: Receiver) -> None:
    """Rows 112, 116; A15"""
    account.recipe(
        trigger={"type": "arrival"},
        filter=words("gettest"),
        actions=[a_webhook(f"{receiver.url}/ok", method="GET", variables=["mention.content", "event.type"])],
    )

    account.write("gettest: ça & là, 50 %")

    [got] = wait_until(lambda: receiver.got)
    assert got.method == "GET"
    assert parse_qs(urlsplit(got.path).query) == {
        "mention.content": ["gettest: ça & là, 50 %"], "event.type": ["mention_arrived"],
    }  # fmt: skip


def test_a_case_update_sends_case_and_mention(account: Account, receiver: Receiver) -> None:
    """Rows 102, 110, 113-115"""
    account.recipe(
        trigger={"type": "case_status_changed", "to": "pending"},
        actions=[{"type": "webhook", "url": f"{receiver.url}/ok"}],
    )
    unique_id = account.write("Bonjour")

    account.set_case(account.mention(unique_id)["case_id"], status="pending")

    [got] = wait_until(lambda: receiver.got)
    body = json.loads(got.body)
    assert body["case"]["status"] == "pending"
    assert body["mention"]["unique_id"] == unique_id


@pytest.mark.parametrize("path", ["redirect/169.254.169.254", "endless", "bomb", "headers"])
def test_a_bad_receiver_leaves_an_attempt_in_the_log(account: Account, receiver: Receiver, path: str) -> None:
    """R10, R14, by way of a trial, which is made once"""
    made = account.api.post("/deliveries/test", {"action": a_webhook(f"{receiver.url}/{path}")})

    def over() -> Any:
        found = account.api.get(f"/deliveries/{made['id']}")
        return found if found["state"] != "pending" else None

    log = wait_until(over, seconds=40)
    [attempt] = log["log"]
    fine = path in ("endless", "bomb")
    assert log["state"] == ("delivered" if fine else "failed")
    assert attempt["duration_ms"] < 15_500
    assert len(receiver.got) == 1
    if fine:
        assert attempt["response"]["cut"]


def test_410_switches_a_receiver_off_and_what_failed_can_be_sent_again(
    account: Account, receiver: Receiver
) -> None:
    """R12, R13"""
    url = f"{receiver.url}/status/410"
    account.recipe(trigger={"type": "arrival"}, filter=words("gonetest"), actions=[a_webhook(url)])
    account.write("gonetest")
    failed = failed_delivery(account, url)

    endpoint = account.api.get(f"/endpoints/{failed['endpoint_id']}")
    assert (endpoint["state"], endpoint["url"]) == ("disabled", url)
    [shown] = account.api.get(f"/recipes/{failed['recipe_id']}/receivers")["data"]
    assert (shown["endpoint_id"], shown["state"], shown["reason"]) == (
        endpoint["id"], "disabled", endpoint["reason"],
    )  # fmt: skip
    account.write("gonetest again")
    listed = f"/deliveries?state=failed&endpoint_id={endpoint['id']}"
    wait_until(lambda: len(account.api.get(listed)["data"]) == 2, seconds=30)
    assert len(receiver.got) == 1

    account.api.post(f"/endpoints/{endpoint['id']}/enable", {})
    account.api.post(f"/deliveries/{failed['id']}/replay", {})
    wait_until(lambda: len(receiver.got) == 2, seconds=30)

    assert receiver.got[0].headers["webhook-id"] == receiver.got[1].headers["webhook-id"]
    assert receiver.got[0].body == receiver.got[1].body
