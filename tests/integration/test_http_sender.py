"""The way out: what a receiver gets, what counts as success, and what is never reached (R10, R11, R14)."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from standardwebhooks import Webhook

from inbox_recipes.adapters.http_sender import HttpSender
from inbox_recipes.effects import Call
from inbox_recipes.errors import Permanent, Retryable

SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr"


class Receiver(BaseHTTPRequestHandler):
    """Answers as it is told, and keeps what it was sent."""

    status: ClassVar[int] = 204
    headers_out: ClassVar[dict[str, str]] = {}
    got: ClassVar[list[tuple[dict[str, str], str]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.status)
        for name, value in self.headers_out.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    Receiver.status, Receiver.headers_out = 204, {}
    Receiver.got.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


@pytest.fixture
def sender() -> HttpSender:
    return HttpSender(lambda: SECRET, ("127.0.0.0/8",))


def send(sender: HttpSender, url: str) -> int:
    return sender.send(Call("IT channel", url, {"text": "déjà 📱"}), "msg_1", datetime.now(UTC))


def test_a_receiver_can_verify_what_it_gets_and_reads_real_characters(
    sender: HttpSender, receiver: str
) -> None:
    assert send(sender, receiver) == 204

    headers, body = Receiver.got[0]
    assert Webhook(SECRET).verify(body, headers) == {"text": "déjà 📱"}
    assert headers["webhook-id"] == "msg_1"
    assert "déjà 📱" in body


@pytest.mark.parametrize(
    ("status", "error"), [(500, Retryable), (404, Retryable), (302, Retryable), (410, Permanent)]
)
def test_only_2xx_is_success_and_410_is_final(
    sender: HttpSender, receiver: str, status: int, error: type[Exception]
) -> None:
    Receiver.status, Receiver.headers_out = status, {"Location": receiver}

    with pytest.raises(error, match=str(status)):
        send(sender, receiver)
    assert len(Receiver.got) == 1, "a redirect is not followed"


def test_a_receiver_can_say_when_to_come_back(sender: HttpSender, receiver: str) -> None:
    Receiver.status, Receiver.headers_out = 429, {"Retry-After": "17"}

    with pytest.raises(Retryable) as refused:
        send(sender, receiver)

    assert refused.value.retry_after == 17


def test_a_receiver_gets_no_cookie_back(sender: HttpSender, receiver: str) -> None:
    Receiver.headers_out = {"Set-Cookie": "seen=1; Path=/"}

    send(sender, receiver)
    send(sender, receiver)

    assert "cookie" not in Receiver.got[1][0]


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://0x7f000001/",
        "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
    ],
)
def test_nothing_inside_is_dialled(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """R10: the socket decides, not the error."""
    dialled: list[Any] = []

    def refuse(_: socket.socket, address: Any) -> None:
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)

    with pytest.raises(Permanent):
        send(HttpSender(lambda: SECRET), url)
    assert dialled == []
