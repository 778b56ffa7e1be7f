"""The Availabilities port on DynamoDB: one small item a user, in one partition of the Recipes table.

Read whole with one query: an account has some hundred users, and whoever asks wants to choose among them.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.clock import stamp
from inbox_recipes.people import Availability

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoAvailabilities:
    """What users say about taking new work. No revision of the rule book comes of it."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def of(self, user_ids: Iterable[str]) -> dict[str, Availability]:
        """What those of the users said who said anything, by id."""
        wanted = set(user_ids)
        if not wanted:
            return {}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=typed({":pk": keys.availability("")["pk"]}),
            ConsistentRead=True,
        )
        found = [plain(item) for page in pages for item in page["Items"]]
        return {
            item["sk"]: Availability(status=item["status"], since=item["since"])
            for item in found
            if item["sk"] in wanted
        }

    def put(self, user_id: str, availability: Availability) -> None:
        """Keep what a user says; the last word counts."""
        said = {"status": availability.status, "since": availability.since and stamp(availability.since)}
        item = {**keys.availability(user_id), "entity": "availability", **said}
        self._client.put_item(TableName=self._table, Item=typed(item))
