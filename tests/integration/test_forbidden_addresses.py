"""Nothing but the public internet is ever dialled (R10). A spy at the socket decides, not an error's name.

The spy refuses to dial anything, so that these tests reach nothing either.
"""

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from inbox_recipes.adapters.http_sender import HttpSender
from inbox_recipes.deliveries import Answer
from inbox_recipes.webhook_requests import Request

FORBIDDEN = [
    "127.0.0.1",
    "127.0.0.2",
    "127.255.255.255",
    "127.1",
    "127.0.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "localhost",
    "localhost.",
    "0.0.0.0",  # noqa: S104
    "0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.0.1",
    "169.254.255.255",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "100.64.0.0",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "198.19.255.255",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2001::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2001:db8::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[100::1]",
    "[5f00::1]",
]

OTHERS = [
    "http://example.com/",
    "http://8.8.8.8/",
    "ftp://8.8.8.8/",
    "file:///etc/passwd",
    "gopher://8.8.8.8/",
    "dict://8.8.8.8/",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
    "https://8.8.8.8@127.0.0.1/",
    "https://127.0.0.1#@8.8.8.8/",
    "https://127.0.0.1%2f@8.8.8.8:1@10.0.0.1/",
    "https:///127.0.0.1/",
    "//127.0.0.1/",
    "https://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "https://①②⑦.0.0.1/",
]

TARGETS = [f"https://{host}/latest/meta-data/" for host in FORBIDDEN] + OTHERS

EDGES = [
    "9.255.255.255",
    "11.0.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "100.63.255.254",
    "100.128.0.1",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "[2606:4700:4700::1111]",
    "[2a00:1450:4007::200e]",
]
"""One off the edge of what is forbidden: these are public, and are dialled."""


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What somebody tried to dial; nothing is."""
    tried: list[Any] = []

    def refuse(_: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    return tried


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Makes the resolver answer with these addresses, one list after the other; gives the names asked for."""

    def answer(*lists: list[str]) -> list[str]:
        asked: list[str] = []
        left = list(lists)

        def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
            if host[0].isdigit() or ":" in host:
                return resolved([host])
            asked.append(host)
            return resolved(left.pop(0) if len(left) > 1 else left[0])

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return answer


def resolved(addresses: list[str]) -> list[Any]:
    """Addresses as the resolver gives them."""
    return [
        (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443))
        for each in addresses
    ]


def send(url: str) -> Answer:
    sender = HttpSender(lambda: ("whsec_c2VjcmV0",), lambda _: "", total_seconds=3)
    request = Request(method="POST", url=url, shown_url=url, content_type="text/plain", body="")
    return sender.send(request, "msg_1", datetime.now(UTC))


def test_the_corpus_is_large_enough() -> None:
    assert len(set(TARGETS)) >= 60


@pytest.mark.parametrize("url", TARGETS)
def test_nothing_inside_is_dialled(dialled: list[Any], url: str) -> None:
    answer = send(url)

    assert dialled == []
    assert answer.outcome in ("refused", "failed")
    assert answer.response is None
    assert answer.address is None


@pytest.mark.parametrize("address", [host.strip("[]") for host in FORBIDDEN if host[0] in "[0123456789"])
def test_a_name_that_leads_inside_is_not_dialled(
    dialled: list[Any], answers: Callable[..., list[str]], address: str
) -> None:
    """The address counts, not the name. One good address beside it does not help."""
    answers(["8.8.8.8", address])

    send("https://innocent.example/")

    assert dialled == []


def test_a_name_that_changes_its_answer_is_asked_once_and_that_answer_is_dialled(
    dialled: list[Any], answers: Callable[..., list[str]]
) -> None:
    """DNS rebinding: what was judged is what is dialled."""
    asked = answers(["8.8.8.8"], ["127.0.0.1"])

    send("https://rebind.example/")

    assert asked[0] == "rebind.example"
    assert [address[0] for address in dialled] == ["8.8.8.8"]


@pytest.mark.parametrize("host", EDGES)
def test_one_off_the_edge_is_dialled(dialled: list[Any], host: str) -> None:
    answer = send(f"https://{host}/")

    assert [address[0] for address in dialled] == [host.strip("[]")]
    assert answer.outcome == "failed"
