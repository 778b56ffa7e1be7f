"""The Counters port on DynamoDB: one small item in the Ledger for each budget and hour.

Counting is one conditional update of one item, outside every transaction: updates of the same item queue up
in DynamoDB, where transactions would cancel each other. Each costs one write unit.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import typed
from inbox_recipes.budgets import Budget, hour
from inbox_recipes.clock import stamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_DAYS = 2


class DynamoBudgets:
    """Counters that expire two days after their hour."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def take(self, budget: Budget, amount: int, now: datetime) -> bool:
        """Count so many in this hour, if the limit has room for them all; else count nothing."""
        room = budget.limit - amount
        if room < 0:
            return False
        key = keys.budget(budget.setting, budget.of, stamp(hour(now))[:13])
        values = {":amount": amount, ":room": room, ":expiry": keys.expiry(now, KEPT_DAYS)}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=typed(dict(key)),
                UpdateExpression="ADD used :amount SET expires_at = :expiry",
                ConditionExpression="attribute_not_exists(used) OR used <= :room",
                ExpressionAttributeValues=typed(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
