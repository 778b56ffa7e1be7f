"""X: Account Activity in, API v2 out. The service is called `twitter`, as mentions have it.

What it tells of is read in `x_events`. Sources: docs.x.com/x-api/webhooks/quickstart and
.../account-activity/introduction (challenge, signature, events), docs.x.com/x-api/posts, /direct-messages,
/posts/hide-replies, /direct-messages/blocks (calls), docs.x.com/fundamentals/rate-limits (429).
"""

import base64
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from html import unescape
from typing import Any, ClassVar, Literal

from inbox_recipes.errors import Permanent, Retryable
from inbox_recipes.inbox import Mention
from inbox_recipes.platforms import Act
from inbox_recipes.platforms.base import (
    Answered,
    Connection,
    Connector,
    Events,
    Json,
    Received,
    Request,
    StoredMail,
    from_native_id,
    gathered,
    read_each,
)
from inbox_recipes.platforms.outcomes import Gone, TokenExpired, judge
from inbox_recipes.platforms.x_events import read_direct_message, read_post
from inbox_recipes.quick_replies import QuickReply

API = "https://api.x.com"
SIGNATURE = "x-twitter-webhooks-signature"
READ = ("tweet_create_events", "direct_message_events")
ABOUT_THE_REQUEST = {"for_user_id", "user_has_blocked", "is_blocked_by", "users", "apps"}


class X(Connector):
    """X, by the OAuth 2.0 user token of the account and the consumer secret of the app."""

    service: ClassVar[Literal["twitter"]] = "twitter"

    def challenge(self, received: Received, connections: Sequence[Connection]) -> tuple[str, str] | None:
        """The CRC: the token, hashed with the consumer secret.

        Which app asks is not told: all accounts share one, or the address names a profile (`?profile=`).
        """
        secrets = {each.secrets["app_secret"] for each in connections if each.secrets.get("app_secret")}
        token = received.query.get("crc_token")
        if token is None or len(secrets) != 1:
            return None
        answer = {"response_token": _signature(secrets.pop(), token.encode())}
        return "application/json", json.dumps(answer)

    def verify(
        self, received: Received, connections: Sequence[Connection], certificate: bytes | None = None
    ) -> tuple[Connection, ...]:
        """`sha256=` and the base64 of the body's HMAC, with the consumer secret as the key."""
        given = received.headers.get(SIGNATURE, "").encode()
        return tuple(
            each
            for each in connections
            if each.secrets.get("app_secret")
            and hmac.compare_digest(_signature(each.secrets["app_secret"], received.body).encode(), given)
        )

    def parse(
        self,
        received: Received,
        connections: Sequence[Connection],
        stored: Mapping[StoredMail, bytes],
        now: datetime,
    ) -> Events:
        """Posts and direct messages of or to the account; other activities are passed over."""
        body = json.loads(received.body)
        ours = {each.profile.native_id for each in connections}
        to = next((each for each in connections if each.profile.native_id == str(body["for_user_id"])), None)
        others = [kind for kind in body if kind not in (*READ, *ABOUT_THE_REQUEST)]
        if to is None:
            return Events(passed_over=("not_connected",))
        posts = read_each(body.get(READ[0], ()), partial(read_post, to=to, ours=ours))
        messages = read_each(
            body.get(READ[1], ()), partial(read_direct_message, to=to, ours=ours, users=body.get("users", {}))
        )
        return gathered([*posts, *messages, *others])

    def reply(
        self, connection: Connection, mention: Mention, text: str, *, by_machine: bool = False
    ) -> Request:
        """A direct message to a direct message, a reply to a post (A10)."""
        send = self.send_privately if mention.private else self.send_publicly
        return send(connection, mention, text)

    def send_privately(
        self, connection: Connection, mention: Mention, text: str, buttons: Sequence[QuickReply] = ()
    ) -> Request:
        """POST /2/dm_conversations/with/{participant_id}/messages, which knows no buttons."""
        path = f"/2/dm_conversations/with/{_path(mention.author.id)}/messages"
        return _call(connection, "POST", path, {"text": text})

    def send_publicly(self, connection: Connection, mention: Mention, text: str) -> Request:
        """POST /2/tweets with `reply.in_reply_to_tweet_id`."""
        body = {"text": text, "reply": {"in_reply_to_tweet_id": from_native_id(mention.id)}}
        return _call(connection, "POST", "/2/tweets", body)

    def refuses(self, act: Act, mention: Mention) -> str | None:
        """Replies can be hidden, in conversations that the account began; that, X alone knows."""
        reply = mention.source.in_reply_to_message_id is not None and not mention.private
        if act in ("hide", "unhide") and not reply:
            return "X hides replies only"
        return super().refuses(act, mention)

    def hide(self, connection: Connection, mention: Mention) -> Request:
        """PUT /2/tweets/{id}/hidden: a reply in a conversation that the account began."""
        return _call(connection, "PUT", f"/2/tweets/{_path(mention.id)}/hidden", {"hidden": True})

    def unhide(self, connection: Connection, mention: Mention) -> Request:
        """PUT /2/tweets/{id}/hidden with `hidden` false."""
        return _call(connection, "PUT", f"/2/tweets/{_path(mention.id)}/hidden", {"hidden": False})

    def block_author(self, connection: Connection, mention: Mention) -> Request:
        """POST /2/users/{id}/dm/block: the one way to block that X offers without an Enterprise plan."""
        return _call(connection, "POST", f"/2/users/{_path(mention.author.id)}/dm/block", {})

    def read_back(self, connection: Connection, mention: Mention) -> Request:
        """Our latest direct messages with the author, or our latest posts."""
        if mention.private:
            path = f"/2/dm_conversations/with/{_path(mention.author.id)}/dm_events"
            return _call(connection, "GET", f"{path}?dm_event.fields=created_at,sender_id,text")
        path = f"/2/users/{_path(connection.profile.native_id)}/tweets"
        return _call(connection, "GET", f"{path}?tweet.fields=created_at,referenced_tweets")

    def found(self, answered: Answered, mention: Mention, text: str, since: datetime) -> str | None:
        """Our message with that text, if it is among them; of posts, the one that answers the mention."""
        self.done(answered, since)
        parent = None if mention.private else from_native_id(mention.id)
        for each in (answered.body or {}).get("data", ()):
            answers = [other["id"] for other in each.get("referenced_tweets", ())]
            if (
                _bare(unescape(each["text"])) == _bare(text)
                and datetime.fromisoformat(each["created_at"]) >= since
                and (parent is None or parent in answers)
            ):
                return str(each["id"])
        return None

    def done(self, answered: Answered, now: datetime) -> str | None:
        """The id of the post or direct message. A limit that is used up says when it begins again."""
        if answered.status == 429:
            reset = answered.headers.get("x-rate-limit-reset", "")
            wait = max(1, int(reset) - int(now.timestamp())) if reset.isdigit() else None
            raise Retryable("X answered 429: too many calls for this profile", wait)
        if answered.status == 401:
            raise TokenExpired("X answered 401: the access token is expired or revoked")
        if answered.status == 404:
            raise Gone(f"X answered 404: {_title(answered.body)}")
        if answered.status == 403:
            raise Permanent(f"X answered 403: {_title(answered.body)}")
        judge("X", answered)
        data = (answered.body or {}).get("data")
        found = isinstance(data, dict) and (data.get("dm_event_id") or data.get("id"))
        return str(found) if found else None


def _bare(text: str) -> str:
    """A text without what X changes in it: the names that a reply begins with, and the links it shortens."""
    return re.sub(r"https?://\S+", "", re.sub(r"^(@\w+\s+)+", "", text)).strip()


def _signature(secret: str, message: bytes) -> str:
    return "sha256=" + base64.b64encode(hmac.digest(secret.encode(), message, "sha256")).decode()


def _call(connection: Connection, method: str, path: str, body: Json | None = None) -> Request:
    headers = {"authorization": f"Bearer {connection.secret('access_token')}"}
    return Request(method, (connection.profile.sandbox_url or API) + path, headers, body)


def _path(native_id: str) -> str:
    if not from_native_id(native_id).isdigit():
        raise Permanent(f"{native_id!r} is not an id of X")
    return native_id


def _title(body: Any) -> str:
    """What X says is wrong; it does not quote what was sent."""
    body = body if isinstance(body, dict) else {}
    return str(body.get("detail") or body.get("title") or "no reason given")[:300]
