"""What every Deliveries shows: a delivery once, its attempts, lists, receivers (R12, R13)."""

from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.deliveries import Attempt, Delivery, Response, after, replayed
from inbox_recipes.endpoints import Endpoint, enabled
from inbox_recipes.errors import NotFound, Stale
from inbox_recipes.ports import Deliveries
from inbox_recipes.webhook_requests import Request
from tests.builders import NOON
from tests.fakes import FakeDeliveries
from tests.integration.aws import Aws
from tests.integration.contracts.test_inbox_contract import walked


@pytest.fixture(params=["fake", "dynamo"])
def deliveries(request: pytest.FixtureRequest) -> Deliveries:
    if request.param == "fake":
        return FakeDeliveries()
    made: Deliveries = request.getfixturevalue("aws").deliveries
    return made


REQUEST = Request(method="POST", url="https://example.com/é", shown_url="https://example.com/é",
                  content_type="application/json", body='{"a":"é\\n📱"}', authorization="sec_1")  # fmt: skip


def a_delivery(delivery_id: str = "msg_1", **changed: Any) -> Delivery:
    whole: dict[str, Any] = {
        "id": delivery_id, "kind": "recipe", "webhook": "Tell IT", "endpoint_id": "end_1",
        "endpoint_url": "https://example.com/x", "method": "POST",
        "url": "https://example.com/é", "recipe_id": "rec_1", "recipe_name": "R", "run_id": "run_1",
        "position": 0, "about": "mention", "item_id": "46283_1001", "created_at": NOON, "updated_at": NOON,
        "next_attempt_at": NOON,
    }  # fmt: skip
    return Delivery(**whole | changed)


def an_attempt(number: int, **changed: Any) -> Attempt:
    whole: dict[str, Any] = {
        "number": number, "replay": 0, "at": NOON, "outcome": "failed", "reason": "é",
        "address": "203.0.113.7", "duration_ms": 12, "headers": {"webhook-id": "msg_1"},
        "response": Response(status=503, headers={"a": "b"}, body="é", cut=True),
    }  # fmt: skip
    return Attempt(**whole | changed)


def test_a_delivery_is_made_once_with_what_it_sends(deliveries: Deliveries) -> None:
    """R3: what is sent never changes."""
    assert deliveries.get("msg_1") is None
    with pytest.raises(NotFound):
        deliveries.request("msg_1")
    assert deliveries.create(a_delivery(), REQUEST) == a_delivery()

    other = REQUEST.model_copy(update={"body": "another"})
    assert deliveries.create(a_delivery(webhook="Another"), other) == a_delivery()

    assert deliveries.get("msg_1") == a_delivery()
    assert deliveries.request("msg_1") == REQUEST


def test_attempts_are_kept_in_their_order(deliveries: Deliveries) -> None:
    delivery = deliveries.create(a_delivery(), REQUEST)
    assert deliveries.attempts("msg_1") == []
    for number in range(1, 12):
        stands = after(delivery, an_attempt(number), NOON + timedelta(minutes=1))
        deliveries.record(delivery, stands, an_attempt(number))
        delivery = stands

    assert list(deliveries.attempts("msg_1")) == [an_attempt(number) for number in range(1, 12)]
    assert deliveries.get("msg_1") == delivery


def test_of_two_that_record_at_the_same_time_one_is_told(deliveries: Deliveries) -> None:
    delivery = deliveries.create(a_delivery(), REQUEST)
    first = after(delivery, an_attempt(1), None)
    deliveries.record(delivery, first, an_attempt(1))

    with pytest.raises(Stale):
        deliveries.record(delivery, first, an_attempt(1, reason="another"))

    assert deliveries.attempts("msg_1") == [an_attempt(1)]
    deliveries.record(first, replayed(first, NOON), None)
    assert deliveries.get("msg_1") == replayed(first, NOON)


def ids_of(deliveries: Deliveries, limit: int, **asked: Any) -> list[str]:
    found: list[Delivery] = walked(lambda cursor: deliveries.listed(limit, cursor, **asked))
    return [each.id for each in found]


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_deliveries_are_listed_newest_first_of_a_state_a_receiver_a_time(
    deliveries: Deliveries, limit: int
) -> None:
    for number in range(8):
        at = NOON - timedelta(hours=10 * number)
        state = "failed" if number % 2 else "delivered"
        endpoint = "end_1" if number < 4 else "end_2"
        new = a_delivery(f"msg_{number}", created_at=at, state=state, endpoint_id=endpoint)
        deliveries.create(new, REQUEST)

    assert ids_of(deliveries, limit) == [f"msg_{number}" for number in range(8)]
    assert ids_of(deliveries, limit, state="failed") == ["msg_1", "msg_3", "msg_5", "msg_7"]
    assert ids_of(deliveries, limit, state="failed", endpoint_id="end_2") == ["msg_5", "msg_7"]
    assert ids_of(deliveries, limit, state="pending") == []
    since, until = NOON - timedelta(hours=50), NOON - timedelta(hours=20)
    assert ids_of(deliveries, limit, since=since) == [f"msg_{number}" for number in range(6)]
    assert ids_of(deliveries, limit, since=since, until=until) == ["msg_3", "msg_4", "msg_5"]


def test_a_receiver_is_kept_and_changed_at_its_revision(deliveries: Deliveries) -> None:
    endpoint = Endpoint(id="end_1", url="https://example.com/b", first_failure_at=NOON)
    assert deliveries.endpoint("end_1") is None
    deliveries.save_endpoint(None, endpoint)
    with pytest.raises(Stale):
        deliveries.save_endpoint(None, endpoint)
    after_it = enabled(endpoint)
    deliveries.save_endpoint(endpoint, after_it)
    with pytest.raises(Stale):
        deliveries.save_endpoint(endpoint, after_it)
    deliveries.save_endpoint(None, Endpoint(id="end_2", url="https://example.com/a"))

    assert deliveries.endpoint("end_1") == after_it
    found: list[Endpoint] = walked(lambda cursor: deliveries.endpoints(1, cursor))
    assert [each.id for each in found] == ["end_2", "end_1"]


def test_a_receiver_with_a_very_long_address_is_kept_and_listed(deliveries: Deliveries) -> None:
    """R13: DynamoDB takes 1,024 bytes of what a list is sorted by; é takes two."""
    addresses = [f"https://example.com/{'é' * length}" for length in (1900, 900, 1)]
    for number, url in enumerate(addresses):
        deliveries.save_endpoint(None, Endpoint(id=f"end_{number}", url=url))

    found: list[Endpoint] = walked(lambda cursor: deliveries.endpoints(1, cursor))

    assert [each.url for each in found[:1]] == addresses[2:]
    assert {each.url for each in found} == set(addresses)


def test_what_receivers_are_listed_by_fits_into_a_key(aws: Aws) -> None:
    aws.deliveries.save_endpoint(None, Endpoint(id=f"end_{'f' * 64}", url=f"https://e.com/{'é' * 2000}"))

    [item] = aws.dynamo.scan(TableName=aws.named("Ledger"))["Items"]

    assert len(item["list_at"]["S"].encode()) <= 1024


def test_an_erased_delivery_keeps_that_it_was_and_nothing_that_was_said(deliveries: Deliveries) -> None:
    """R20: erasing it again, or one that is not there, changes nothing."""
    made = deliveries.create(a_delivery(), REQUEST)
    deliveries.record(made, after(made, an_attempt(1), NOON), an_attempt(1))

    for delivery_id in ("msg_1", "msg_1", "msg_9"):
        deliveries.erase(delivery_id, NOON)

    [left] = deliveries.attempts("msg_1")
    assert (left.number, left.outcome) == (1, "failed")
    assert (left.reason, left.headers, left.response) == (None, {}, None)
    erased = deliveries.get("msg_1")
    assert erased
    assert erased.state == "cancelled"
    assert deliveries.get("msg_9") is None
