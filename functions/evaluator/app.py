"""The Inbox's stream: one change per record, then verdicts and runs. And the sweep, every five minutes."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from inbox_recipes import bootstrap
from inbox_recipes.adapters.items import to_change
from inbox_recipes.changes import Change
from inbox_recipes.clock import to_millisecond
from inbox_recipes.flows.evaluate import DATA_ERRORS, evaluate_changes
from inbox_recipes.flows.outbox_sweep import sweep_outbox
from inbox_recipes.flows.sweep import end_flows, remind, sweep
from inbox_recipes.matching import undisturbed
from inbox_recipes.observability import count, log_failure, logger, metrics

SWEEP = "Scheduled Event"

ports = cache(bootstrap.evaluator)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> None:
    """Evaluate a batch. A poison record is put aside; any other error brings the whole batch again."""
    now = to_millisecond(datetime.now(UTC))
    if event.get("detail-type") == SWEEP:
        _sweep(now)
        return
    work = ports()
    with undisturbed():
        changes = [change for record in event["Records"] if (change := _change(record, now))]
        decided = evaluate_changes(
            changes, work.inbox, work.rule_books, work.ledger, work.queue, work.matchers, now
        )
    count("Occurrences", len(decided.records))
    count("RunsQueued", len(decided.runs))
    count("Quarantined", decided.quarantined)


def _sweep(now: datetime) -> None:
    work = ports()
    swept = sweep(work.inbox, work.rule_books, work.ledger, work.queue, work.matchers, now)
    count("MessagesOverdue", sweep_outbox(work.outbox, work.queue, now))
    count("WaitsOverdue", swept.waits)
    count("ModerationOverdue", remind(work.moderations, work.queue, now))
    count("FlowsOverdue", end_flows(work.inbox, work.queue, now))
    count("EvaluatedLate", swept.evaluated)
    count("RunsQueuedLate", swept.runs)


def _change(record: dict[str, Any], now: datetime) -> Change | None:
    try:
        return to_change(record)
    except DATA_ERRORS as error:
        sequence = str(record.get("dynamodb", {}).get("SequenceNumber", record.get("eventID")))
        ports().ledger.quarantine(now, sequence, record, repr(error))
        log_failure("a stream record was put aside", error, sequence=sequence)
        count("Quarantined")
        return None
