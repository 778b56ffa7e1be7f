"""The Devices port on DynamoDB, in the Recipes table: beside the users, and in no revision of the rule book.

A second small item tells whose an endpoint is: a telephone that changes hands must not bring one person
what is meant for another.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.devices import Device

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDevices:
    """The devices of each user, by their ids."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def of(self, user_id: str) -> Sequence[Device]:
        """A user's devices, read consistently."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=typed({":pk": keys.device(user_id, "")["pk"]}),
            ConsistentRead=True,
        )
        return [Device.model_validate_json(plain(item)["device"]) for item in answer["Items"]]

    def put(self, device: Device) -> None:
        """Keep a device, in the place of one with its id. Whoever had its endpoint before loses it."""
        owner = keys.endpoint(device.endpoint)
        answer = self._client.get_item(TableName=self._table, Key=typed(dict(owner)), ConsistentRead=True)
        if "Item" in answer:
            before = plain(answer["Item"])
            self.remove(before["user_id"], before["device_id"])
        key = keys.device(device.user_id, device.id)
        for item in (
            {**owner, "entity": "endpoint", "user_id": device.user_id, "device_id": device.id},
            {**key, "entity": "device", "device": device.model_dump_json()},
        ):
            self._client.put_item(TableName=self._table, Item=typed(item))

    def remove(self, user_id: str, device_id: str) -> None:
        """Forget a device; one that is not there is forgotten already."""
        self._client.delete_item(TableName=self._table, Key=typed(dict(keys.device(user_id, device_id))))
