"""X as its documentation describes it: API v2 calls, Account Activity events."""

import base64
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

from tools.platform_sandbox.played import (
    ACCESS_TOKEN,
    APP_SECRET,
    Answer,
    Called,
    Event,
    Failure,
    Message,
    Played,
)
from tools.platform_sandbox.x_signatures import Signatures

CREATED_AT = "%a %b %d %H:%M:%S +0000 %Y"


class PlayedX(Played):
    """The account 501, @orvane_help."""

    service = "twitter"
    profile = "501"

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(clock)
        self._signatures = Signatures()

    def answer(self, called: Called) -> tuple[Answer, Message | None]:
        """One of the API v2 calls that the connector makes."""
        if not self._is_ours(called):
            return self.failure("expired_token"), None
        routes: dict[str, Callable[[Called, str], tuple[Answer, Message | None]]] = {
            r"POST /2/tweets()": self._post,
            r"POST /2/dm_conversations/with/(\d+)/messages": self._message,
            r"PUT /2/tweets/(\d+)/hidden": self._hide,
            r"POST /2/users/(\d+)/dm/block": self._block,
            r"GET /2/users/(\d+)/tweets": self._posts,
            r"GET /2/dm_conversations/with/(\d+)/dm_events": self._messages,
        }
        for route, handle in routes.items():
            found = re.fullmatch(route, f"{called.method} {called.path}")
            if found:
                return handle(called, found[1])
        return Answer(404, {"title": "Not Found", "detail": "There is no such route"}), None

    def failure(self, kind: Failure) -> Answer:
        """Errors as X words them."""
        reset = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(self.clock().timestamp()) + 60)}
        return {
            "rate_limit": Answer(429, {"title": "Too Many Requests", "status": 429}, reset),
            "expired_token": Answer(401, {"title": "Unauthorized", "status": 401}),
            "deleted_post": Answer(
                403,
                {
                    "title": "Forbidden",
                    "detail": "You attempted to reply to a Post that is deleted.",
                    "status": 403,
                },
            ),
        }.get(kind, Answer(503, {"title": "Service Unavailable", "status": 503}))

    def event(self, message: Message) -> Event:
        """`tweet_create_events` or `direct_message_events`, signed with the consumer secret."""
        told = (
            {"direct_message_events": [_direct(message)], "users": self._users()}
            if message.private
            else {"tweet_create_events": [self._status(message)]}
        )
        body = json.dumps({"for_user_id": self.profile, **told}).encode()
        digest = base64.b64encode(hmac.digest(APP_SECRET.encode(), body, "sha256")).decode()
        return Event(body, {"x-twitter-webhooks-signature": f"sha256={digest}"})

    def _is_ours(self, called: Called) -> bool:
        given = called.headers.get("authorization", "")
        return given == f"Bearer {ACCESS_TOKEN}" or self._signatures.takes(called, self.clock())

    def _post(self, called: Called, _: str) -> tuple[Answer, Message | None]:
        parent = called.body.get("reply", {}).get("in_reply_to_tweet_id")
        if parent and parent not in self.messages:
            return self.failure("deleted_post"), None
        made = self.write(self.profile, called.body["text"], private=False, parent=parent)
        return Answer(201, {"data": {"id": made.id, "text": made.text}}), made

    def _message(self, called: Called, to: str) -> tuple[Answer, Message | None]:
        if to in self.blocked:
            return Answer(403, {"title": "Forbidden", "detail": "You cannot message this user."}), None
        made = self.write(self.profile, called.body["text"], private=True, to=to)
        return Answer(
            201, {"data": {"dm_conversation_id": f"{self.profile}-{to}", "dm_event_id": made.id}}
        ), made

    def _hide(self, called: Called, native: str) -> tuple[Answer, Message | None]:
        if native not in self.messages:
            return Answer(404, {"title": "Not Found Error"}), None
        self.messages[native].hidden = bool(called.body["hidden"])
        return Answer(200, {"data": {"hidden": called.body["hidden"]}}), None

    def _block(self, _: Called, person: str) -> tuple[Answer, Message | None]:
        self.blocked.add(person)
        return Answer(200, {"data": {"blocked": True}}), None

    def _posts(self, _: Called, person: str) -> tuple[Answer, Message | None]:
        theirs = [each for each in self.messages.values() if each.author == person and not each.private]
        data = [
            {"id": each.id, "text": self._told(each), "created_at": _iso(each.at),
             "referenced_tweets": [{"type": "replied_to", "id": each.parent}] if each.parent else []}
            for each in reversed(theirs)
        ]  # fmt: skip
        return Answer(200, {"data": data} if data else {"meta": {"result_count": 0}}), None

    def _messages(self, _: Called, person: str) -> tuple[Answer, Message | None]:
        shared = [
            each for each in self.messages.values() if each.private and person in (each.author, each.to)
        ]
        data = [
            {"id": each.id, "text": escape(each.text, quote=False), "sender_id": each.author,
             "created_at": _iso(each.at), "event_type": "MessageCreate"}
            for each in reversed(shared)
        ]  # fmt: skip
        return Answer(200, {"data": data} if data else {"meta": {"result_count": 0}}), None

    def _name(self, person: str) -> str:
        return "orvane_help" if person == self.profile else self.people.get(person, "somebody")

    def _told(self, message: Message) -> str:
        """A post's text as X tells it: escaped, and a reply begins with whom it answers."""
        answered = self.messages.get(message.parent or "")
        whom = f"@{self._name(answered.author)} " if answered else ""
        return whom + escape(message.text, quote=False)

    def _users(self) -> dict[str, dict[str, object]]:
        return {
            each: {
                "id": each,
                "name": self._name(each),
                "screen_name": self._name(each),
                "followers_count": 12,
            }
            for each in (*self.people, self.profile)
        }

    def _status(self, message: Message) -> dict[str, object]:
        name = self._name(message.author)
        return {
            "created_at": message.at.strftime(CREATED_AT), "id_str": message.id, "text": self._told(message),
            "in_reply_to_status_id_str": message.parent, "lang": "und",
            "user": {"id_str": message.author, "name": name, "screen_name": name, "followers_count": 12},
            "entities": {"hashtags": [], "urls": [], "user_mentions": []},
        }  # fmt: skip


def _direct(message: Message) -> dict[str, object]:
    return {
        "type": "message_create",
        "id": message.id,
        "created_timestamp": str(int(message.at.timestamp() * 1000)),
        "message_create": {
            "target": {"recipient_id": message.to},
            "sender_id": message.author,
            "message_data": {"text": escape(message.text, quote=False), "entities": {}},
        },
    }


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
