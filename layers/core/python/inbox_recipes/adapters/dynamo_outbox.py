"""The Outbox port on DynamoDB: read here, written by the transactions of `DynamoInbox`."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from heapq import merge
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.adapters.cursors import resume_after
from inbox_recipes.clock import stamp
from inbox_recipes.outbox import STATES, Mark, OutboxItem
from inbox_recipes.ports import Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READ_AT_ONCE = 50
LOOKED_AT = 500
"""Items that a page looks at, at most: ten reads of one state."""


class DynamoOutbox:
    """Items of the Ledger, listed by their state."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, item_id: str) -> OutboxItem | None:
        """An item as it is now, read consistently."""
        key = typed(dict(keys.outbox(item_id)))
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item = plain(answer["Item"]) if "Item" in answer else {}
        return OutboxItem.model_validate_json(item["item"]) if item and keys.is_kept(item) else None

    def listed(
        self, limit: int, cursor: str | None, *, states: Collection[str] = (), profile: str | None = None,
        recipe_id: str | None = None, approver: str | None = None, case_id: str | None = None,
    ) -> Page[OutboxItem]:  # fmt: skip
        """Items, newest first: one query a state, merged. A page looks at 500, and may not be full."""
        by_state = (self._of_state(state, cursor) for state in dict.fromkeys(states or STATES))
        found: list[OutboxItem] = []
        for looked, each in enumerate(merge(*by_state, key=_order, reverse=True), 1):
            if (
                profile in (None, each.profile)
                and recipe_id in (None, each.recipe_id)
                and approver in (None, each.approver)
                and case_id in (None, each.case_id)
            ):
                if len(found) == limit:
                    return Page(found, _order(found[-1]))
                found.append(each)
            if looked == LOOKED_AT:
                return Page(found, _order(each))
        return Page(found, None)

    def marks(self, of: str, since: datetime) -> Sequence[Mark]:
        """What was written to a conversation or contact since then, read consistently."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk >= :since",
            ExpressionAttributeValues=typed({":pk": keys.mark(of, "", "")["pk"], ":since": stamp(since)}),
            ConsistentRead=True,
        )
        return [Mark.model_validate_json(plain(i)["mark"]) for page in pages for i in page["Items"]]

    def _of_state(self, state: str, cursor: str | None) -> Iterator[OutboxItem]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="listing",
            ScanIndexForward=False,
            PaginationConfig={"PageSize": READ_AT_ONCE},
            **resume_after("list_key", f"outbox#{state}", "list_at", cursor),
        )
        for page in pages:
            for item in filter(keys.is_kept, map(plain, page["Items"])):
                yield OutboxItem.model_validate_json(item["item"])


def _order(item: OutboxItem) -> str:
    return f"{stamp(item.date.added)}#{item.id}"
