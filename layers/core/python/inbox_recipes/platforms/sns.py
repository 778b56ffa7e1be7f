"""Amazon SNS over HTTPS: whose message it is, and whether SNS has signed it.

Source: docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. The certificate comes over
TLS from SNS's own address, which is what makes it SNS's; the signature is RSASSA-PKCS1-v1_5, checked as RFC
8017, section 8.2.2 says: the whole expected block is made and compared, nothing of the given one is parsed.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from ssl import PEM_cert_to_DER_cert

from inbox_recipes.platforms.base import Json

CERTIFICATE = re.compile(
    r"https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(\.cn)?/SimpleNotificationService-[0-9a-f]{1,64}\.pem"
)
CONFIRMATION = re.compile(
    r"https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(\.cn)?/\?Action=ConfirmSubscription&\S+"
)
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
    "UnsubscribeConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
# Signature version to hash, and the DER of its name as RFC 8017, section 9.2, note 1 lists it.
HASHES = {
    "1": ("sha1", bytes.fromhex("3021300906052b0e03021a05000414")),
    "2": ("sha256", bytes.fromhex("3031300d060960864801650304020105000420")),
}


def read(body: bytes) -> Json | None:
    """The message, if it is one of SNS: an object with a type that SNS has and all that is signed."""
    try:
        message = json.loads(body)
        wanted = SIGNED[message["Type"]]
        texts = [message[name] for name in wanted if name != "Subject"]
        texts += [message["Signature"], message["SignatureVersion"], message["SigningCertURL"]]
    except (ValueError, KeyError, TypeError):
        return None
    return message if all(isinstance(text, str) for text in texts) else None


def certificate(message: Json, sandboxes: Iterable[str]) -> str | None:
    """The address of the signing certificate, if it is SNS's own, or that of a sandbox."""
    url: str = message["SigningCertURL"]
    return url if CERTIFICATE.fullmatch(url) or _in(sandboxes, url) else None


def confirmation(message: Json, sandboxes: Iterable[str]) -> str | None:
    """The address by which a subscription is confirmed, if it is SNS's own, or that of a sandbox."""
    url: str = message["SubscribeURL"]
    return url if CONFIRMATION.fullmatch(url) or _in(sandboxes, url) else None


def _in(sandboxes: Iterable[str], url: str) -> bool:
    return any(url.startswith(f"{sandbox}/") for sandbox in sandboxes)


def is_signed(message: Json, certificate: bytes) -> bool:
    """Whether the message carries a signature made with the certificate's key."""
    how = HASHES.get(message["SignatureVersion"])
    if how is None:
        return False
    try:
        signature = base64.b64decode(message["Signature"], validate=True)
        modulus, exponent = _public_key(certificate)
    except (ValueError, IndexError):
        return False
    size = (modulus.bit_length() + 7) // 8
    digest = hashlib.new(how[0], _text(message)).digest()
    ending = how[1] + digest
    expected = b"\x00\x01" + b"\xff" * (size - len(ending) - 3) + b"\x00" + ending
    if len(signature) != size or len(expected) != size:
        return False
    given = pow(int.from_bytes(signature), exponent, modulus).to_bytes(size)
    return hmac.compare_digest(given, expected)


def _text(message: Json) -> bytes:
    names = (name for name in SIGNED[message["Type"]] if message.get(name) is not None)
    return "".join(f"{name}\n{message[name]}\n" for name in names).encode()


def _public_key(pem: bytes) -> tuple[int, int]:
    """Modulus and exponent of the RSA key in an X.509 certificate (RFC 5280, section 4.1)."""
    [whole] = _parts(PEM_cert_to_DER_cert(pem.decode("ascii")))
    fields = _parts(_parts(whole)[0])
    # tbsCertificate: [version] serial algorithm issuer validity subject subjectPublicKeyInfo
    numbered = fields[0].startswith(b"\x02")  # the version, where it is given
    key = _parts(fields[6 if numbered else 5])[1]
    modulus, exponent = _parts(_parts(key[1:])[0])
    return int.from_bytes(modulus), int.from_bytes(exponent)


def _parts(der: bytes) -> list[bytes]:
    """The contents of the values that stand one after the other in DER (X.690, section 8.1)."""
    found, at = [], 0
    while at < len(der):
        length, start = der[at + 1], at + 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(der[at + 2 : start])
        if start + length > len(der):
            raise ValueError("a value ends after its container")
        found.append(der[start : start + length])
        at = start + length
    return found
