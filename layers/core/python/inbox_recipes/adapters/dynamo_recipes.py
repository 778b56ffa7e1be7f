"""The Configuration and RuleBooks ports on DynamoDB, over the Recipes table.

One item is the head of the rule book: its revision and the order of the recipes. Every change is one
transaction over the head, the member and its version, and makes a new revision. So a reader who finds
the same revision before and after has read one state, and a writer whose check was made at the revision
that the change replaces leaves no dangling reference.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters import recipe_items as items
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.adapters.recipe_items import Head, Item, to_stored
from inbox_recipes.configuration import KINDS, KindName, Order, Stored, rule_book
from inbox_recipes.errors import NotFound, RuleBookMoved, Stale
from inbox_recipes.ports import Page
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoRecipes:
    """The rule book, kept in memory as long as its revision stands."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._book = RuleBook(revision=0)
        self._past: dict[tuple[str, int], Recipe] = {}

    def current(self) -> RuleBook:
        """The rule book as it is now; one small consistent read when it has not changed."""
        head = self._head()
        while head.revision != self._book.revision:
            self._book, self._past = self._read(head), {}
            head = self._head()
        return self._book

    def recipe_at(self, recipe_id: str, version: int) -> Recipe:
        """A recipe at one version, also when it was edited or deleted since."""
        known = self._book.recipe(recipe_id)
        if known is not None and known.version == version:
            return known
        if (recipe_id, version) not in self._past:
            self._past[recipe_id, version] = self.version("recipe", recipe_id, version).recipe()
        return self._past[recipe_id, version]

    def get(self, kind: KindName, member_id: str) -> Stored:
        """A member as it is now."""
        item = self._item(keys.member(kind, member_id))
        if item is None:
            raise NotFound(KINDS[kind].words, member_id)
        return to_stored(item)

    def of_kind(self, kind: KindName) -> Sequence[Stored]:
        """All members of a kind: recipes in their order, others by id."""
        return self._recipes(self._head()) if kind == "recipe" else self._all(kind)

    def versions(self, kind: KindName, member_id: str, limit: int, cursor: str | None) -> Page[Stored]:
        """Every version of a member, newest first."""
        key = keys.version(kind, member_id, 0)
        start: Any = {"ExclusiveStartKey": typed({**key, "sk": cursor})} if cursor else {}
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=typed({":pk": key["pk"]}),
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        return Page([to_stored(item) for item in answer["Items"]], plain(last)["sk"] if last else None)

    def version(self, kind: KindName, member_id: str, version: int) -> Stored:
        """A member at one version."""
        item = self._item(keys.version(kind, member_id, version))
        if item is None:
            raise NotFound(f"version {version} of a {KINDS[kind].words}", member_id)
        return to_stored(item)

    def write(self, before: Stored | None, after: Stored) -> None:
        """Bring in a new version, which may be the deletion, with a new revision of the rule book."""
        seen = self._head_at(after.revision - 1)
        head = replace(seen, revision=after.revision)
        if after.kind == "recipe" and (before is None or after.deleted):
            others = tuple(recipe_id for recipe_id in seen.order if recipe_id != after.id)
            order = others if after.deleted else (*others, after.id)
            head = replace(head, order=order, order_version=seen.order_version + 1)
        key = keys.member(after.kind, after.id)
        unchanged = items.still("version", before.version if before else 0)
        self._transact(
            {"Put": {"Item": typed(items.head_item(head)), **items.still("revision", seen.revision)}},
            {"Delete": {"Key": typed(key), **unchanged}}
            if after.deleted
            else {"Put": {"Item": typed(items.stored_item(key, after)), **unchanged}},
            {"Put": {"Item": typed(items.stored_item(_past_key(after), after)), **items.ABSENT}},
        )

    def order(self) -> Order:
        """The order of the recipes."""
        head = self._head()
        return Order(order=head.order, version=head.order_version)

    def set_order(self, after: Order, revision: int) -> None:
        """Put the recipes in another order."""
        seen = self._head_at(revision)
        if seen.order_version != after.version - 1:
            raise Stale("The order of the recipes has changed since it was read.")
        head = Head(revision + 1, after.order, after.version)
        self._transact({"Put": {"Item": typed(items.head_item(head)), **items.still("revision", revision)}})

    def _transact(self, head: Item, *others: Item) -> None:
        changes: Any = [
            {verb: {"TableName": self._table, **change}}
            for item in (head, *others)
            for verb, change in item.items()
        ]
        try:
            self._client.transact_write_items(TransactItems=changes)
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
            if codes[0] == "ConditionalCheckFailed" or "TransactionConflict" in codes:
                raise RuleBookMoved from error
            if "ConditionalCheckFailed" in codes:
                raise Stale("It has changed since it was read.") from error
            raise

    def _head(self) -> Head:
        item = self._item(keys.rule_book())
        return items.to_head(item) if item else Head()

    def _head_at(self, revision: int) -> Head:
        head = self._head()
        if head.revision != revision:
            raise RuleBookMoved
        return head

    def _item(self, key: Item) -> Any:
        answer = self._client.get_item(TableName=self._table, Key=typed(key), ConsistentRead=True)
        return answer.get("Item")

    def _all(self, kind: KindName) -> list[Stored]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=typed({":pk": keys.member(kind, "")["pk"]}),
            ConsistentRead=True,
        )
        return [to_stored(item) for page in pages for item in page["Items"]]

    def _recipes(self, head: Head) -> list[Stored]:
        place = {recipe_id: index for index, recipe_id in enumerate(head.order)}
        return sorted(self._all("recipe"), key=lambda stored: place.get(stored.id, len(place)))

    def _read(self, head: Head) -> RuleBook:
        return rule_book(
            head.revision,
            {kind: self._recipes(head) if kind == "recipe" else self._all(kind) for kind in KINDS},
        )


def _past_key(stored: Stored) -> Item:
    return keys.version(stored.kind, stored.id, stored.version)
