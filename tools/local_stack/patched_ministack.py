"""MiniStack with four gaps closed. Runs in .tools/ministack, never in .venv.

- MiniStack keeps its state over a clean stop, but not the records of a table's stream: it would
  start with an empty stream and the old read positions, and the evaluator would not see the next
  changes at all. So the records are kept with the tables.
- A message that a function had in hand when MiniStack stopped would stay hidden for the rest of
  its ten minutes, and its conversation with it. Nobody has it in hand any more: it is due at once.
- Due schedules are looked for every second instead of every ten: AWS promises a minute, but a
  developer waits in front of the screen.
- A batch sent to a queue is judged by AWS as `sqs:SendMessage`; MiniStack asks for an action that
  AWS does not have.

All four reach into MiniStack's own variables: its version is pinned, and an end-to-end test stops
and starts a stack that has work in hand.
"""

import copy
import sys
import time

from ministack import app
from ministack.core import iam_actions
from ministack.services import dynamodb, scheduler, sqs

STREAM_RECORDS = "inbox_recipes_stream_records"
STREAM_TRIMMED = "inbox_recipes_stream_trimmed"

tables_state = dynamodb.get_state
restore_tables = dynamodb.load_persisted_state
restore_queues = sqs.load_persisted_state
action_as_called = iam_actions.extract_iam_action


def state_with_streams() -> dict[str, object]:
    """The tables, and what their streams hold."""
    return {
        **tables_state(),
        STREAM_RECORDS: copy.deepcopy(dynamodb._stream_records),
        STREAM_TRIMMED: copy.deepcopy(dynamodb._stream_trimmed),
    }


def restore_with_streams(state: dict[str, object]) -> None:
    """The tables, and what their streams held."""
    restore_tables(state)
    dynamodb._stream_records.update(state.get(STREAM_RECORDS, {}))
    dynamodb._stream_trimmed.update(state.get(STREAM_TRIMMED, {}))


def restore_with_nothing_in_hand(state: dict[str, object]) -> None:
    """The queues, with the messages due that somebody was working on."""
    restore_queues(state)
    for queue in sqs._queues.all_values():
        for message in queue["messages"]:
            if message["receipt_handle"]:
                message["visible_at"] = time.time()


def action_as_judged(*request: object) -> str | None:
    """The action that a policy must allow for a request."""
    action: str | None = action_as_called(*request)
    return "sqs:SendMessage" if action == "sqs:SendMessageBatch" else action


iam_actions.extract_iam_action = action_as_judged
dynamodb.get_state = state_with_streams
dynamodb.load_persisted_state = restore_with_streams
sqs.load_persisted_state = restore_with_nothing_in_hand
scheduler._SCHEDULE_TICK_INTERVAL = 1

if __name__ == "__main__":
    # The arguments only tell this process from others (emulator.py reads them back).
    sys.argv = sys.argv[:1]
    app.main()
