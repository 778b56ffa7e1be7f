"""Receivers of webhooks, and whether they are worth calling (R13). Pure.

A circuit breaker: `closed` lets everything through; after some failures in a row it is `open`, and nothing is
sent for a while; then one delivery may try (`half_open`). A receiver that has done nothing but fail for days,
or that answers 410, is `disabled` until somebody enables it again.
"""

from datetime import datetime, timedelta
from typing import Literal

from inbox_recipes.clock import stamp
from inbox_recipes.inbox import Frozen, Time
from inbox_recipes.notifications import Recipient

TRIPS_AFTER = 5
"""Failures in a row that open the circuit."""
SHORTEST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=5)
PROBE_TAKES = timedelta(seconds=60)
"""A probe that has not ended by then never will: the next may try."""

DISABLED_AFTER = timedelta(days=5)
FEWEST_FAILURES = 10
FEWEST_DAYS = 2


WARNED_AFTER = timedelta(days=1)
"""Of nothing but failures, and so many that the circuit has opened."""


class Notice(Frozen):
    """What people are told of a receiver, from that moment on; `recipients` is nothing until it is begun."""

    kind: Literal["failing", "switched_off"]
    at: Time
    recipients: tuple[Recipient, ...] | None = None

    def told(self, index: int, **changed: object) -> "Notice":
        """The notice with one recipient further on."""
        recipients = list(self.recipients or ())
        recipients[index] = recipients[index].model_copy(update=changed)
        return self.model_copy(update={"recipients": tuple(recipients)})


class Endpoint(Frozen):
    """A receiver. `failures` and what follows count since it last took something.

    `rests_until` is when an open circuit, or a half-open one whose probe was lost, lets one delivery through,
    `works_since` when it first took something, or did so again after failures.
    """

    id: str
    url: str
    state: Literal["closed", "open", "half_open", "disabled"] = "closed"
    reason: str | None = None
    failures: int = 0
    failure_days: int = 0
    first_failure_at: Time | None = None
    last_failure_at: Time | None = None
    works_since: Time | None = None
    rests_until: Time | None = None
    disabled_at: Time | None = None
    notice: Notice | None = None
    revision: int = 1

    def with_notice(self, notice: Notice) -> "Endpoint":
        """The receiver at its next revision, with what became of its notice."""
        return _next(self, notice=notice)


def held_back(endpoint: Endpoint, now: datetime, *, probes: bool, last_chance: bool) -> str | None:
    """Why nothing is sent now, or nothing if it is. `probes`: this delivery may be the one that tries."""
    if endpoint.state == "disabled":
        return f"the receiver was switched off on {stamp(endpoint.disabled_at or now)}: {endpoint.reason}"
    resting = endpoint.rests_until is not None and now < endpoint.rests_until
    if endpoint.state == "closed" or last_chance or (probes and not resting):
        return None
    return f"the receiver has failed {endpoint.failures} times in a row; nothing is sent to it for a while"


def probing(endpoint: Endpoint, now: datetime) -> Endpoint | None:
    """The receiver while one delivery tries; nothing when its circuit is closed."""
    if endpoint.state == "closed":
        return None
    return _next(endpoint, state="half_open", rests_until=now + PROBE_TAKES)


def after_success(endpoint: Endpoint, now: datetime) -> Endpoint | None:
    """The receiver after it took a delivery; nothing when that changes nothing."""
    if endpoint.state == "closed" and not endpoint.failures and endpoint.works_since:
        return None
    return enabled(endpoint).model_copy(update={"works_since": now})


def after_failure(endpoint: Endpoint, now: datetime, reason: str, *, gone: bool) -> Endpoint:
    """The receiver after it failed; `gone`: it answered 410 and wants no more."""
    if endpoint.state == "disabled":  # what was on its way when that happened
        return _next(endpoint, last_failure_at=now)
    last = endpoint.last_failure_at
    forgotten = last is not None and now - last > DISABLED_AFTER
    counted = _forgotten(endpoint) if forgotten else endpoint
    another_day = counted.last_failure_at is None or counted.last_failure_at.date() != now.date()
    failed = _next(
        counted,
        failures=counted.failures + 1,
        failure_days=counted.failure_days + another_day,
        first_failure_at=counted.first_failure_at or now,
        last_failure_at=now,
        reason=reason,
    )
    if gone or _is_dead(failed, now):
        why = (
            reason
            if gone
            else f"{failed.failures} failures and no success in {(now - _first(failed)).days} days; "
            f"the last: {reason}"
        )
        off = {"state": "disabled", "disabled_at": now, "reason": why, "rests_until": None}
        return failed.model_copy(update={**off, "notice": Notice(kind="switched_off", at=now)})
    if failed.notice is None and failed.failures >= TRIPS_AFTER and now - _first(failed) >= WARNED_AFTER:
        failed = failed.model_copy(update={"notice": Notice(kind="failing", at=now)})
    if failed.failures >= TRIPS_AFTER:
        return failed.model_copy(update={"state": "open", "rests_until": now + _rest(failed.failures)})
    return failed


def enabled(endpoint: Endpoint) -> Endpoint:
    """The receiver with its failures forgotten."""
    return _next(_forgotten(endpoint), reason=None, disabled_at=None)


def switched_off(endpoint: Endpoint, now: datetime, by: str) -> Endpoint:
    """The receiver after somebody has switched it off."""
    return _next(
        endpoint, state="disabled", disabled_at=now, reason=f"by {by}", rests_until=None, notice=None
    )


def _is_dead(endpoint: Endpoint, now: datetime) -> bool:
    long = now - _first(endpoint) >= DISABLED_AFTER
    return long and endpoint.failures >= FEWEST_FAILURES and endpoint.failure_days >= FEWEST_DAYS


def _first(endpoint: Endpoint) -> datetime:
    if endpoint.first_failure_at is None:
        raise ValueError("A receiver that has failed has failed at some time.")
    return endpoint.first_failure_at


def _rest(failures: int) -> timedelta:
    doubled: int = 2 ** min(failures - TRIPS_AFTER, 10)
    return min(SHORTEST_REST * doubled, LONGEST_REST)


def _forgotten(endpoint: Endpoint) -> Endpoint:
    return endpoint.model_copy(
        update={
            "state": "closed",
            "failures": 0,
            "failure_days": 0,
            "first_failure_at": None,
            "last_failure_at": None,
            "rests_until": None,
            "notice": None,
        }
    )


def _next(endpoint: Endpoint, **changed: object) -> Endpoint:
    return endpoint.model_copy(update={**changed, "revision": endpoint.revision + 1})
