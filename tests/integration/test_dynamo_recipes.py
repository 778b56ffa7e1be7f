"""The Recipes table: what its adapter promises, and that the fake of the unit tests promises the same."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from inbox_recipes import bootstrap
from inbox_recipes.adapters.dynamo_recipes import DynamoRecipes
from inbox_recipes.adapters.dynamo_topics import DynamoTopics
from inbox_recipes.configuration import KINDS, Configuration, KindName, Order, Stored
from inbox_recipes.errors import NotFound, RuleBookMoved, Stale
from inbox_recipes.people import Actor
from inbox_recipes.ports import RuleBooks
from tests.fake_configuration import FakeConfiguration

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NORA = Actor(kind="agent", id="nora")
RECIPE = {
    "name": "Billing",
    "trigger": {"type": "arrival"},
    "topics": ["46283"],
    "filter": {"combinator": "and", "not": True, "rules": []},
    "actions": [{"type": "resolve"}],
}


class Both(Configuration, RuleBooks):
    """What the adapter and the fake both are."""


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        client.create_table(
            TableName="recipes",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
        )
        yield client
        # Another test of the same process may hold moto open over this one's end.
        client.delete_table(TableName="recipes")


@pytest.fixture(params=["adapter", "fake"])
def recipes(request: pytest.FixtureRequest, client: Any) -> Any:
    return DynamoRecipes(client, "recipes") if request.param == "adapter" else FakeConfiguration()


def stored(
    kind: KindName, member_id: str, version: int, revision: int, body: Any = None, **changed: Any
) -> Stored:
    return Stored(
        kind=kind,
        id=member_id,
        version=version,
        revision=revision,
        body=body if body is not None else {"name": member_id},
        added=NOON,
        updated=NOON,
        by=NORA,
        **changed,
    )


def test_an_empty_table_is_an_empty_rule_book_at_revision_0(recipes: Both) -> None:
    assert recipes.current().revision == 0
    assert recipes.current().recipes == ()
    assert recipes.order() == Order(order=(), version=0)


def test_a_written_member_is_read_as_it_was_and_moves_the_revision(recipes: Both) -> None:
    topic = stored("topic", "46283", 1, 1)

    recipes.write(None, topic)

    assert recipes.get("topic", "46283") == topic
    assert recipes.of_kind("topic") == [topic]
    assert recipes.current().revision == 1
    assert recipes.current().topics["46283"].name == "46283"


def test_every_kind_comes_into_the_rule_book(recipes: Both) -> None:
    group = {"combinator": "and", "rules": []}
    periods = [{"dayofweek": 1, "start": "0900", "end": "1800"}]
    recipes.write(None, stored("saved_filter", "flt_1", 1, 1, {"name": "All", "filter": group}))
    hours = {"name": "Office", "timezone": "Europe/Paris", "periods": periods}
    recipes.write(None, stored("schedule", "sch_1", 1, 2, hours))
    recipes.write(None, stored("user", "nora", 1, 3))
    recipes.write(None, stored("team", "billing", 1, 4))
    recipes.write(None, stored("recipe", "rec_1", 1, 5, RECIPE, on_since=NOON))

    book = recipes.current()

    assert (*book.saved_filters, *book.schedules, *book.users, *book.teams) == (
        "flt_1", "sch_1", "nora", "billing",
    )  # fmt: skip
    assert (book.recipes[0].id, book.recipes[0].version, book.recipes[0].on_since) == ("rec_1", 1, NOON)
    assert book.group(book.recipes[0].filter).negated


def test_what_is_not_there_is_not_found(recipes: Both) -> None:
    with pytest.raises(NotFound, match=r"saved filter.*flt_9"):
        recipes.get("saved_filter", "flt_9")
    with pytest.raises(NotFound, match=r"version 3 of a recipe.*rec_1"):
        recipes.recipe_at("rec_1", 3)


def test_a_change_checked_at_an_older_revision_is_refused_so_that_no_reference_dangles(recipes: Both) -> None:
    recipes.write(None, stored("topic", "46283", 1, 1))
    checked_at = recipes.current().revision
    tombstone = stored("topic", "46283", 2, checked_at + 1, deleted=True)
    recipe = stored("recipe", "rec_1", 1, checked_at + 1, RECIPE)

    recipes.write(recipes.get("topic", "46283"), tombstone)

    with pytest.raises(RuleBookMoved):
        recipes.write(None, recipe)
    assert recipes.of_kind("recipe") == []
    assert recipes.current().revision == checked_at + 1


def test_a_change_of_a_version_that_is_gone_is_stale(recipes: Both) -> None:
    first = stored("team", "billing", 1, 1)
    recipes.write(None, first)
    recipes.write(first, stored("team", "billing", 2, 2, {"name": "Bills"}))

    with pytest.raises(Stale):
        recipes.write(first, stored("team", "billing", 3, 3, {"name": "Late"}))
    with pytest.raises(Stale):
        recipes.write(None, stored("team", "billing", 3, 3, {"name": "Again"}))
    assert recipes.get("team", "billing").body == {"name": "Bills"}


def test_recipes_keep_their_order_new_ones_come_last_and_deleted_ones_leave_a31(recipes: Both) -> None:
    for revision, recipe_id in enumerate(("rec_c", "rec_a", "rec_b"), start=1):
        recipes.write(None, stored("recipe", recipe_id, 1, revision, RECIPE))
    assert recipes.order() == Order(order=("rec_c", "rec_a", "rec_b"), version=3)

    recipes.set_order(Order(order=("rec_b", "rec_c", "rec_a"), version=4), revision=3)
    recipes.write(recipes.get("recipe", "rec_c"), stored("recipe", "rec_c", 2, 5, RECIPE, deleted=True))
    recipes.write(recipes.get("recipe", "rec_b"), stored("recipe", "rec_b", 2, 6, RECIPE))

    assert recipes.order() == Order(order=("rec_b", "rec_a"), version=5)
    assert [recipe.id for recipe in recipes.current().recipes] == ["rec_b", "rec_a"]
    assert [recipe.id for recipe in recipes.of_kind("recipe")] == ["rec_b", "rec_a"]


def test_an_order_that_was_changed_meanwhile_is_stale(recipes: Both) -> None:
    recipes.write(None, stored("recipe", "rec_a", 1, 1, RECIPE))
    recipes.set_order(Order(order=("rec_a",), version=2), revision=1)

    with pytest.raises(Stale):
        recipes.set_order(Order(order=("rec_a",), version=2), revision=2)
    with pytest.raises(RuleBookMoved):
        recipes.set_order(Order(order=("rec_a",), version=3), revision=1)


def test_every_version_stays_readable_also_after_the_deletion(recipes: Both) -> None:
    first = stored("recipe", "rec_1", 1, 1, RECIPE)
    second = stored("recipe", "rec_1", 2, 2, {**RECIPE, "name": "Bills"})
    tombstone = stored("recipe", "rec_1", 3, 3, RECIPE, deleted=True)
    recipes.write(None, first)
    recipes.write(first, second)
    recipes.write(second, tombstone)

    assert recipes.recipe_at("rec_1", 1).name == "Billing"
    assert recipes.recipe_at("rec_1", 2).name == "Bills"
    newest = recipes.versions("recipe", "rec_1", 2, None)
    assert newest.data == [tombstone, second]
    assert recipes.versions("recipe", "rec_1", 2, newest.next).data == [first]
    with pytest.raises(NotFound):
        recipes.get("recipe", "rec_1")


class Watched:
    """A client that counts what is asked of it; what stands in `before` happens first, once."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls: Counter[str] = Counter()
        self.before: dict[str, Callable[[], None]] = {}

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        self.before.pop(name, lambda: None)()
        return getattr(self.client, name)


def test_an_unchanged_rule_book_costs_one_get_item(client: Any) -> None:
    writer, watched = DynamoRecipes(client, "recipes"), Watched(client)
    reader: Any = DynamoRecipes(watched, "recipes")  # type: ignore[arg-type]
    writer.write(None, stored("recipe", "rec_1", 1, 1, RECIPE))
    book = reader.current()
    watched.calls.clear()

    assert reader.current() is book
    assert reader.recipe_at("rec_1", 1) is book.recipes[0]
    assert watched.calls == {"get_item": 1}

    writer.write(writer.get("recipe", "rec_1"), stored("recipe", "rec_1", 2, 2, RECIPE))
    assert reader.current().recipes[0].version == 2


def a_reader(client: Any) -> tuple[Any, Watched]:
    """A warm function: it has read a rule book of a topic and two recipes."""
    writer = DynamoRecipes(client, "recipes")
    writer.write(None, stored("topic", "46283", 1, 1))
    writer.write(None, stored("recipe", "rec_1", 1, 2, RECIPE))
    writer.write(None, stored("recipe", "rec_2", 1, 3, RECIPE))
    watched = Watched(client)
    reader: Any = DynamoRecipes(watched, "recipes")  # type: ignore[arg-type]
    reader.current()
    watched.calls.clear()
    return reader, watched


def test_of_a_changed_rule_book_only_what_changed_is_read_again(client: Any) -> None:
    reader, watched = a_reader(client)
    before = reader.current()
    writer = DynamoRecipes(client, "recipes")
    writer.write(writer.get("recipe", "rec_1"), stored("recipe", "rec_1", 2, 4, {**RECIPE, "name": "New"}))
    writer.write(writer.get("recipe", "rec_1"), stored("recipe", "rec_1", 3, 5, {**RECIPE, "name": "Newer"}))
    watched.calls.clear()

    after = reader.current()

    assert [recipe.name for recipe in after.recipes] == ["Newer", "Billing"]
    assert after.recipes[1] is before.recipes[1]
    assert [recipe.name for recipe in before.recipes] == ["Billing", "Billing"]
    assert watched.calls == {"get_item": 4, "query": 1}  # revision twice, recipe, order


def test_what_was_made_deleted_and_put_in_order_since_is_seen(client: Any) -> None:
    reader, watched = a_reader(client)
    writer = DynamoRecipes(client, "recipes")
    writer.write(None, stored("recipe", "rec_3", 1, 4, RECIPE))
    writer.write(writer.get("recipe", "rec_1"), stored("recipe", "rec_1", 2, 5, RECIPE, deleted=True))
    writer.set_order(Order(order=("rec_3", "rec_2"), version=5), revision=5)
    writer.write(None, stored("team", "billing", 1, 7))

    book = reader.current()

    assert book == DynamoRecipes(client, "recipes").current()
    assert ([recipe.id for recipe in book.recipes], list(book.teams)) == (["rec_3", "rec_2"], ["billing"])
    assert watched.calls["get_paginator"] == 0


@pytest.mark.parametrize(("changes", "all_read"), [(25, 0), (26, len(KINDS))])
def test_after_many_changes_all_is_read(client: Any, changes: int, all_read: int) -> None:
    reader, watched = a_reader(client)
    writer = DynamoRecipes(client, "recipes")
    for number in range(changes):
        writer.write(None, stored("team", f"team_{number}", 1, 4 + number))

    assert len(reader.current().teams) == changes
    assert watched.calls["get_paginator"] == all_read


def test_a_note_of_a_change_that_is_gone_is_no_reason_to_miss_the_change(client: Any) -> None:
    reader, _ = a_reader(client)
    writer = DynamoRecipes(client, "recipes")
    writer.write(None, stored("team", "billing", 1, 4))
    client.delete_item(TableName="recipes", Key={"pk": {"S": "CHANGES"}, "sk": {"S": f"{4:012d}"}})

    assert list(reader.current().teams) == ["billing"]


def test_what_changes_while_changes_are_read_is_read_too(client: Any) -> None:
    reader, watched = a_reader(client)
    writer = DynamoRecipes(client, "recipes")
    writer.write(None, stored("team", "billing", 1, 4))
    second = stored("recipe", "rec_2", 2, 5, {**RECIPE, "name": "Meanwhile"})
    watched.before["query"] = lambda: writer.write(writer.get("recipe", "rec_2"), second)

    book = reader.current()

    assert (book.revision, book.recipes[1].name) == (5, "Meanwhile")


def test_an_old_version_is_read_once(client: Any) -> None:
    watched = Watched(client)
    recipes: Any = DynamoRecipes(watched, "recipes")  # type: ignore[arg-type]
    recipes.write(None, stored("recipe", "rec_1", 1, 1, RECIPE))
    watched.calls.clear()

    assert recipes.recipe_at("rec_1", 1) is recipes.recipe_at("rec_1", 1)
    assert watched.calls == {"get_item": 1}


def test_a_rule_book_that_changes_while_it_is_read_is_read_again(client: Any) -> None:
    writer, watched = DynamoRecipes(client, "recipes"), Watched(client)
    writer.write(None, stored("topic", "46283", 1, 1))
    watched.before["get_paginator"] = lambda: writer.write(None, stored("recipe", "rec_1", 1, 2, RECIPE))

    book = DynamoRecipes(watched, "recipes").current()  # type: ignore[arg-type]

    assert (book.revision, len(book.recipes)) == (2, 1)


def test_of_two_writers_at_the_same_moment_one_is_told_that_the_rule_book_moved(client: Any) -> None:
    other, watched = DynamoRecipes(client, "recipes"), Watched(client)
    recipes: Any = DynamoRecipes(watched, "recipes")  # type: ignore[arg-type]
    first = stored("team", "billing", 1, 1)
    recipes.write(None, first)
    theirs = stored("team", "billing", 2, 2, {"name": "Theirs"})
    watched.before["transact_write_items"] = lambda: other.write(first, theirs)

    with pytest.raises(RuleBookMoved):
        recipes.write(first, stored("team", "billing", 2, 2, {"name": "Ours"}))

    assert recipes.get("team", "billing") == theirs


def test_the_topics_alone_are_those_of_the_rule_book_also_after_a_change(client: Any) -> None:
    recipes, topics = (
        DynamoRecipes(client, "recipes"),
        DynamoTopics(client, "recipes", bootstrap.business_time),
    )
    assert topics.current() == {}

    recipes.write(None, stored("topic", "46283", 1, 1))
    recipes.write(None, stored("team", "billing", 1, 2))
    assert topics.current() == recipes.current().topics
    assert list(topics.current()) == ["46283"]

    before = recipes.get("topic", "46283")
    recipes.write(before, stored("topic", "46283", 2, 3, {"name": "Bills"}))
    assert topics.current()["46283"].name == "Bills"


def test_the_cases_feature_is_read_with_the_topics(client: Any) -> None:
    """A40: on until somebody switches it off; as of the last look at the topics."""
    recipes, topics = (
        DynamoRecipes(client, "recipes"),
        DynamoTopics(client, "recipes", bootstrap.business_time),
    )
    topics.current()
    assert topics.cases_on()

    recipes.write(None, stored("account", "account", 1, 1, {"cases": False}))
    assert topics.cases_on()
    topics.current()
    assert not topics.cases_on()


def test_topics_are_measured_by_their_own_hours_or_else_the_accounts(client: Any) -> None:
    """Without the rule book, and as by the rule book."""
    recipes = DynamoRecipes(client, "recipes")
    topics = DynamoTopics(client, "recipes", bootstrap.business_time)
    hours = {
        "name": "Hours",
        "timezone": "Europe/Paris",
        "periods": [{"dayofweek": 1, "start": "0900", "end": "1800"}],
    }
    for revision, schedule_id in enumerate(("sch_1", "sch_2"), 1):
        recipes.write(None, stored("schedule", schedule_id, 1, revision, hours))
    recipes.write(None, stored("topic", "1", 1, 3, {"name": "1", "schedule_id": "sch_2"}))
    recipes.write(None, stored("topic", "2", 1, 4, {"name": "2"}))

    def measured_by(book: Any) -> list[str | None]:
        return [hours and hours.schedule_id for hours in map(book.business_time, ("1", "2"))]

    topics.current()
    assert measured_by(topics) == measured_by(recipes.current()) == ["sch_2", None]
    recipes.write(None, stored("account", "account", 1, 5, {"default_schedule_id": "sch_1"}))
    topics.current()
    assert measured_by(topics) == measured_by(recipes.current()) == ["sch_2", "sch_1"]
