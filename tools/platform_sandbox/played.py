"""What every played platform has: messages, people, the calls that were made, and errors on demand."""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, ClassVar, Literal

type Json = dict[str, Any]

Failure = Literal["rate_limit", "expired_token", "deleted_post", "outage", "silence", "lost_answer"]
"""What the next call meets. `silence`: it is neither done nor answered; `lost_answer`: done, not answered."""

APP_SECRET = "sandbox-app-secret"  # noqa: S105 - of a platform that is played
VERIFY_TOKEN = "sandbox-verify-token"  # noqa: S105
ACCESS_TOKEN = "sandbox-access-token"  # noqa: S105
SIGNING_KEYS = {
    "app_secret": APP_SECRET,
    "api_key": "sandbox-api-key",
    "access_token": "501-sandbox-access-token",
    "access_token_secret": "sandbox-access-token-secret",
}
"""What a profile of X has whose calls are signed. This token is none without a signature."""


@dataclass(frozen=True)
class Called:
    """A call of the played API. `url` is the whole address, as it was called."""

    method: str
    url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Json


@dataclass(frozen=True)
class Answer:
    """What a played platform answers."""

    status: int
    body: Json = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A call of a platform's API, when it came, and its answer: nothing when the line went dead."""

    at: datetime
    service: str
    called: Called
    answer: Answer | None


@dataclass(frozen=True)
class Event:
    """What a platform tells of: the bytes, and the headers that sign them."""

    body: bytes
    headers: Mapping[str, str]


@dataclass
class Message:
    """One message. `to` is whom a private one went to, `parent` what a public one answers.

    `buttons` below it, and the one that was `clicked`, are titles with what the platform gives back;
    `stays` is of one that does not go away when it is clicked.
    """

    id: str
    author: str
    text: str
    private: bool
    at: datetime
    to: str | None = None
    parent: str | None = None
    hidden: bool = False
    buttons: tuple[tuple[str, str], ...] = ()
    clicked: tuple[str, str] | None = None
    stays: bool = False


class Played:
    """A platform with one profile of ours on it."""

    service: ClassVar[str]
    profile: ClassVar[str]

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.messages: dict[str, Message] = {}
        self.people: dict[str, str] = {}
        self.blocked: set[str] = set()
        self.failures: deque[Failure] = deque()
        self._numbers = count(int(datetime.now(UTC).timestamp()) * 1000)

    def person(self, name: str) -> str:
        """The id of a person, whom the platform knows by it from now on."""
        number = str(int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**12)
        self.people[number] = name
        return number

    def write(
        self, author: str, text: str, *, private: bool, to: str | None = None, parent: str | None = None,
        message_id: str | None = None,
    ) -> Message:  # fmt: skip
        """Keep a new message, under an id of its own if none is given."""
        message = Message(message_id or self.new_id(), author, text, private, self.clock(), to, parent)
        self.messages[message.id] = message
        return message

    def click(self, person: str, title: str, message_id: str | None = None) -> Message:
        """Somebody chooses a button of our latest message with buttons. Raises LookupError without it."""
        shown = next(each for each in reversed(self.messages.values()) if each.to == person and each.buttons)
        payload = dict(shown.buttons)[title]
        message = self.write(person, title, private=True, to=self.profile, message_id=message_id)
        message.clicked = (title, payload)
        return message

    def new_id(self) -> str:
        """An id that no message has."""
        return str(next(self._numbers))

    def answer(self, called: Called) -> tuple[Answer, Message | None]:
        """What a call is answered with, and what it has written."""
        raise NotImplementedError

    def failure(self, kind: Failure) -> Answer:
        """The answer by which this platform tells of a failure."""
        raise NotImplementedError

    def event(self, message: Message) -> Event:
        """What the platform tells of a message."""
        raise NotImplementedError
