"""The runs queue and the retry queue: runs, due waits, retries, and steps of erasing a contact."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import ValidationError

from inbox_recipes import bootstrap
from inbox_recipes.clock import to_millisecond
from inbox_recipes.flows.erase import go_on
from inbox_recipes.flows.erase_items import Erasing
from inbox_recipes.flows.execute import execute
from inbox_recipes.messages import MESSAGES, EraseMessage, QueueMessage, pause_after
from inbox_recipes.observability import count, log_failure, logger, metrics

NAMED = ("type", "run_id", "recipe_id", "wait_id", "item_id", "delivery_id", "moderation_id")
"""What the log tells of a message that failed: ids of ours, by which its history is found."""

ENOUGH_MILLISECONDS = 20_000
"""What a message may need that makes one slow call (A14). With less time left no further one is begun."""

ports = cache(bootstrap.executor)
redelivery = cache(bootstrap.redelivery)


@cache
def erasing() -> Erasing:
    """What erasing a contact needs beside, made at the first one."""
    return bootstrap.erasing(ports())


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Carry out a batch; gives the messages that are to come again.

    After a failure the later messages of the same conversation are given back too, so that their order
    holds. (Powertools' batch processor does the same and takes 60 ms more to import.) So is everything for
    which there is no time: a function that is killed gives back nothing, and what it was sending is unknown.
    """
    failed, late = [], []
    tried = 0
    for records in _conversations(event["Records"]):
        for index, record in enumerate(records):
            if tried and context.get_remaining_time_in_millis() < ENOUGH_MILLISECONDS:
                late.append(records[index:])
                break
            tried += 1
            if not _done(record):
                failed.append(records[index:])
                break
    for records in failed:
        _bring_back(records, pause_after(_received(records)))
    for records in late:
        _bring_back(records, 0)
    count("MessagesFailed", sum(map(len, failed)))
    count("MessagesPutOff", sum(map(len, late)))
    given_back = [record["messageId"] for records in (*failed, *late) for record in records]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in given_back]}


def _conversations(records: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The messages of each conversation, in order; first those that were received most often.

    Eight times is the most, and what was only put off must not come to that: next time it is not the last.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        found.setdefault(record["attributes"].get("MessageGroupId", record["messageId"]), []).append(record)
    return sorted(found.values(), key=_received, reverse=True)


def _received(records: list[dict[str, Any]]) -> int:
    return int(records[0]["attributes"]["ApproximateReceiveCount"])


def _bring_back(records: list[dict[str, Any]], seconds: int) -> None:
    """Soon, so that a conversation is not held up. If that fails, they come when the queue shows them."""
    try:
        redelivery().bring_back(records, seconds)
    except Exception as error:  # noqa: BLE001 - the messages come again in any case
        log_failure("messages come again later than they could", error, message_id=records[0]["messageId"])


def _done(record: dict[str, Any]) -> bool:
    message = _message(record)
    if message is None:
        return True
    try:
        now = to_millisecond(datetime.now(UTC))
        if isinstance(message, EraseMessage):
            go_on(message, erasing(), now)
        else:
            execute(message, ports(), now)
    except Exception as error:  # noqa: BLE001 - the queue's redrive rule ends what never succeeds
        named = {name: value for name, value in message if name in NAMED}
        log_failure("a message will come again", error, message_id=record["messageId"], **named)
        return False
    count("MessagesDone")
    return True


def _message(record: dict[str, Any]) -> QueueMessage | None:
    """What cannot be read will never be: it is put aside at once, so that its conversation goes on."""
    try:
        return MESSAGES.validate_json(record["body"])
    except ValidationError as error:
        ports().ledger.quarantine(datetime.now(UTC), record["messageId"], record, str(error))
        log_failure("a message was put aside", error, message_id=record["messageId"])
        count("Quarantined")
        return None
