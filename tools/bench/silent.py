"""AWS without AWS, for the evaluator's bench: ports that do nothing, and a client that answers at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import typed
from inbox_recipes.adapters.dynamo_inbox import DynamoInbox
from inbox_recipes.adapters.dynamo_ledger import DynamoLedger
from inbox_recipes.adapters.dynamo_moderations import DynamoModerations
from inbox_recipes.adapters.dynamo_outbox import DynamoOutbox
from inbox_recipes.adapters.items import case_item, mention_item, origin
from inbox_recipes.adapters.sqs_runs import SqsRuns
from inbox_recipes.bootstrap import Evaluating
from inbox_recipes.inbox import Case
from inbox_recipes.ports import Inbox, Ledger, Moderations, Outbox, RuleBooks, RunQueue, Transaction
from inbox_recipes.rule_book import RuleBook
from tools.bench.mentions import CUSTOMER, Asked


class OneBook:
    """The rule book that never changes."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book

    def current(self) -> RuleBook:
        return self._book


class Nothing:
    """An inbox that knows the cases, a ledger and a queue that forget everything."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        self._cases = {one.subject.case.id: one.subject.case for one in asked if one.subject.case}

    def cases(self, case_ids: Iterable[str]) -> dict[str, Case]:
        return {case_id: self._cases[case_id] for case_id in case_ids}

    def mentions(self, unique_ids: Iterable[str]) -> dict[str, Any]:
        return {}

    def contacts(self, contact_ids: Iterable[str]) -> dict[str, Any]:
        return {}

    def record(self, at: datetime, batch_id: str, records: Sequence[Any]) -> None:
        return

    def add_lines(self, lines: Sequence[Any]) -> None:
        return

    def send(self, messages: Sequence[Any]) -> None:
        return


class AtOnce:
    """A client of AWS: it has the cases, and everything else succeeds without an answer."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        self._items = {
            one.subject.case.id: typed(keys.case(one.subject.case.id) | case_item(one.subject.case))
            for one in asked
            if one.subject.case
        }

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        [(table, wanted)] = request["RequestItems"].items()
        found = (self._items.get(key["pk"]["S"].removeprefix("CASE#")) for key in wanted["Keys"])
        return {"Responses": {table: [item for item in found if item]}}

    def batch_write_item(self, **_: Any) -> dict[str, Any]:
        return {}

    def put_item(self, **_: Any) -> dict[str, Any]:
        return {}

    def send_message_batch(self, **_: Any) -> dict[str, Any]:
        return {}


def without_ports(book: RuleBook, asked: Sequence[Asked]) -> Evaluating:
    """The evaluator's ports, doing nothing."""
    nothing = Nothing(asked)
    return Evaluating(
        cast("Inbox", nothing), cast("RuleBooks", OneBook(book)), cast("Ledger", nothing),
        cast("RunQueue", nothing), cast("Outbox", nothing), cast("Moderations", nothing),
    )  # fmt: skip


def without_calls(book: RuleBook, asked: Sequence[Asked]) -> Evaluating:
    """The real adapters, over a client that makes no calls."""
    client = cast("Any", AtOnce(asked))
    return Evaluating(
        DynamoInbox(client, "inbox", "ledger", 30), cast("RuleBooks", OneBook(book)),
        DynamoLedger(client, "ledger", 30), SqsRuns(client, "queue"), DynamoOutbox(client, "ledger"),
        DynamoModerations(client, "ledger"),
    )  # fmt: skip


def stream_record(one: Asked) -> dict[str, Any]:
    """The record that the Inbox's stream has for a new mention."""
    mention = one.subject.mention
    if mention is None:
        raise ValueError("The workload is about mentions.")
    image = keys.mention(mention.unique_id) | mention_item(mention)
    image |= origin(Transaction(actor=CUSTOMER, at=one.now))
    return {
        "eventID": mention.unique_id,
        "eventName": "INSERT",
        "dynamodb": {"SequenceNumber": mention.id, "NewImage": typed(image)},
    }
