"""The entries of the functions, over fakes: repeats change nothing, poison hurts only itself (R7, A36)."""

import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from functions.evaluator import app as evaluator
from functions.executor import app as executor
from functions.ingest import app as ingest
from inbox_recipes.adapters.attribute_values import typed
from inbox_recipes.adapters.items import mention_item, origin
from inbox_recipes.bootstrap import Evaluating, Ingesting
from inbox_recipes.effects import Removal
from inbox_recipes.flows import evaluate
from inbox_recipes.flows.moderation_records import begun
from inbox_recipes.inbox import InFlow
from inbox_recipes.messages import DeliveryMessage
from inbox_recipes.observability import metrics
from inbox_recipes.ports import Transaction
from tests.builders import (
    CUSTOMER,
    NORA,
    a_case,
    a_mention,
    a_private,
    a_recipe,
    a_rule_book,
    add_tags,
    an_incoming,
    an_outbox_item,
    our_reply,
    posted,
    webhook,
)
from tests.fakes import NO_ANSWER, Crash, Meanwhile, World
from tests.fakes.books import FakeTopics

CONTEXT = SimpleNamespace(
    function_name="function",
    memory_limit_in_mb=1024,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:function",
    aws_request_id="1",
    get_remaining_time_in_millis=lambda: 100_000,
)


def in_time(*left: int) -> SimpleNamespace:
    """A context with so many seconds left each time that it is asked."""
    times = iter(left)
    return SimpleNamespace(**vars(CONTEXT) | {"get_remaining_time_in_millis": lambda: next(times) * 1000})


class Redelivery:
    """Notes which messages are to come again after how many seconds."""

    def __init__(self) -> None:
        self.hidden: list[tuple[list[str], int]] = []

    def bring_back(self, records: list[dict[str, Any]], seconds: int) -> None:
        self.hidden.append(([record["messageId"] for record in records], seconds))


@pytest.fixture
def redelivery() -> Redelivery:
    return Redelivery()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, redelivery: Redelivery, now: datetime) -> Any:
    """The fakes behind the real handlers, at noon."""
    made = World(a_rule_book(a_recipe(actions=[add_tags("seen"), webhook()])), now)
    ingesting = Ingesting(made.inbox, FakeTopics(made.rule_books), made.ledger, made.rule_books.current)
    evaluating = Evaluating(
        made.inbox, made.rule_books, made.ledger, made.queue, made.outbox, made.moderations
    )
    monkeypatch.setattr(ingest, "ports", lambda: ingesting)
    monkeypatch.setattr(evaluator, "ports", lambda: evaluating)
    monkeypatch.setattr(executor, "ports", made.ports)
    monkeypatch.setattr(executor, "redelivery", lambda: redelivery)
    monkeypatch.setattr(metrics, "namespace", "InboxRecipesTests")
    with time_machine.travel(now, tick=False):
        yield made


PROGRAM = {"client_id": "collector", "scope": "inbox-recipes/mentions.write"}


def api_call(body: Any) -> dict[str, Any]:
    return {
        "path": "/mentions",
        "requestContext": {"requestId": "1", "authorizer": {"claims": PROGRAM}},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def from_bus(detail: Any) -> dict[str, Any]:
    return {"id": "event-1", "detail-type": "mention.received", "detail": detail}


def stream_record(native_id: str, now: datetime, **broken: Any) -> dict[str, Any]:
    image = mention_item(a_mention(native_id)) | origin(Transaction(actor=CUSTOMER, at=now)) | broken
    return {
        "eventID": f"e{native_id}",
        "dynamodb": {"SequenceNumber": f"seq-{native_id}", "NewImage": typed(image)},
    }


def sqs_record(message_id: str, body: str, group: str | None = None, received: int = 1) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(received)} | ({"MessageGroupId": group} if group else {})
    return {"messageId": message_id, "body": body, "attributes": attributes}


def queued_runs(world: World) -> list[dict[str, Any]]:
    return [
        sqs_record(str(index), message.model_dump_json(), group)
        for group, messages in world.queue.groups.items()
        for index, message in enumerate(messages)
    ]


def run_of(record: dict[str, Any]) -> str:
    return str(json.loads(record["body"])["run_id"])


def failures(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_mention_that_is_posted_again_gets_the_same_answer(world: World) -> None:
    """R2"""
    first, again = (ingest.handler(api_call(posted()), CONTEXT) for _ in range(2))

    assert first
    assert again
    assert (first["statusCode"], json.loads(first["body"])["result"]) == (202, "created")
    assert (again["statusCode"], again["headers"]["Idempotency-Replayed"]) == (200, "true")
    assert json.loads(first["body"])["unique_id"] == json.loads(again["body"])["unique_id"]
    assert len(world.store.journal) == 1


def test_an_event_that_comes_twice_over_the_bus_is_one_mention(world: World) -> None:
    for _ in range(2):
        assert ingest.handler(from_bus(posted()), CONTEXT) is None

    assert list(world.store.mentions) == ["46283_1001"]
    assert len(world.store.journal) == 1


def test_no_case_is_opened_while_the_feature_is_off_a40(world: World) -> None:
    world.rule_books.set_account(cases=False)

    ingest.handler(api_call({**posted(), "private": True}), CONTEXT)

    assert (len(world.store.mentions), world.store.cases) == (1, {})


def test_our_answer_is_measured_by_the_business_hours(world: World) -> None:
    world.rule_books.set_account(default_schedule_id="sch_1")
    for mention in (a_private("1"), our_reply("2", to="1")):
        ingest.handler(from_bus(mention.model_dump(mode="json")), CONTEXT)

    assert world.case().timestamps.schedule_id == "sch_1"


def test_an_event_that_is_no_mention_is_put_aside_with_its_reason(world: World) -> None:
    ingest.handler(from_bus({"id": "1"}), CONTEXT)

    record, reason = world.store.quarantined["event-1"]
    assert record["detail"] == {"id": "1"}
    assert "/topic" in reason


def test_a_stream_batch_that_comes_twice_queues_each_run_once(world: World, now: datetime) -> None:
    batch = {"Records": [stream_record("1001", now), stream_record("1002", now)]}

    evaluator.handler(batch, CONTEXT)
    evaluator.handler(batch, CONTEXT)

    assert len(world.queue.ever) == 2


@pytest.mark.parametrize(
    "broken",
    [{"body": "{"}, {"status": None}, {"entity": "unheard-of"}, {"changed_at": "yesterday"}],
    ids=["body", "status", "entity", "time"],
)
def test_a_stream_record_that_cannot_be_read_hurts_only_itself(
    world: World, now: datetime, broken: dict[str, Any]
) -> None:
    """R7"""
    poison = stream_record("666", now, **broken)

    evaluator.handler({"Records": [stream_record("1", now), poison, stream_record("2", now)]}, CONTEXT)

    runs = [message.occurrence.mention_id for message in world.queue.ever if message.type == "run"]
    assert runs == ["46283_1", "46283_2"]
    assert list(world.store.quarantined) == ["seq-666"]


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_a_failure_of_a_table_brings_the_whole_stream_batch_again(
    world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design, decision 8"""

    def fails() -> None:
        raise Crash

    failing = world.ports(Meanwhile("ledger.record", fails))
    ports = Evaluating(
        world.inbox, world.rule_books, failing.ledger, world.queue, world.outbox, world.moderations
    )
    monkeypatch.setattr(evaluator, "ports", lambda: ports)
    batch = {"Records": [stream_record("1001", now)]}

    with pytest.raises(Crash):
        evaluator.handler(batch, CONTEXT)
    evaluator.handler(batch, CONTEXT)

    assert len(world.queue.ever) == 1


def test_every_five_minutes_what_is_overdue_is_looked_at(world: World, now: datetime) -> None:
    """R5: flows, acts of moderation, and what is to be sent."""
    past = now - timedelta(hours=1)
    flow = InFlow(flow_id="orders", step="start", until=past)
    world.store.cases = {"cas_1": a_case(id="cas_1", flow=flow)}
    hiding = Removal(a_mention(), "hide", None, 20)
    world.store.moderations = {"mod_1": begun("mod_1", hiding, "page", NORA, past, "pending")}
    queued: dict[str, Any] = {
        "state": "queued",
        "mode": "immediate",
        "date": {"added": past, "updated": past},
    }
    world.store.outbox = {"out_1": an_outbox_item(**queued)}

    evaluator.handler({"detail-type": "Scheduled Event"}, CONTEXT)

    assert {message.type for message in world.queue.ever} == {"flow_over", "moderation", "outbox"}


def test_a_run_that_comes_twice_acts_once(world: World) -> None:
    world.take_in(an_incoming())
    world.evaluate()
    batch = {"Records": queued_runs(world)}

    answers = [executor.handler(batch, CONTEXT) for _ in range(2)]

    assert [failures(answer) for answer in answers] == [[], []]
    assert world.mention("46283_1001").tags == ("seen",)
    assert len(world.webhooks.sent) == 1


def test_after_a_failure_the_rest_of_its_conversation_comes_again_and_others_go_on(
    world: World, redelivery: Redelivery, caplog: pytest.LogCaptureFixture
) -> None:
    """R4. The log names the run, and not what was said."""
    world.take_in(an_incoming("1"), an_incoming("2"), an_incoming("3", author__id="u78"))
    world.evaluate()
    world.webhooks.answers = [RuntimeError("the network card is on fire")]
    records = [
        {**r, "messageId": json.loads(r["body"])["occurrence"]["mention_id"]} for r in queued_runs(world)
    ]

    answer = executor.handler({"Records": records}, CONTEXT)

    assert failures(answer) == ["46283_1", "46283_2"]
    assert redelivery.hidden == [(["46283_1", "46283_2"], 5)]
    [told] = [vars(each) for each in caplog.records if each.getMessage() == "a message will come again"]
    assert (told["type"], told["run_id"], told["error"]) == ("run", run_of(records[0]), "RuntimeError")
    assert "on fire" not in json.dumps(told, default=str)
    assert world.mention("46283_2").tags == ()
    assert world.mention("46283_3").tags == ("seen",)

    again = [record for record in records if record["messageId"] in failures(answer)]
    assert failures(executor.handler({"Records": again}, CONTEXT)) == []
    assert world.mention("46283_2").tags == ("seen",)


def waiting_runs(world: World, *authors: str) -> list[dict[str, Any]]:
    """A run for each message, in the conversations of their authors."""
    for number, author in enumerate(authors, 1):
        world.take_in(an_incoming(str(number), author__id=author))
    world.evaluate()
    runs = [
        {**r, "messageId": json.loads(r["body"])["occurrence"]["mention_id"][6:]} for r in queued_runs(world)
    ]
    return sorted(runs, key=lambda record: int(record["messageId"]))


def seen(world: World) -> list[str]:
    return [key[6:] for key, mention in world.store.mentions.items() if mention.tags == ("seen",)]


def test_what_there_is_no_time_for_comes_again_at_once_and_in_order(
    world: World, redelivery: Redelivery
) -> None:
    """R3, R4: a function that is killed reports nothing, and what it was sending is unknown."""
    records = waiting_runs(world, "ann", "ann", "ann", "bob", "bob")

    answer = executor.handler({"Records": records}, in_time(21, 19, 19, 19))

    assert (seen(world), failures(answer)) == (["1", "2"], ["3", "4", "5"])
    assert redelivery.hidden == [(["3"], 0), (["4", "5"], 0)]


def test_what_failed_comes_again_after_its_pause_whatever_there_was_no_time_for(
    world: World, redelivery: Redelivery
) -> None:
    world.webhooks.answers = [RuntimeError("the network card is on fire")]
    records = waiting_runs(world, "ann", "ann", "bob")

    answer = executor.handler({"Records": records}, in_time(10))

    assert failures(answer) == ["1", "2", "3"]
    assert redelivery.hidden == [(["1", "2"], 5), (["3"], 0)]


def test_one_message_is_tried_however_little_time_there_is(world: World) -> None:
    assert failures(executor.handler({"Records": waiting_runs(world, "ann")}, in_time(0))) == []
    assert seen(world) == ["1"]


def test_whoever_was_put_off_most_often_is_first(world: World) -> None:
    """R1: what is only late must not be received so often that it ends in dead letters."""
    records = waiting_runs(world, "ann", "bob", "carl", "carl")
    for record, received in zip(records, ("1", "1", "3", "1"), strict=True):
        record["attributes"]["ApproximateReceiveCount"] = received

    answer = executor.handler({"Records": records}, in_time(90, 90, 5))

    assert (seen(world), failures(answer)) == (["1", "3", "4"], ["2"])


@pytest.mark.parametrize(
    "body", ["{", "{}", '{"type": "unheard-of"}', '{"type": "run", "schema_version": 2}']
)
def test_a_message_that_cannot_be_read_is_put_aside_and_its_conversation_goes_on(
    world: World, body: str
) -> None:
    """R7, R24"""
    world.take_in(an_incoming())
    world.evaluate()
    [good] = queued_runs(world)
    poison = sqs_record("poison", body, good["attributes"]["MessageGroupId"])

    answer = executor.handler({"Records": [poison, good]}, CONTEXT)

    assert failures(answer) == []
    assert list(world.store.quarantined) == ["poison"]
    assert world.mention("46283_1001").tags == ("seen",)


def test_a_retry_that_fails_stops_no_other_retry(world: World, redelivery: Redelivery) -> None:
    """The retry queue has no groups."""
    world.webhooks.answers = [NO_ANSWER, NO_ANSWER]
    world.take_in(an_incoming("1"), an_incoming("2", author__id="u78"))
    world.settle()
    first, second = sorted(world.deliveries.all)
    retries = [
        sqs_record(name, DeliveryMessage(delivery_id=name, attempt=2).model_dump_json())
        for name in (first, second)
    ]
    world.webhooks.answers = [RuntimeError("the network card is on fire"), 200]

    assert failures(executor.handler({"Records": retries}, CONTEXT)) == [first]
    assert redelivery.hidden == [([first], 5)]
    assert [world.deliveries.all[name].state for name in (first, second)] == ["pending", "delivered"]


# --- what alarms watch -----------------------------------------------------------------------------


def counted(metric: str, capsys: pytest.CaptureFixture[str]) -> float:
    """What CloudWatch reads from the function's last line."""
    [value] = json.loads(capsys.readouterr().out.splitlines()[-1])[metric]
    return float(value)


def test_whatever_is_put_aside_is_counted_for_the_alarm(
    world: World, now: datetime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R1, R7: what nobody hears of is as good as lost."""
    evaluator.handler({"Records": [stream_record("666", now, body="{")]}, CONTEXT)
    assert counted("Quarantined", capsys) == 1
    executor.handler({"Records": [sqs_record("poison", "{")]}, CONTEXT)
    assert counted("Quarantined", capsys) == 1
    ingest.handler(from_bus({"id": "1"}), CONTEXT)
    assert counted("Quarantined", capsys) == 1

    def fails(*_: object) -> None:
        raise ValueError("of no known language")

    monkeypatch.setattr(evaluate, "decide", fails)
    evaluator.handler({"Records": [stream_record("1", now)]}, CONTEXT)
    assert counted("Quarantined", capsys) == 1
