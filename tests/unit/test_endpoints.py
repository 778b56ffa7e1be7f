"""Receivers: when they are left alone, and when they are switched off (R13)."""

from datetime import datetime, timedelta

import pytest

from inbox_recipes.endpoints import (
    LONGEST_REST,
    SHORTEST_REST,
    TRIPS_AFTER,
    Endpoint,
    after_failure,
    after_success,
    enabled,
    held_back,
    probing,
    switched_off,
)  # fmt: skip

FRESH = Endpoint(id="end_1", url="https://example.com/hook")


def failed(endpoint: Endpoint, *moments: datetime) -> Endpoint:
    for at in moments:
        endpoint = after_failure(endpoint, at, "the receiver answered 500", gone=False)
    return endpoint


def spread(now: datetime, count: int, over: timedelta) -> list[datetime]:
    """So many moments, evenly over a time, with its first and its last."""
    return [now + over * number / (count - 1) for number in range(count)]


def test_the_circuit_opens_after_failures_in_a_row_and_closes_with_a_success(now: datetime) -> None:
    almost = failed(FRESH, *[now] * (TRIPS_AFTER - 1))
    assert held_back(almost, now, probes=False, last_chance=False) is None

    tripped = failed(almost, now)
    assert tripped.state == "open"
    assert "failed 5 times" in (held_back(tripped, now, probes=True, last_chance=False) or "")
    assert held_back(tripped, now, probes=False, last_chance=True) is None, "the last attempt is made"

    later = now + SHORTEST_REST
    assert held_back(tripped, later, probes=True, last_chance=False) is None
    assert held_back(tripped, later, probes=False, last_chance=False), "a first attempt never probes"
    trying = probing(tripped, later)
    assert trying is not None
    assert trying.state == "half_open"
    assert held_back(trying, later, probes=True, last_chance=False), "one probe at a time"

    well = after_success(trying, later)
    assert well is not None
    assert (well.state, well.failures, well.works_since) == ("closed", 0, later)
    assert after_success(well, later) is None, "a receiver that works is not written down again"


def test_each_failed_probe_makes_the_rest_longer_up_to_a_limit(now: datetime) -> None:
    endpoint, rests = failed(FRESH, *[now] * TRIPS_AFTER), []
    for _ in range(7):
        assert endpoint.rests_until is not None
        rests.append(endpoint.rests_until - now)
        trying = probing(endpoint, now)
        assert trying is not None
        endpoint = failed(trying, now)

    assert rests[:2] == [SHORTEST_REST, SHORTEST_REST * 2]
    assert rests[-1] == LONGEST_REST


def test_a_probe_that_never_ended_lets_another_try(now: datetime) -> None:
    trying = probing(failed(FRESH, *[now] * TRIPS_AFTER), now)
    assert trying is not None

    assert held_back(trying, now + timedelta(seconds=59), probes=True, last_chance=False)
    assert held_back(trying, now + timedelta(seconds=60), probes=True, last_chance=False) is None


def test_a_receiver_that_only_fails_for_five_days_is_switched_off(now: datetime) -> None:
    """Repeated failure"""
    endpoint = failed(FRESH, *spread(now, 20, timedelta(days=5)))

    assert endpoint.state == "disabled"
    assert endpoint.reason == "20 failures and no success in 5 days; the last: the receiver answered 500"
    assert "was switched off" in (held_back(endpoint, now, probes=True, last_chance=True) or "")


@pytest.mark.parametrize(
    ("count", "over"),
    [
        (9, timedelta(days=5)),
        (50, timedelta(days=4, hours=23)),
        (50, timedelta(hours=20)),
        (2, timedelta(days=6)),
    ],
)
def test_a_receiver_that_failed_rarely_or_not_for_long_is_not(
    now: datetime, count: int, over: timedelta
) -> None:
    assert failed(FRESH, *spread(now, count, over)).state != "disabled"


def test_one_success_begins_the_count_anew(now: datetime) -> None:
    """Sporadic failure"""
    endpoint = failed(FRESH, *spread(now, 20, timedelta(days=4)))
    well = after_success(endpoint, now + timedelta(days=4))
    assert well is not None

    again = failed(well, *spread(now + timedelta(days=4), 20, timedelta(days=4)))

    assert again.state == "open"


def test_failures_of_long_ago_are_forgotten(now: datetime) -> None:
    """Expired clock"""
    endpoint = failed(FRESH, *[now] * 9)

    again = failed(endpoint, now + timedelta(days=5, seconds=1))

    assert (again.state, again.failures) == ("closed", 1)


def test_410_switches_off_at_once(now: datetime) -> None:
    """R12"""
    endpoint = after_failure(FRESH, now, "the receiver answered 410", gone=True)

    assert (endpoint.state, endpoint.reason) == ("disabled", "the receiver answered 410")


def test_a_receiver_that_is_enabled_begins_anew(now: datetime) -> None:
    """Re-enable"""
    endpoint = enabled(switched_off(failed(FRESH, *[now] * 20), now, "nora"))

    assert (endpoint.state, endpoint.failures, endpoint.reason) == ("closed", 0, None)
    assert held_back(endpoint, now, probes=False, last_chance=False) is None
    assert endpoint.revision == 22 + 1
