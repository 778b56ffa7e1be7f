"""Plain values as DynamoDB's typed ones, and back.

boto3 has this too, behind an import that costs a cold start some 60 ms for file transfers that we never
make. Only the types that we store are known; another one is an error.
"""

from typing import Any

type Item = dict[str, Any]
type Typed = dict[str, Any]


def typed(item: Item) -> Typed:
    """An item as DynamoDB wants it; what is None is left out. Raises TypeError for other types."""
    return {key: _typed(value) for key, value in item.items() if value is not None}


def plain(item: Typed) -> Item:
    """An item of DynamoDB as plain values; numbers are whole."""
    return {key: value["S"] if "S" in value else _plain(value) for key, value in item.items()}


def _typed(value: Any) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [_typed(item) for item in value]}
        case dict():
            return {"M": typed(value)}
    raise TypeError(f"{type(value).__name__} has no place in an item")


def _plain(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "B" | "BOOL":
            return content
        case "N":
            return int(content)
        case "L":
            return [_plain(item) for item in content]
        case "M":
            return plain(content)
    raise TypeError(f"an item holds nothing of the type {kind}")
