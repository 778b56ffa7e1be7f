"""The Configuration and RuleBooks ports on DynamoDB, over the Recipes table.

One item is the head of the rule book: its revision. Every change is one transaction over the head, the
member, its version and a note of what the revision changed. So a reader who finds the same revision
before and after has read one state, one who knows an older state reads what has changed since, and a
writer whose check was made at the revision that the change replaces leaves no dangling reference.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters import recipe_items as items
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.adapters.recipe_items import Item, to_stored
from inbox_recipes.configuration import KINDS, KindName, Order, Stored, rule_book
from inbox_recipes.errors import NotFound, RuleBookMoved, Stale
from inbox_recipes.ports import Page
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


MOST_CHANGES = 25
"""Members that are read one by one to bring a rule book up to date; beyond, all are read."""


class DynamoRecipes:
    """The rule book, kept in memory as long as its revision stands."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._book = RuleBook(revision=0)
        self._models: dict[KindName, dict[str, Any]] = {}
        self._past: dict[tuple[str, int], Recipe] = {}

    def current(self) -> RuleBook:
        """The rule book as it is now; one small consistent read when it has not changed.

        What is read between two looks at the same revision is of that revision. What others change
        meanwhile has a later revision, so it is read again by the next round.
        """
        revision = self._revision()
        while revision != self._book.revision:
            changed = self._changed(revision)
            if changed is None:
                self._models = {kind: {s.id: s.model() for s in self._all(kind)} for kind in KINDS}
            else:
                self._renew(changed)
            self._book, self._past = rule_book(revision, self._models, self.order().order), {}
            revision = self._revision()
        return self._book

    def _changed(self, revision: int) -> set[tuple[KindName, str]] | None:
        """The members changed since the rule book in memory; nothing when all must be read."""
        known = self._book.revision
        if not 0 < known < revision <= known + MOST_CHANGES:
            return None
        first, last = keys.change(known + 1), keys.change(revision)
        values = {":pk": first["pk"], ":first": first["sk"], ":last": last["sk"]}
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=typed(values),
            ConsistentRead=True,
        )
        found = [plain(item) for item in answer["Items"]]
        if len(found) != revision - known:
            return None
        return {(each["kind"], each["id"]) for each in found if "kind" in each}

    def _renew(self, changed: set[tuple[KindName, str]]) -> None:
        for kind, member_id in changed:
            item = self._item(keys.member(kind, member_id))
            if item is None:
                self._models[kind].pop(member_id, None)
            else:
                self._models[kind][member_id] = to_stored(item).model()

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
        members = self._all(kind)
        if kind != "recipe":
            return members
        place = {recipe_id: index for index, recipe_id in enumerate(self.order().order)}
        return sorted(members, key=lambda stored: place.get(stored.id, len(place)))

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
        self._check(after.revision - 1)
        key = keys.member(after.kind, after.id)
        unchanged = items.still("version", before.version if before else 0)
        member: Item = (
            {"Delete": {"Key": typed(key), **unchanged}}
            if after.deleted
            else _put(items.stored_item(key, after), unchanged)
        )
        past = keys.version(after.kind, after.id, after.version)
        changes = [member, _put(items.stored_item(past, after), items.ABSENT)]
        if after.kind == "recipe" and (before is None or after.deleted):
            changes.append(_put(items.order_item(_moved(self.order(), after))))
        self._transact(after.revision, after, *changes)

    def order(self) -> Order:
        """The order of the recipes."""
        item = self._item(keys.recipe_order())
        return items.to_order(item) if item else Order(order=(), version=0)

    def set_order(self, after: Order, revision: int) -> None:
        """Put the recipes in another order."""
        self._check(revision)
        if self.order().version != after.version - 1:
            raise Stale("The order of the recipes has changed since it was read.")
        self._transact(revision + 1, None, _put(items.order_item(after)))

    def _transact(self, revision: int, changed: Stored | None, *others: Item) -> None:
        head = _put(items.head_item(revision), items.still("revision", revision - 1))
        log = _put(items.change_item(revision, changed))
        changes: Any = [
            {verb: {"TableName": self._table, **change}}
            for item in (head, log, *others)
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

    def _revision(self) -> int:
        item = self._item(keys.rule_book())
        return int(plain(item)["revision"]) if item else 0

    def _check(self, revision: int) -> None:
        if self._revision() != revision:
            raise RuleBookMoved

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


def _put(item: Item, condition: Item | None = None) -> Item:
    return {"Put": {"Item": typed(item), **(condition or {})}}


def _moved(order: Order, after: Stored) -> Order:
    """The order with a new recipe at its end, or without a deleted one."""
    others = tuple(recipe_id for recipe_id in order.order if recipe_id != after.id)
    return Order(order=others if after.deleted else (*others, after.id), version=order.version + 1)
