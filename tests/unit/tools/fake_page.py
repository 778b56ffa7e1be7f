"""A fake stack with a connected Facebook page: it takes Facebook's events in and calls the played Facebook.

The wire formats are the connector's own. What recipes do is fixed: a private message is answered at once, a
comment that asks is answered for approval, one with a number is hidden, a resolved case gets a survey.
Cases hold nothing but their first message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests

from inbox_recipes.inbox import IncomingMention, Mention
from inbox_recipes.platforms import connector
from inbox_recipes.platforms.base import Answered, Connection, Received, Request
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.quick_replies import QuickReply
from tests.builders import a_mention
from tests.unit.tools.fake_stack import FakeStack
from tools.played_page import CREDENTIALS

Json = dict[str, Any]

FACEBOOK = connector("facebook")
SCORES = [QuickReply(title=str(score), payload=f"score {score}") for score in range(1, 6)]


class FakePage(FakeStack):
    """`answers`: whether the recipes write anything; `takes`: whether events of Facebook count."""

    def __init__(self) -> None:
        super().__init__()
        self.conflicts = 0
        self.answers = self.takes = True
        self.outbox: list[Json] = []
        self.records: list[Json] = []
        self.mentions: dict[str, Mention] = {}

    def answer(self, method: str, path: str, headers: Any, body: Json) -> tuple[int, Json]:
        bare, _, query = path.removeprefix("/v1").partition("?")
        if bare == "/platforms/facebook/webhook":
            return self.event(headers, body), {}
        if bare == "/outbox":
            states = [each.partition("=")[2] for each in query.split("&") if each.startswith("state=")]
            found = [item for item in self.outbox if not states or item["state"] in states]
            return 200, {"data": found, "paging": {"next": None}}
        if bare == "/moderation":
            return 200, {"data": self.records, "paging": {"next": None}}
        if bare.startswith("/outbox/"):
            item = self.outbox[int(bare.split("/")[2])]
            return 200, self.send(item) if bare.endswith("/approve") else item
        if bare.endswith("/reply"):
            item = self.written(bare.split("/")[2], body["text"], "queued")
            return 202, self.send(item)
        answer = super().answer(method, path, headers, body)
        if method == "PATCH" and body == {"status": "resolved"}:
            self.waits.clear()
            [asked] = [each for each in self.mentions.values() if f"/cases/c{each.id}" == bare]
            self.send(self.written(asked.unique_id, "How was it?\n\n1 to 5", "queued"), SCORES)
        return answer

    def event(self, headers: Mapping[str, str], body: Json) -> int:
        if not self.takes:
            return 403
        assert headers["X-Hub-Signature-256"].startswith("sha256=")
        events = FACEBOOK.parse(Received({}, {}, json.dumps(body).encode()), [self.connection()], {}, NOW)
        for each in events.mentions:
            known = f"{each.topic.id}_{each.id}" in self.mentions
            opens = each.private and not each.author.managed and not each.clicked_buttons
            self.take({**each.model_dump(mode="json"), "private": opens})
            if not known:
                self.act(each)
        return 200

    def act(self, came: IncomingMention) -> None:
        unique_id = f"{came.topic.id}_{came.id}"
        same = {
            name: getattr(came, name) for name in ("id", "topic", "message", "source", "author", "private")
        }
        self.mentions[unique_id] = a_mention(unique_id=unique_id, **same)
        if came.author.managed or came.clicked_buttons or not self.answers:
            return
        if came.private:
            self.send(self.written(unique_id, "We are closed.", "queued"))
        elif "open" in came.message.content:
            self.written(unique_id, "We open at ten.", "awaiting_approval")
        else:
            self.call(FACEBOOK.hide(self.connection(), self.mentions[unique_id]))
            self.records.append(
                {"unique_id": unique_id, "what": "hide", "state": "done", "text": came.message.content,
                 "created_at": NOW.isoformat(), "by": {"name": "Numbers hidden"}, "note": None,
                 "clauses": [{"wanted": {"content.text": {"matches": "[0-9]+"}}, "got": "085 555"}]}
            )  # fmt: skip

    def written(self, unique_id: str, text: str, state: str) -> Json:
        item = {"id": str(len(self.outbox)), "unique_id": unique_id, "text": text, "state": state}
        self.outbox.append({**item, "sent_as": None})
        return self.outbox[-1]

    def send(self, item: Json, buttons: list[QuickReply] | None = None) -> Json:
        mention = self.mentions[item["unique_id"]]
        if mention.private:
            request = FACEBOOK.send_privately(self.connection(), mention, item["text"], buttons or ())
        else:
            request = FACEBOOK.send_publicly(self.connection(), mention, item["text"])
        item.update(state="sent", sent_as=f"{mention.topic.id}_{self.call(request)}")
        return item

    def call(self, request: Any) -> str | None:
        assert isinstance(request, Request)
        got = requests.request(
            request.method, request.url, headers=dict(request.headers), json=request.body, timeout=5
        )
        return FACEBOOK.done(Answered(got.status_code, {}, got.json()), NOW)

    def connection(self) -> Connection:
        stored = self.stored["/profiles/orvane-page"]
        shown = ("name", "service", "native_id", "topic", "sandbox_url")
        profile = ConnectedProfile.model_validate({name: stored[name] for name in shown})
        return Connection("orvane-page", profile, CREDENTIALS)


NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
