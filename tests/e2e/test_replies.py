"""Each platform from end to end: a native event in, a recipe that matches, the answer out, history complete.

What is played here: the platforms, by `tools.platform_sandbox`, which speaks their wire formats.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import requests

from tests.e2e.account import TOPIC, Account, words
from tests.e2e.stack import Stack, wait_until
from tools.api_client import Json
from tools.platform_sandbox.mail import TOPIC_ARN
from tools.platform_sandbox.played import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, Message
from tools.platform_sandbox.server import Sandbox

CREDENTIALS = {
    "facebook": {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "access_token": ACCESS_TOKEN},
    "twitter": {"app_secret": APP_SECRET, "access_token": ACCESS_TOKEN},
    "email": {},
}


@pytest.fixture
def sandbox(account: Account, stack: Stack) -> Iterator[Sandbox]:
    """The played platforms, with a profile of ours on each."""
    with Sandbox(stack["api_url"]) as made:
        for service in CREDENTIALS:
            connect(account, made, service)
        yield made


def connect(account: Account, sandbox: Sandbox, service: str) -> None:
    topic = {"sns_topic_arn": TOPIC_ARN} if service == "email" else {}
    account.connect(
        f"our-{service}",
        {"name": "Orvane", "service": service, "native_id": sandbox.platforms[service].profile,
         "topic": TOPIC, "sandbox_url": sandbox.url, "credentials": CREDENTIALS[service], **topic},
    )  # fmt: skip


class Told:
    """Somebody who has written something that one recipe answers."""

    def __init__(self, account: Account, sandbox: Sandbox, service: str, **action: Any) -> None:
        self.account, self.sandbox, self.service = account, sandbox, service
        self.word = f"zz{uuid.uuid4().hex}"
        reply = {"type": "reply", "service": service, "mode": "immediate", "text": "Merci [author.name] 📦"}
        self.recipe = account.recipe(
            trigger={"type": "arrival"}, filter=words(self.word), actions=[{**reply, **action}]
        )

    def writes(self, *, private: bool = True) -> str:
        """The mention's unique id."""
        name = f"P{uuid.uuid4().hex[:8]}"
        parent = None
        if not private and self.service == "facebook":
            parent = self.sandbox.facebook.post
        self.message: Message = self.sandbox.write(
            self.service, name, f"Où est-ce ? {self.word}", private=private, parent=parent
        )
        assert self.sandbox.told[-1][2] == 200
        return f"{TOPIC}_{self.message.id}"

    def item(self, *states: str, seconds: float = 60) -> Json:
        """The recipe's item of the outbox, when it has come to one of these states."""

        def found() -> Json | None:
            listed = self.account.api.get(f"/outbox?recipe_id={self.recipe}")["data"]
            return next((each for each in listed if each["state"] in states), None)

        return wait_until(found, seconds)

    def lines(self, unique_id: str) -> list[tuple[str, str]]:
        """What the recipe left in the mention's history."""
        lines = self.account.lines(f"/mentions/{unique_id}", self.recipe)
        return [(line["type"], line["outcome"]) for line in lines if line["type"] != "replied"]

    def ours(self) -> list[Message]:
        """What our profile has on the platform."""
        platform = self.sandbox.platforms[self.service]
        return [each for each in platform.messages.values() if each.author == platform.profile]


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("service", ["facebook", "twitter"])
def test_a_message_is_answered_in_kind_and_all_of_it_is_told_once(
    account: Account, sandbox: Sandbox, service: str, private: bool
) -> None:
    """Rows 38, 41, 42, 123; A10; R2, R3."""
    told = Told(account, sandbox, service)
    unique_id = told.writes(private=private)
    item = told.item("sent", "failed", "unknown")

    assert (item["state"], item["attempts"]) == ("sent", 1), item["reason"]
    [made] = told.ours()
    assert made.text.startswith("Merci")
    assert (made.private, made.id) == (private, item["native_id"])
    ours = account.mention(item["sent_as"])
    # X tells of it with the name that it answers before it.
    assert (ours["status"], ours["message"]["content"].endswith(made.text)) == ("sent", True)
    assert ("reply", "done") in told.lines(unique_id)
    assert "replied" in [line["type"] for line in account.history(f"/mentions/{unique_id}")]
    if private:
        case = account.case_of(unique_id)
        assert (case["last_message_by"], ours["case_id"]) == ("us", case["id"])
        held = [each["unique_id"] for each in account.api.everything(f"/cases/{case['id']}/mentions")]
        assert held == [unique_id, item["sent_as"]]
    sandbox.tell(service, made)
    sandbox.tell(service, told.message)
    assert [status for _, _, status in sandbox.told[-2:]] == [200, 200]
    assert len(told.ours()) == 1


def test_a_mail_is_answered_by_ses(account: Account, sandbox: Sandbox, stack: Stack) -> None:
    """Row 42; A10."""
    stack.aws("sesv2").create_email_identity(EmailIdentity="support@orvane.example")
    told = Told(account, sandbox, "email", text="Bien reçu é")
    unique_id = told.writes()
    item = told.item("sent", "failed", "unknown")

    assert item["state"] == "sent", item["reason"]
    answer = requests.get(f"{stack['endpoint_url']}/_ministack/ses/messages", timeout=10).json()
    mails = [
        each for sent in answer["messages"].values() for each in sent if told.message.author in each["To"]
    ]
    assert [mail["Source"] for mail in mails] == ["support@orvane.example"]
    assert account.mention(item["sent_as"])["case_id"] == account.case_of(unique_id)["id"]
    assert ("reply", "done") in told.lines(unique_id)


def test_what_awaits_approval_is_edited_approved_and_sent(account: Account, sandbox: Sandbox) -> None:
    """Row 39."""
    account.put("/users/ada", {"name": "Ada"})
    told = Told(account, sandbox, "facebook", mode="approval", approver="ada")
    unique_id = told.writes()
    item = told.item("awaiting_approval")
    path = f"/outbox/{item['id']}"
    assert (item["approver"], told.ours()) == ("ada", [])

    known = account.api.read(path)
    assert known is not None
    change = {"text": "Merci, Ana.", "comment": "Her name"}
    account.api.call("PATCH", path, change, headers={"If-Match": known[1]})
    account.api.post(f"{path}/approve", {"comment": "Go"})
    assert told.item("sent")["text"] == "Merci, Ana."

    assert [each.text for each in told.ours()] == ["Merci, Ana."]
    kinds = [line["type"] for line in account.history(f"/mentions/{unique_id}")]
    assert {"reply", "reply_edited", "reply_approved", "replied"} <= set(kinds)


def test_an_agent_answers_by_the_outbox(account: Account, sandbox: Sandbox) -> None:
    told = Told(account, sandbox, "twitter", mode="draft")
    unique_id = told.writes()
    answer = account.api.call("POST", f"/mentions/{unique_id}/reply", {"text": "Me voici"})
    assert answer.status_code == 202
    path = f"/outbox/{answer.json()['id']}"
    wait_until(lambda: account.api.get(path)["state"] == "sent" or None, 60)

    assert [each.text for each in told.ours()] == ["Me voici"]
    assert account.case_of(unique_id)["handled_by"]["type"] == "agent"


def test_an_expired_token_is_shown_and_the_answer_sent_when_it_is_renewed(
    account: Account, sandbox: Sandbox
) -> None:
    """Platform errors: an expired token."""
    told = Told(account, sandbox, "facebook")
    sandbox.facebook.failures.append("expired_token")
    unique_id = told.writes()
    item = told.item("failed")
    assert "expired" in item["reason"]
    assert account.api.get("/profiles/our-facebook")["status"] == "expired"

    connect(account, sandbox, "facebook")
    assert account.api.get("/profiles/our-facebook")["status"] == "connected"
    account.api.post(f"/outbox/{item['id']}/send-again", {})
    assert told.item("sent")["attempts"] == 2
    assert [outcome for _, outcome in told.lines(unique_id)] == ["failed", "done"]
    assert len(told.ours()) == 1


def test_a_deleted_post_fails_for_good(account: Account, sandbox: Sandbox) -> None:
    """Platform errors: a deleted post."""
    told = Told(account, sandbox, "twitter")
    sandbox.x.failures.append("deleted_post")
    unique_id = told.writes(private=False)
    item = told.item("failed")

    assert "deleted" in item["reason"]
    assert told.lines(unique_id) == [("reply", "failed")]
    assert told.ours() == []


def test_a_lost_answer_is_unknown_then_found_on_the_platform(account: Account, sandbox: Sandbox) -> None:
    """R3, class C; platform errors: an outage after the bytes have left."""
    told = Told(account, sandbox, "twitter")
    sandbox.x.failures.append("lost_answer")
    unique_id = told.writes()
    assert told.item("unknown")["attempts"] == 1
    assert told.item("sent", seconds=120)["attempts"] == 1

    assert len(told.ours()) == 1
    assert told.lines(unique_id) == [("reply", "unknown"), ("reply", "done")]


def test_a_rate_limit_is_waited_for(account: Account, sandbox: Sandbox) -> None:
    """Platform errors: a rate limit, for as long as X says."""
    told = Told(account, sandbox, "twitter")
    sandbox.x.failures.append("rate_limit")
    unique_id = told.writes()
    item = wait_until(lambda: told.item("queued") if told.item("queued")["attempts"] else None)
    assert "too many calls" in item["reason"]
    held = account.api.get("/profiles/our-twitter")["held_until"]
    assert datetime.fromisoformat(held) == datetime.fromisoformat(item["next_attempt_at"])
    assert told.ours() == []

    assert told.item("sent", seconds=150)["attempts"] == 2
    assert told.lines(unique_id) == [("reply", "done")]
