"""The Notifications port on DynamoDB, over the Ledger: what waits, and the tray of each action.

The items that wait are written by the transaction that counts them (`transaction_items`).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.errors import Stale
from inbox_recipes.notifications import Counted, Tray

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoNotifications:
    """Trays do not expire: each is one small item for an action that notifies."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def tray(self, recipe_id: str, position: int) -> Tray:
        """The tray as it is now, read consistently."""
        key = keys.tray(recipe_id, position)
        answer = self._client.get_item(TableName=self._table, Key=typed(dict(key)), ConsistentRead=True)
        if "Item" not in answer:
            return Tray(recipe_id=recipe_id, position=position)
        return Tray.model_validate_json(plain(answer["Item"])["tray"])

    def waiting(self, recipe_id: str, position: int, limit: int) -> Sequence[Counted]:
        """The first of the items that wait, in the order of their counting, read consistently."""
        found: list[Counted] = []
        start: dict[str, Any] = {}
        while len(found) < limit:
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :items)",
                ExpressionAttributeValues=typed(
                    {":pk": keys.tray(recipe_id, position)["pk"], ":items": keys.COUNTED}
                ),
                ConsistentRead=True,
                Limit=limit - len(found),
                **start,
            )
            found += [Counted.model_validate_json(plain(item)["counted"]) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
        return found

    def put(self, after: Tray, taken: Sequence[Counted] = ()) -> None:
        """Bring in the tray's next revision and take these items out of what waits. All of it or nothing.

        Raises Stale when somebody else has, or when one of the items is gone.
        """
        changes: Any = [{"Put": self._put(after)}, *({"Delete": self._gone(each)} for each in taken)]
        try:
            if len(changes) == 1:
                self._client.put_item(**changes[0]["Put"])
            else:
                self._client.transact_write_items(TransactItems=changes)
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise Stale("somebody else works on this notification") from error
        except self._client.exceptions.TransactionCanceledException as error:
            codes = {reason.get("Code") for reason in error.response["CancellationReasons"]}
            if codes <= {"None", "ConditionalCheckFailed", "TransactionConflict"}:
                raise Stale("somebody else works on this notification") from error
            raise

    def _put(self, after: Tray) -> dict[str, Any]:
        item: Item = {
            **keys.tray(after.recipe_id, after.position),
            "entity": "tray",
            "tray": after.model_dump_json(),
            "revision": after.revision,
        }
        new = "attribute_not_exists(pk)"
        return {
            "TableName": self._table,
            "Item": typed(item),
            "ConditionExpression": new if after.revision == 1 else "revision = :seen",
            **(
                {}
                if after.revision == 1
                else {"ExpressionAttributeValues": typed({":seen": after.revision - 1})}
            ),
        }

    def _gone(self, counted: Counted) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Key": typed(dict(keys.counted(counted.recipe_id, counted.position, counted.at, counted.run_id))),
            "ConditionExpression": "attribute_exists(pk)",
        }
