"""SES and SNS as their documentation describes them: a mail arrives, and SNS tells of it, signed."""

import base64
import json
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import cached_property
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tools.platform_sandbox.played import Event, Message, Played

TOPIC_ARN = "arn:aws:sns:eu-west-1:000000000000:sandbox-mail"


class PlayedMail(Played):
    """The mailbox support@orvane.example. Mail goes out by the local stack's own SES."""

    service = "email"
    profile = "support@orvane.example"

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def person(self, name: str) -> str:
        """An address."""
        address = f"{name.lower()}@example.com"
        self.people[address] = name
        return address

    def new_id(self) -> str:
        """A message id."""
        return f"{super().new_id()}@example.com"

    def event(self, message: Message) -> Event:
        """A notification of SES's SNS action, signed by SNS."""
        mail = EmailMessage()
        mail["From"] = f"{self.people.get(message.author, 'Somebody')} <{message.author}>"
        mail["To"], mail["Subject"], mail["Message-ID"] = self.profile, message.text[:60], f"<{message.id}>"
        if message.parent:
            mail["In-Reply-To"] = f"<{message.parent}>"
        mail.set_content(message.text)
        passed = {"status": "PASS"}
        told = {
            "notificationType": "Received",
            "mail": {"timestamp": message.at.isoformat(), "messageId": uuid4().hex, "source": message.author},
            "receipt": {
                "recipients": [self.profile],
                **{f"{name}Verdict": passed for name in ("spam", "virus", "spf", "dkim", "dmarc")},
                "action": {"type": "SNS", "topicArn": TOPIC_ARN, "encoding": "BASE64"},
            },
            "content": base64.b64encode(mail.as_bytes()).decode(),
        }
        return self._signed({"Type": "Notification", "Message": json.dumps(told)})

    def _signed(self, message: dict[str, str]) -> Event:
        whole = {
            "MessageId": uuid4().hex,
            "Timestamp": datetime.now(UTC).isoformat(),
            "TopicArn": TOPIC_ARN,
            **message,
        }
        text = "".join(f"{name}\n{whole[name]}\n" for name in sorted(whole)).encode()
        signature = self._key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        whole |= {
            "SignatureVersion": "2",
            "Signature": base64.b64encode(signature).decode(),
            "SigningCertURL": f"{self._url}/SimpleNotificationService-5a.pem",
        }
        return Event(json.dumps(whole).encode(), {"x-amz-sns-message-type": "Notification"})

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def certificate(self) -> bytes:
        """What SNS shows under SigningCertURL."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + timedelta(days=30))
            .sign(self._key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM)
