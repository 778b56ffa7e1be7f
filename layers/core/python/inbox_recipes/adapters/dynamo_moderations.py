"""The Moderations port on DynamoDB: reads the acts that transactions write into the Ledger."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.adapters.cursors import resume_after
from inbox_recipes.clock import from_stamp, stamp
from inbox_recipes.moderations import Moderation, State
from inbox_recipes.ports import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAYS_LISTED = 31


class DynamoModerations:
    """Acts in the Ledger, listed by the day on which they were decided."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, moderation_id: str) -> Moderation | None:
        """One act, read consistently."""
        answer = self._client.get_item(
            TableName=self._table, Key=typed(dict(keys.moderation(moderation_id))), ConsistentRead=True
        )
        return _read(plain(answer["Item"])) if "Item" in answer else None

    def listed(
        self, limit: int, cursor: str | None, *, recipe_id: str | None = None, topic_id: str | None = None,
        state: State | None = None, since: datetime | None = None, until: datetime | None = None,
    ) -> Page[Moderation]:  # fmt: skip
        """Acts, newest first."""
        wanted = {"recipe_id": recipe_id, "topic_id": topic_id, "state": state}
        chosen = {name: value for name, value in wanted.items() if value is not None}
        every = self._newest_first(cursor, since, until)
        matching = (item for item in every if all(item.get(name) == value for name, value in chosen.items()))
        found = list(islice(matching, limit + 1))
        acts = [_read(item) for item in found[:limit]]
        return Page(acts, found[limit - 1]["list_at"] if len(found) > limit else None)

    def overdue(self, until: datetime, limit: int) -> Sequence[Moderation]:
        """Acts in which something should have been done before then, the longest due first."""
        answer = self._client.query(
            TableName=self._table,
            IndexName="listing",
            KeyConditionExpression="list_key = :key AND list_at < :until",
            ExpressionAttributeValues=typed({":key": "moderation#due", ":until": stamp(until)}),
            Limit=limit,
        )
        named = [plain(item)["list_at"].split("#", 1)[1] for item in answer["Items"]]
        return [act for act in map(self.get, named) if act is not None]

    def _newest_first(
        self, cursor: str | None, since: datetime | None, until: datetime | None
    ) -> Iterator[Item]:
        """All acts of the time, day by day."""
        begin = cursor or (stamp(until) if until else None)
        day = from_stamp(begin.split("#")[0]) if begin else datetime.now(UTC)
        oldest = since or day - timedelta(days=DAYS_LISTED - 1)
        while stamp(day)[:10] >= stamp(oldest)[:10]:
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName="listing",
                ScanIndexForward=False,
                **resume_after("list_key", f"moderation#{stamp(day)[:10]}", "list_at", begin),
            )
            for page in pages:
                for item in map(plain, page["Items"]):
                    if since is None or item["list_at"] >= stamp(since):
                        yield item
            day -= timedelta(days=1)


def _read(item: Item) -> Moderation:
    return Moderation.model_validate_json(item["moderation"])
