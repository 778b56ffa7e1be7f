"""How long things took, kept on mentions and cases as they change (domain 1.2). Pure.

Each change is looked at once, when it is made: what a schedule says later changes no figure of the past.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inbox_recipes.inbox import Case, CaseTimestamps, LastAction, Mention, Timestamps


@dataclass(frozen=True)
class BusinessTime:
    """The hours that a topic counts with: whose they are, and their seconds between two moments."""

    schedule_id: str
    between: Callable[[datetime, datetime], int]


type HoursOf = Callable[[str], BusinessTime | None]
"""The business time of a topic, by its id; nothing where neither it nor the account names a schedule."""


def no_hours(topic_id: str) -> None:
    """Where nobody counts business hours."""


def timed(
    before: Mention | Case, after: Mention | Case, done: LastAction, hours_of: HoursOf
) -> Mention | Case:
    """The changed item with its figures. `done` says who changed it and when; only people handle things."""
    found = _of_both(before, after, done)
    if isinstance(before, Case) and isinstance(after, Case):
        found |= _of_case(before, after, done.at)
    return _measured(after, found, hours_of) if found else after


def replied_to(mention: Mention, done: LastAction, hours_of: HoursOf) -> Mention | Case:
    """The mention that a message of ours answers, at its next revision; the first answer is what counts."""
    after = mention.model_copy(update={"last_action": done, "revision": mention.revision + 1})
    found = _of_both(mention, after, done)
    if mention.timestamps.response_time is None:
        found["response_time"] = (mention.date.added, done.at)
    return _measured(after, found, hours_of)


def seconds(start: datetime, end: datetime) -> int:
    """Whole seconds; clocks of two functions may differ, and nothing takes less than no time."""
    return max(0, int((end - start).total_seconds()))


type Found = dict[str, Any]
"""New figures: a span (start, end) that is to be measured, or a value as it is."""


def _of_both(before: Mention | Case, after: Mention | Case, done: LastAction) -> Found:
    known: Timestamps = after.timestamps
    found: Found = {}
    since = known.handled_since
    if done.by == "agent" and since is None:
        since = found["handled_since"] = done.at
    if after.status == before.status:
        return found
    if after.status in ("done", "resolved"):
        found["resolve_time"] = (after.date.added, done.at)
        found["handle_time"] = seconds(since, done.at) if since else None
    elif before.status in ("done", "resolved"):
        found |= {"resolve_time": None, "resolve_time_during_bh": None, "handle_time": None}
    return found


def _of_case(before: Case, after: Case, at: datetime) -> Found:
    found: Found = {}
    if before.last_reply_at is None and after.last_reply_at is not None:
        found["response_time"] = (before.date.added, at)
    if before.status == after.status:
        return found
    since = before.timestamps.status_since or before.date.added
    found["status_since"] = at
    if before.status == "unresolved":
        found["unresolved_time"] = (since, at)
    if before.status == "pending":
        found["pending_time"] = (before.timestamps.pending_time or 0) + seconds(since, at)
    return found


def _measured(item: Mention | Case, found: Found, hours_of: HoursOf) -> Mention | Case:
    new = _in_seconds(item, found, hours_of)
    return item.model_copy(update={"timestamps": item.timestamps.model_copy(update=new)})


def _in_seconds(item: Mention | Case, found: Found, hours_of: HoursOf) -> Found:
    """The spans as seconds, beside what of them lay in the topic's business hours."""
    spans = {name: value for name, value in found.items() if isinstance(value, tuple)}
    if not spans:
        return found
    hours = hours_of(item.topic.id)
    known = item.timestamps.model_dump() if isinstance(item.timestamps, CaseTimestamps) else {}
    measured: Found = {"schedule_id": hours.schedule_id} if hours else {}
    for name, (start, end) in spans.items():
        earlier = name == "unresolved_time"
        measured[name] = seconds(start, end) + (known.get(name) or 0 if earlier else 0)
        if hours:
            inside = f"{name}_during_bh"
            measured[inside] = hours.between(start, end) + (known.get(inside) or 0 if earlier else 0)
    return {**found, **measured}
