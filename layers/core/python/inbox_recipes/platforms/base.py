"""What every connector is: pure functions between a platform's wire format and our own words.

What comes in is bytes and headers, what goes out is a request as data; the secrets and the moment are
arguments. Sending, and fetching what a message only points to, is the business of adapters.
"""

import hmac
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal
from urllib.parse import unquote

from inbox_recipes.errors import Permanent
from inbox_recipes.inbox import IncomingMention, Mention
from inbox_recipes.platforms import CAPABILITIES, Act, Capabilities, Service
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.quick_replies import QuickReply

type Json = dict[str, Any]
type Method = Literal["GET", "POST", "PUT", "DELETE"]

UNREADABLE = (
    KeyError, TypeError, ValueError, AttributeError, LookupError, UnboundLocalError, RecursionError,
)  # fmt: skip
"""What an event that is not as documented makes its reader raise. Pydantic's errors are ValueErrors.

The last two are Python's own: of its reader of mail addresses, at `&@[ ` and at a thousand open brackets.
"""


@dataclass(frozen=True)
class Received:
    """A request of a platform: header names in lower case, the body as it came."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Connection:
    """A connected profile, and its secrets by name. They never leave this object as text (R9)."""

    id: str
    profile: ConnectedProfile
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def secret(self, name: str) -> str:
        """A secret that the platform's calls need. Raises Permanent when nobody has given it."""
        if not self.secrets.get(name):
            raise Permanent(f"the profile {self.profile.name!r} has no {name}")
        return self.secrets[name]


@dataclass(frozen=True)
class StoredMail:
    """Where a message lies that a notification only points to."""

    bucket: str
    key: str


@dataclass(frozen=True)
class Unread:
    """An event of a kind that is read, which is not as documented; it is kept, with the reason (R1)."""

    event: Any
    reason: str


@dataclass(frozen=True)
class Events:
    """What a request brought.

    `passed_over` names the kinds of events that say nothing to an inbox, once for each event.
    `confirm` is an address to call, by which the platform learns that we want its messages.
    """

    mentions: tuple[IncomingMention, ...] = ()
    passed_over: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    confirm: str | None = None


@dataclass(frozen=True)
class Request:
    """A call of a platform's API, as data. `body` is JSON."""

    method: Method
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Json | None = None


@dataclass(frozen=True)
class Letter:
    """An e-mail as it is to be sent: its source text, as RFC 5322 has it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


type Outgoing = Request | Letter


@dataclass(frozen=True)
class Answered:
    """What a platform answered to a call."""

    status: int
    headers: Mapping[str, str]
    body: Any = None


ACTS: dict[Act, str] = {
    "hide": "hide messages",
    "unhide": "show hidden messages again",
    "delete": "delete messages of others",
    "block_author": "block authors",
}
"""What a platform is asked to do, in words."""


class Connector(ABC):
    """One platform. Methods that send give what is to be sent; `done` reads what came back."""

    service: ClassVar[Service]

    @property
    def capabilities(self) -> Capabilities:
        """What can be done on this platform."""
        return CAPABILITIES[self.service]

    @abstractmethod
    def challenge(self, received: Received, connections: Sequence[Connection]) -> tuple[str, str] | None:
        """Media type and text of the answer to the platform's question whether this address is ours.

        Nothing when the question is not a right one.
        """

    def certificate(self, received: Received, connections: Sequence[Connection]) -> str | None:
        """The address of the certificate that the request is signed with; nothing: a secret is shared."""
        return None

    @abstractmethod
    def verify(
        self, received: Received, connections: Sequence[Connection], certificate: bytes | None = None
    ) -> tuple[Connection, ...]:
        """The connections for which the request is signed as it must be; none of a forged one."""

    def stored(self, received: Received) -> tuple[StoredMail, ...]:
        """What the request only points to, and `parse` needs."""
        return ()

    @abstractmethod
    def parse(
        self,
        received: Received,
        connections: Sequence[Connection],
        stored: Mapping[StoredMail, bytes],
        now: datetime,
    ) -> Events:
        """The mentions in a verified request. Their topic is that of the profile that they came to."""

    @abstractmethod
    def reply(
        self, connection: Connection, mention: Mention, text: str, *, by_machine: bool = False
    ) -> Outgoing:
        """An answer in kind (A10); one that no person has looked at is marked so where that can be."""

    def send_privately(
        self, connection: Connection, mention: Mention, text: str, buttons: Sequence[QuickReply] = ()
    ) -> Outgoing:
        """A private message to the author, with `buttons` where the platform has quick replies."""
        raise self.cannot("send private messages")

    def send_publicly(self, connection: Connection, mention: Mention, text: str) -> Outgoing:
        """A public answer below the mention."""
        raise self.cannot("answer in public")

    def refuses(self, act: Act, mention: Mention) -> str | None:
        """Why the platform will not do that to this mention, whoever asks, if it will not (A12)."""
        return None if self.capabilities.allows(act) else f"{self.service} cannot {ACTS[act]}"

    def moderate(self, act: Act, connection: Connection, mention: Mention) -> Outgoing:
        """The call for an act. Raises Permanent for one that the platform has no way to do."""
        refusal = self.refuses(act, mention)
        if refusal:
            raise Permanent(refusal)
        match act:
            case "hide":
                return self.hide(connection, mention)
            case "unhide":
                return self.unhide(connection, mention)
            case "delete":
                return self.delete(connection, mention)
            case "block_author":
                return self.block_author(connection, mention)

    def hide(self, connection: Connection, mention: Mention) -> Outgoing:
        """Hide the mention from others. Hiding what is hidden is no mistake."""
        raise self.cannot(ACTS["hide"])

    def unhide(self, connection: Connection, mention: Mention) -> Outgoing:
        """Show a hidden mention to others again."""
        raise self.cannot(ACTS["unhide"])

    def delete(self, connection: Connection, mention: Mention) -> Outgoing:
        """Delete the mention."""
        raise self.cannot(ACTS["delete"])

    def block_author(self, connection: Connection, mention: Mention) -> Outgoing:
        """Block the mention's author, for the profile that received it (A13)."""
        raise self.cannot(ACTS["block_author"])

    def read_back(self, connection: Connection, mention: Mention) -> Outgoing:
        """Ask for our latest answers to the mention."""
        raise self.cannot("be asked what it has")

    def found(self, answered: Answered, mention: Mention, text: str, since: datetime) -> str | None:
        """The native id of our answer to the mention with that text, not older than `since`.

        It is looked for in what `read_back` has asked.
        """
        raise self.cannot("be asked what it has")

    def authorized(self, connection: Connection, request: Request, now: datetime, nonce: str) -> Request:
        """The request as it goes out at that moment, once: signed, where the platform has calls signed.

        `nonce` is a word that no other request has had. Raises Permanent when a key is missing.
        """
        return request

    @abstractmethod
    def done(self, answered: Answered, now: datetime) -> str | None:
        """The native id of what a call made, if it made something.

        Raises Retryable (rate limit, with its seconds: nothing was done), Unclear (an outage: perhaps it
        was), TokenExpired, Gone or Permanent.
        """

    def cannot(self, what: str) -> Permanent:
        """What is raised for what a platform has no way to do."""
        return Permanent(f"{self.service} cannot {what}")


def signed_with(secret: str, message: bytes, signature: str) -> bool:
    """Whether it is the HMAC-SHA256 of the message, in hexadecimal; takes as long for any signature."""
    expected = hmac.new(secret.encode(), message, "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def read_each(
    events: Iterable[Any], read: Callable[[Any], IncomingMention | str]
) -> Iterator[IncomingMention | str | Unread]:
    """Each event read by itself: one that is not as documented does not hold up the others (R7)."""
    for event in events:
        try:
            yield read(event)
        except UNREADABLE as error:
            yield Unread(event, f"{type(error).__name__}: {_where(error)}")


def _where(error: Exception) -> str:
    """What is wrong, without quoting what somebody wrote (R9)."""
    described = getattr(error, "errors", None)
    if described is not None:
        return "; ".join(f"{'/'.join(map(str, each['loc']))}: {each['msg']}" for each in described())
    return str(error) if isinstance(error, KeyError) else "not as documented"


def gathered(read: Iterable[IncomingMention | str | Unread]) -> Events:
    """What was read, sorted: a text names the kind of an event that is passed over."""
    every = list(read)
    return Events(
        mentions=tuple(each for each in every if isinstance(each, IncomingMention)),
        passed_over=tuple(each for each in every if isinstance(each, str)),
        unread=tuple(each for each in every if isinstance(each, Unread)),
    )


LONGEST_LINK = 2048
"""Characters of a link that a mention can hold (R17)."""


def kept_link(link: Any) -> str | None:
    """A link, if it is one that a mention can hold: a longer one is no reason to lose the message."""
    return link if isinstance(link, str) and len(link) <= LONGEST_LINK else None


RESERVED = " /?#%!"


def to_native_id(identifier: str) -> str:
    """A platform's id spelled so that it can stand in a path: what may not is `!` and two digits."""
    return "".join(
        char
        if "!" < char <= "~" and char not in RESERVED
        else "".join(f"!{byte:02X}" for byte in char.encode())
        for char in identifier
    )


def from_native_id(native_id: str) -> str:
    """The id as the platform spells it."""
    return unquote(native_id.replace("!", "%"))


NEVER_READ = ("noreply", "no-reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster", "bounce")
"""What addresses begin with whose mail nobody reads."""


def is_never_read(address: str) -> bool:
    """Whether mail to the address would only reach a machine."""
    return address.partition("@")[0].lower().startswith(NEVER_READ)
