"""A stack small enough for a test: the API's contract as far as the sample's tools need it.

It evaluates nothing: it sends one webhook, arms one wait, and lets it end after a look.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests
from standardwebhooks import Webhook

Json = dict[str, Any]

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests, 32 bytes!").decode()
FROM_AWS: dict[str, Json] = {
    "secretsmanager.GetSecretValue": {"SecretString": SECRET},
}


class FakeStack:
    """Enough of the contract to play on: stores by id, opens cases, one webhook, one wait."""

    def __init__(self) -> None:
        self.stored: dict[str, Json] = {}
        self.versions: dict[str, int] = {}
        self.history: dict[str, list[Json]] = {}
        self.waits: list[Json] = []
        self.looks = 0
        self.conflicts = 1  # the first change of a case meets somebody else's
        self.silence_ends = True
        self.late_entry = False  # whether one is written just after a history was read
        self.delayed = 0  # messages of somebody else's webhook that wait for their next attempt

    def answer(self, method: str, path: str, headers: Any, body: Json) -> tuple[int, Json]:
        if path == "/token":
            return 200, {"access_token": "t"}
        if target := headers.get("X-Amz-Target"):
            return 200, FROM_AWS.get(target) or self.depth(body)
        assert headers["Authorization"] == "Bearer t"
        path = path.removeprefix("/v1")
        if path == "/mentions":
            each = [self.take(m) for m in body.get("mentions", [body])]
            return 202, {"count": len(each), "data": each} if "mentions" in body else each[0]
        if path == "/waits":
            self.looks += 1
            if self.looks > 1 and self.silence_ends:
                self.waits = [{**wait, "state": "fired"} for wait in self.waits]
            return 200, {"count": len(self.waits), "data": self.waits, "paging": {"next": None}}
        if "/history" in path:
            return 200, self.page(path)
        return self.by_id(method, path, headers, body)

    def depth(self, body: Json) -> Json:
        count = self.delayed if body["QueueUrl"].endswith("/retry") else 0
        return {"Attributes": {"ApproximateNumberOfMessagesDelayed": str(count)}}

    def by_id(self, method: str, path: str, headers: Any, body: Json) -> tuple[int, Json]:
        if method == "GET":
            known = path in self.stored
            return (200, self.stored[path]) if known else (404, {"title": "Not found"})
        version = self.versions.get(path)
        if (headers.get("If-None-Match") == "*") != (version is None):
            return 412, {"title": "Precondition failed"}
        if version is not None and headers["If-Match"] != f'"{version}"':
            return 412, {"title": "Precondition failed"}
        if method == "PATCH" and self.conflicts:
            self.conflicts -= 1
            return 412, {"title": "Precondition failed"}
        self.versions[path] = (version or 0) + 1
        given = self.stored.get(path, {}) if method == "PATCH" else {"id": path.rpartition("/")[2]}
        self.stored[path] = {**given, **body, "version": self.versions[path]}
        if path == "/recipes/order":
            self.stored[path] = body
        elif path.startswith("/recipes/"):
            order = self.stored.setdefault("/recipes/order", {"order": []})["order"]
            order += [path.rpartition("/")[2]] if version is None else []
            self.versions.setdefault("/recipes/order", 1)
        elif method == "PATCH":
            case_id = path.rpartition("/")[2]
            self.waits.append({"wait_id": "w", "case_id": case_id, "state": "armed"})
            self.log(case_id, "status_changed", "agent", detail={"status": "pending", "previous": "new"})
        return 200, self.stored[path]

    def take(self, mention: Json) -> Json:
        unique_id = f"{mention['topic']['id']}_{mention['id']}"
        path = f"/mentions/{unique_id}"
        if path in self.stored:
            return {"unique_id": unique_id, "result": "duplicate"}
        parent = mention["source"]["in_reply_to_message_id"]
        case_id = f"c{parent or mention['id']}" if mention["private"] else None
        self.stored[path] = {**mention, "unique_id": unique_id, "case_id": case_id}
        if case_id and f"/cases/{case_id}" not in self.stored:
            case = {"id": case_id, "title": "#1 A case", "status": "unresolved"}
            self.stored[f"/cases/{case_id}"] = case
            self.versions[f"/cases/{case_id}"] = 1
            self.log(case_id, "case_created", "system")
        self.log(unique_id, "arrived", "system")
        if "plante" in mention["message"]["content"]:
            url = self.stored["/recipes/crash-to-it"]["actions"][0]["url"]
            response = requests.post(url, **signed(json.dumps(mention)), timeout=5)
            assert response.status_code == 204
        return {"unique_id": unique_id, "result": "created"}

    def log(self, item: str, type_: str, by: str, detail: Json | None = None) -> None:
        entries = self.history.setdefault(item, [])
        added = {"added": datetime.now(UTC).isoformat()}
        entry = {"id": f"{item}-{len(entries)}", "type": type_, "outcome": "done", "date": added}
        entries.insert(0, {**entry, "by": {"kind": by, "name": None}, "detail": detail or {}})

    def page(self, path: str) -> Json:
        """One entry a page, so that a reader has to follow the cursor."""
        item, _, query = path.partition("/history")
        entries = self.history[item.rpartition("/")[2]]
        at = int(query.partition("cursor=")[2] or 0)
        following = str(at + 1) if at + 1 < len(entries) else None
        answer = {"count": 1, "data": entries[at : at + 1], "paging": {"next": following}}
        if self.late_entry and following is None:
            self.late_entry = False
            self.log(item.rpartition("/")[2], "late_entry", "system")
        return answer


def signed(text: str, secret: str = SECRET) -> dict[str, Any]:
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", now, text),
    }
    return {"data": text.encode(), "headers": headers}


@contextmanager
def served(fake: FakeStack) -> Iterator[Json]:
    """The fake behind a loopback address; gives what `make up` would write about it."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = json.loads(raw) if raw.startswith(b"{") else {}
            status, answer = fake.answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            version = fake.versions.get(self.path.removeprefix("/v1"))
            self.send_header("ETag", f'"{version}"')
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PUT = do_PATCH = handle_any  # noqa: N815 (the names are given)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    yield {
        "api_url": f"{url}/v1",
        "token_url": f"{url}/token",
        "client_id": "c",
        "client_secret": "s",
        "region": "eu-west-1",
        "endpoint_url": url,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        "signing_secret_arn": "arn:aws:secretsmanager:eu-west-1:1:secret:s",
        "queues": {"runs_queue": f"{url}/1/runs", "retry_queue": f"{url}/1/retry"},
    }
    server.shutdown()
    server.server_close()
