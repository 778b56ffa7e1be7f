"""A mail that came in: who wrote it, in which thread, and whether a machine did.

Sources: RFC 5322 (Reply-To in section 3.6.2, message ids and threads in 3.6.4 and 4.5), RFC 3834 (what
answers by itself), RFC 2076 (Precedence). How SES brings it, and how it is answered, is in `mail`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import ClassVar

from inbox_recipes.inbox import (
    CONTENT_LIMIT,
    Attachment,
    Author,
    IncomingMention,
    Message,
    Published,
    Source,
    TopicRef,
)
from inbox_recipes.platforms.base import Connection, Json, is_never_read, to_native_id

LONGEST_ID = 250
BY_MACHINES = ("bulk", "junk", "list", "auto_reply")


def read_mail(mail: EmailMessage, told: Json, box: Connection, ours: set[str]) -> IncomingMention:
    """The mail as it came to one of our mailboxes, and what SES says of it; `ours` are all our addresses."""
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
    """The text of a page, without what only a browser reads.

    Not by where the head ends: it need not be closed (HTML, section 13.1.2.4), and these are all its text.
    """

    silent: ClassVar[frozenset[str]] = frozenset({"style", "script", "title"})
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
