"""A signed POST to a real receiver on loopback, and one that is only accepted at the second attempt."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from standardwebhooks import Webhook

from tests.e2e.account import Account, words
from tests.e2e.stack import Stack, wait_until


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent; answers 500 as often as it is told to."""

    got: ClassVar[list[tuple[dict[str, str], str]]] = []
    failures: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.failures.pop() if self.failures else 204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing: the test prints what matters."""


@pytest.fixture
def receiver() -> Iterator[str]:
    Receiver.got.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/it"
    server.shutdown()
    server.server_close()


def test_a_webhook_is_signed_sent_again_after_a_failure_and_named_in_the_history(
    account: Account, receiver: str, stack: Stack
) -> None:
    """Rows 51, 105, 109; A14, A17; R11, R12: one id and one body on every attempt."""
    Receiver.failures[:] = [503]
    recipe = account.recipe(
        trigger={"type": "arrival"},
        filter=words("plantage,server error"),
        actions=[
            {"type": "webhook", "name": "IT channel", "url": receiver},
            {"type": "add_tags", "tags": ["it"]},
        ],
    )

    unique_id = account.write("Plantage de l'appli depuis ce matin 📱")

    lines = wait_until(lambda: _both(account.lines(f"/mentions/{unique_id}", recipe)), seconds=40)
    assert [line["type"] for line in lines] == ["add_tags", "webhook"], (
        "the run goes on while one action waits"
    )
    detail = lines[1]["detail"]
    assert (detail["webhook"], detail["attempts"], detail["status"]) == ("IT channel", 2, 204)
    (first, first_body), (second, second_body) = Receiver.got
    assert first["webhook-id"] == second["webhook-id"] == detail["delivery_id"]
    assert first_body == second_body
    secret = stack.aws("secretsmanager").get_secret_value(SecretId=stack["signing_secret_arn"])[
        "SecretString"
    ]
    assert Webhook(secret).verify(second_body, second)["unique_id"] == unique_id
    assert json.loads(second_body)["message"]["content"] == "Plantage de l'appli depuis ce matin 📱"


def _both(lines: list[Any]) -> list[Any] | None:
    return lines if len(lines) == 2 else None
