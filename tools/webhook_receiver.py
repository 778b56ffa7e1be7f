"""A web application of our own that receives webhooks: it checks each signature and remembers.

It listens on the loopback address only and says nothing about what the webhooks mean.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from standardwebhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True)
class Received:
    """One request that came in; `refusal` says why its signature did not hold, None if it did."""

    id: str
    at: datetime
    path: str
    body: Any
    refusal: str | None


class WebhookReceiver:
    """Listens on a free port inside a `with`; `received` fills in the order of arrival."""

    def __init__(self, signing_secret: str) -> None:
        self.received: list[Received] = []
        self._webhook = Webhook(signing_secret)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, path: str, headers: dict[str, str], raw: bytes) -> int:
        """Remember one request and answer its status: 204 when the signature holds, else 401."""
        refusal = None
        try:
            self._webhook.verify(raw, headers, json_parse=False)
        except (WebhookVerificationError, ValueError) as error:
            refusal = str(error) or type(error).__name__
        try:
            body = json.loads(raw)
        except ValueError:
            body = raw.decode(errors="replace")
        id_ = headers.get("webhook-id", "")
        self.received.append(Received(id_, datetime.now(UTC), path, body, refusal))
        return 204 if refusal is None else 401

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        """The class that http.server wants, bound to this receiver."""
        take = self.take

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(take(self.path, headers, raw))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Stay silent: the sample prints what arrived itself."""

        return Handler
