"""The Moderations port on DynamoDB: reads the acts that transactions write into the Ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.adapters.cursors import day_by_day
from inbox_recipes.clock import stamp
from inbox_recipes.moderations import Moderation, State
from inbox_recipes.ports import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


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
        item = plain(answer["Item"]) if "Item" in answer else {}
        return _read(item) if item and keys.is_kept(item) else None

    def listed(
        self, limit: int, cursor: str | None, *, recipe_id: str | None = None, topic_id: str | None = None,
        state: State | None = None, since: datetime | None = None, until: datetime | None = None,
    ) -> Page[Moderation]:  # fmt: skip
        """Acts, newest first."""
        asked = {"recipe_id": recipe_id, "topic_id": topic_id, "state": state}
        wanted = {name: value for name, value in asked.items() if value is not None}

        def chosen(item: Item) -> bool:
            return all(item.get(name) == value for name, value in wanted.items())

        found = day_by_day(
            self._client, self._table, "moderation", limit, cursor, since, until, chosen=chosen
        )
        return Page(list(map(_read, found.data)), found.next)

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


def _read(item: Item) -> Moderation:
    return Moderation.model_validate_json(item["moderation"])
