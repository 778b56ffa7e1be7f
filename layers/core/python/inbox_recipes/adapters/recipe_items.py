"""The items of the Recipes table: the head of the rule book, members, and their versions."""

from dataclasses import dataclass
from typing import Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.configuration import Stored

type Item = dict[str, Any]


@dataclass(frozen=True)
class Head:
    """The rule book's revision, and the order of its recipes with a version of its own."""

    revision: int = 0
    order: tuple[str, ...] = ()
    order_version: int = 0


ABSENT: Item = {"ConditionExpression": "attribute_not_exists(pk)"}


def head_item(head: Head) -> Item:
    rest = {"revision": head.revision, "order": list(head.order), "order_version": head.order_version}
    return {**keys.rule_book(), **rest}


def to_head(item: Item) -> Head:
    values = plain(item)
    return Head(values["revision"], tuple(values["order"]), values["order_version"])


def stored_item(key: Item, stored: Stored) -> Item:
    """A member or one of its versions; conditions look at `version`, people at the rest."""
    return {**key, "entity": stored.kind, "version": stored.version, "stored": stored.model_dump_json()}


def to_stored(item: Item) -> Stored:
    return Stored.model_validate_json(plain(item)["stored"])


def still(attribute: str, value: int) -> Item:
    """The condition that an item is as it was read; 0 and nothing else means that it was not there."""
    if value == 0:
        return ABSENT
    return {
        "ConditionExpression": "#seen = :seen",
        "ExpressionAttributeNames": {"#seen": attribute},
        "ExpressionAttributeValues": typed({":seen": value}),
    }
