"""E-mail: in by an SES receipt rule through SNS, with the mail in the message or in S3; out by SES v2.

Sources: docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html, RFC 5322 (Reply-To in
section 3.6.2, message ids and threads in 3.6.4 and 4.5), RFC 3834 (what answers by itself), RFC 2076
(Precedence).
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, getaddresses
from html.parser import HTMLParser
from typing import ClassVar, Literal

from inbox_recipes.inbox import (
    CONTENT_LIMIT,
    Attachment,
    Author,
    IncomingMention,
    Mention,
    Message,
    Published,
    Source,
    TopicRef,
)
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
    is_never_read,
    read_each,
    to_native_id,
)
from inbox_recipes.platforms.outcomes import judge

LONGEST_ID = 250
BY_MACHINES = ("bulk", "junk", "list", "auto_reply")


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
        boxes = [each for each in connections if each.profile.native_id.lower() in to]
        if not boxes:
            return Events(passed_over=("not_connected",))
        content = next(iter(stored.values()), b"") or _content(told)
        mail = message_from_bytes(content, policy=SMTP)
        ours = {each.profile.native_id.lower() for each in connections}
        return gathered(read_each(boxes, lambda box: _mention(mail, told, box, ours)))

    def reply(
        self, connection: Connection, mention: Mention, text: str, *, by_machine: bool = False
    ) -> Letter:
        """A mail to a mail, in its thread; one by a machine is marked, so that no machine answers it."""
        letter = EmailMessage(policy=SMTP)
        address, subject = connection.profile.native_id, mention.message.title or ""
        letter["From"] = formataddr((connection.profile.name, address))
        letter["To"] = from_native_id(mention.author.id)
        letter["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()
        thread = [
            each for each in (mention.source.in_reply_to_message_id, mention.id) if each and "@" in each
        ]
        if thread:
            letter["References"] = " ".join(f"<{from_native_id(each)}>" for each in thread)
        if "@" in mention.id:
            letter["In-Reply-To"] = f"<{from_native_id(mention.id)}>"
        if by_machine:
            letter["Auto-Submitted"] = "auto-replied"
        letter.set_content(text)
        return Letter(address, (from_native_id(mention.author.id),), letter.as_bytes())

    def done(self, answered: Answered, now: datetime) -> str | None:
        """The Message-ID that SES gives the mail."""
        judge("SES", answered)
        return to_native_id(answered.body["MessageId"]) if answered.body else None


def is_automatic(mail: EmailMessage) -> bool:
    """Whether a machine wrote it, so that answering would be talking to a machine (RFC 3834, section 2)."""
    auto = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    _, address = _answered_at(mail)
    return any((
        auto != "no",
        str(mail.get("Precedence", "")).strip().lower() in BY_MACHINES,
        mail.get("List-Id") is not None or mail.get("X-Autoreply") is not None,
        str(mail.get("Return-Path", "")).strip() == "<>",
        mail.get_content_type() == "multipart/report",
        is_never_read(address),
    ))  # fmt: skip


def _of_topic(message: Json, connections: Sequence[Connection]) -> tuple[Connection, ...]:
    return tuple(each for each in connections if each.profile.sns_topic_arn == message["TopicArn"])


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


def _mention(mail: EmailMessage, told: Json, box: Connection, ours: set[str]) -> IncomingMention:
    fullname, address = _address(mail, "From")
    native = _ids(mail, "Message-ID") or [told["mail"]["messageId"]]
    answers = (_ids(mail, "In-Reply-To") or _ids(mail, "References")[-1:])[:1]
    receipt = told["receipt"]
    # Anybody can write our address into From.
    proved = "PASS" in (receipt.get(f"{how}Verdict", {}).get("status") for how in ("dkim", "dmarc"))
    _, to = _address(mail, "To")
    others = _answered_at(mail)[1].lower() not in ours
    managed = proved and address.lower() in ours and not (others and to.lower() in ours)  # no form of our own
    if others and not managed:
        fullname, address = _answered_at(mail)
    return IncomingMention(
        id=_spelled(native[0]),
        topic=TopicRef(id=box.profile.topic),
        message=Message(
            title=" ".join(str(mail.get("Subject", "")).split())[:500] or None,
            content=_text(mail)[:CONTENT_LIMIT],
            type="email",
            attachments=tuple(_attachments(mail))[:50],
        ),
        source=Source(
            service="email",
            id=_spelled(native[0]),
            in_reply_to_message_id=_spelled(answers[0]) if answers else None,
            profile=box.id,
            recipient=_spelled(to.lower()) if managed and to else None,
            auto_submitted=is_automatic(mail),
        ),
        author=Author(
            id=_spelled(address.lower()),
            name=address.lower()[:500],
            fullname=fullname[:500] or None,
            managed=managed,
        ),
        private=True,
        tags=("spam",) if receipt.get("spamVerdict", {}).get("status") == "FAIL" else (),
        date=Published(published=_sent(told)),
    )


def _address(mail: EmailMessage, header: str) -> tuple[str, str]:
    """The first name and address in a header; nothing: two empty texts."""
    named = getaddresses([str(each) for each in mail.get_all(header, [])])
    return next((found for found in named if found[1]), ("", ""))


def _answered_at(mail: EmailMessage) -> tuple[str, str]:
    """Who wants the answers: a contact form writes for a customer, whom it names in Reply-To."""
    wanted = _address(mail, "Reply-To")
    return wanted if "@" in wanted[1] else _address(mail, "From")


def _ids(mail: EmailMessage, header: str) -> list[str]:
    """Message ids without their angle brackets."""
    return [part.strip("<>") for part in str(mail.get(header, "")).split() if part.strip("<>")]


def _spelled(identifier: str) -> str:
    return to_native_id(identifier)[:LONGEST_ID]


def _sent(told: Json) -> datetime:
    """When SES received it: a mail's own date is what its sender's clock says."""
    received = datetime.fromisoformat(told["mail"]["timestamp"])
    return received if received.tzinfo else received.replace(tzinfo=UTC)


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        text = str(part.get_content())
    except (LookupError, ValueError):  # a character set that nobody knows, or bytes that are none of it
        raw = part.get_payload(decode=True)
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    text = text.encode("utf-8", "replace").decode()
    return (_Words.of(text) if part.get_content_type() == "text/html" else text).strip()


def _attachments(mail: EmailMessage) -> Iterator[Attachment]:
    if not mail.is_multipart():
        return
    for part in mail.iter_attachments():
        yield Attachment(type=part.get_content_type(), name=(part.get_filename() or "")[:500] or None)


class _Words(HTMLParser):
    """The text of a page, without what only a browser reads."""

    silent: ClassVar[frozenset[str]] = frozenset({"style", "script", "head", "title"})
    breaking: ClassVar[frozenset[str]] = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    @classmethod
    def of(cls, html: str) -> str:
        """The words, a line for each block."""
        page = cls()
        page.feed(html)
        page.close()
        lines = (" ".join(line.split()) for line in "".join(page.words).splitlines())
        return "\n".join(line for line in lines if line)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Blocks begin a line."""
        self.hidden += tag in self.silent
        if tag in self.breaking:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """What is not shown ends."""
        self.hidden = max(0, self.hidden - (tag in self.silent))

    def handle_data(self, data: str) -> None:
        """Text, unless it is not shown."""
        if not self.hidden:
            self.words.append(data.replace("\n", " "))
