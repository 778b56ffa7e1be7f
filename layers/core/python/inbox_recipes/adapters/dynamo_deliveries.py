"""The Deliveries port on DynamoDB: deliveries, their requests and attempts, and receivers, in the Ledger."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.adapters.cursors import day_by_day, first_of, resume_after
from inbox_recipes.adapters.free_places import free_place
from inbox_recipes.clock import stamp
from inbox_recipes.deliveries import Attempt, Delivery, erased, silent
from inbox_recipes.endpoints import Endpoint
from inbox_recipes.errors import NotFound, Stale
from inbox_recipes.ports import Page
from inbox_recipes.webhook_requests import Request

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNCHANGED = "revision = :seen"
ENDPOINTS = "endpoint"
LISTED_BY = 900
"""Bytes of an address that receivers are sorted by: with an id they fit into a key of 1,024."""


class DynamoDeliveries:
    """Deliveries expire after `delivery_days`, what is known of a receiver `history_days` later."""

    def __init__(self, client: "DynamoDBClient", table: str, delivery_days: int, history_days: int) -> None:
        self._client = client
        self._table = table
        self._delivery_days = delivery_days
        self._history_days = history_days

    def create(self, delivery: Delivery, request: Request) -> Delivery:
        """Keep a delivery and what it sends; one that is there already is given back as it is."""
        sends = {
            **keys.delivery_request(delivery.id),
            "entity": "delivery_request",
            "request": request.model_dump_json(),
            "expires_at": self._expiry(delivery),
        }
        stands: Any = {"TableName": self._table, "Item": typed(self._item(delivery)), **free_place()}
        try:
            self._client.transact_write_items(
                TransactItems=[
                    {"Put": stands},
                    {"Put": {"TableName": self._table, "Item": typed(sends)}},
                ]
            )
        except self._client.exceptions.TransactionCanceledException as error:
            known = self.get(delivery.id)
            if known is None:
                raise Stale("the delivery could not be written at the same time as another") from error
            return known
        return delivery

    def get(self, delivery_id: str) -> Delivery | None:
        """A delivery as it is now, read consistently."""
        item = self._read(keys.delivery(delivery_id))
        return Delivery.model_validate_json(item["delivery"]) if item else None

    def request(self, delivery_id: str) -> Request:
        """What a delivery sends."""
        item = self._read(keys.delivery_request(delivery_id))
        if item is None or "request" not in item:
            raise NotFound("request of a delivery", delivery_id)
        return Request.model_validate_json(item["request"])

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """Every attempt, oldest first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues=typed({":pk": keys.delivery(delivery_id)["pk"], ":sk": "ATTEMPT#"}),
            ConsistentRead=True,
        )
        items = (item for page in pages for item in map(plain, page["Items"]) if keys.is_kept(item))
        return [Attempt.model_validate_json(item["attempt"]) for item in items]

    def record(self, before: Delivery, after: Delivery, attempt: Attempt | None) -> None:
        """Write an attempt and how the delivery stands after it."""
        seen = typed({":seen": before.revision})
        stands = {
            "TableName": self._table,
            "Item": typed(self._item(after)),
            "ConditionExpression": UNCHANGED,
        }
        items: list[Any] = [{"Put": {**stands, "ExpressionAttributeValues": seen}}]
        if attempt is not None:
            made = self._attempt_item(after, attempt)
            items.append({"Put": {"TableName": self._table, "Item": typed(made)}})
        try:
            self._client.transact_write_items(TransactItems=items)
        except self._client.exceptions.TransactionCanceledException as error:
            raise Stale("the delivery has moved on since it was read") from error

    def erase(self, delivery_id: str, now: datetime) -> None:
        """Take away what a delivery sends and what came back, and let it end."""
        known = self.get(delivery_id)
        if known is None:
            return
        self.record(known, erased(known, now), None)
        left = {"entity": "delivery_request", "expires_at": self._expiry(known)}
        self._put({**keys.delivery_request(delivery_id), **left})
        for attempt in self.attempts(delivery_id):
            self._put(self._attempt_item(known, silent(attempt)))

    def listed(
        self, limit: int, cursor: str | None, *, state: str | None = None, endpoint_id: str | None = None,
        since: datetime | None = None, until: datetime | None = None,
    ) -> Page[Delivery]:  # fmt: skip
        """Deliveries, newest first, of the last 31 days or of the time asked for."""

        def chosen(item: Item) -> bool:
            return state in (None, item["state"]) and endpoint_id in (None, item["endpoint_id"])

        found = day_by_day(self._client, self._table, "delivery", limit, cursor, since, until, chosen=chosen)
        return Page([Delivery.model_validate_json(item["delivery"]) for item in found.data], found.next)

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """A receiver, read consistently."""
        item = self._read(keys.receiver(endpoint_id))
        return Endpoint.model_validate_json(item["endpoint"]) if item else None

    def save_endpoint(self, before: Endpoint | None, after: Endpoint) -> None:
        """Write a receiver if it is still as it was."""
        at = datetime.now(UTC)
        item = {
            **keys.receiver(after.id),
            "entity": "endpoint",
            "endpoint": after.model_dump_json(),
            "revision": after.revision,
            "list_key": ENDPOINTS,
            "list_at": f"{after.url.encode()[:LISTED_BY].decode(errors='ignore')}#{after.id}",
            "expires_at": keys.expiry(at, self._history_days),
        }
        condition: Any = free_place()
        if before is not None:
            seen = typed({":seen": before.revision})
            condition = {"ConditionExpression": UNCHANGED, "ExpressionAttributeValues": seen}
        try:
            self._client.put_item(TableName=self._table, Item=typed(item), **condition)
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise Stale("the receiver has changed since it was read") from error

    def endpoints(self, limit: int, cursor: str | None) -> Page[Endpoint]:
        """Receivers, by their addresses."""
        items = first_of(
            self._client,
            limit + 1,
            TableName=self._table,
            IndexName="listing",
            **resume_after("list_key", ENDPOINTS, "list_at", cursor, newest_first=False),
        )
        found = [Endpoint.model_validate_json(item["endpoint"]) for item in items[:limit]]
        return Page(found, items[limit - 1]["list_at"] if len(items) > limit else None)

    def _read(self, key: dict[str, str]) -> Item | None:
        answer = self._client.get_item(TableName=self._table, Key=typed(dict(key)), ConsistentRead=True)
        item = plain(answer["Item"]) if "Item" in answer else {}
        return item if item and keys.is_kept(item) else None

    def _item(self, delivery: Delivery) -> Item:
        return {
            **keys.delivery(delivery.id),
            "entity": "delivery",
            "delivery": delivery.model_dump_json(),
            "state": delivery.state,
            "endpoint_id": delivery.endpoint_id,
            "revision": delivery.revision,
            "list_key": f"delivery#{stamp(delivery.created_at)[:10]}",
            "list_at": f"{stamp(delivery.created_at)}#{delivery.id}",
            "expires_at": self._expiry(delivery),
        }

    def _attempt_item(self, delivery: Delivery, attempt: Attempt) -> Item:
        return {
            **keys.delivery_attempt(delivery.id, attempt.number),
            "entity": "attempt",
            "attempt": attempt.model_dump_json(),
            "expires_at": self._expiry(delivery),
        }

    def _put(self, item: Item) -> None:
        self._client.put_item(TableName=self._table, Item=typed(item))

    def _expiry(self, delivery: Delivery) -> int:
        return keys.expiry(delivery.created_at, self._delivery_days)
