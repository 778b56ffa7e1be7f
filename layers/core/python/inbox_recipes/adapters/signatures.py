"""Signatures of webhooks: Standard Webhooks 1.0, and the product's own `x-signature` (R11)."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from datetime import datetime

from standardwebhooks import Webhook

ED25519 = "whsk_"


def standard_webhooks(keys: tuple[str, ...], delivery_id: str, at: datetime, body: str) -> dict[str, str]:
    """The three headers. Every live key signs, so that receivers can change theirs at any time of a day."""
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(_signature(key, delivery_id, at, body) for key in keys),
    }


def x_signature(secret: str, body: str) -> str:
    """base64(HMAC-SHA256(raw body, secret)), as the product itself signs."""
    return b64encode(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()).decode()


def public_key(key: str) -> str:
    """What receivers verify with, for an ed25519 key: `whpk_...`."""
    from nacl.signing import SigningKey  # noqa: PLC0415 - 40 ms that only this kind of key needs

    return f"whpk_{b64encode(bytes(SigningKey(_seed(key)).verify_key)).decode()}"


def _signature(key: str, delivery_id: str, at: datetime, body: str) -> str:
    if not key.startswith(ED25519):
        return Webhook(key).sign(delivery_id, at, body)
    from nacl.signing import SigningKey  # noqa: PLC0415 - as above

    signed = f"{delivery_id}.{int(at.timestamp())}.{body}".encode()
    return f"v1a,{b64encode(SigningKey(_seed(key)).sign(signed).signature).decode()}"


def _seed(key: str) -> bytes:
    """The first 32 bytes: a private key may come with its public one behind it."""
    return b64decode(key.removeprefix(ED25519) + "==")[:32]
