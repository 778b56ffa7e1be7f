"""Where a list goes on: queries over an index that start after the last key shown."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.clock import from_stamp, stamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAYS_LISTED = 31


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


def day_by_day(
    client: "DynamoDBClient", table: str, kind: str, cursor: str | None, since: datetime | None,
    until: datetime | None,
) -> Iterator[Item]:  # fmt: skip
    """What the Ledger lists of a kind by its day, newest first, of the last 31 days or the time asked for."""
    begin = cursor or (stamp(until) if until else None)
    day = from_stamp(begin.split("#")[0]) if begin else datetime.now(UTC)
    oldest = since or day - timedelta(days=DAYS_LISTED - 1)
    while stamp(day)[:10] >= stamp(oldest)[:10]:
        pages = client.get_paginator("query").paginate(
            TableName=table,
            IndexName="listing",
            ScanIndexForward=False,
            **resume_after("list_key", f"{kind}#{stamp(day)[:10]}", "list_at", begin),
        )
        for page in pages:
            for item in filter(keys.is_kept, map(plain, page["Items"])):
                if since is None or item["list_at"] >= stamp(since):
                    yield item
        day -= timedelta(days=1)
