"""Every five minutes: what should have happened by now and has not, is set going again (R1, R5).

Waits, acts of moderation and flows whose time is over: their schedule was never made, or never came.
Mentions and new cases that arrived and that no event record tells of: their change was given up. Runs that
were decided on and never began. What was written to flows: its message is sent once more. Everything set
going here is known by its content, so what was merely slow comes to no harm by coming twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from inbox_recipes import ids
from inbox_recipes.clock import from_stamp
from inbox_recipes.flows.evaluate import evaluate_changes, to_flows
from inbox_recipes.flows.wait_reviews import asking
from inbox_recipes.inbox import Subject
from inbox_recipes.matching import Matchers
from inbox_recipes.messages import FlowMessage, FlowOverMessage, ModerationMessage, RunMessage
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, Ledger, Moderations, RuleBooks, RunQueue
from inbox_recipes.triggers import Occurrence, detect

SWEEPER = Actor(kind="system", id="sweeper", name="sweeper")
OVERDUE = timedelta(minutes=5)
"""A schedule comes within the minute; what is later than this is not coming, or waits in the queue."""
FORGOTTEN = timedelta(minutes=10)
"""What was not evaluated by then is evaluated here."""
AT_ONCE = timedelta(minutes=30)
"""How much of the past one sweep looks at: after a long stop, some sweeps catch up."""
FIRST = AT_ONCE
PAGE = 100
MOST_WAITS = 2000
MOST_ACTS = 500
MOST_FLOWS = 500


@dataclass(frozen=True)
class Swept:
    """What a sweep set going again."""

    waits: int
    evaluated: int
    runs: int
    until: datetime


@dataclass(frozen=True)
class Told:
    """What event records tell: the ids of all occurrences, and which of them were evaluated during a pause.

    `old` are the records of what happened before the moment that a sweep comes to, if anything follows.
    """

    known: set[str]
    paused: set[str]
    old: list[dict[str, Any]]


def sweep(
    inbox: Inbox, rule_books: RuleBooks, ledger: Ledger, queue: RunQueue, matchers: Matchers, now: datetime
) -> Swept:
    """One sweep. If it breaks, the next one does all of it again."""
    waits = _overdue_waits(ledger, queue, now)
    since = ledger.swept_until() or now - FIRST
    until = min(now - FORGOTTEN, since + AT_ONCE)
    if until <= since:
        return Swept(waits, 0, 0, since)
    told = _told(ledger.records_between(since, now), until)
    arrived = inbox.arrivals(list(rule_books.current().topics), since, until)
    missed = [change for change in arrived if any(each.id not in told.known for each in detect(change))]
    for start in range(0, len(missed), PAGE):
        part = missed[start : start + PAGE]
        evaluate_changes(part, inbox, rule_books, ledger, queue, matchers, now)
    runs = _never_begun(told, ledger, rule_books)
    queue.send([*_to_flows(told.old), *runs])
    ledger.sweep_done(until)
    return Swept(waits, len(missed), len(runs), until)


def remind(moderations: Moderations, queue: RunQueue, now: datetime) -> int:
    """Have acts of moderation looked at in which something is overdue. Gives how many."""
    overdue = moderations.overdue(now - OVERDUE, MOST_ACTS)
    messages = [
        ModerationMessage(moderation_id=act.id, unique_id=act.unique_id, due=act.due_at or now)
        for act in overdue
    ]
    queue.send(messages)
    return len(messages)


def end_flows(inbox: Inbox, queue: RunQueue, now: datetime) -> int:
    """Have flows looked at whose time has been over for a while. Gives how many."""
    messages = [
        FlowOverMessage(
            case_id=case.id,
            conversation=Subject(mention=None, case=case).conversation,
            scheduled_for=case.flow.until,
        )
        for case in inbox.flows_overdue(now - OVERDUE, MOST_FLOWS)
        if case.flow is not None
    ]
    queue.send(messages)
    return len(messages)


def _overdue_waits(ledger: Ledger, queue: RunQueue, now: datetime) -> int:
    found, cursor = 0, None
    while found < MOST_WAITS:
        page = ledger.waits(PAGE, cursor)
        overdue = [wait for wait in page.data if wait.due_at < now - OVERDUE]
        queue.send([asking(wait, "look", "its schedule never came", SWEEPER, now) for wait in overdue])
        found += len(overdue)
        cursor = page.next
        if cursor is None or len(overdue) < len(page.data):
            break
    return found


def _told(records: Iterable[dict[str, Any]], until: datetime) -> Told:
    """Read them one after the other: after a long stop they are many more than one sweep looks at."""
    told = Told(set(), set(), [])
    for record in records:
        occurrence_id = record["occurrence"]["id"]
        told.known.add(occurrence_id)
        if record.get("paused"):  # older records do not say
            told.paused.add(occurrence_id)
        if from_stamp(record["now"]) < until and (_for_a_flow(record) or _matched(record)):
            told.old.append(record)
    return told


def _for_a_flow(record: dict[str, Any]) -> bool:
    mention = record["subject"]["mention"]
    return bool(mention and mention["handled_by"])


def _matched(record: dict[str, Any]) -> list[tuple[str, int]]:
    """The recipes that matched, each at its version."""
    return [(each["recipe_id"], each["recipe_version"]) for each in record["verdicts"] if each["matched"]]


def _to_flows(old: Iterable[dict[str, Any]]) -> list[FlowMessage]:
    """What was evaluated some time ago and is for a flow: whether that was answered, the flow knows."""
    return [
        message
        for record in filter(_for_a_flow, old)
        for message in to_flows(
            Occurrence.model_validate(record["occurrence"]), Subject.model_validate(record["subject"])
        )
    ]


def _never_begun(told: Told, ledger: Ledger, rule_books: RuleBooks) -> list[RunMessage]:
    """Runs of what was evaluated some time ago that the ledger knows nothing of: they were never queued.

    What was evaluated while the account was paused is not made up for.
    """
    matched = [
        (recipe_id, version, record)
        for record in told.old
        if record["occurrence"]["id"] not in told.paused
        for recipe_id, version in _matched(record)
    ]
    versions = {(recipe_id, version) for recipe_id, version, _ in matched}
    on = {key for key in sorted(versions) if rule_books.recipe_at(*key).mode == "enabled"}
    decided = {
        (recipe_id, version, record["occurrence"]["id"]): record
        for recipe_id, version, record in matched
        if (recipe_id, version) in on
    }
    begun = ledger.begun((recipe_id, occurrence_id) for recipe_id, _, occurrence_id in decided)
    return [
        RunMessage(
            run_id=ids.run_id(recipe_id, version, occurrence_id),
            recipe_id=recipe_id,
            recipe_version=version,
            occurrence=Occurrence.model_validate(record["occurrence"]),
            conversation=Subject.model_validate(record["subject"]).conversation,
        )
        for (recipe_id, version, occurrence_id), record in decided.items()
        if (recipe_id, occurrence_id) not in begun
    ]
