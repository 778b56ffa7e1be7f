"""Acts on the played platforms, by the real stack: native comment in, hidden there, and what people decide.

Rows 44-50; A12, A13. What is played here: X and Facebook, in the wire formats of their documentation.
"""

import csv
import io
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.adapters.attribute_values import plain, typed
from tests.e2e.account import TOPIC, Account, words
from tests.e2e.stack import Stack, wait_until
from tools.api_client import Json
from tools.platform_sandbox.played import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, Message
from tools.platform_sandbox.server import Sandbox

NATIVE = {"facebook": "77", "twitter": "501"}


@pytest.fixture
def sandbox(stack: Stack, account: Account) -> Iterator[Sandbox]:
    """The platforms, and a profile of ours on each."""
    with Sandbox(stack["api_url"]) as played:
        for service, native in NATIVE.items():
            connect(account, service, native_id=native, sandbox_url=played.url)
        yield played


def connect(account: Account, service: str, **changed: Any) -> None:
    secrets = {"app_secret": APP_SECRET, "access_token": ACCESS_TOKEN}
    secrets |= {"verify_token": VERIFY_TOKEN} if service == "facebook" else {}
    account.connect(
        f"played-{service}",
        {"name": "Orvane", "service": service, "topic": TOPIC, "credentials": secrets, **changed},
    )


def removal(what: str = "hide", **changed: Any) -> Json:
    return {"type": "remove_from_service", "what": what, "confirmed": True, **changed}


class Swearing:
    """A swear word of the test's own, a recipe that removes it, and comments with it."""

    def __init__(self, account: Account, sandbox: Sandbox, action: Json, service: str = "facebook") -> None:
        self.account, self.sandbox, self.service = account, sandbox, service
        self.word = f"merde{uuid.uuid4().hex[:8]}"
        self.recipe = account.recipe(
            trigger={"type": "arrival"}, filter=words(f"{self.word},{self.word}s"), actions=[action]
        )

    def write(self, name: str = "Ana") -> Message:
        """Somebody answers one of our posts in public, with that word."""
        return self.sandbox.write(
            self.service,
            name,
            f"Quelle {self.word}",
            private=False,
            parent="77_1" if self.service == "facebook" else "1",
        )

    def acts(self, **chosen: str) -> list[Json]:
        query = "&".join(f"{name}={value}" for name, value in {"recipe_id": self.recipe, **chosen}.items())
        return list(self.account.api.get(f"/moderation?{query}")["data"])

    def act(self, *states: str) -> Json:
        """The only act, once it stands so."""
        [found] = wait_until(lambda: [each for each in self.acts() if each["state"] in states], 60)
        return found

    def decide(self, act: Json, what: str, **body: str) -> Json:
        return dict(self.account.api.post(f"/moderation/{act['id']}/{what}", body))


def unique_id(message: Message) -> str:
    return f"{TOPIC}_{message.id}"


def test_a_comment_that_swears_is_hidden_and_after_an_objection_shown_again(
    account: Account, sandbox: Sandbox
) -> None:
    """Rows 45, 47-49: the story from Facebook's event to Facebook's page, and its record."""
    swearing = Swearing(account, sandbox, removal())
    message = swearing.write()

    act = swearing.act("done")

    assert message.hidden
    assert (act["automated"], act["by"]["id"], act["text"]) == (True, swearing.recipe, message.text)
    assert act["clauses"][0]["path"] == "filter/rules/0"
    assert act["clauses"][0]["got"] == [swearing.word]
    mention = account.mention(unique_id(message))
    assert (mention["on_service"], mention["status"]) == ("hidden", "new")
    [line] = account.lines(f"/mentions/{unique_id(message)}", swearing.recipe)
    assert (line["type"], line["outcome"], line["reason"]) == (
        "remove_from_service", "done", "hidden on the service",
    )  # fmt: skip

    swearing.decide(act, "object", reason="The name of a river")
    undone = swearing.act("undone")

    assert not message.hidden
    assert undone["objection"]["reason"] == "The name of a river"
    assert account.mention(unique_id(message))["on_service"] is None
    answer = account.api.call("GET", f"/moderation?recipe_id={swearing.recipe}&format=csv")
    [row] = csv.DictReader(io.StringIO(answer.content.decode()))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert (row["state"], row["objection_reason"], row["text"]) == (
        "undone", "The name of a river", message.text,
    )  # fmt: skip


def test_a_delete_deletes_and_a_block_blocks(account: Account, sandbox: Sandbox) -> None:
    """Rows 44, 46, A13."""
    deleting = Swearing(account, sandbox, removal("delete"))
    blocking = Swearing(account, sandbox, removal("block_author"))
    gone, blocked = deleting.write(), blocking.write("Bob")

    deleting.act("done")
    blocking.act("done")

    assert gone.id not in sandbox.facebook.messages
    assert blocked.id in sandbox.facebook.messages
    assert sandbox.facebook.blocked == {blocked.author}
    assert account.mention(unique_id(gone))["on_service"] == "deleted"
    untouched = account.mention(unique_id(blocked))
    assert (untouched["on_service"], untouched["author_blocked"]) == (None, True)


def test_a_reply_on_x_is_hidden_there_and_a_delete_is_refused_when_it_is_saved(
    account: Account, stack: Stack, sandbox: Sandbox
) -> None:
    """A12: X deletes nothing of others. A filter that pins nothing is warned of, and skipped at run time."""
    hiding = Swearing(account, sandbox, removal(), "twitter")
    deleting = Swearing(account, sandbox, removal("delete"), "twitter")
    hidden, kept = hiding.write(), deleting.write()

    hiding.act("done")
    path = f"/mentions/{unique_id(kept)}"
    [line] = wait_until(lambda: account.lines(path, deleting.recipe))

    assert hidden.hidden
    assert (line["outcome"], line["reason"]) == ("skipped", "twitter has no way to delete a message")
    pinned = {"field": "source.service", "operator": "is", "value": "email"}
    body = {
        "name": "x", "topics": [TOPIC], "trigger": {"type": "arrival"}, "actions": [removal()],
        "filter": {"combinator": "and", "rules": [pinned]},
    }  # fmt: skip
    answer = stack.ask("POST", "/recipes", stack.token(), json=body)
    refused = answer.json()
    assert answer.status_code == 422
    assert refused["errors"][0]["pointer"] == "/actions/0/what"
    assert refused["errors"][0]["allowed"] == ["twitter", "facebook"]
    warned = account.api.get(f"/recipes/{deleting.recipe}")["warnings"]
    assert warned[0]["detail"].startswith("Only facebook can delete a message")


def test_above_the_ceiling_a_person_decides(account: Account, sandbox: Sandbox) -> None:
    """R6"""
    swearing = Swearing(account, sandbox, removal(most_per_hour=1))
    first = swearing.write()
    swearing.act("done")
    others = [swearing.write(), swearing.write()]
    held = wait_until(lambda: found if len(found := swearing.acts(state="held")) == 2 else None)

    assert [each.hidden for each in (first, *others)] == [True, False, False]
    by_mention = {each["unique_id"]: each for each in held}
    swearing.decide(by_mention[unique_id(others[0])], "approve", reason="rightly so")
    swearing.decide(by_mention[unique_id(others[1])], "dismiss")
    wait_until(lambda: others[0].hidden)

    assert not others[1].hidden
    assert [each["state"] for each in swearing.acts(state="dismissed")] == ["dismissed"]


def test_a_quarantine_has_its_schedule_and_deletes_when_it_is_due(
    account: Account, stack: Stack, sandbox: Sandbox
) -> None:
    """Peers 6. The hour is not waited for: what is due is moved into the past, and its message sent."""
    swearing = Swearing(account, sandbox, removal("delete", quarantine_hours=1))
    message = swearing.write()
    act = swearing.act("quarantined")

    assert message.hidden
    assert scheduled(stack, act["id"]) == act["due_at"]
    an_hour_passes(stack, act)
    swearing.act("done")

    assert message.id not in sandbox.facebook.messages
    assert account.mention(unique_id(message))["on_service"] == "deleted"


def test_an_objection_during_the_quarantine_ends_it(account: Account, stack: Stack, sandbox: Sandbox) -> None:
    swearing = Swearing(account, sandbox, removal("delete", quarantine_hours=1))
    message = swearing.write()
    act = swearing.act("quarantined")

    swearing.decide(act, "object", reason="Satire")
    swearing.act("undone")
    send(stack, act)

    assert not message.hidden
    wait_until(lambda: stack.waiting("runs_queue") == 0)
    assert message.id in sandbox.facebook.messages


@pytest.mark.parametrize("failure", ["outage", "lost_answer", "silence"])
def test_what_has_no_clear_answer_is_tried_again(account: Account, sandbox: Sandbox, failure: Any) -> None:
    """R3, class B."""
    swearing = Swearing(account, sandbox, removal())
    sandbox.facebook.failures.append(failure)
    message = swearing.write()

    act = swearing.act("done")

    assert message.hidden
    assert act["attempts"] == 1


def test_a_rate_limit_waits_and_a_deleted_comment_is_done(account: Account, sandbox: Sandbox) -> None:
    swearing = Swearing(account, sandbox, removal("delete"), "facebook")
    sandbox.facebook.failures.append("deleted_post")
    swearing.write()
    assert swearing.act("done")["reason"] == "it was gone from the service already"

    limited = Swearing(account, sandbox, removal(), "twitter")
    sandbox.x.failures.append("rate_limit")
    began = datetime.now(UTC)
    limited.write()
    act = limited.act("pending")

    assert "too many calls" in act["reason"]
    due = datetime.fromisoformat(act["due_at"])
    assert timedelta(seconds=30) <= due - began <= timedelta(seconds=75)


def test_an_expired_token_fails_and_the_profile_shows_it_until_it_is_connected_again(
    account: Account, sandbox: Sandbox
) -> None:
    swearing = Swearing(account, sandbox, removal())
    sandbox.facebook.failures.append("expired_token")
    message = swearing.write()

    act = swearing.act("failed")

    assert "expired or revoked" in act["reason"]
    assert account.api.get("/profiles/played-facebook")["status"] == "expired"
    connect(account, "facebook", native_id=NATIVE["facebook"], sandbox_url=sandbox.url)
    swearing.decide(act, "retry")
    swearing.act("done")
    assert message.hidden


def test_an_agent_does_it_by_hand(account: Account, stack: Stack, sandbox: Sandbox) -> None:
    message = sandbox.write("facebook", "Ana", "My number is 0612345678", private=False, parent="77_1")
    path = f"/mentions/{unique_id(message)}/moderation"
    wait_until(lambda: account.api.read(f"/mentions/{unique_id(message)}"))

    asked = account.api.post(path, {"what": "hide", "reason": "private data"})
    wait_until(lambda: message.hidden)
    assert (asked["automated"], asked["note"]) == (False, "private data")
    account.api.post(path, {"what": "unhide"})
    wait_until(lambda: not message.hidden)

    mail = account.write("Hello", source={"service": "email"})
    refused = stack.ask("POST", f"/mentions/{mail}/moderation", stack.token(), json={"what": "hide"})
    assert refused.status_code == 409
    assert "no connected profile of email" in refused.json()["detail"]


def scheduled(stack: Stack, moderation_id: str) -> str:
    """When the schedule of an act fires, by what Scheduler keeps."""
    scheduler = stack.aws("scheduler")
    for each in scheduler.list_schedules()["Schedules"]:
        schedule = scheduler.get_schedule(Name=each["Name"])
        target = json.loads(schedule["Target"]["Input"])
        if target.get("moderation_id") == moderation_id:
            return str(target["due"])
    raise AssertionError("there is no schedule")


def an_hour_passes(stack: Stack, act: Json) -> None:
    """Move what is due into the past, and send what the schedule would."""
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    dynamo, table = stack.aws("dynamodb"), stack["tables"]["ledger"]
    for item in map(plain, stack.items("ledger", f"MODERATION#{act['id']}")):
        if item["entity"] == "moderation":
            moved = json.dumps(json.loads(item["moderation"]) | {"due_at": past})
            dynamo.put_item(TableName=table, Item=typed(item | {"moderation": moved}))
    send(stack, act | {"due_at": past})


def send(stack: Stack, act: Json) -> None:
    body = {
        "type": "moderation", "schema_version": 1, "moderation_id": act["id"],
        "unique_id": act["unique_id"], "due": min(act["due_at"], datetime.now(UTC).isoformat()),
    }  # fmt: skip
    stack.aws("sqs").send_message(
        QueueUrl=stack["queues"]["runs_queue"], MessageBody=json.dumps(body),
        MessageGroupId=f"moderation:{act['unique_id']}", MessageDeduplicationId=uuid.uuid4().hex,
    )  # fmt: skip
