"""The items of the Recipes table: the head of the rule book and its changes, members, and their versions."""

from typing import Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.configuration import Order, Stored

type Item = dict[str, Any]


ABSENT: Item = {"ConditionExpression": "attribute_not_exists(pk)"}


def head_item(revision: int) -> Item:
    return {**keys.rule_book(), "revision": revision}


def order_item(order: Order) -> Item:
    return {**keys.recipe_order(), "order": list(order.order), "version": order.version}


def to_order(item: Item) -> Order:
    values = plain(item)
    return Order(order=tuple(values["order"]), version=values["version"])


def change_item(revision: int, changed: Stored | None) -> Item:
    """What a revision changed: a member, or nothing but the order of the recipes."""
    what = {"kind": changed.kind, "id": changed.id} if changed else {}
    return {**keys.change(revision), **what}


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
