"""The Topics port on DynamoDB: the one part of the rule book that taking mentions in needs."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.topics import Topic

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoTopics:
    """The topics, kept in memory as long as the rule book's revision stands."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._revision = 0
        self._topics: Mapping[str, Topic] = {}

    def current(self) -> Mapping[str, Topic]:
        """The topics as they are now, by id."""
        revision = self._read_revision()
        if revision != self._revision:
            # What a change in between brings in is read again with the next revision.
            self._topics, self._revision = self._read(), revision
        return self._topics

    def _read_revision(self) -> int:
        answer = self._client.get_item(
            TableName=self._table, Key=typed(dict(keys.rule_book())), ConsistentRead=True
        )
        return int(plain(answer["Item"])["revision"]) if "Item" in answer else 0

    def _read(self) -> dict[str, Topic]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=typed({":pk": keys.member("topic", "")["pk"]}),
            ConsistentRead=True,
        )
        members = [json.loads(plain(item)["stored"]) for page in pages for item in page["Items"]]
        return {member["id"]: Topic.model_validate(member["body"]) for member in members}
