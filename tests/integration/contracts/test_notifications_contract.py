"""What every store of notifications and devices shows: items in order, taken once; a tray has one writer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from inbox_recipes.adapters.dynamo_devices import DynamoDevices
from inbox_recipes.adapters.dynamo_inbox import DynamoInbox
from inbox_recipes.adapters.dynamo_notifications import DynamoNotifications
from inbox_recipes.devices import Device
from inbox_recipes.errors import Stale
from inbox_recipes.notifications import Counted, Digest, Tray
from inbox_recipes.ports import Devices, Inbox, Notifications, Transaction
from inbox_recipes.runs import Claim
from tests.builders import NOON, NORA
from tests.fakes import FakeDevices, FakeInbox, FakeNotifications, Store
from tests.integration.aws import Aws

TRAY = Tray(recipe_id="rec_1", position=0)


@dataclass
class Kept:
    inbox: Inbox
    notifications: Notifications

    def count(self, number: int, **changed: object) -> Counted:
        """Count an item, as a run does."""
        at = NOON + timedelta(seconds=number)
        whole = {"recipe_id": "rec_1", "position": 0, "log": "mention", "item_id": f"46283_{number}"}
        counted = Counted.model_validate({**whole, "run_id": f"run_{number}", "at": at, **changed})
        claim = Claim(position=counted.position, action="notify", state="closed", outcome="done")
        transaction = Transaction(actor=NORA, at=at, claim=(counted.run_id, claim), counted=counted)
        self.inbox.commit(transaction)
        return counted

    def waiting(self, limit: int = 100) -> list[str]:
        return [each.item_id for each in self.notifications.waiting("rec_1", 0, limit)]


@pytest.fixture(params=["fake", "dynamo"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "fake":
        store = Store()
        yield Kept(FakeInbox(store), FakeNotifications(store))
    else:
        pretended: Aws = request.getfixturevalue("aws")
        inbox: DynamoInbox = pretended.inbox
        yield Kept(inbox, DynamoNotifications(pretended.dynamo, pretended.named("Ledger")))


def test_what_is_counted_waits_in_its_order_for_its_own_action(kept: Kept) -> None:
    for number in (3, 1, 2):
        kept.count(number)
    kept.count(9, recipe_id="rec_2")
    kept.count(8, position=1)

    assert kept.waiting() == ["46283_1", "46283_2", "46283_3"]
    assert kept.waiting(2) == ["46283_1", "46283_2"]
    assert kept.waiting(0) == []


def test_a_repeated_transaction_counts_nothing_again_a36(kept: Kept) -> None:
    kept.count(1)
    kept.count(1, at=NOON + timedelta(hours=1))

    assert kept.waiting() == ["46283_1"]


def test_a_tray_is_empty_until_it_is_put_and_has_one_writer_at_a_time(kept: Kept) -> None:
    assert kept.notifications.tray("rec_1", 0) == TRAY
    digest = Digest(id="ntf_é", begun_at=NOON, mentions=2)
    first = TRAY.next(digest=digest, armed_for=NOON)
    kept.notifications.put(first)
    assert kept.notifications.tray("rec_1", 0) == first

    with pytest.raises(Stale):
        kept.notifications.put(TRAY.next())
    second = first.next(digest=None, last_sent=NOON)
    kept.notifications.put(second)
    with pytest.raises(Stale):
        kept.notifications.put(first.next())
    assert kept.notifications.tray("rec_1", 0) == second
    assert kept.waiting() == []


def test_items_are_taken_with_the_tray_or_not_at_all(kept: Kept) -> None:
    items = [kept.count(number) for number in range(5)]
    kept.notifications.put(TRAY.next(), taken=items[:3])
    assert kept.waiting() == ["46283_3", "46283_4"]

    with pytest.raises(Stale):
        kept.notifications.put(TRAY.next(), taken=items[3:])
    with pytest.raises(Stale):
        kept.notifications.put(TRAY.next().next(), taken=items[2:])
    assert kept.waiting() == ["46283_3", "46283_4"]
    assert kept.notifications.tray("rec_1", 0).revision == 1


def test_ninety_eight_items_fit_beside_the_tray(kept: Kept) -> None:
    items = [kept.count(number) for number in range(100, 198)]
    kept.notifications.put(TRAY.next(), taken=items)

    assert kept.waiting() == []


@pytest.fixture(params=["fake", "dynamo"])
def devices(request: pytest.FixtureRequest) -> Iterator[Devices]:
    if request.param == "fake":
        yield FakeDevices()
    else:
        pretended: Aws = request.getfixturevalue("aws")
        yield DynamoDevices(pretended.dynamo, pretended.named("Ledger"))


def a_device(user_id: str, device_id: str, endpoint: str, now: datetime) -> Device:
    return Device(id=device_id, user_id=user_id, platform="apple", name="Té", endpoint=endpoint, added=now)


def test_devices_are_kept_replaced_and_forgotten(devices: Devices, now: datetime) -> None:
    phone, tablet = a_device("nora", "phone", "arn:1", now), a_device("nora", "tablet", "arn:2", now)
    devices.put(tablet)
    devices.put(phone)
    assert list(devices.of("nora")) == [phone, tablet]
    assert list(devices.of("omar")) == []

    newer = a_device("nora", "phone", "arn:3", now)
    devices.put(newer)
    devices.remove("nora", "tablet")
    devices.remove("nora", "tablet")
    assert list(devices.of("nora")) == [newer]


def test_an_endpoint_belongs_to_whoever_registered_it_last(devices: Devices, now: datetime) -> None:
    """A telephone that changes hands must not bring one person what is meant for another (R8)."""
    devices.put(a_device("nora", "phone", "arn:1", now))
    devices.put(a_device("omar", "mine", "arn:1", now))

    assert list(devices.of("nora")) == []
    assert [each.id for each in devices.of("omar")] == ["mine"]


@pytest.mark.parametrize("how", ["replaced", "removed"])
def test_a_telephone_that_is_passed_on_leaves_its_owner_the_new_one(
    devices: Devices, now: datetime, how: str
) -> None:
    """R8: what was once under the name of the old one is another device by now."""
    devices.put(a_device("ana", "phone", "arn:1", now))
    if how == "removed":
        devices.remove("ana", "phone")
    newer = a_device("ana", "phone", "arn:2", now)
    devices.put(newer)
    devices.put(a_device("ben", "mine", "arn:1", now))

    assert list(devices.of("ana")) == [newer]
    assert [each.endpoint for each in devices.of("ben")] == ["arn:1"]


def test_nothing_tells_whose_an_endpoint_was_that_nobody_has(aws: Aws, now: datetime) -> None:
    devices = DynamoDevices(aws.dynamo, aws.named("Ledger"))
    devices.put(a_device("ana", "phone", "arn:1", now))
    devices.put(a_device("ana", "phone", "arn:2", now))
    devices.put(a_device("ana", "tablet", "arn:3", now))
    devices.put(a_device("ben", "mine", "arn:3", now))
    devices.remove("ana", "tablet")
    devices.remove("ana", "phone")

    found = aws.dynamo.scan(TableName=aws.named("Ledger"))["Items"]
    assert sorted(item["pk"]["S"] for item in found) == ["DEVICES#ben", "ENDPOINT#arn:3"]


def test_a_mark_that_is_older_than_its_device_takes_nothing_away(aws: Aws, now: datetime) -> None:
    """What was written before says whose an endpoint was, though that device has another by now."""
    devices = DynamoDevices(aws.dynamo, aws.named("Ledger"))
    left = {"pk": "ENDPOINT#arn:1", "sk": "STATE", "user_id": "ana", "device_id": "phone"}
    aws.dynamo.put_item(TableName=aws.named("Ledger"), Item={k: {"S": v} for k, v in left.items()})
    newer = a_device("ana", "phone", "arn:2", now)
    devices.put(newer)

    devices.put(a_device("ben", "mine", "arn:1", now))

    assert list(devices.of("ana")) == [newer]
