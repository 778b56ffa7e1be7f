"""Facebook: pages and Messenger, by the Graph API. What it tells of is read in `facebook_events`.

Sources on developers.facebook.com: docs/graph-api/webhooks/getting-started (challenge, signature),
documentation/business-messaging/messenger-platform/send-messages/quick-replies,
docs/graph-api/reference/comment (answer, hide, delete), docs/messenger-platform/discovery/private-replies
and docs/graph-api/reference/page/messages (send), .../page/blocked, docs/graph-api/guides/error-handling
and docs/graph-api/overview/rate-limiting (codes), docs/graph-api/guides/secure-requests (appsecret_proof).
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal
from urllib.parse import quote, urlencode

from inbox_recipes.errors import Permanent, Retryable, Unclear
from inbox_recipes.inbox import Mention
from inbox_recipes.platforms import Act
from inbox_recipes.platforms.base import (
    Answered,
    Connection,
    Connector,
    Events,
    Json,
    Method,
    Received,
    Request,
    StoredMail,
    from_native_id,
    gathered,
    signed_with,
    to_native_id,
)
from inbox_recipes.platforms.facebook_events import UNKNOWN, entry_events
from inbox_recipes.platforms.outcomes import Gone, TokenExpired, judge
from inbox_recipes.quick_replies import QuickReply

API = "https://graph.facebook.com"
VERSION = "v24.0"
SIGNATURE = "x-hub-signature-256"
TOO_MANY_CALLS = (4, 17, 32, 613, 80001, 80006)
"""The last two are the limits that calls with a page token have: of the page, and of Messenger."""
PASSING = (1, 2)
TOKEN_IS_OVER = (102, 190)
NOT_THERE = (100, 33)


class Facebook(Connector):
    """A page, by its page token, the app's secret and the verify token chosen for the app."""

    service: ClassVar[Literal["facebook"]] = "facebook"

    def challenge(self, received: Received, connections: Sequence[Connection]) -> tuple[str, str] | None:
        """`hub.challenge` back, if `hub.verify_token` is one of ours."""
        query = received.query
        given = query.get("hub.verify_token", "").encode()
        known = [each.secrets.get("verify_token", "").encode() for each in connections]
        right = [hmac.compare_digest(token, given) for token in known if token]
        if query.get("hub.mode") != "subscribe" or "hub.challenge" not in query or not any(right):
            return None
        return "text/plain", query["hub.challenge"]

    def verify(
        self, received: Received, connections: Sequence[Connection], certificate: bytes | None = None
    ) -> tuple[Connection, ...]:
        """`sha256=` and the hexadecimal HMAC of the body, with the app's secret as the key."""
        how, _, signature = received.headers.get(SIGNATURE, "").partition("=")
        return tuple(
            each
            for each in connections
            if how == "sha256"
            and each.secrets.get("app_secret")
            and signed_with(each.secrets["app_secret"], received.body, signature)
        )

    def parse(
        self,
        received: Received,
        connections: Sequence[Connection],
        stored: Mapping[StoredMail, bytes],
        now: datetime,
    ) -> Events:
        """Posts and comments on the page, messages to and from it; the rest is passed over."""
        body = json.loads(received.body)
        if body["object"] != "page":
            return Events(passed_over=(str(body["object"]),))
        pages = {each.profile.native_id: each for each in connections}
        return gathered(each for entry in body["entry"] for each in entry_events(entry, pages))

    def reply(
        self, connection: Connection, mention: Mention, text: str, *, by_machine: bool = False
    ) -> Request:
        """A message to a message, a comment to a comment or post (A10)."""
        send = self.send_privately if mention.private else self.send_publicly
        return send(connection, mention, text)

    def send_privately(
        self, connection: Connection, mention: Mention, text: str, buttons: Sequence[QuickReply] = ()
    ) -> Request:
        """POST /{page}/messages: to the person who wrote, or once to whoever commented or posted."""
        native = from_native_id(mention.id)
        recipient = {"id": mention.author.id}
        if not mention.private:
            recipient = {"comment_id" if mention.message.type == "comment" else "post_id": native}
        replies = [{"content_type": "text", "title": each.title, "payload": each.payload} for each in buttons]
        message = {"text": text, **({"quick_replies": replies} if replies else {})}
        body = {"recipient": recipient, "messaging_type": "RESPONSE", "message": message}
        return _call(connection, "POST", f"{connection.profile.native_id}/messages", body)

    def send_publicly(self, connection: Connection, mention: Mention, text: str) -> Request:
        """POST /{object}/comments."""
        return _call(connection, "POST", f"{_native(mention)}/comments", {"message": text})

    def refuses(self, act: Act, mention: Mention) -> str | None:
        """Comments can be hidden, what is public deleted, and whoever shares who he or she is blocked."""
        if act in ("hide", "unhide") and mention.message.type != "comment":
            return "Facebook hides comments only"
        if act == "delete" and mention.private:
            return "Facebook deletes no private messages of others"
        if act == "block_author" and mention.author.id.startswith(UNKNOWN):
            return "Facebook does not tell who wrote it"
        return super().refuses(act, mention)

    def hide(self, connection: Connection, mention: Mention) -> Request:
        """POST /{comment} with `is_hidden`; its author and his or her friends still see it."""
        return _call(connection, "POST", _native(mention), {"is_hidden": True})

    def unhide(self, connection: Connection, mention: Mention) -> Request:
        """POST /{comment} with `is_hidden` false."""
        return _call(connection, "POST", _native(mention), {"is_hidden": False})

    def delete(self, connection: Connection, mention: Mention) -> Request:
        """DELETE /{object}."""
        return _call(connection, "DELETE", _native(mention))

    def block_author(self, connection: Connection, mention: Mention) -> Request:
        """POST /{page}/blocked with `user`."""
        return _call(
            connection, "POST", f"{connection.profile.native_id}/blocked", {"user": [mention.author.id]}
        )

    def read_back(self, connection: Connection, mention: Mention) -> Request:
        """The latest comments below it, or the latest messages with the author."""
        if mention.private:
            fields = {"user_id": mention.author.id, "fields": "messages{id,message,created_time}"}
            return _call(connection, "GET", f"{connection.profile.native_id}/conversations", query=fields)
        fields = {"fields": "id,message,created_time", "order": "reverse_chronological"}
        return _call(connection, "GET", f"{_native(mention)}/comments", query=fields)

    def found(self, answered: Answered, mention: Mention, text: str, since: datetime) -> str | None:
        """Our message with that text, if it is among them."""
        self.done(answered, since)
        data = (answered.body or {}).get("data", ())
        every = [message for each in data for message in each.get("messages", {"data": [each]})["data"]]
        for each in every:
            if each.get("message") == text and datetime.fromisoformat(each["created_time"]) >= since:
                return to_native_id(each["id"])
        return None

    def done(self, answered: Answered, now: datetime) -> str | None:
        """The id of the comment or message. What went wrong is told by a code in the body."""
        error = answered.body.get("error", {}) if isinstance(answered.body, dict) else {}
        code = error.get("code")
        if code in TOO_MANY_CALLS:
            raise Retryable(f"Facebook answered code {code}: too many calls for this profile", 600)
        if code in PASSING:
            raise Unclear(f"Facebook answered code {code}: an outage")
        if code in TOKEN_IS_OVER:
            raise TokenExpired(f"Facebook answered code {code}: the page token is expired or revoked")
        if (code, error.get("error_subcode")) == NOT_THERE:
            raise Gone("Facebook answered code 100, subcode 33: it does not exist, or not for this page")
        if code is not None:
            raise Permanent(f"Facebook answered code {code}, subcode {error.get('error_subcode')}")
        judge("Facebook", answered)
        body = answered.body if isinstance(answered.body, dict) else {}
        made = body.get("message_id") or body.get("id")
        return to_native_id(made) if made else None


def _call(
    connection: Connection, method: Method, path: str, body: Json | None = None,
    query: Mapping[str, str] | None = None,
) -> Request:  # fmt: skip
    token = connection.secret("access_token")
    proof = hmac.digest(connection.secret("app_secret").encode(), token.encode(), "sha256").hex()
    asked = urlencode({**(query or {}), "appsecret_proof": proof})
    url = f"{connection.profile.sandbox_url or API}/{VERSION}/{path}?{asked}"
    return Request(method, url, {"authorization": f"Bearer {token}"}, body)


def _native(mention: Mention) -> str:
    return quote(from_native_id(mention.id), safe="")
