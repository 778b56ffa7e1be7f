"""Erasing over the adapters: what the tables hold afterwards, and what every PersonalData shows (R20)."""

import zlib
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from inbox_recipes.adapters.dynamo_personal_data import DynamoPersonalData
from inbox_recipes.adapters.dynamo_surveys import DynamoSurveys
from inbox_recipes.clock import stamp
from inbox_recipes.erasures import ERASED, Erasure
from inbox_recipes.errors import Stale
from inbox_recipes.flows.erase import ask, erasure_of
from inbox_recipes.inbox import Contact
from inbox_recipes.ports import EventPage, Ledger, PersonalData
from inbox_recipes.replay import replay, state_of
from tests.builders import NOON, NORA, TOPIC, a_private, an_incoming, our_reply
from tests.fakes import FakeLedger, Store
from tests.fakes.personal_data import FakePersonalData
from tests.integration.aws import KEPT_DAYS, RAW_DAYS, Aws
from tests.integration.contracts.test_inbox_contract import transaction
from tests.integration.contracts.test_ledger_contract import lines, noise
from tests.integration.contracts.test_whole_stories import OnMoto

CANARY = "c4n4ry"


@pytest.fixture(params=["fake", "dynamo"])
def told(request: pytest.FixtureRequest) -> tuple[Ledger, PersonalData]:
    """A ledger, and what an erasure sees of it."""
    if request.param == "fake":
        store = Store()
        return FakeLedger(store), FakePersonalData(store)
    aws = request.getfixturevalue("aws")
    return aws.ledger, aws.personal_data


@pytest.fixture(params=["fake", "dynamo"])
def personal_data(request: pytest.FixtureRequest) -> PersonalData:
    if request.param == "fake":
        return FakePersonalData(Store())
    made: PersonalData = request.getfixturevalue("aws").personal_data
    return made


def an_erasure(**changed: Any) -> Erasure:
    whole: dict[str, Any] = {
        "contact_id": "con_1", "contact_ids": ("con_1",), "profiles": (), "by": NORA, "asked_at": NOON,
    }  # fmt: skip
    return Erasure(**whole | changed)


def test_an_erasure_is_written_on_its_revision(personal_data: PersonalData) -> None:
    assert personal_data.erasure("con_1") is None
    first = an_erasure()
    personal_data.save_erasure(None, first)
    with pytest.raises(Stale):
        personal_data.save_erasure(None, first)
    personal_data.save_erasure(first, first.next(mentions=3))
    with pytest.raises(Stale):
        personal_data.save_erasure(first, first.next(mentions=4))
    found = personal_data.erasure("con_1")
    assert found is not None
    assert found.mentions == 3


class Erased(OnMoto):
    """The story's recipes over moto, with its tables' erasures."""

    def __init__(self, aws: Aws) -> None:
        super().__init__(aws)
        queue = (aws.sqs, aws.queue("IngestDeadLetters"))
        tables = (aws.named("Inbox"), aws.named("Ledger"))
        real = DynamoPersonalData(aws.dynamo, *tables, KEPT_DAYS, RAW_DAYS, queue)
        self.personal_data = real  # type: ignore[assignment]
        self.surveys = DynamoSurveys(aws.dynamo, tables[1])  # type: ignore[assignment]
        self.dead_letters = queue[1]


def contents(aws: Aws) -> str:
    """Everything in both tables, event records and quarantine unpacked."""
    found = []
    for table in ("Inbox", "Ledger"):
        pages = aws.dynamo.get_paginator("scan").paginate(TableName=aws.named(table))
        for item in (item for page in pages for item in page["Items"]):
            found.append(repr(item))
            found += [zlib.decompress(bytes(v["B"])).decode() for v in item.values() if "B" in v]
    return "\n".join(found)


def test_nothing_of_the_contact_is_left_in_the_tables_and_their_indexes(aws: Aws) -> None:
    world = Erased(aws)
    who = {"author__id": f"{CANARY}-id", "author__name": f"{CANARY} name"}
    world.take_in(a_private("1", f"{CANARY} text", **who), an_incoming("2", f"{CANARY} public", **who))
    world.take_in(our_reply("3", to="1", message__content=f"Dear {CANARY}"), a_private("9", author__id="bob"))
    world.settle()
    world.pass_time(minutes=45)
    world.ledger.quarantine(NOON, "bad", {"author": {"id": f"{CANARY}-id"}, "text": CANARY}, CANARY)
    for author in (f"{CANARY}-id", "bob"):
        body = f'{{"detail": {{"author": {{"id": "{author}"}}}}}}'
        aws.sqs.send_message(QueueUrl=world.dead_letters, MessageBody=body)
    assert contents(aws).count(CANARY) > 20
    contact_id = world.inbox.mentions([f"{TOPIC}_1"])[f"{TOPIC}_1"].contact_id or ""

    ask(contact_id, NORA, world.inbox, world.personal_data, world.queue, world.now)
    world.settle()

    assert CANARY not in contents(aws)
    erasure = erasure_of(contact_id, world.personal_data)
    assert (erasure.state, erasure.mentions, erasure.cases) == ("done", 3, 1)
    assert world.inbox.mentions_of_contacts([contact_id], 10, None).data == []
    assert world.inbox.cases_of_contacts([contact_id], 10, None).data == []
    for mention in world.inbox.mentions([f"{TOPIC}_1", f"{TOPIC}_3"]).values():
        lines = world.ledger.history("mention", mention.unique_id, 100, None).data
        assert replay(lines) == (state_of(mention), mention.revision)
    assert world.inbox.mentions([f"{TOPIC}_9"])[f"{TOPIC}_9"].message.content != ""
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        [left] = aws.sqs.receive_message(QueueUrl=world.dead_letters, MaxNumberOfMessages=10)["Messages"]
    assert "bob" in left["Body"]


def taken_away(aws: Aws) -> None:
    """DynamoDB has deleted what had expired: mentions and cases, and the marks of mentions in cases."""
    table = aws.named("Inbox")
    for item in aws.dynamo.scan(TableName=table)["Items"]:
        if "expires_at" in item:
            aws.dynamo.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def test_nothing_is_left_of_what_tells_of_items_that_have_expired(aws: Aws) -> None:
    """R20: histories may be kept for longer than the mentions and cases that they are of."""
    world = Erased(aws)
    world.take_in(a_private("1", f"{CANARY} text", author__id="ada", author__name=CANARY))
    world.settle()
    world.pass_time(minutes=45)
    contact_id = world.inbox.mentions([f"{TOPIC}_1"])[f"{TOPIC}_1"].contact_id or ""
    taken_away(aws)
    assert world.inbox.mentions_of_contacts([contact_id], 10, None).data == []
    assert contents(aws).count(CANARY) > 5

    ask(contact_id, NORA, world.inbox, world.personal_data, world.queue, world.now)
    world.settle()

    assert CANARY not in contents(aws)


def test_pages_of_an_hour_come_in_order_and_one_takes_the_place_of_another(aws: Aws) -> None:
    for minute in range(5):
        aws.ledger.record(NOON + timedelta(minutes=minute), f"b{minute}", [f'{{"minute": {minute}}}'])

    first = aws.personal_data.event_pages(NOON, stamp(NOON), 2)
    rest = aws.personal_data.event_pages(NOON, first[-1].name, 10)
    aws.personal_data.replace_page(EventPage(rest[0].name, [{"minute": "gone"}]))

    assert [page.records for page in (*first, *rest)] == [[{"minute": n}] for n in range(5)]
    assert [r["minute"] for r in aws.ledger.records(NOON)] == [0, 1, "gone", 3, 4]
    later = NOON + timedelta(hours=1)
    assert aws.personal_data.event_pages(later, stamp(later), 10) == []


def test_all_pages_of_a_busy_hour_come_though_dynamodb_ends_a_query_at_a_megabyte(
    told: tuple[Ledger, PersonalData],
) -> None:
    """R20: fewer than were asked for are the last of their hour."""
    ledger, personal_data = told
    for minute in range(8):
        ledger.record(NOON + timedelta(minutes=minute), "b", lines({"text": noise(250_000, minute)}))

    assert len(personal_data.event_pages(NOON, stamp(NOON), 50)) == 8
    first = personal_data.event_pages(NOON, stamp(NOON), 5)
    assert len(first) == 5
    assert len(personal_data.event_pages(NOON, first[-1].name, 5)) == 3


def test_quarantine_is_looked_through_for_as_long_as_it_is_kept(aws: Aws) -> None:
    """R20"""
    for days in (0, 1, RAW_DAYS - 1):
        aws.ledger.quarantine(NOON - timedelta(days=days), f"seq_{days}", {"author": CANARY}, "why")
    aws.ledger.quarantine(NOON, "another", {"author": "bob"}, "why")

    Erased(aws).personal_data.erase_put_aside(lambda record: record == {"author": CANARY})

    left = aws.ledger.quarantined(10, None).data
    assert {each.id: each.record for each in left} == {
        "another": {"author": "bob"}, "seq_0": ERASED, "seq_1": ERASED, f"seq_{RAW_DAYS - 1}": ERASED,
    }  # fmt: skip


def test_all_dead_letters_are_looked_through_and_the_others_stay(aws: Aws) -> None:
    """R20: SQS gives ten at once."""
    world = Erased(aws)
    for number in range(25):
        body = f"{CANARY if number % 2 else 'bob'} {number}"
        aws.sqs.send_message(QueueUrl=world.dead_letters, MessageBody=body)

    world.personal_data.erase_dead_letters(lambda body: body.startswith(CANARY))

    left: list[str] = []
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        while found := aws.sqs.receive_message(QueueUrl=world.dead_letters, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            left += [message["Body"] for message in found]
    assert sorted(left) == sorted(f"bob {number}" for number in range(0, 25, 2))


def test_a_forgotten_contact_takes_the_ids_along_that_were_merged_into_it(aws: Aws) -> None:
    """R20, domain 1.5"""
    merged = Contact(id="con_0", name="x", merged_into="con_1")
    contact = Contact(id="con_1", name="y", merged=("con_0",))
    aws.inbox.commit(transaction(contacts=((None, merged), (None, contact))))

    aws.personal_data.forget(contact, [])

    assert aws.inbox.contacts(["con_0", "con_1"]) == {}


def test_forgetting_is_all_or_nothing(aws: Aws) -> None:
    world = Erased(aws)
    world.take_in(a_private("1", author__id="ada"))
    profiles = aws.inbox.profiles([("facebook", "ada")])
    [profile] = profiles.values()
    [contact] = aws.inbox.contacts([profile.contact_id]).values()
    newer = profile.model_copy(update={"revision": 7})

    with pytest.raises(Stale):
        aws.personal_data.forget(contact, [newer])
    assert aws.inbox.contacts([contact.id]) == {contact.id: contact}

    aws.personal_data.forget(contact, [profile])
    assert aws.inbox.contacts([contact.id]) == {}
    assert aws.inbox.profiles([("facebook", "ada")]) == {}
