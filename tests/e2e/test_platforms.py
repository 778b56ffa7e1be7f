"""Native events on the real stack: signed as platforms sign, in without a login, and on to a recipe.

What is played here: the platforms. Their signatures, shapes and addresses are those of their documentation.
"""

import json
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from inbox_recipes.platforms.base import Received
from tests import wire
from tests.e2e.account import TOPIC, Account, words
from tests.e2e.stack import Stack, wait_until


class Sns(BaseHTTPRequestHandler):
    """Holds the certificate of SNS, and notes who confirms a subscription."""

    confirmed: list[str] = []  # noqa: RUF012 - one server at a time

    def do_GET(self) -> None:
        if "ConfirmSubscription" in self.path:
            self.confirmed.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(wire.sns_key()[1])

    def log_message(self, *_: Any) -> None:
        """Nothing: the test says what matters."""


@pytest.fixture
def sns() -> Iterator[str]:
    Sns.confirmed.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sns)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def connect(account: Account, service: str, **changed: Any) -> None:
    """Connect the profile that the events of `wire` are for."""
    topic = {"sns_topic_arn": wire.SNS_TOPIC} if service == "email" else {}
    account.connect(
        f"our-{service}",
        {"name": "Orvane", "service": service, "native_id": wire.NATIVE[service], "topic": TOPIC,
         "credentials": wire.SECRETS[service], **topic, **changed},
    )  # fmt: skip


def deliver(stack: Stack, service: str, request: Received) -> Any:
    return stack.ask(
        "POST", f"/platforms/{service}/webhook", data=request.body, headers=dict(request.headers)
    )


def test_a_comment_on_facebook_sets_off_a_recipe_once_however_often_it_is_told(
    account: Account, stack: Stack
) -> None:
    """Rows 1, 52, 123; R2, R11."""
    connect(account, "facebook")
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("remboursement"),
        actions=[{"type": "add_tags", "tags": ["refund"]}],
    )
    native = f"100_{uuid.uuid4().int % 10**12}"
    comment = wire.facebook(wire.feed(comment_id=native, message="Et mon remboursement ? 😡"))

    first, again = deliver(stack, "facebook", comment), deliver(stack, "facebook", comment)

    assert (first.status_code, first.json()["created"]) == (200, 1)
    assert (again.status_code, again.json()["duplicates"]) == (200, 1)
    unique_id = f"{TOPIC}_{native}"
    [line] = wait_until(lambda: account.lines(f"/mentions/{unique_id}", recipe))
    assert (line["type"], line["outcome"]) == ("add_tags", "done")
    mention = account.mention(unique_id)
    assert mention["message"]["content"] == "Et mon remboursement ? 😡"
    assert (mention["source"]["profile"], mention["tags"]) == ("our-facebook", ["refund"])


def test_messages_of_x_and_our_own_make_one_case(account: Account, stack: Stack) -> None:
    """Domain 1.3; row 14."""
    connect(account, "twitter")
    customer = str(uuid.uuid4().int % 10**12)
    theirs = wire.direct_message(customer, "Where is it?", sender=customer)
    ours = wire.direct_message(customer + "1", "On its way", sender="501")
    ours["message_create"]["target"]["recipient_id"] = customer
    for event in (theirs, ours):
        assert deliver(stack, "twitter", wire.x({"direct_message_events": [event]})).json()["created"] == 1

    case = account.case_of(f"{TOPIC}_{customer}")
    answer = account.mention(f"{TOPIC}_{customer}1")
    assert (answer["status"], answer["case_id"]) == ("sent", case["id"])
    assert case["last_message_by"] == "us"


def test_a_mail_comes_in_by_the_message_or_by_the_bucket(account: Account, stack: Stack, sns: str) -> None:
    """R11: SNS's signature, with the certificate from SNS's address, which is played here."""
    connect(account, "email", sandbox_url=sns)
    ids = [f"{uuid.uuid4().hex}@example.com" for _ in range(2)]
    bucket = stack["mail_bucket"]
    stack.aws("s3").put_object(Bucket=bucket, Key="in/1", Body=wire.mail(f"Message-ID: <{ids[1]}>").encode())
    action = {"type": "S3", "bucketName": bucket, "objectKey": "in/1"}

    for request in (wire.ses(wire.mail(f"Message-ID: <{ids[0]}>")), wire.ses("", action=action)):
        told = json.loads(request.body)
        signed = wire.sns(
            {"Type": "Notification", "Message": told["Message"]},
            url=f"{sns}/SimpleNotificationService-9c6465fa.pem",
        )
        answer = deliver(stack, "email", signed)
        assert (answer.status_code, answer.json().get("created")) == (200, 1), answer.text

    assert account.case_of(f"{TOPIC}_{ids[0]}")["id"] == account.case_of(f"{TOPIC}_{ids[1]}")["id"]
    url = f"{sns}/?Action=ConfirmSubscription&Token=1"
    told = {"Type": "SubscriptionConfirmation", "Message": "m", "Token": "1", "SubscribeURL": url}
    assert deliver(stack, "email", wire.sns(told, url=f"{sns}/cert.pem")).status_code == 200
    assert Sns.confirmed == ["/?Action=ConfirmSubscription&Token=1"]


def test_challenges_are_answered_without_a_login(account: Account, stack: Stack) -> None:
    """R11."""
    connect(account, "facebook")
    connect(account, "twitter")
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "meatyhamhock"}

    right = stack.ask("GET", "/platforms/facebook/webhook", params=asked)
    wrong = stack.ask("GET", "/platforms/facebook/webhook", params=asked | {"hub.verify_token": "guess"})
    crc = stack.ask("GET", "/platforms/twitter/webhook", params={"crc_token": "challenge_string"})

    assert (right.status_code, right.text) == (200, "1158201444")
    assert wrong.status_code == 403
    assert crc.json() == {"response_token": "sha256=Mh91teySBWI4Mi/M5j5jgDFjp2IIQhy8AWNxU0NSqQc="}


def test_forged_events_are_refused_and_the_secrets_show_nowhere(account: Account, stack: Stack) -> None:
    """R9, R11."""
    for service in wire.SECRETS:
        connect(account, service)
    for request, service in (
        (wire.facebook(wire.feed(), secret="guessed"), "facebook"),
        (wire.x({"tweet_create_events": [wire.post()]}, secret="guessed"), "twitter"),
        (wire.received(b'{"Type": "Notification"}'), "email"),
    ):
        refused = deliver(stack, service, request)
        assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    assert deliver(stack, "myspace", wire.received(b"{}")).status_code == 404

    shown = account.api.get("/profiles/our-facebook")
    assert shown["status"] == "connected"
    assert shown["credentials"]["access_token"]["set"] is True
    tables = [stack.items("recipes", partition) for partition in ("PROFILE", "VERSIONS#profile#our-facebook")]
    seen = json.dumps([shown, tables])
    assert not [text for text in wire.SECRETS["facebook"].values() if text in seen]
