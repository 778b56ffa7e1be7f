"""The way out: what a receiver gets, what is success, and how long a bad one can hold us (R11, R14)."""

import hashlib
import hmac
import resource
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from inbox_recipes.adapters.deadlines import ENDING_SECONDS
from inbox_recipes.adapters.http_sender import HttpSender
from inbox_recipes.adapters.response_bodies import KEPT_BYTES
from inbox_recipes.deliveries import Answer
from inbox_recipes.errors import Permanent
from inbox_recipes.webhook_requests import Request
from tests.receiver import Receiver, listening

LOOPBACK = ("127.0.0.0/8",)
KEY = "whsec_" + b64encode(b"k" * 32).decode()
OLD_KEY = "whsec_" + b64encode(b"o" * 32).decode()
PATIENCE = 1.5
"""Seconds that the impatient sender of these tests has, instead of fifteen."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


def credentials(name: str) -> str:
    known = {"sec_1": "Bearer s3cret-token", "sec_2": "client-secret"}
    if name not in known:
        raise Permanent("the credentials are no longer there")
    return known[name]


def a_sender(*keys: str, seconds: float = PATIENCE) -> HttpSender:
    return HttpSender(lambda: keys or (KEY,), credentials, ("127.0.0.0/8",), total_seconds=seconds)


def a_request(url: str, **changed: Any) -> Request:
    whole: dict[str, Any] = {
        "method": "POST",
        "url": url,
        "shown_url": url,
        "content_type": "application/json",
        "body": '{"text":"déjà 📱"}',
    }
    return Request(**whole | changed)


def send(sender: HttpSender, url: str, **changed: Any) -> Answer:
    return sender.send(a_request(url, **changed), "msg_1", datetime.now(UTC))


def test_a_receiver_can_verify_what_it_gets_and_reads_real_characters(receiver: Receiver) -> None:
    answer = send(a_sender(), f"{receiver.url}/ok")

    [got] = receiver.got
    assert Webhook(KEY).verify(got.body, got.headers) == {"text": "déjà 📱"}
    assert got.headers["webhook-id"] == "msg_1"
    assert got.headers["host"] == receiver.url.removeprefix("http://"), "with its port"
    assert (answer.outcome, answer.address) == ("delivered", "127.0.0.1")
    assert answer.response is not None
    assert answer.response.status == 204


def test_an_address_that_is_a_key_is_called_whole_and_not_seen_in_what_comes_back(receiver: Receiver) -> None:
    """R9: nor are credentials, though the receiver repeats both, across the place where an answer is cut."""
    secret = f"{receiver.url}/mirror/hooks/x7Kq93LmPz02?sig=aB%2Bcd/ef=gh90"
    sender = HttpSender(
        lambda: (KEY,), lambda name: {"sec_url": secret}.get(name, "Bearer s3cret-token"), LOOPBACK
    )

    answer = send(
        sender, f"{receiver.url}/…gh90?topic=5", url_secret="sec_url", authorization="sec_1"
    )  # fmt: skip

    assert receiver.got[0].path == f"{secret.removeprefix(receiver.url)}&topic=5"
    assert answer.response is not None
    assert answer.response.cut
    shown = repr(answer)
    assert "no ***" in shown
    assert [part for part in ("x7Kq", "aB%2B", "ef=gh", "s3cret") if part in shown] == []


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "body"])
def test_one_changed_bit_makes_the_signature_wrong(receiver: Receiver, part: str) -> None:
    """R11"""
    send(a_sender(), f"{receiver.url}/ok")
    headers, body = dict(receiver.got[0].headers), receiver.got[0].body
    if part == "body":
        body = body.replace("d", "e", 1)
    else:
        headers[part] = headers[part][:-1] + chr(ord(headers[part][-1]) ^ 1)

    with pytest.raises(WebhookVerificationError):
        Webhook(KEY).verify(body, headers)


def test_while_a_secret_is_rotated_both_are_right(receiver: Receiver) -> None:
    """R11"""
    send(a_sender(KEY, OLD_KEY), f"{receiver.url}/ok")

    [got] = receiver.got
    for key in (KEY, OLD_KEY):
        Webhook(key).verify(got.body, got.headers)


def test_a_get_has_no_body_and_is_signed_as_empty(receiver: Receiver) -> None:
    """A15"""
    send(
        a_sender(),
        f"{receiver.url}/ok?mention.content=d%C3%A9j%C3%A0",
        method="GET",
        content_type=None,
        body="",
    )

    [got] = receiver.got
    assert (got.method, got.body) == ("GET", "")
    assert got.path == "/ok?mention.content=d%C3%A9j%C3%A0"
    assert not {"content-type", "content-length"} & got.headers.keys()
    Webhook(KEY).verify("", got.headers, json_parse=False)


def test_credentials_are_sent_and_not_told(receiver: Receiver) -> None:
    """Row 118; R9"""
    answer = send(a_sender(), f"{receiver.url}/ok", authorization="sec_1", x_signature="sec_2")

    [got] = receiver.got
    assert got.headers["authorization"] == "Bearer s3cret-token"
    wanted = hmac.new(b"client-secret", got.body.encode(), hashlib.sha256).digest()
    assert got.headers["x-signature"] == b64encode(wanted).decode()
    assert not {"authorization", "x-signature"} & answer.headers.keys()
    assert "s3cret-token" not in repr(answer)


def test_without_its_credentials_nothing_is_sent(receiver: Receiver) -> None:
    answer = send(a_sender(), f"{receiver.url}/ok", authorization="sec_gone")

    assert (answer.outcome, receiver.got) == ("refused", [])


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "delivered"), (204, "delivered"), (299, "delivered"), (301, "failed"), (304, "failed"),
     (400, "failed"), (404, "failed"), (408, "failed"), (429, "failed"), (500, "failed"), (410, "gone")],
)  # fmt: skip
def test_only_2xx_is_success_and_410_is_final(receiver: Receiver, status: int, outcome: str) -> None:
    """A14, R12"""
    assert send(a_sender(), f"{receiver.url}/status/{status}").outcome == outcome


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    """R10, R14"""
    receiver.headers["x-kept"] = "yes"
    answer = send(a_sender(), f"{receiver.url}/redirect/127.0.0.1:{receiver.url.rsplit(':', 1)[1]}")

    assert (answer.outcome, len(receiver.got)) == ("failed", 1)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("17", 17), ("soon", None), ("-5", None), ("99999999999", None), ("Mon, 01 Jan 2001 00:00:00 GMT", 0)],
)
def test_a_receiver_can_say_when_to_come_back(receiver: Receiver, value: str, seconds: int | None) -> None:
    receiver.headers["Retry-After"] = value

    assert send(a_sender(), f"{receiver.url}/status/429").retry_after == seconds


def test_a_receiver_gets_no_cookie_back_and_it_is_not_kept(receiver: Receiver) -> None:
    receiver.headers["Set-Cookie"] = "seen=1; Path=/"
    sender = a_sender()

    answer = send(sender, f"{receiver.url}/ok")
    send(sender, f"{receiver.url}/ok")

    assert "cookie" not in receiver.got[1].headers
    assert answer.response is not None
    assert "set-cookie" not in answer.response.headers


def test_what_came_back_is_kept_in_part(receiver: Receiver) -> None:
    answer = send(a_sender(), f"{receiver.url}/echo", body="é" * 5000, content_type="text/plain")

    assert answer.response is not None
    assert len(answer.response.body.encode()) <= KEPT_BYTES
    assert answer.response.cut


def test_a_compressed_answer_is_read(receiver: Receiver) -> None:
    answer = send(a_sender(), f"{receiver.url}/gzipped")

    assert answer.response is not None
    assert (answer.response.body, answer.response.cut) == ("déjà reçu", False)


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("stall", "failed"),
        ("slow", "failed"),
        ("continues", "failed"),
        ("headers", "failed"),
        ("long", "failed"),
        ("hangup", "failed"),
        ("nonsense", "failed"),
        ("drip", "delivered"),
        ("endless", "delivered"),
        ("bomb", "delivered"),
    ],
)
def test_no_receiver_can_hold_us_longer_than_our_patience_nor_fill_our_memory(
    receiver: Receiver, path: str, outcome: str
) -> None:
    """R14: the status decides; what comes after it is only kept in part."""
    sender = a_sender()
    send(sender, f"{receiver.url}/ok")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()

    answer = send(sender, f"{receiver.url}/{path}")

    assert time.monotonic() - begun < PATIENCE + 0.7
    assert answer.outcome == outcome
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024
    if outcome == "delivered":
        assert answer.response is not None
        assert answer.response.cut
        assert len(answer.response.body) <= KEPT_BYTES


def test_a_receiver_that_takes_too_long_is_told_as_such(receiver: Receiver) -> None:
    answer = send(a_sender(seconds=0.3), f"{receiver.url}/stall")

    assert answer.reason == "no answer: it took longer than 0.3 s"
    assert answer.duration_ms >= 290
    assert answer.address == "127.0.0.1"


def test_where_nobody_listens_there_is_no_answer() -> None:
    with listening() as gone:
        url = gone.url

    answer = send(a_sender(), f"{url}/ok")

    assert (answer.outcome, answer.reason) == ("failed", "no answer: ConnectionError")


@pytest.fixture
def slow_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A resolver that says nothing until the event is set."""
    lets_go, found = threading.Event(), socket.getaddrinfo

    def getaddrinfo(host: str, *args: Any, **named: Any) -> Any:
        if host == "slow.example":
            lets_go.wait(20)
            host = "127.0.0.1"
        return found(host, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield lets_go
    lets_go.set()


def test_a_name_that_nobody_answers_for_holds_us_no_longer_and_nothing_is_sent_afterwards(
    receiver: Receiver, slow_resolver: threading.Event
) -> None:
    """R14: the time is that of everything, looking up included; what comes too late is not sent at all."""
    sender, port = a_sender(seconds=0.3), receiver.url.rsplit(":", 1)[1]
    before, begun = set(threading.enumerate()), time.monotonic()

    answer = send(sender, f"http://slow.example:{port}/ok")

    assert time.monotonic() - begun < 0.3 + ENDING_SECONDS + 0.5
    assert (answer.outcome, answer.reason) == ("failed", "no answer: it took longer than 0.3 s")
    assert answer.address is None

    [left] = set(threading.enumerate()) - before
    slow_resolver.set()
    left.join(10)
    assert not left.is_alive()
    assert send(sender, f"{receiver.url}/after").outcome == "delivered", "the sender works as before"
    assert [got.path for got in receiver.got] == ["/after"]


def test_a_name_that_nobody_has_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    answer = send(a_sender(), "https://nowhere.example/")

    assert (answer.outcome, answer.reason) == (
        "failed", "no answer: the name of the host could not be looked up",
    )  # fmt: skip
