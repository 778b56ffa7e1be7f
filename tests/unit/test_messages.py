"""Messages of every released version are read by today's code, and those of a later one are refused (R24)."""

import json

import pytest
from pydantic import ValidationError

from inbox_recipes.messages import (
    MESSAGES,
    NotificationMessage,
    OutboxMessage,
    QueueMessage,
    RetryMessage,
    RunMessage,
    WaitDueMessage,
    bodies,
)  # fmt: skip
from tests.builders import NOON, an_occurrence

RUN = """{"type":"run","schema_version":1,"run_id":"run_1","recipe_id":"rec_1","recipe_version":3,
"occurrence":
{"id":"case:cas_1:tag_added:2:vip","kind":"tag_added","at":"2026-11-22T12:00:00Z","mention_id":null,
"case_id":"cas_1","detail":"vip","actor":{"kind":"customer","id":"con_1","name":"customer77","version":null},
"chain":["rec_2"]},"conversation":"cas_1"}"""
RETRY = '{"type":"retry","schema_version":1,"run_id":"run_1","position":2,"attempt":3}'
WAIT_DUE = '{"type":"wait_due","schema_version":1,"wait_id":"wait_1","scheduled_for":"2026-11-22T12:00:00Z"}'
OUTBOX = (
    '{"type":"outbox","schema_version":1,"item_id":"out_1","conversation":"cas_1","wanted":"look","time":2}'
)

NOTIFICATION = '{"type":"notification","schema_version":1,"recipe_id":"rec_1","position":0,"cause":"due"}'


def test_a_notification_from_before_it_told_when_it_was_due_is_read() -> None:
    """R24"""
    known = NotificationMessage(recipe_id="rec_1", position=0, cause="due", due=None)

    assert MESSAGES.validate_json(NOTIFICATION) == known


def test_a_run_of_version_1_is_read() -> None:
    occurrence = an_occurrence("tag_added", id="case:cas_1:tag_added:2:vip", detail="vip", chain=("rec_2",))

    assert MESSAGES.validate_json(RUN) == RunMessage(
        run_id="run_1", recipe_id="rec_1", recipe_version=3, occurrence=occurrence, conversation="cas_1"
    )


def test_a_retry_of_version_1_is_read() -> None:
    assert MESSAGES.validate_json(RETRY) == RetryMessage(run_id="run_1", position=2, attempt=3)


def test_a_due_wait_of_version_1_is_read() -> None:
    assert MESSAGES.validate_json(WAIT_DUE) == WaitDueMessage(wait_id="wait_1", scheduled_for=NOON)


def test_a_message_about_the_outbox_of_version_1_is_read() -> None:
    wanted = OutboxMessage(item_id="out_1", conversation="cas_1", wanted="look", time=2)
    assert MESSAGES.validate_json(OUTBOX) == wanted


def test_an_item_that_is_let_go_again_is_another_message() -> None:
    """Else the queue would drop it for five minutes."""
    first, again = (
        OutboxMessage(item_id="out_1", conversation="cas_1", wanted="send", time=1, revision=revision)
        for revision in (2, 4)
    )

    assert first.deduplication_id != again.deduplication_id
    assert MESSAGES.validate_json(first.model_dump_json()) == first


@pytest.mark.parametrize("message", [RETRY, WAIT_DUE, OUTBOX])
def test_what_schedules_are_named_by_is_written_byte_for_byte(message: str) -> None:
    """A queue knows repeats by these bytes too: other ones would arm or send a second time."""
    assert MESSAGES.validate_json(message).model_dump_json() == message


def test_a_run_is_written_with_all_that_was_read() -> None:
    written = json.loads(MESSAGES.validate_json(RUN).model_dump_json())

    assert written["occurrence"].items() >= json.loads(RUN)["occurrence"].items()


@pytest.mark.parametrize("message", [RUN, RETRY, WAIT_DUE, OUTBOX])
def test_a_message_of_a_later_version_is_refused(message: str) -> None:
    with pytest.raises(ValidationError):
        MESSAGES.validate_json(message.replace('"schema_version":1', '"schema_version":2'))


def test_messages_are_written_as_their_models_are() -> None:
    """Several runs of one occurrence, of another one, and a message of another kind among them."""
    occurrences = [an_occurrence(), an_occurrence("tag_added", id='case:cas_1:tag_added:2:"é"', detail='"é"')]
    messages: list[QueueMessage] = [
        RunMessage(
            run_id=f"run_{place}", recipe_id=f"rec_{place}", recipe_version=place, occurrence=occurrence,
            conversation='con_1:46283"é',
        )
        for place, occurrence in enumerate([occurrences[0], occurrences[0], occurrences[1], occurrences[0]])
    ]  # fmt: skip
    messages.insert(1, NotificationMessage(recipe_id="rec_1", position=0, cause="more"))

    written = list(bodies(messages))

    assert [MESSAGES.validate_json(body) for body in written] == messages
    assert [json.loads(body) for body in written] == [each.model_dump(mode="json") for each in messages]
