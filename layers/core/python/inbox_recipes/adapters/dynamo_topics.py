"""The Topics port on DynamoDB: the one part of the rule book that taking mentions in needs."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.durations import BusinessTime
from inbox_recipes.topics import Topic

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoTopics:
    """The topics, kept in memory as long as the rule book's revision stands.

    `business_time` reads a stored schedule.
    """

    def __init__(
        self, client: "DynamoDBClient", table: str, business_time: Callable[[str, Any], BusinessTime]
    ) -> None:
        self._client = client
        self._table = table
        self._business_time = business_time
        self._revision = 0
        self._topics: Mapping[str, Topic] = {}
        self._hours: dict[str | None, BusinessTime | None] = {}

    def current(self) -> Mapping[str, Topic]:
        """The topics as they are now, by id."""
        revision = self._read_revision()
        if revision != self._revision:
            # What a change in between brings in is read again with the next revision.
            self._topics, self._revision, self._hours = self._read(), revision, {}
        return self._topics

    def business_time(self, topic_id: str) -> BusinessTime | None:
        """The hours that the topic is measured by. Schedules are heavy, and few mentions need one."""
        topic = self._topics.get(topic_id)
        named = topic.schedule_id if topic else None
        if named not in self._hours:
            schedule_id = named or self._body("account", "account").get("default_schedule_id")
            self._hours[named] = (
                self._business_time(schedule_id, self._body("schedule", schedule_id)) if schedule_id else None
            )
        return self._hours[named]

    def _body(self, kind: str, member_id: str) -> dict[str, Any]:
        key = typed(dict(keys.member(kind, member_id)))
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        body: dict[str, Any] = json.loads(plain(answer["Item"])["stored"])["body"] if "Item" in answer else {}
        return body

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
