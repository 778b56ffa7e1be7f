"""Customers' web applications in memory."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inbox_recipes.deliveries import Answer, Response
from inbox_recipes.ids import digest
from inbox_recipes.signing_keys import (
    LiveKeys,
    Rotated,
    Rotation,
    SigningKey,
    SigningKeySet,
    check,
    until,
)
from inbox_recipes.webhook_requests import Request


@dataclass(frozen=True)
class Sent:
    """A request that went out."""

    request: Request
    delivery_id: str
    at: datetime

    @property
    def body(self) -> Any:
        """What it said, read as JSON."""
        return json.loads(self.request.body)


def answered(status: int, **more: Any) -> Answer:
    """What the sender makes of an answer with that status."""
    response = Response(status=status, headers={}, body="", cut=False)
    if 200 <= status < 300:
        return Answer("delivered", response=response, **more)
    if status == 410:
        return Answer(
            "gone", "the receiver answered 410: it wants no more of these", response=response, **more
        )
    return Answer("failed", f"the receiver answered {status}", response=response, **more)


class FakeSecrets:
    """A secret store that tells tests what is in it."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.made = 0

    def keep(self, text: str) -> str:
        self.made += 1
        self.kept[f"sec_{self.made}"] = text
        return f"sec_{self.made}"

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)

    def fingerprint(self, text: str) -> str:
        return digest("pepper", text)

    def read(self, name: str) -> str:
        return self.kept[name]


class FakeSigningKeys:
    """A ring of keys that are made up: `made` tells tests what they were."""

    def __init__(self, now: datetime) -> None:
        self._live = LiveKeys(current=SigningKeySet(keys=None, since=now))
        self.made: list[str] = []

    def live(self, now: datetime) -> LiveKeys:
        before = self._live.previous
        over = before is not None and before.until is not None and now >= before.until
        return self._live.model_copy(update={"previous": None}) if over else self._live

    def rotate(self, rotation: Rotation, now: datetime) -> Rotated:
        live = self.live(now)
        check(rotation, live)
        keys = []
        for each in dict.fromkeys(rotation.types):
            self.made.append(f"{'whsk_' if each == 'ed25519' else 'whsec_'}{len(self.made):04}")
            public = each == "ed25519"
            keys.append(
                SigningKey(
                    type=each,
                    hint=None if public else f"…{self.made[-1][-4:]}",
                    public_key=f"whpk_{self.made[-1][-4:]}" if public else None,
                )
            )
        previous = live.current.model_copy(update={"until": until(now)})
        self._live = LiveKeys(current=SigningKeySet(keys=tuple(keys), since=now), previous=previous)
        secret = next((key for key in self.made[-len(keys) :] if key.startswith("whsec_")), None)
        return Rotated(current=self._live.current, previous=previous, secret=secret)


NO_ANSWER = Answer("failed", "no answer: ReadTimeout")
REFUSED = Answer("refused", "the address is not allowed")


class FakeWebhooks:
    """Answers 200, or what `answers` holds next: a status, a whole answer, or an error of ours."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.answers: list[int | Answer | Exception] = []

    def send(self, request: Request, delivery_id: str, at: datetime) -> Answer:
        self.sent.append(Sent(request, delivery_id, at))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answered(answer) if isinstance(answer, int) else answer
