"""Facebook as its documentation describes it: Graph API calls, events of a page and of Messenger."""

import hmac
import json
import re
from collections.abc import Callable

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

TIME = "%Y-%m-%dT%H:%M:%S+0000"
PROOF = hmac.digest(APP_SECRET.encode(), ACCESS_TOKEN.encode(), "sha256").hex()


class PlayedFacebook(Played):
    """The page 77, Orvane, with one post that people comment on."""

    service = "facebook"
    profile = "77"
    post = "77_1"

    def answer(self, called: Called) -> tuple[Answer, Message | None]:
        """One of the Graph API calls that the connector makes."""
        token = called.headers.get("authorization") == f"Bearer {ACCESS_TOKEN}"
        if not token or called.query.get("appsecret_proof") != PROOF:
            return self.failure("expired_token"), None
        routes: dict[str, Callable[[Called, str], tuple[Answer, Message | None]]] = {
            rf"POST /{self.profile}/messages()": self._message,
            rf"POST /{self.profile}/blocked()": self._block,
            rf"GET /{self.profile}/conversations()": self._messages,
            r"POST /([^/]+)/comments": self._comment,
            r"GET /([^/]+)/comments": self._comments,
            r"POST /([^/]+)": self._hide,
            r"DELETE /([^/]+)": self._delete,
        }
        path = re.sub(r"^/v\d+\.\d+", "", called.path)
        for route, handle in routes.items():
            found = re.fullmatch(route, f"{called.method} {path}")
            if found:
                return handle(called, found[1])
        return self.failure("deleted_post"), None

    def failure(self, kind: Failure) -> Answer:
        """Errors as the Graph API words them."""
        return {
            "rate_limit": _error(400, 80001, "There have been too many calls to this Page account."),
            "expired_token": _error(401, 190, "Error validating access token", 463),
            "deleted_post": _error(400, 100, "Unsupported request. The object does not exist", 33),
        }.get(kind, _error(500, 2, "Service temporarily unavailable"))

    def event(self, message: Message) -> Event:
        """A change of the feed, or a message (an echo if the page wrote it), signed with the app's secret."""
        entry = {"id": self.profile, "time": int(message.at.timestamp())}
        entry |= (
            {"messaging": [self._messaging(message)]}
            if message.private
            else {"changes": [self._change(message)]}
        )
        body = json.dumps({"object": "page", "entry": [entry]}).encode()
        signature = hmac.digest(APP_SECRET.encode(), body, "sha256").hex()
        return Event(body, {"x-hub-signature-256": f"sha256={signature}"})

    def new_id(self) -> str:
        """Ids with what ids of Facebook hold."""
        return f"m_{super().new_id()}"

    def _message(self, called: Called, _: str) -> tuple[Answer, Message | None]:
        recipient = called.body["recipient"]
        answered = recipient.get("comment_id") or recipient.get("post_id")
        if answered and answered not in self.messages:
            return self.failure("deleted_post"), None
        to = self.messages[answered].author if answered else recipient["id"]
        message = called.body["message"]
        replies = message.get("quick_replies", [])
        if len(replies) > 13 or any(len(each["title"]) > 20 for each in replies):
            return _error(400, 100, "(#100) Invalid parameter"), None
        made = self.write(self.profile, message["text"], private=True, to=to)
        made.buttons = tuple((each["title"], each["payload"]) for each in replies)
        return Answer(200, {"recipient_id": to, "message_id": made.id}), made

    def _comment(self, called: Called, parent: str) -> tuple[Answer, Message | None]:
        if parent not in self.messages:
            return self.failure("deleted_post"), None
        made = self.write(self.profile, called.body["message"], private=False, parent=parent)
        return Answer(200, {"id": made.id}), made

    def _hide(self, called: Called, native: str) -> tuple[Answer, Message | None]:
        if native not in self.messages:
            return self.failure("deleted_post"), None
        self.messages[native].hidden = bool(called.body["is_hidden"])
        return Answer(200, {"success": True}), None

    def _delete(self, _: Called, native: str) -> tuple[Answer, Message | None]:
        if self.messages.pop(native, None) is None:
            return self.failure("deleted_post"), None
        return Answer(200, {"success": True}), None

    def _block(self, called: Called, _: str) -> tuple[Answer, Message | None]:
        self.blocked.update(called.body["user"])
        return Answer(200, dict.fromkeys(called.body["user"], True)), None

    def _comments(self, _: Called, parent: str) -> tuple[Answer, Message | None]:
        below = [each for each in self.messages.values() if each.parent == parent]
        return Answer(200, {"data": [_shown(each) for each in reversed(below)]}), None

    def _messages(self, called: Called, _: str) -> tuple[Answer, Message | None]:
        person = called.query.get("user_id")
        shared = [
            each for each in self.messages.values() if each.private and person in (each.author, each.to)
        ]
        return Answer(
            200, {"data": [{"messages": {"data": [_shown(each) for each in reversed(shared)]}}]}
        ), None

    def _change(self, message: Message) -> dict[str, object]:
        name = "Orvane" if message.author == self.profile else self.people.get(message.author, "Somebody")
        value = {
            "item": "comment", "verb": "add", "comment_id": message.id, "post_id": self.post,
            "parent_id": message.parent or self.post, "from": {"id": message.author, "name": name},
            "message": message.text, "created_time": int(message.at.timestamp()),
        }  # fmt: skip
        return {"field": "feed", "value": value}

    def _messaging(self, message: Message) -> dict[str, object]:
        parties = {
            "sender": {"id": message.author},
            "recipient": {"id": message.to or self.profile},
            "timestamp": int(message.at.timestamp() * 1000),
        }
        if message.clicked and message.stays:
            title, payload = message.clicked
            return parties | {"postback": {"mid": message.id, "title": title, "payload": payload}}
        echo = {"is_echo": True, "app_id": 7} if message.author == self.profile else {}
        chosen = {"quick_reply": {"payload": message.clicked[1]}} if message.clicked else {}
        return parties | {"message": {"mid": message.id, "text": message.text, **echo, **chosen}}


def _shown(message: Message) -> dict[str, str]:
    return {"id": message.id, "message": message.text, "created_time": message.at.strftime(TIME)}


def _error(status: int, code: int, words: str, subcode: int | None = None) -> Answer:
    error = {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "sandbox"}
    return Answer(status, {"error": error | ({"error_subcode": subcode} if subcode else {})})
