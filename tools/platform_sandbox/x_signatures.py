"""OAuth 1.0a as X checks it (RFC 5849, 3.2 and 3.4).

It is written apart from the library that the connector signs with, so each holds the other to the text.
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tools.platform_sandbox.played import SIGNING_KEYS, Called

LIFETIME = 300
"""Seconds that a timestamp may be off."""


class Signatures:
    """The signed calls of one app for one account; each is taken once (3.3)."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def takes(self, called: Called, now: datetime) -> bool:
        """Whether it is signed as it must be, is not an old one, and has not been here before."""
        given = _given(called.headers.get("authorization", ""))
        expected = {
            "oauth_consumer_key": SIGNING_KEYS["api_key"],
            "oauth_token": SIGNING_KEYS["access_token"],
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_version": "1.0",
        }
        told, at = given.pop("oauth_signature", ""), given.get("oauth_timestamp", "")
        once = (at, given.get("oauth_nonce", ""))
        right = signature(
            called.method, called.url, given, SIGNING_KEYS["app_secret"], SIGNING_KEYS["access_token_secret"]
        )
        if (
            not hmac.compare_digest(right.encode(), told.encode())
            or expected.items() - given.items()
            or not at.isdigit()
            or abs(now.timestamp() - int(at)) > LIFETIME
            or not once[1]
            or once in self._taken
        ):
            return False
        self._taken.add(once)
        return True


def signature(
    method: str, url: str, protocol: Mapping[str, str], consumer_secret: str, token_secret: str
) -> str:
    """The HMAC-SHA1 of the method, the address, its query and what is named `oauth_` (3.4.1, 3.4.2)."""
    parts = urlsplit(url)
    named = [*parse_qsl(parts.query, keep_blank_values=True), *protocol.items()]
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in named)
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    base = (method.upper(), address, "&".join(f"{name}={value}" for name, value in pairs))
    key = f"{_encoded(consumer_secret)}&{_encoded(token_secret)}"
    digest = hmac.digest(key.encode(), "&".join(map(_encoded, base)).encode(), "sha1")
    return base64.b64encode(digest).decode()


def _given(header: str) -> dict[str, str]:
    """The parameters in the header (3.5.1); none of another scheme."""
    scheme, _, rest = header.partition(" ")
    if scheme != "OAuth":
        return {}
    named = (each.strip().partition("=") for each in rest.split(","))
    return {name: unquote(value.strip('"')) for name, _, value in named}


def _encoded(text: str) -> str:
    return quote(text, safe="")
