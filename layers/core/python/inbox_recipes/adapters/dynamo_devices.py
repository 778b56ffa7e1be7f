"""The Devices port on DynamoDB, in the Recipes table: beside the users, and in no revision of the rule book.

A second small item tells whose an endpoint is: a telephone that changes hands must not bring one person
what is meant for another.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
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
        return [_device(plain(item)) for item in answer["Items"]]

    def put(self, device: Device) -> None:
        """Keep a device, in the place of one with its id. Whoever had its endpoint before loses it."""
        replaced = self._read(keys.device(device.user_id, device.id))
        if replaced and _device(replaced).endpoint != device.endpoint:
            self._let_go(_device(replaced))
        owner = self._read(keys.endpoint(device.endpoint))
        if owner:
            self._take_from(owner, device)
        owned = {"user_id": device.user_id, "device_id": device.id}
        for item in (
            {**keys.endpoint(device.endpoint), "entity": "endpoint", **owned},
            {
                **keys.device(device.user_id, device.id),
                "entity": "device",
                "device": device.model_dump_json(),
            },
        ):
            self._client.put_item(TableName=self._table, Item=typed(item))

    def remove(self, user_id: str, device_id: str) -> None:
        """Forget a device; one that is not there is forgotten already."""
        found = self._read(keys.device(user_id, device_id))
        if found:
            self._let_go(_device(found))
            self._delete(found)

    def _read(self, key: dict[str, str]) -> Item | None:
        answer = self._client.get_item(TableName=self._table, Key=typed(dict(key)), ConsistentRead=True)
        return plain(answer["Item"]) if "Item" in answer else None

    def _take_from(self, owner: Item, device: Device) -> None:
        """The device that the endpoint was of goes, unless it has another endpoint by now."""
        named = owner["user_id"], owner["device_id"]
        before = None if named == (device.user_id, device.id) else self._read(keys.device(*named))
        if before and _device(before).endpoint == device.endpoint:
            self._delete(before)

    def _delete(self, found: Item) -> None:
        """Take a device away as it was read: what took its place meanwhile stays."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.delete_item(
                TableName=self._table,
                Key=typed({"pk": found["pk"], "sk": found["sk"]}),
                ConditionExpression="device = :seen",
                ExpressionAttributeValues=typed({":seen": found["device"]}),
            )

    def _let_go(self, device: Device) -> None:
        """An endpoint is nobody's, unless somebody else has it by now."""
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._client.delete_item(
                TableName=self._table,
                Key=typed(dict(keys.endpoint(device.endpoint))),
                ConditionExpression="user_id = :user AND device_id = :device",
                ExpressionAttributeValues=typed({":user": device.user_id, ":device": device.id}),
            )


def _device(item: Item) -> Device:
    return Device.model_validate_json(item["device"])
