"""MiniStack with two gaps closed. Runs in .tools/ministack, never in .venv.

MiniStack keeps its state over a clean stop, but not the records of a table's stream: it would
start with an empty stream and the old read positions, and the evaluator would not see the next
changes at all. So the records are kept with the tables. And due schedules are looked for every
second instead of every ten: AWS promises a minute, but a developer waits in front of the screen.

Both reach into MiniStack's own variables: its version is pinned, and an end-to-end test stops and
starts the stack with records unread.
"""

import copy
import sys

from ministack import app
from ministack.services import dynamodb, scheduler

STREAM_RECORDS = "inbox_recipes_stream_records"
STREAM_TRIMMED = "inbox_recipes_stream_trimmed"

tables_state = dynamodb.get_state
restore_tables = dynamodb.load_persisted_state


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


dynamodb.get_state = state_with_streams
dynamodb.load_persisted_state = restore_with_streams
scheduler._SCHEDULE_TICK_INTERVAL = 1

if __name__ == "__main__":
    # The arguments only tell this process from others (emulator.py reads them back).
    sys.argv = sys.argv[:1]
    app.main()
