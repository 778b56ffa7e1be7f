"""The Topics port on DynamoDB: the topics, and the business hours that each is measured by."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.adapters.dynamo_members import DynamoMembers
from inbox_recipes.durations import BusinessTime
from inbox_recipes.topics import Topic

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoTopics:
    """`business_time` reads a stored schedule: its models are heavy, and few mentions need one."""

    def __init__(
        self, client: "DynamoDBClient", table: str, business_time: Callable[[str, Any], BusinessTime]
    ) -> None:
        self._client = client
        self._table = table
        self._business_time = business_time
        self._members = DynamoMembers(client, table, "topic", Topic)
        self._seen: Mapping[str, Topic] = {}
        self._hours: dict[str | None, BusinessTime | None] = {}
        self._settings: dict[str, Any] | None = None

    def current(self) -> Mapping[str, Topic]:
        """The topics as they are now, by id."""
        topics = self._members.current()
        if topics is not self._seen:
            self._seen, self._hours, self._settings = topics, {}, None
        return topics

    def business_time(self, topic_id: str) -> BusinessTime | None:
        """The hours that the topic is measured by: its own schedule's, or else the account's."""
        topic = self._seen.get(topic_id)
        named = topic.schedule_id if topic else None
        if named not in self._hours:
            schedule_id = named or self._account().get("default_schedule_id")
            self._hours[named] = (
                self._business_time(schedule_id, self._body("schedule", schedule_id)) if schedule_id else None
            )
        return self._hours[named]

    def cases_on(self) -> bool:
        """Whether the account's cases feature is on (A40), as of the last `current`."""
        return bool(self._account().get("cases", True))

    def _account(self) -> dict[str, Any]:
        """The account's settings as they are stored, read once for each revision of the rule book."""
        if self._settings is None:
            self._settings = self._body("account", "account")
        return self._settings

    def _body(self, kind: str, member_id: str) -> dict[str, Any]:
        key = typed(dict(keys.member(kind, member_id)))
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        body: dict[str, Any] = json.loads(plain(answer["Item"])["stored"])["body"] if "Item" in answer else {}
        return body
