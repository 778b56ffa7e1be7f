"""One kind of configuration on DynamoDB: taking messages in needs topics and profiles, and no recipes."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoMembers[M: BaseModel]:
    """The members of a kind, kept in memory as long as the rule book's revision stands."""

    def __init__(
        self, client: "DynamoDBClient", table: str, kind: Literal["topic", "profile"], model: type[M]
    ) -> None:
        self._client = client
        self._table = table
        self._kind = kind
        self._model = model
        self._revision = 0
        self._members: Mapping[str, M] = {}

    def current(self) -> Mapping[str, M]:
        """The members as they are now, by id."""
        revision = self._read_revision()
        if revision != self._revision:
            # What a change in between brings in is read again with the next revision.
            self._members, self._revision = self._read(), revision
        return self._members

    def _read_revision(self) -> int:
        answer = self._client.get_item(
            TableName=self._table, Key=typed(dict(keys.rule_book())), ConsistentRead=True
        )
        return int(plain(answer["Item"])["revision"]) if "Item" in answer else 0

    def _read(self) -> dict[str, M]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=typed({":pk": keys.member(self._kind, "")["pk"]}),
            ConsistentRead=True,
        )
        members = [json.loads(plain(item)["stored"]) for page in pages for item in page["Items"]]
        return {member["id"]: self._model.model_validate(member["body"]) for member in members}
