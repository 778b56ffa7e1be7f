"""The Ledger port in memory."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.cursors import day_and_id, fitting, moment
from inbox_recipes.clock import stamp
from inbox_recipes.handling import Handled
from inbox_recipes.history import HistoryEntry, Line
from inbox_recipes.inbox import Object
from inbox_recipes.ports import Page, Quarantined
from inbox_recipes.runs import Claim, Run, Wait
from tests.fakes.inbox import newest_first
from tests.fakes.store import Store


class FakeLedger:
    """Runs, claims, waits, histories and event records of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(self, run: Run) -> Run | None:
        known = self.run(run.run_id)
        if known is not None:
            return known
        acted = self._store.once.setdefault((run.recipe_id, run.occurrence.id), run.run_id)
        if acted != run.run_id:
            return None
        self.finish(run)
        return run

    def run(self, run_id: str) -> Run | None:
        run = self._store.runs.get(run_id)
        mine = sorted(self._store.claimed.get(run_id, ()))
        if run is None or not mine:
            return run
        return run.model_copy(update={"claims": tuple(self._store.claims[run_id, each] for each in mine)})

    def finish(self, run: Run) -> None:
        self._store.put_run(run)

    def open_claim(self, run_id: str, claim: Claim) -> bool:
        known = self._store.claims.get((run_id, claim.position))
        if known is not None and (known.state == "closed" or known.attempts > claim.attempts):
            return False
        self._store.put_claim(run_id, claim)
        return True

    def wait(self, wait_id: str) -> Wait | None:
        return self._store.waits.get(wait_id)

    def add_lines(self, lines: Sequence[Line]) -> None:
        self._store.add_lines(tuple(lines))

    def record(self, at: datetime, batch_id: str, records: Sequence[str]) -> None:
        self._store.pages[at, batch_id] = [json.loads(record) for record in records]

    def records(self, at: datetime) -> Iterable[dict[str, Any]]:
        for key in sorted(self._store.pages):
            if at <= key[0] and _hour(key[0]) - _hour(at) <= 1:
                yield from self._store.pages[key]

    def records_between(self, since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
        for key in sorted(self._store.pages):
            if since <= key[0] < until:
                yield from self._store.pages[key]

    def begun(self, runs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        return {run for run in runs if run in self._store.once}

    def swept_until(self) -> datetime | None:
        return self._store.swept_until

    def sweep_done(self, until: datetime) -> None:
        self._store.swept_until = until

    def quarantine(self, at: datetime, sequence: str, record: dict[str, Any], reason: str) -> None:
        kept = json.loads(json.dumps(record))
        self._store.quarantined[sequence] = (kept, reason)
        day = stamp(at)[:10]
        self._store.put_aside[day, sequence] = Quarantined(sequence, day, reason, kept)

    def quarantined(self, limit: int, cursor: str | None) -> Page[Quarantined]:
        if cursor:
            day_and_id(cursor)
        found = list(self._store.put_aside.values())
        return newest_first(found, lambda each: f"{each.day}#{each.id}", limit, cursor)

    def history(self, log: Object, item_id: str, limit: int, cursor: str | None) -> Page[HistoryEntry]:
        fitting(keys.history(log, item_id, cursor or "")["sk"])
        lines = self._store.history(log, item_id)
        return newest_first(lines, lambda entry: entry.id, limit, cursor)

    def handled(self, contact_ids: Iterable[str], since: datetime, until: datetime) -> Sequence[Handled]:
        acts = [act for contact_id in set(contact_ids) for act in self._store.handled.get(contact_id, [])]
        wanted = [act for act in acts if since <= act.at <= until]
        return sorted(wanted, key=lambda act: act.order, reverse=True)

    def runs(self, limit: int, cursor: str | None) -> Page[Run]:
        if cursor:
            moment(cursor)
        runs = list(self._store.runs.values())
        return newest_first(runs, lambda run: f"{stamp(run.started_at)}#{run.run_id}", limit, cursor)

    def waits(
        self, limit: int, cursor: str | None, *, recipe_id: str | None = None, case_id: str | None = None
    ) -> Page[Wait]:
        armed = {
            f"{stamp(wait.due_at)}#{wait.wait_id}": wait
            for wait in self._store.waits.values()
            if wait.state == "armed"
            and recipe_id in (None, wait.recipe_id)
            and case_id in (None, wait.case_id)
        }
        keys = [key for key in sorted(armed) if cursor is None or key > cursor]
        return Page([armed[key] for key in keys[:limit]], keys[limit - 1] if len(keys) > limit else None)


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // 3600
