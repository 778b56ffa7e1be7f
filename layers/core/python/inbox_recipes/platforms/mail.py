"""E-mail: in by an SES receipt rule through SNS, with the mail in the message or in S3; out by SES v2.

What is in a mail is read in `mail_events`. Sources:
docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html, RFC 5322 (threads, section
3.6.4), RFC 2047 (what cannot be an encoded word, section 5), RFC 3834 (how a machine says that it is one).
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import formataddr
from typing import ClassVar, Literal

from inbox_recipes.inbox import Mention
from inbox_recipes.platforms import sns
from inbox_recipes.platforms.base import (
    Answered,
    Connection,
    Connector,
    Events,
    Json,
    Letter,
    Received,
    StoredMail,
    from_native_id,
    gathered,
    read_each,
    to_native_id,
)
from inbox_recipes.platforms.mail_events import read_mail
from inbox_recipes.platforms.outcomes import judge


class MessageIds(UnstructuredHeader, BaseHeader):
    """A header of message ids, a line for each; Python would make encoded words of those that are long."""

    def fold(self, *, policy: Policy) -> str:
        """The header as it stands in the mail."""
        return f"{self.name}: " + f"{policy.linesep} ".join(self.split()) + policy.linesep


HEADERS = HeaderRegistry()
HEADERS.map_to_type("in-reply-to", MessageIds)
HEADERS.map_to_type("references", MessageIds)
OUTGOING = SMTP.clone(header_factory=HEADERS)
MESSAGE_ID = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
"""What may stand between angle brackets; ids from elsewhere, posted to us, may be anything."""


class Mail(Connector):
    """A mailbox whose mail SES receives."""

    service: ClassVar[Literal["email"]] = "email"

    def challenge(self, received: Received, connections: Sequence[Connection]) -> tuple[str, str] | None:
        """SNS asks by a message, which `parse` answers."""
        return None

    def certificate(self, received: Received, connections: Sequence[Connection]) -> str | None:
        """The certificate's address, if SNS speaks of a topic that is one of ours."""
        message = sns.read(received.body)
        if message is None or not _of_topic(message, connections):
            return None
        return sns.certificate(message, _sandboxes(_of_topic(message, connections)))

    def verify(
        self, received: Received, connections: Sequence[Connection], certificate: bytes | None = None
    ) -> tuple[Connection, ...]:
        """The mailboxes of the SNS topic, if SNS has signed the message."""
        message = sns.read(received.body)
        if message is None or certificate is None or not sns.is_signed(message, certificate):
            return ()
        return _of_topic(message, connections)

    def stored(self, received: Received) -> tuple[StoredMail, ...]:
        """Where SES has put the mail, when it is not in the message."""
        told = _told(received)
        action = told.get("receipt", {}).get("action", {})
        if "content" in told or action.get("type") != "S3":
            return ()
        return (StoredMail(action["bucketName"], action["objectKey"]),)

    def parse(
        self,
        received: Received,
        connections: Sequence[Connection],
        stored: Mapping[StoredMail, bytes],
        now: datetime,
    ) -> Events:
        """The mail, once for each mailbox of ours that it was sent to."""
        message = sns.read(received.body) or {}
        if message["Type"] == "SubscriptionConfirmation":
            return Events(confirm=sns.confirmation(message, _sandboxes(connections)))
        told = _told(received)
        if told.get("notificationType") != "Received":
            return Events(passed_over=(str(told.get("notificationType", message["Type"])),))
        receipt = told["receipt"]
        if receipt.get("virusVerdict", {}).get("status") == "FAIL":
            return Events(passed_over=("virus",))
        to = {address.lower() for address in receipt["recipients"]}
        boxes = {each.id: each for each in connections if each.profile.native_id.lower() in to}
        if not boxes:
            return Events(passed_over=("not_connected",))
        content = next(iter(stored.values()), b"") or _content(told)
        mail = message_from_bytes(content, policy=SMTP)
        ours = {each.profile.native_id.lower() for each in connections}
        events = [{**told, "profile": profile_id} for profile_id in boxes]
        return gathered(read_each(events, lambda event: read_mail(mail, told, boxes[event["profile"]], ours)))

    def reply(
        self, connection: Connection, mention: Mention, text: str, *, by_machine: bool = False
    ) -> Letter:
        """A mail to a mail, in its thread; one by a machine is marked, so that no machine answers it."""
        letter = EmailMessage(policy=OUTGOING)
        address, subject = connection.profile.native_id, _line(mention.message.title or "")
        letter["From"] = formataddr((_line(connection.profile.name), address))
        letter["To"] = from_native_id(mention.author.id)
        letter["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()
        answered = _message_ids(mention.id)
        thread = [*_message_ids(mention.source.in_reply_to_message_id), *answered]
        if thread:
            letter["References"] = " ".join(thread)
        if answered:
            letter["In-Reply-To"] = answered[0]
        if by_machine:
            letter["Auto-Submitted"] = "auto-replied"
        letter.set_content(text)
        return Letter(address, (from_native_id(mention.author.id),), letter.as_bytes())

    def done(self, answered: Answered, now: datetime) -> str | None:
        """The Message-ID that SES gives the mail."""
        judge("SES", answered)
        return to_native_id(answered.body["MessageId"]) if answered.body else None


def _of_topic(message: Json, connections: Sequence[Connection]) -> tuple[Connection, ...]:
    return tuple(each for each in connections if each.profile.sns_topic_arn == message["TopicArn"])


def _line(text: str) -> str:
    """The text on one line, which is all that a header takes."""
    return " ".join(text.split())


def _message_ids(native_id: str | None) -> list[str]:
    """The message id, if it is one."""
    known = from_native_id(native_id or "")
    return [f"<{known}>"] if MESSAGE_ID.fullmatch(known) else []


def _sandboxes(connections: Sequence[Connection]) -> list[str]:
    return [each.profile.sandbox_url for each in connections if each.profile.sandbox_url]


def _told(received: Received) -> Json:
    """What SES says, inside what SNS says."""
    try:
        told = json.loads((sns.read(received.body) or {})["Message"])
    except (KeyError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _content(told: Json) -> bytes:
    encoding = told["receipt"].get("action", {}).get("encoding")
    return base64.b64decode(told["content"]) if encoding == "BASE64" else told["content"].encode()
