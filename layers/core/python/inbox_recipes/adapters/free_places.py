"""The condition of a write where nothing is, or what has expired and DynamoDB deletes days later (R20)."""

from datetime import UTC, datetime
from typing import Any

from inbox_recipes.adapters.attribute_values import typed


def free_place() -> dict[str, Any]:
    """The condition that there is nothing which reads would show (`keys.is_kept`)."""
    now = int(datetime.now(UTC).timestamp())
    return {
        "ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now",
        "ExpressionAttributeValues": typed({":now": now}),
    }
