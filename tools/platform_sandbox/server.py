"""The played platforms behind one address, and the controls that tests and people use."""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import requests

from tools.platform_sandbox.facebook import PlayedFacebook
from tools.platform_sandbox.mail import PlayedMail
from tools.platform_sandbox.played import Answer, Call, Called, Event, Json, Message, Played
from tools.platform_sandbox.x import PlayedX


class Sandbox:
    """Listens on the loopback address inside a `with`. `api_url` is the stack that is told what happens.

    `told` keeps every event, with what the stack answered (nothing without a stack), `calls` every call.
    """

    def __init__(
        self, api_url: str | None = None, port: int = 0, *, facebook: PlayedFacebook | None = None
    ) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._api_url = api_url
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.x, self.mail = PlayedX(), PlayedMail(self.url)
        self.facebook = facebook or PlayedFacebook()
        self.platforms: dict[str, Played] = {
            each.service: each for each in (self.x, self.facebook, self.mail)
        }
        self.told: list[tuple[str, Event, int | None]] = []
        self.calls: list[Call] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Until the sandbox is interrupted."""
        self._thread.join()

    def write(
        self, service: str, name: str, text: str, *, private: bool = True, parent: str | None = None
    ) -> Message:
        """Somebody writes to us, and the stack is told."""
        platform = self.platforms[service]
        message = platform.write(
            platform.person(name), text, private=private, to=platform.profile, parent=parent
        )
        self.tell(service, message)
        return message

    def click(self, service: str, name: str, title: str) -> Message:
        """Somebody chooses a button below our latest message, and the stack is told."""
        platform = self.platforms[service]
        message = platform.click(platform.person(name), title)
        self.tell(service, message)
        return message

    def tell(self, service: str, message: Message) -> None:
        """Tell the stack of a message, as the platform does."""
        event = self.platforms[service].event(message)
        status = None
        if self._api_url:
            status = requests.post(
                f"{self._api_url}/platforms/{service}/webhook", data=event.body, headers=dict(event.headers),
                timeout=30,
            ).status_code  # fmt: skip
        self.told.append((service, event, status))

    def answer(self, called: Called) -> Answer | None:
        """What a call is answered with; nothing when the line goes dead."""
        platform: Played = self.facebook if called.path.startswith("/v") else self.x
        at = platform.clock()
        answer = self._answer(platform, called)
        self.calls.append(Call(at, platform.service, called, answer))
        return answer

    def _answer(self, platform: Played, called: Called) -> Answer | None:
        failure = platform.failures.popleft() if platform.failures else None
        if failure == "silence":
            return None
        if failure and failure != "lost_answer":
            return platform.failure(failure)
        answer, written = platform.answer(called)
        if written:
            # What a profile writes, its platform tells of too.
            self.tell(platform.service, written)
        return None if failure else answer

    def control(self, called: Called) -> Answer:
        """`/sandbox/<service>/messages`, `.../clicks` and `.../failures`: what is there, and more of it."""
        _, _, service, what = called.path.split("/")
        platform = self.platforms[service]
        if what == "failures" and called.method == "POST":
            platform.failures.extend([called.body["kind"]] * int(called.body.get("times", 1)))
            return Answer(200, {"failures": list(platform.failures)})
        if what == "clicks" and called.method == "POST":
            message = self.click(service, called.body["from"], called.body["title"])
            return Answer(200, {"id": message.id, "stack_answered": self.told[-1][2]})
        if what == "messages" and called.method == "POST":
            body = called.body
            message = self.write(
                service, body["from"], body["text"], private=body.get("private", True),
                parent=body.get("in_reply_to"),
            )  # fmt: skip
            return Answer(200, {"id": message.id, "stack_answered": self.told[-1][2]})
        messages = [{**asdict(each), "at": each.at.isoformat()} for each in platform.messages.values()]
        return Answer(200, {"messages": messages, "blocked": sorted(platform.blocked)})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        """The class that http.server wants, bound to this sandbox."""
        sandbox = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                parts = urlsplit(self.path)
                if parts.path.endswith(".pem"):
                    self._send(200, sandbox.mail.certificate, {})
                    return
                called = Called(
                    self.command, f"http://{self.headers['Host']}{self.path}", unquote(parts.path),
                    dict(parse_qsl(parts.query)),
                    {name.lower(): value for name, value in self.headers.items()}, self._body(),
                )  # fmt: skip
                handle: Callable[[Called], Answer | None] = (
                    sandbox.control if parts.path.startswith("/sandbox/") else sandbox.answer
                )
                answer = handle(called)
                if answer is not None:
                    self._send(answer.status, json.dumps(answer.body).encode(), dict(answer.headers))

            do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - http.server's names

            def _body(self) -> Json:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                found: Any = json.loads(raw) if raw else {}
                return dict(found)

            def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay silent: whoever runs the sandbox asks it what happened."""

        return Handler
