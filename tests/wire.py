"""Requests as the platforms send them, signed: the shapes are those of their public documentation."""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from inbox_recipes.platforms import connector
from inbox_recipes.platforms.base import Connection, Connector, Received
from inbox_recipes.profiles import ConnectedProfile
from tests.builders import NOON

type Json = dict[str, Any]

SNS_TOPIC = "arn:aws:sns:eu-west-1:123456789012:support-mail"
CERTIFICATE_URL = (
    "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem"
)
SECRETS: dict[str, dict[str, str]] = {
    "twitter": {"app_secret": "x-consumer-secret", "access_token": "x-user-token"},
    "facebook": {"app_secret": "fb-secret", "verify_token": "meatyhamhock", "access_token": "fb-page-token"},
    "email": {},
}
NATIVE = {"twitter": "501", "facebook": "page-77", "email": "support@orvane.example"}


def connection(service: str, **changed: Any) -> Connection:
    """A profile of ours on that platform, with its secrets."""
    topic = {"sns_topic_arn": SNS_TOPIC} if service == "email" else {}
    body = {"name": "Orvane", "service": service, "native_id": NATIVE[service], "topic": "46283", **topic}
    profile = ConnectedProfile.model_validate(body | changed)
    return Connection(id=f"our-{service}", profile=profile, secrets=SECRETS[service])


def received(body: bytes, headers: Mapping[str, str] | None = None, **query: str) -> Received:
    return Received(headers=headers or {}, query=query, body=body)


def x(body: Json, secret: str = SECRETS["twitter"]["app_secret"]) -> Received:
    raw = json.dumps({"for_user_id": NATIVE["twitter"], **body}).encode()
    digest = base64.b64encode(hmac.digest(secret.encode(), raw, "sha256")).decode()
    return received(raw, {"x-twitter-webhooks-signature": f"sha256={digest}"})


def post(native_id: str = "1860", text: str = "@orvane my order?", **changed: Any) -> Json:
    return {
        "created_at": "Sun Nov 22 11:59:58 +0000 2026",
        "id": int(native_id),
        "id_str": native_id,
        "text": text,
        "in_reply_to_status_id_str": None,
        "user": {"id": 88, "id_str": "88", "name": "Ana", "screen_name": "ana", "followers_count": 12},
        "entities": {
            "hashtags": [{"text": "late", "indices": [0, 5]}],
            "urls": [{"url": "https://t.co/x", "expanded_url": "https://example.com/a"}],
            "user_mentions": [{"screen_name": "orvane", "id_str": "501"}],
        },
        "lang": "en",
        **changed,
    }


def direct_message(native_id: str = "9001", text: str = "Where is it?", sender: str = "88") -> Json:
    to = "501" if sender != "501" else "88"
    return {
        "type": "message_create",
        "id": native_id,
        "created_timestamp": "1795348798000",
        "message_create": {
            "target": {"recipient_id": to},
            "sender_id": sender,
            "message_data": {"text": text, "entities": {"hashtags": [], "urls": [], "user_mentions": []}},
        },
    }


USERS = {"88": {"id": "88", "name": "Ana", "screen_name": "ana", "followers_count": 12}}


def facebook(*entries: Json, secret: str = SECRETS["facebook"]["app_secret"]) -> Received:
    raw = json.dumps({"object": "page", "entry": list(entries)}).encode()
    return received(
        raw, {"x-hub-signature-256": "sha256=" + hmac.digest(secret.encode(), raw, "sha256").hex()}
    )


def feed(**value: Any) -> Json:
    comment = {
        "item": "comment",
        "verb": "add",
        "comment_id": "100_200",
        "post_id": "page-77_100",
        "parent_id": "page-77_100",
        "from": {"id": "u77", "name": "Ana"},
        "message": "Double facturation !",
        "created_time": 1795348798,
    }
    return {
        "id": NATIVE["facebook"],
        "time": 1795348799,
        "changes": [{"field": "feed", "value": comment | value}],
    }


def messenger(**message: Any) -> Json:
    echo = bool(message.get("is_echo"))
    page, person = {"id": NATIVE["facebook"]}, {"id": "psid-5"}
    event = {
        "sender": page if echo else person,
        "recipient": person if echo else page,
        "timestamp": 1795348798000,
        "message": {"mid": "m_AbC-1", "text": "Bonjour", **message},
    }
    return {"id": NATIVE["facebook"], "time": 1795348799000, "messaging": [event]}


@cache
def sns_key() -> tuple[rsa.RSAPrivateKey, bytes]:
    """A key like that of SNS, and its certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=400))
        .sign(key, hashes.SHA256())
    )
    return key, made.public_bytes(serialization.Encoding.PEM)


def sns(message: Json, version: str = "2", url: str = CERTIFICATE_URL) -> Received:
    """A message of SNS, signed as its documentation says."""
    whole = {"MessageId": "m-1", "Timestamp": "2026-11-22T12:00:00.000Z", "TopicArn": SNS_TOPIC, **message}
    text = "".join(f"{name}\n{whole[name]}\n" for name in sorted(whole)).encode()
    how = hashes.SHA256() if version == "2" else hashes.SHA1()  # noqa: S303 - version 1 is SHA-1
    signature = sns_key()[0].sign(text, padding.PKCS1v15(), how)
    whole |= {
        "SignatureVersion": version,
        "Signature": base64.b64encode(signature).decode(),
        "SigningCertURL": url,
    }
    return received(json.dumps(whole).encode(), {"x-amz-sns-message-type": message["Type"]})


def ses(mail: str | bytes, **receipt: Any) -> Received:
    """SES telling of a mail by its SNS action, or by its S3 action when there is an `action`."""
    raw = mail.encode() if isinstance(mail, str) else mail
    passed = {"status": "PASS"}
    told: Json = {
        "notificationType": "Received",
        "mail": {"timestamp": "2026-11-22T11:59:58.000Z", "messageId": "ses-1", "source": "ana@example.com"},
        "receipt": {
            "recipients": [NATIVE["email"]],
            "spamVerdict": passed,
            "virusVerdict": passed,
            "dkimVerdict": passed,
            "action": {"type": "SNS", "topicArn": SNS_TOPIC, "encoding": "BASE64"},
            **receipt,
        },
    }
    if told["receipt"]["action"]["type"] == "SNS":
        told["content"] = base64.b64encode(raw).decode()
    return sns({"Type": "Notification", "Message": json.dumps(told)})


def mail(*headers: str, body: str = "Where is my order?", sender: str = "Ana <ana@example.com>") -> str:
    own = [
        f"From: {sender}",
        "To: support@orvane.example",
        "Subject: My order",
        "Message-ID: <a1@mail.example.com>",
        "Date: Sun, 22 Nov 2026 12:59:50 +0100",
    ]
    given = {header.split(":")[0].lower() for header in headers}
    kept = [each for each in own if each.split(":")[0].lower() not in given]
    if "content-type" not in given:
        kept.append("Content-Type: text/plain; charset=utf-8")
    return "\r\n".join([*kept, *headers, "", body])


GENUINE = {
    "twitter": lambda: x({"tweet_create_events": [post()]}),
    "facebook": lambda: facebook(feed()),
    "email": lambda: ses(mail()),
}


def verified(service: str, request: Received) -> tuple[Connector, tuple[Connection, ...]]:
    """The connector and the connections for which the request is genuine."""
    platform, connections = connector(service), [connection(service)]
    url = platform.certificate(request, connections)
    return platform, platform.verify(request, connections, sns_key()[1] if url else None)


def events(service: str, request: Received) -> Any:
    """What a genuine request brings."""
    platform, connections = verified(service, request)
    assert connections, "the request is not genuine"
    return platform.parse(request, connections, {}, NOON)
