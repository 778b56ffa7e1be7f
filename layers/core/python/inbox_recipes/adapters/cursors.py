"""Where a list goes on: queries over an index that start after the last key shown."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.clock import from_stamp, stamp
from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.ports import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAYS_LISTED = 31
DAYS_LOOKED_AT = 100
LONGEST_KEY = 1024
"""Bytes of a sort key, which is as long as DynamoDB takes one."""
DAYS_KEPT = 3650
"""The most that a stack's parameters allow: nothing is older."""


def resume_after(
    partition: str, value: str, sort: str, cursor: str | None, *, newest_first: bool = True
) -> dict[str, Any]:
    """The key condition of a query for one partition, beyond the cursor if there is one."""
    names = {"#p": partition}
    values = {":p": value}
    condition = "#p = :p"
    if cursor is not None:
        names["#s"] = sort
        values[":s"] = cursor
        condition += f" AND #s {'<' if newest_first else '>'} :s"
    return {
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": typed(values),
    }


def first_of(client: "DynamoDBClient", limit: int, **query: Any) -> list[Item]:
    """The first items of a query that have not expired, fewer only if there are no more.

    DynamoDB ends an answer at 1 MB, and counts in it what has expired and is not deleted yet.
    """
    pages = client.get_paginator("query").paginate(**query, PaginationConfig={"PageSize": limit})
    items = (plain(item) for page in pages for item in page["Items"])
    return list(islice(filter(keys.is_kept, items), limit))


def day_by_day(
    client: "DynamoDBClient", table: str, kind: str, limit: int, cursor: str | None, since: datetime | None,
    until: datetime | None, *, chosen: Callable[[Item], bool],
) -> Page[Item]:  # fmt: skip
    """What the Ledger lists of a kind by its day, newest first, of the last 31 days or the time asked for.

    A page looks at 100 days at most, and may not be full: an idle year is 366 queries.
    """
    now = datetime.now(UTC)
    begin = cursor or (stamp(until) if until else None)
    day = min(moment(begin) if begin else now, now + timedelta(days=1))
    kept = now - timedelta(days=DAYS_KEPT)
    oldest = max(since, kept) if since else max(day, kept) - timedelta(days=DAYS_LISTED - 1)
    last = max(oldest, day - timedelta(days=DAYS_LOOKED_AT - 1)) if day > kept else oldest
    found: list[Item] = []
    while stamp(day)[:10] >= stamp(last)[:10]:
        for item in _of_day(client, table, kind, day, begin):
            if chosen(item) and (since is None or item["list_at"] >= stamp(since)):
                found.append(item)
            if len(found) > limit:
                return Page(found[:limit], found[limit - 1]["list_at"])
        day -= timedelta(days=1)
    return Page(found, f"{stamp(last)[:10]}T00:00:00.000Z" if last > oldest else None)


def moment(cursor: str) -> datetime:
    """The moment that a cursor begins with, as lists write it. Raises InvalidInput."""
    begins = cursor.split("#", maxsplit=1)[0]
    with suppress(ValueError, OverflowError):
        if stamp(at := from_stamp(begins)) == begins:
            return at
    raise not_of_this_list()


def day_and_id(cursor: str) -> tuple[datetime, str]:
    """The day and what follows it, of a cursor of a list by day and id. Raises InvalidInput."""
    day, _, last = cursor.partition("#")
    if not last:
        raise not_of_this_list()
    return moment(f"{day}T00:00:00.000Z"), last


def within_reason(day: datetime) -> datetime:
    """A day that something may be listed under: of ten years, and of tomorrow."""
    now = datetime.now(UTC)
    return min(max(day, now - timedelta(days=DAYS_KEPT)), now + timedelta(days=1))


def fitting(place: str) -> str:
    """A place in a list, as a sort key. Raises InvalidInput for one that is longer than any key is."""
    if len(place.encode()) > LONGEST_KEY:
        raise not_of_this_list()
    return place


def of_kind(kind: str, cursor: str) -> str:
    """A place among the links of a kind. Raises InvalidInput for another, after which no query goes on."""
    if not cursor.startswith(f"{kind}#"):
        raise not_of_this_list()
    return cursor


def not_of_this_list() -> InvalidInput:
    """What is wrong with a cursor that the list has not given."""
    return InvalidInput([Problem("?cursor", "This cursor is not one of this list.")])


def _of_day(
    client: "DynamoDBClient", table: str, kind: str, day: datetime, begin: str | None
) -> Iterator[Item]:
    pages = client.get_paginator("query").paginate(
        TableName=table,
        IndexName="listing",
        ScanIndexForward=False,
        **resume_after("list_key", f"{kind}#{stamp(day)[:10]}", "list_at", begin),
    )
    for page in pages:
        yield from filter(keys.is_kept, map(plain, page["Items"]))
