"""The Standings port on DynamoDB: one item for each profile that a platform has said something about."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.clock import stamp
from inbox_recipes.profiles import Standing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoStandings:
    """Each call sets what it is about and leaves the rest, so that nothing is overwritten."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def all(self) -> Mapping[str, Standing]:
        """Every profile's standing, by id."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=typed({":pk": keys.STANDINGS}),
            ConsistentRead=True,
        )
        items = [plain(item) for page in pages for item in page["Items"]]
        return {item["sk"]: _standing(item) for item in items}

    def of(self, profile_id: str) -> Standing:
        """One profile's standing, read consistently."""
        key = typed(dict(keys.standing(profile_id)))
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _standing(plain(answer["Item"])) if "Item" in answer else Standing()

    def hold(self, profile_id: str, until: datetime, reason: str) -> None:
        """Have no calls made by the profile until then."""
        self._set(profile_id, held_until=stamp(until), held_because=reason[:500])

    def refuse(self, profile_id: str, token: str) -> None:
        """Note that the platform does not take the token of that name."""
        self._set(profile_id, refused_token=token)

    def _set(self, profile_id: str, **told: str) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=typed(dict(keys.standing(profile_id))),
            UpdateExpression="SET entity = :entity, " + ", ".join(f"{name} = :{name}" for name in told),
            ExpressionAttributeValues=typed(
                {":entity": "standing", **{f":{name}": value for name, value in told.items()}}
            ),
        )


def _standing(item: Mapping[str, object]) -> Standing:
    told = {name: item[name] for name in Standing.model_fields if name in item}
    return Standing.model_validate(told)
