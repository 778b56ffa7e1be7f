"""Where a list goes on: queries over an index that start after the last key shown."""

from typing import Any

from inbox_recipes.adapters.attribute_values import typed


def resume_after(
    partition: str, value: str, sort: str, cursor: str | None, *, newest_first: bool = True
) -> dict[str, Any]:
    """The key condition of a query for one partition, beyond the cursor if there is one."""
    names = {"#p": partition}
    values = {":p": value}
    condition = "#p = :p"
    if cursor is not None:
        names["#s"] = sort
        values[":s"] = cursor
        condition += f" AND #s {'<' if newest_first else '>'} :s"
    return {
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": typed(values),
    }
