"""Other people's services: receivers of webhooks, and mail. Some do not answer, and took it all the same."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import count
from random import Random
from typing import NamedTuple

from inbox_recipes.deliveries import Answer
from inbox_recipes.digests import Letter
from inbox_recipes.errors import Permanent, Retryable, Unclear
from inbox_recipes.platforms.base import Answered, Connection, Outgoing
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.webhook_requests import Request
from tests.fakes import NO_ANSWER, FakePlatforms, FakePost, FakeWebhooks, answered
from tests.fakes.store import Store
from tools.platform_sandbox.facebook import PlayedFacebook
from tools.platform_sandbox.played import Answer as PlatformAnswer
from tools.platform_sandbox.played import Called, Failure, Message

FAILURES: tuple[tuple[float, Failure], ...] = (
    (0.08, "rate_limit"), (0.16, "outage"), (0.22, "silence"), (0.32, "lost_answer"), (0.35, "deleted_post"),
)  # fmt: skip
"""What a call of a platform meets, and up to which throw of the dice."""


class Receivers(FakeWebhooks):
    """Receivers of webhooks: most answer, some do not, and some took it all the same."""

    def __init__(self, rng: Random) -> None:
        super().__init__()
        self._rng = rng
        self.taken: set[str] = set()
        self.healthy = False

    def send(self, request: Request, delivery_id: str, at: datetime) -> Answer:
        super().send(request, delivery_id, at)
        dice = 1.0 if self.healthy else self._rng.random()
        if dice < 0.02:
            return answered(410)
        if dice > 0.35 or dice < 0.1:
            self.taken.add(delivery_id)
        return NO_ANSWER if dice < 0.35 else answered(200)


class Post(FakePost):
    """A mail service that knows no key: `taken` lists the notifications that it took, and for whom.

    Which one a letter is of is read from the tray that says that its sending has begun.
    """

    def __init__(self, rng: Random, store: Store) -> None:
        super().__init__()
        self._rng, self._store = rng, store
        self.taken: list[tuple[str, str]] = []
        self.healthy = False

    def send(self, to: str, letter: Letter) -> None:
        dice = 1.0 if self.healthy else self._rng.random()
        if dice < 0.1:
            raise Retryable("the service has no capacity")
        if dice < 0.13:
            raise Permanent("the address is refused")
        if dice < 0.2:
            raise Unclear("no answer, and nothing was taken")
        self.taken += [
            (tray.digest.id, to)
            for tray in self._store.trays.values()
            if tray.digest and any(who.begun and who.to == to for who in tray.digest.recipients)
        ]
        if dice < 0.3:
            raise Unclear("no answer, and it was taken")


class Effect(NamedTuple):
    """What the page has done to a message or its author: after so many transactions, by a message that
    began after so many."""

    act: str
    about: str
    after: int
    begun: int


class Page(PlayedFacebook):
    """Facebook, which remembers what it was asked for and did: it is asked twice only if it must be."""

    def __init__(self, clock: Callable[[], datetime], begun: Callable[[], tuple[int, int]]) -> None:
        super().__init__(clock)
        self._numbers = count(1)
        self._begun = begun
        self.effects: list[Effect] = []

    def _did(self, act: str, about: str) -> None:
        self.effects.append(Effect(act, about, *self._begun()))

    def _hide(self, called: Called, native: str) -> tuple[PlatformAnswer, Message | None]:
        if native in self.messages:
            self._did("hide" if called.body["is_hidden"] else "unhide", native)
        return super()._hide(called, native)

    def _delete(self, called: Called, native: str) -> tuple[PlatformAnswer, Message | None]:
        if native in self.messages:
            self._did("delete", native)
        return super()._delete(called, native)

    def _block(self, called: Called, native: str) -> tuple[PlatformAnswer, Message | None]:
        for author in called.body["user"]:
            self._did("block_author", author)
        return super()._block(called, native)


class Platforms(FakePlatforms):
    """The played platforms, whose calls fail in every way; `lost_answer` is done and not answered."""

    def __init__(
        self, rng: Random, profiles: Callable[[], Mapping[str, ConnectedProfile]],
        clock: Callable[[], datetime], begun: Callable[[], tuple[int, int]],
    ) -> None:  # fmt: skip
        super().__init__(profiles, clock)
        self._rng = rng
        self.facebook: Page = Page(clock, begun)
        self.healthy = False

    def call(self, connection: Connection, call: Outgoing, now: datetime) -> Answered:
        dice = 1.0 if self.healthy else self._rng.random()
        failures = self.facebook.failures
        failures.clear()
        failures.extend([next(kind for up_to, kind in FAILURES if dice < up_to)] if dice < 0.35 else [])
        self.unreachable = int(0.35 <= dice < 0.4)
        return super().call(connection, call, now)
