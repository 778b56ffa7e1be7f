"""Deliveries: what was sent to somebody's web application, each attempt, and what came back (R12, R14).

A delivery is one webhook of one run, or a test. Its id is the `webhook-id` of every attempt and every replay.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from inbox_recipes.ids import digest
from inbox_recipes.inbox import Frozen, Object, Time

PAUSES = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds before the second and every further attempt (R12), as Standard Webhooks 1.0 publishes them."""

JITTER = 0.1
"""A pause is longer by up to a tenth, so that receivers do not get all that failed at the same moment."""

LONGEST_ASKED = 86400
"""Seconds that a receiver may ask us to wait (`Retry-After`)."""

State = Literal["pending", "delivered", "failed", "cancelled"]
Outcome = Literal["delivered", "failed", "gone", "refused", "held_back"]


class Delivery(Frozen):
    """How a delivery stands. `attempts` counts those of all rounds; a replay begins a new round.

    `url` is as people may see it, `endpoint_url` the receiver's with its variables still in it.
    `before` is how many attempts earlier rounds took.
    """

    id: str
    kind: Literal["recipe", "test"]
    webhook: str
    endpoint_id: str
    endpoint_url: str
    method: str
    url: str
    recipe_id: str
    recipe_name: str
    run_id: str | None
    position: int | None
    about: Object
    item_id: str | None
    state: State = "pending"
    reason: str | None = None
    status: int | None = None
    attempts: int = 0
    before: int = 0
    replays: int = 0
    created_at: Time
    updated_at: Time
    next_attempt_at: Time | None = None
    revision: int = 1

    @property
    def over(self) -> bool:
        """Whether nothing more will be sent by itself."""
        return self.state != "pending"

    @property
    def last_attempt(self) -> bool:
        """Whether the coming attempt is the last of its round."""
        tries = 1 if self.kind == "test" else len(PAUSES) + 1
        return self.attempts - self.before + 1 >= tries


class Response(Frozen):
    """What a receiver answered, cut where it is long."""

    status: int
    headers: dict[str, str]
    body: str
    cut: bool


class Attempt(Frozen):
    """One attempt. `held_back`: nothing was sent, because the receiver was failing or switched off.

    `address` is where the name led to; `headers` are those sent, without credentials; `replay` counts rounds.
    """

    number: int
    replay: int
    at: Time
    outcome: Outcome
    reason: str | None
    address: str | None
    duration_ms: int
    headers: dict[str, str]
    response: Response | None
    retry_after: int | None = None
    next_attempt_at: Time | None = None


@dataclass(frozen=True)
class Answer:
    """What became of one request. `refused`: it was not sent, and never will be."""

    outcome: Outcome
    reason: str | None = None
    response: Response | None = None
    retry_after: int | None = None
    address: str | None = None
    duration_ms: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def attempt(self, delivery: Delivery, at: datetime) -> Attempt:
        """The delivery's next attempt, which ended so."""
        return Attempt(
            number=delivery.attempts + 1,
            replay=delivery.replays,
            at=at,
            outcome=self.outcome,
            reason=self.reason,
            address=self.address,
            duration_ms=self.duration_ms,
            headers=self.headers,
            response=self.response,
            retry_after=self.retry_after,
        )


def next_attempt(delivery: Delivery, attempt: Attempt) -> datetime | None:
    """When to try again after this attempt; nothing when it was the last."""
    made = attempt.number - delivery.before
    if delivery.last_attempt or attempt.outcome not in ("failed", "held_back"):
        return None
    jittered = PAUSES[made - 1] * (1 + JITTER * _share(delivery.id, attempt.number))
    asked = min(attempt.retry_after or 0, LONGEST_ASKED)
    return attempt.at + timedelta(seconds=max(jittered, asked))


def after(delivery: Delivery, attempt: Attempt, due: datetime | None) -> Delivery:
    """The delivery once that attempt has been made."""
    told = attempt.reason
    if attempt.outcome == "failed" and due is None and delivery.kind == "recipe":
        told = f"{told}; given up after {attempt.number - delivery.before} attempts"
    return delivery.model_copy(
        update={
            "state": "delivered" if attempt.outcome == "delivered" else "pending" if due else "failed",
            "reason": told,
            "status": attempt.response.status if attempt.response else None,
            "attempts": attempt.number,
            "updated_at": attempt.at,
            "next_attempt_at": due,
            "revision": delivery.revision + 1,
        }
    )


def replayed(delivery: Delivery, now: datetime) -> Delivery:
    """The same delivery at the start of another round."""
    return delivery.model_copy(
        update={
            "state": "pending",
            "reason": None,
            "before": delivery.attempts,
            "replays": delivery.replays + 1,
            "updated_at": now,
            "next_attempt_at": now,
            "revision": delivery.revision + 1,
        }
    )


def cancelled(delivery: Delivery, now: datetime, reason: str) -> Delivery:
    """The delivery once it is known that nothing more is to be sent."""
    over = {"state": "cancelled", "reason": reason, "next_attempt_at": None, "updated_at": now}
    return delivery.model_copy(update={**over, "revision": delivery.revision + 1})


def erased(delivery: Delivery, now: datetime) -> Delivery:
    """What is left of a delivery whose contact was erased: that it was, and what came of it (R20)."""
    over: dict[str, object] = {}
    if not delivery.over:
        over = {"state": "cancelled", "next_attempt_at": None}
    left = {"url": delivery.endpoint_url, "reason": "the contact was erased", "updated_at": now}
    return delivery.model_copy(update={**left, **over, "revision": delivery.revision + 1})


def silent(attempt: Attempt) -> Attempt:
    """What is left of an attempt then: when it was, and how it ended."""
    return attempt.model_copy(update={"reason": None, "headers": {}, "response": None})


def _share(*parts: object) -> float:
    """A number from 0 to 1 that looks like chance and is the same every time."""
    return int(digest(*parts)[:8], 16) / 0xFFFFFFFF
