"""The Ledger port on DynamoDB: runs, claims, waits and histories. Event records are in `event_pages`."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched, islice
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.adapters.cursors import (
    day_and_id,
    first_of,
    fitting,
    moment,
    resume_after,
    within_reason,
)
from inbox_recipes.adapters.event_pages import compressed_pages, decompressed
from inbox_recipes.adapters.ledger_items import claim_item, history_item, run_item
from inbox_recipes.clock import from_stamp, stamp
from inbox_recipes.errors import Retryable
from inbox_recipes.handling import MOST_READ, Handled
from inbox_recipes.history import HistoryEntry, Line
from inbox_recipes.inbox import Object
from inbox_recipes.ports import Page, Quarantined
from inbox_recipes.runs import Claim, Run, Wait

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WRITE_AT_ONCE = 25
WRITE_TRIES = 5
READ_AT_ONCE = 100
DAYS_LISTED = 31
HOURS_SEARCHED = 2


class DynamoLedger:
    """The Ledger table. Everything in it expires after `history_days`, what was put aside after `raw_days`.

    What has expired is not shown, though it may be there for two days more.
    """

    def __init__(self, client: "DynamoDBClient", table: str, history_days: int, raw_days: int = 30) -> None:
        self._client = client
        self._table = table
        self._history_days = history_days
        self._raw_days = raw_days

    def start(self, run: Run) -> Run | None:
        """Open the run, or give the open one; nothing when another version has already acted (A4)."""
        once = keys.once(run.recipe_id, run.occurrence.id)
        mark = {**once, "entity": "once", "run_id": run.run_id, "expires_at": self._expiry(run.started_at)}
        try:
            self._client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": self._table,
                            "Item": typed(run_item(run, self._history_days)),
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                    {
                        "Put": {
                            "TableName": self._table,
                            "Item": typed(mark),
                            "ConditionExpression": "attribute_not_exists(pk) OR run_id = :run",
                            "ExpressionAttributeValues": typed({":run": run.run_id}),
                        }
                    },
                ]
            )
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
            if codes[0] == "ConditionalCheckFailed":
                return self.run(run.run_id)
            if codes[1] == "ConditionalCheckFailed":
                return None
            raise Retryable(f"the run could not be opened: {codes}") from error
        return run

    def run(self, run_id: str) -> Run | None:
        """A run with its claims, read consistently."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=typed({":pk": keys.run(run_id)["pk"]}),
            ConsistentRead=True,
        )
        items = [item for page in pages for item in map(plain, page["Items"]) if keys.is_kept(item)]
        claims = tuple(Claim.model_validate_json(item["claim"]) for item in items if "claim" in item)
        runs = [Run.model_validate_json(item["run"]) for item in items if "run" in item]
        return runs[0].model_copy(update={"claims": claims}) if runs else None

    def finish(self, run: Run) -> None:
        """Write the run's status and when it ended."""
        self._client.put_item(TableName=self._table, Item=typed(run_item(run, self._history_days)))

    def open_claim(self, run_id: str, claim: Claim) -> bool:
        """Begin an attempt of a class B action; false when the action is over or a later attempt began."""
        item = claim_item(run_id, claim, self._expiry(datetime.now(UTC)))
        try:
            self._client.put_item(
                TableName=self._table,
                Item=typed(item),
                ConditionExpression="attribute_not_exists(pk) OR (#state = :open AND attempts <= :attempt)",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=typed({":open": "open", ":attempt": claim.attempts}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def wait(self, wait_id: str) -> Wait | None:
        """A wait by its id, read consistently."""
        answer = self._client.get_item(
            TableName=self._table, Key=typed(dict(keys.wait(wait_id))), ConsistentRead=True
        )
        item = plain(answer["Item"]) if "Item" in answer else {}
        return Wait.model_validate_json(item["wait"]) if item and keys.is_kept(item) else None

    def add_lines(self, lines: Sequence[Line]) -> None:
        """Write history that has no effect beside it. A line written twice is one line."""
        items = [history_item(line, self._expiry(line.entry.date.added)) for line in lines]
        for part in batched(items, WRITE_AT_ONCE, strict=False):
            request: Any = {self._table: [{"PutRequest": {"Item": typed(item)}} for item in part]}
            for _ in range(WRITE_TRIES):
                request = self._client.batch_write_item(RequestItems=request).get("UnprocessedItems")
                if not request:
                    break
            else:
                raise Retryable("the Ledger table is too busy to be written")

    def record(self, at: datetime, batch_id: str, records: Sequence[str]) -> None:
        """Keep the event records of one evaluated batch, compressed, in as few items as they fit in."""
        for number, data in enumerate(compressed_pages(records)):
            key = keys.events(_hour(at), f"{stamp(at)}#{batch_id}#{number:03d}")
            item = {**key, "entity": "events", "records": data, "expires_at": self._expiry(at)}
            self._client.put_item(TableName=self._table, Item=typed(item))

    def records(self, at: datetime) -> Iterable[dict[str, Any]]:
        """The event records written from that moment on, for up to two hours."""
        for hours in range(HOURS_SEARCHED):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                **resume_after(
                    "pk", keys.events(_hour(at + timedelta(hours=hours)), "")["pk"], "sk",
                    stamp(at), newest_first=False,
                ),
            )  # fmt: skip
            for page in pages:
                yield from _records(page["Items"])

    def quarantine(self, at: datetime, sequence: str, record: dict[str, Any], reason: str) -> None:
        """Put a record aside that cannot be evaluated, with the reason (R7)."""
        item = {
            **keys.quarantine(stamp(at)[:10], sequence),
            "entity": "quarantine",
            "reason": reason,
            "record": compressed_pages([json.dumps(record)])[0],
            "expires_at": keys.expiry(at, self._raw_days),
        }
        self._client.put_item(TableName=self._table, Item=typed(item))

    def history(self, log: Object, item_id: str, limit: int, cursor: str | None) -> Page[HistoryEntry]:
        """A history, newest first."""
        after = None if cursor is None else fitting(keys.history(log, item_id, cursor)["sk"])
        items = first_of(
            self._client,
            limit + 1,
            TableName=self._table,
            ScanIndexForward=False,
            ConsistentRead=True,
            **resume_after("pk", keys.history(log, item_id, "")["pk"], "sk", after),
        )
        lines = [HistoryEntry.model_validate_json(item["entry"]) for item in items]
        return Page(lines[:limit], lines[limit - 1].id if len(lines) > limit else None)

    def handled(self, contact_ids: Iterable[str], since: datetime, until: datetime) -> Sequence[Handled]:
        """Who took care of any of the contacts in that time, newest first; the latest 200 of each."""
        acts = (act for contact_id in set(contact_ids) for act in self._handled(contact_id, since, until))
        return sorted(acts, key=lambda act: act.order, reverse=True)

    def _handled(self, contact_id: str, since: datetime, until: datetime) -> list[Handled]:
        first, last = (keys.handled(contact_id, stamp(at), "") for at in (since, until))
        items = first_of(
            self._client,
            MOST_READ,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=typed(
                {":pk": first["pk"], ":first": first["sk"], ":last": last["sk"] + "~"}
            ),
            ScanIndexForward=False,
            ConsistentRead=True,
        )
        return [Handled.model_validate_json(item["handled"]) for item in items]

    def runs(self, limit: int, cursor: str | None) -> Page[Run]:
        """Runs of the last 31 days, newest first, without their claims."""
        items: list[Item] = []
        day = within_reason(moment(cursor)) if cursor else datetime.now(UTC)
        for back in range(DAYS_LISTED):
            key = f"run#{stamp(day - timedelta(days=back))[:10]}"
            items += self._listed(key, limit + 1 - len(items), cursor, newest_first=True)
            if len(items) > limit:
                break
        runs = [Run.model_validate_json(item["run"]) for item in items[:limit]]
        return Page(runs, items[limit - 1]["list_at"] if len(items) > limit else None)

    def waits(
        self, limit: int, cursor: str | None, *, recipe_id: str | None = None, case_id: str | None = None
    ) -> Page[Wait]:
        """Armed waits, the next due first; those of a recipe or on a case, if one is named."""
        wanted = {"recipe_id": recipe_id, "case_id": case_id}
        kept = {name: value for name, value in wanted.items() if value is not None}
        items = list(islice(self._armed(kept, limit + 1, cursor), limit + 1))
        waits = [Wait.model_validate_json(item["wait"]) for item in items[:limit]]
        return Page(waits, items[limit - 1]["list_at"] if len(items) > limit else None)

    def _armed(self, kept: dict[str, str], at_once: int, cursor: str | None) -> Iterable[Item]:
        """Waits in the order of their times; what is filtered out counts in DynamoDB's pages all the same."""
        query = resume_after("list_key", "wait#armed", "list_at", cursor, newest_first=False)
        if kept:
            query["FilterExpression"] = " AND ".join(f"{name} = :{name}" for name in kept)
            query["ExpressionAttributeValues"] |= typed({f":{name}": each for name, each in kept.items()})
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="listing",
            ScanIndexForward=True,
            PaginationConfig={"PageSize": 500 if kept else at_once},
            **query,
        )
        yield from (plain(item) for page in pages for item in page["Items"])

    def quarantined(self, limit: int, cursor: str | None) -> Page[Quarantined]:
        """What was put aside in the last 31 days, newest day first."""
        today, last = datetime.now(UTC), None
        if cursor:
            day, last = day_and_id(cursor)
            today = within_reason(day)
        items: list[Item] = []
        for back in range(DAYS_LISTED):
            key = keys.quarantine(stamp(today - timedelta(days=back))[:10], "")["pk"]
            items += first_of(
                self._client,
                limit + 1 - len(items),
                TableName=self._table,
                ScanIndexForward=False,
                **resume_after("pk", key, "sk", last if back == 0 else None),
            )
            if len(items) > limit:
                break
        found = [_put_aside(item) for item in items[:limit]]
        return Page(found, f"{found[-1].day}#{found[-1].id}" if len(items) > limit else None)

    def records_between(self, since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
        """The event records written from that moment on and before the other."""
        hours = 0
        while _hour(since + timedelta(hours=hours)) <= _hour(until):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :since AND :until",
                ExpressionAttributeValues=typed(
                    {
                        ":pk": keys.events(_hour(since + timedelta(hours=hours)), "")["pk"],
                        ":since": stamp(since),
                        ":until": stamp(until),
                    }
                ),
            )
            for page in pages:
                yield from _records(page["Items"])
            hours += 1

    def begun(self, runs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Of pairs of a recipe's and an occurrence's id, those where the recipe has begun to act on it."""
        wanted = {keys.once(*run)["pk"]: run for run in runs}
        found: set[str] = set()
        for part in batched(wanted, READ_AT_ONCE, strict=False):
            request: Any = {
                self._table: {
                    "Keys": [typed({"pk": key, "sk": keys.STATE}) for key in part],
                    "ProjectionExpression": "pk",
                }
            }
            for _ in range(WRITE_TRIES):
                answer = self._client.batch_get_item(RequestItems=request)
                found |= {plain(item)["pk"] for item in answer["Responses"].get(self._table, ())}
                request = answer.get("UnprocessedKeys")
                if not request:
                    break
            else:
                raise Retryable("the Ledger table is too busy to be read")
        return {run for key, run in wanted.items() if key in found}

    def swept_until(self) -> datetime | None:
        """Up to when the sweeper has made sure of everything."""
        answer = self._client.get_item(
            TableName=self._table, Key=typed(dict(keys.sweep())), ConsistentRead=True
        )
        return from_stamp(plain(answer["Item"])["until"]) if "Item" in answer else None

    def sweep_done(self, until: datetime) -> None:
        """Note up to when the sweeper has made sure of everything."""
        item = {**keys.sweep(), "entity": "sweep", "until": stamp(until)}
        self._client.put_item(TableName=self._table, Item=typed(item))

    def _listed(self, list_key: str, limit: int, cursor: str | None, *, newest_first: bool) -> list[Item]:
        return first_of(
            self._client,
            limit,
            TableName=self._table,
            IndexName="listing",
            ScanIndexForward=not newest_first,
            **resume_after("list_key", list_key, "list_at", cursor, newest_first=newest_first),
        )

    def _expiry(self, at: datetime) -> int:
        return keys.expiry(at, self._history_days)


def _records(items: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for item in map(plain, items):
        if keys.is_kept(item):
            yield from decompressed(item["records"])


def _hour(at: datetime) -> str:
    return stamp(at)[:13]


def _put_aside(item: Item) -> Quarantined:
    [record] = decompressed(item["record"])
    return Quarantined(item["sk"], item["pk"].split("#", 1)[1], item["reason"], record)
