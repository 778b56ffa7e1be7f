"""When DynamoDB says "not now": what is left over is asked again, and in the end the caller hears of it."""

from typing import Any

import pytest

from inbox_recipes.adapters.attribute_values import typed
from inbox_recipes.adapters.dynamo_inbox import READ_TRIES, DynamoInbox
from inbox_recipes.adapters.dynamo_ledger import WRITE_TRIES, DynamoLedger
from inbox_recipes.adapters.items import mention_item
from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.runs import Run
from tests.builders import NOON, NORA, a_mention, an_occurrence

ONE, TWO = a_mention("1"), a_mention("2")
LINE = Line(
    log="case",
    item_id="cas_1",
    entry=HistoryEntry(
        id="1", type="x", outcome="done", by=NORA, reason=None, detail={}, run_id=None, position=None,
        date=HistoryDate(added=NOON),
    ),
)  # fmt: skip
RUN = Run(
    run_id="run_1", recipe_id="rec_1", recipe_version=1, recipe_name="x", occurrence=an_occurrence(),
    conversation="cas_1", status="running", started_at=NOON,
)  # fmt: skip


class Cancelled(Exception):
    """As botocore raises it: with a reason for each place."""

    def __init__(self, *codes: str | None) -> None:
        self.response = {"CancellationReasons": [{"Code": code} if code else {} for code in codes]}


class Busy:
    """A client that answers what it is told to, in turn, and keeps what it was asked."""

    class exceptions:  # noqa: N801 - botocore's name
        TransactionCanceledException = Cancelled

    def __init__(self, *answers: Any) -> None:
        self.asked: list[Any] = []
        self._answers = list(answers)

    def _answer(self, **asked: Any) -> Any:
        self.asked.append(asked)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    batch_get_item = batch_write_item = transact_write_items = _answer


def inbox(client: Busy) -> DynamoInbox:
    return DynamoInbox(client, "Inbox", "Ledger", 400)  # type: ignore[arg-type]


def ledger(client: Busy) -> DynamoLedger:
    return DynamoLedger(client, "Ledger", 400)  # type: ignore[arg-type]


def test_keys_that_were_not_read_are_read_again() -> None:
    rest = {"Inbox": {"Keys": [typed({"pk": "MENTION#46283_2", "sk": "STATE"})]}}
    client = Busy(
        {"Responses": {"Inbox": [typed(mention_item(ONE))]}, "UnprocessedKeys": rest},
        {"Responses": {"Inbox": [typed(mention_item(TWO))]}, "UnprocessedKeys": {}},
    )

    assert inbox(client).mentions(["46283_1", "46283_2"]) == {"46283_1": ONE, "46283_2": TWO}
    assert client.asked[1]["RequestItems"] == rest


def test_a_table_that_cannot_be_read_at_all_is_said_to_be_busy() -> None:
    nothing: dict[str, Any] = {"Responses": {}, "UnprocessedKeys": {"Inbox": {"Keys": []}}}

    with pytest.raises(Retryable, match="too busy to be read"):
        inbox(Busy(*[nothing] * READ_TRIES)).mentions(["46283_1"])


def test_lines_that_were_not_written_are_written_again() -> None:
    client = Busy({"UnprocessedItems": {"Ledger": ["the line"]}}, {"UnprocessedItems": {}})

    ledger(client).add_lines([LINE])

    assert client.asked[1]["RequestItems"] == {"Ledger": ["the line"]}


def test_a_table_that_cannot_be_written_at_all_is_said_to_be_busy() -> None:
    nothing = {"UnprocessedItems": {"Ledger": ["the line"]}}

    with pytest.raises(Retryable, match="too busy to be written"):
        ledger(Busy(*[nothing] * WRITE_TRIES)).add_lines([LINE])


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        (("ConditionalCheckFailed", None), "repeated"),
        (("ConditionalCheckFailed", "TransactionConflict"), "repeated"),
        ((None, "TransactionConflict"), Stale),
        (("TransactionConflict", "None"), Stale),
        ((None, "ThrottlingError"), Retryable),
        (("TransactionConflict", "ProvisionedThroughputExceeded"), Retryable),
    ],
)
def test_a_refused_transaction_is_a_repeat_a_conflict_or_a_busy_table(codes: Any, outcome: Any) -> None:
    transaction = Transaction(actor=NORA, at=NOON, writes=(Write(None, ONE),), lines=(LINE,))
    busy = inbox(Busy(Cancelled(*codes)))

    if outcome == "repeated":
        assert busy.commit(transaction) == "repeated"
    else:
        with pytest.raises(outcome):
            busy.commit(transaction)


def test_a_run_that_cannot_be_opened_for_a_conflict_is_tried_again() -> None:
    with pytest.raises(Retryable, match="could not be opened"):
        ledger(Busy(Cancelled("TransactionConflict", None))).start(RUN)
