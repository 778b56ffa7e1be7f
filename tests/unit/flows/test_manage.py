"""Changing the configuration: what is refused, what a version holds, and that nothing ever dangles."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.configuration import BODY_LIMIT, KINDS, KindName, Order, Stored
from inbox_recipes.errors import Conflict, InvalidInput, NotFound, RuleBookMoved, Stale
from inbox_recipes.flows.manage import Editor, merged
from inbox_recipes.flows.secret_keeping import Keeping
from inbox_recipes.people import Actor
from tests.fake_configuration import FakeCalendars, FakeConfiguration
from tests.fakes import FakeSecrets

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NORA = Actor(kind="agent", id="nora")
RECIPE, TEAM, TOPIC, USER = KINDS["recipe"], KINDS["team"], KINDS["topic"], KINDS["user"]


def recipe(**changed: Any) -> dict[str, Any]:
    base = {
        "name": "Billing",
        "trigger": {"type": "arrival"},
        "topics": ["46283"],
        "actions": [{"type": "resolve"}],
    }
    return {**base, **changed}


class Desk:
    """An editor whose clock moves a minute with every change."""

    def __init__(self) -> None:
        self.stored = FakeConfiguration()
        self.minutes = 0
        self.create("topic", "46283", {"name": "Billing"})

    @property
    def editor(self) -> Editor:
        self.minutes += 1
        return Editor(
            self.stored,
            self.stored,
            FakeCalendars(),
            NORA,
            NOON + timedelta(minutes=self.minutes),
            Keeping(FakeSecrets()),
        )

    def create(self, kind: KindName, member_id: str, body: Any) -> Stored:
        return self.editor.create(KINDS[kind], member_id, body)

    def put(self, member_id: str, body: Any, seen: int | None = None) -> Stored:
        return self.editor.replace(RECIPE, member_id, body, seen)

    @property
    def last_change(self) -> datetime:
        return NOON + timedelta(minutes=self.minutes)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def problems(error: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, tuple[str, ...]]]:
    return [(problem.pointer, problem.allowed) for problem in error.value.problems]


def test_a_created_member_is_at_version_1_with_all_its_defaults(desk: Desk) -> None:
    stored = desk.create("recipe", "rec_1", recipe())

    assert (stored.version, stored.revision, stored.by) == (1, 2, NORA)
    assert (stored.body["mode"], stored.body["filter"], stored.body["hours"]["when"]) == (
        "disabled", None, "always",
    )  # fmt: skip
    assert desk.stored.get("recipe", "rec_1") == stored
    assert desk.stored.order().order == ("rec_1",)


def test_an_id_that_is_taken_is_not_created_again(desk: Desk) -> None:
    with pytest.raises(Stale, match="already a topic"):
        desk.create("topic", "46283", {"name": "Again"})


@pytest.mark.parametrize(
    ("kind", "bad"), [("topic", "a_b"), ("team", "a b"), ("team", ""), ("team", "x" * 65)]
)
def test_an_id_that_would_not_fit_into_others_is_refused(desk: Desk, kind: KindName, bad: str) -> None:
    with pytest.raises(InvalidInput, match="1 to 64 of the characters"):
        desk.create(kind, bad, {"name": "Odd"})


def test_a_recipe_names_only_what_exists_and_is_told_what_does(desk: Desk) -> None:
    desk.create("team", "billing", {"name": "Billing"})
    desk.create("schedule", "office", {"name": "O", "timezone": "UTC", "periods": [
        {"dayofweek": 1, "start": "0900", "end": "1700"}]})  # fmt: skip
    wrong = recipe(
        topics=["46283", "9"],
        hours={"when": "during", "schedule_id": "night"},
        filter={"saved_filter_id": "flt_9"},
        actions=[{"type": "resolve"}, {"type": "assign", "users": ["bob"], "teams": ["billing", "sales"]}],
    )

    with pytest.raises(InvalidInput) as error:
        desk.create("recipe", "rec_1", wrong)

    assert problems(error) == [
        ("/topics/1", ("46283",)),
        ("/hours/schedule_id", ("office",)),
        ("/filter/saved_filter_id", ()),
        ("/actions/1/users/0", ()),
        ("/actions/1/teams/1", ("billing",)),
    ]
    assert desk.stored.of_kind("recipe") == []


def test_a_user_belongs_to_teams_that_exist(desk: Desk) -> None:
    with pytest.raises(InvalidInput) as error:
        desk.create("user", "nora", {"name": "Nora", "teams": ["sales"]})
    assert problems(error) == [("/teams/0", ())]


def test_a_change_needs_the_version_that_is_there(desk: Desk) -> None:
    desk.create("recipe", "rec_1", recipe())
    desk.put("rec_1", recipe(name="Bills"), seen=1)

    with pytest.raises(Stale, match="at version 2 by now"):
        desk.put("rec_1", recipe(name="Late"), seen=1)
    with pytest.raises(Stale):
        desk.editor.patch(RECIPE, "rec_1", {"name": "Late"}, 1)
    with pytest.raises(Stale):
        desk.editor.delete(RECIPE, "rec_1", 1)
    assert desk.stored.get("recipe", "rec_1").body["name"] == "Bills"


def test_what_is_not_there_cannot_be_changed(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.put("rec_9", recipe(), seen=1)
    with pytest.raises(NotFound):
        desk.editor.delete(RECIPE, "rec_9", None)


def test_a_patch_changes_what_it_names_and_takes_out_what_is_null(desk: Desk) -> None:
    rules = {"combinator": "and", "rules": [{"field": "content.text", "operator": "is_set"}]}
    desk.create("recipe", "rec_1", recipe(filter=rules))

    stored = desk.editor.patch(RECIPE, "rec_1", {"mode": "enabled", "filter": None}, 1)

    assert (stored.version, stored.body["mode"], stored.body["filter"]) == (2, "enabled", None)
    assert stored.body["name"] == "Billing"


def test_a_patch_is_checked_as_a_whole(desk: Desk) -> None:
    desk.create("recipe", "rec_1", recipe())
    with pytest.raises(InvalidInput) as error:
        desk.editor.patch(
            RECIPE, "rec_1", {"trigger": {"type": "case_tag_added", "tag": "x", "objects": None}}, 1
        )
    assert problems(error)[0][0] == "/actions/0"


@pytest.mark.parametrize(
    ("present", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({"a": "foo"}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merging_follows_the_examples_of_rfc_7396(present: Any, patch: Any, result: Any) -> None:
    assert merged(present, patch) == result


def test_on_since_is_when_a_recipe_was_last_switched_on_a34(desk: Desk) -> None:
    assert desk.create("recipe", "rec_1", recipe()).on_since is None
    on = desk.put("rec_1", recipe(mode="shadow"))
    assert on.on_since == desk.last_change
    assert desk.put("rec_1", recipe(mode="enabled", name="Kept")).on_since == on.on_since
    assert desk.put("rec_1", recipe()).on_since is None
    assert desk.put("rec_1", recipe(mode="enabled")).on_since == desk.last_change
    assert desk.create("recipe", "rec_2", recipe(mode="enabled")).on_since == desk.last_change


@pytest.mark.parametrize(
    ("kind", "member_id"),
    [
        ("topic", "46283"),
        ("team", "billing"),
        ("user", "nora"),
        ("schedule", "office"),
        ("saved_filter", "angry"),
    ],
)
def test_what_a_recipe_uses_is_not_deleted_and_the_recipe_is_named_a5(
    desk: Desk, kind: KindName, member_id: str
) -> None:
    desk.create("team", "billing", {"name": "Billing"})
    desk.create("user", "nora", {"name": "Nora"})
    periods = [{"dayofweek": 1, "start": "0900", "end": "1700"}]
    desk.create("schedule", "office", {"name": "Office", "timezone": "UTC", "periods": periods})
    desk.create("saved_filter", "angry", {"name": "Angry", "filter": {"combinator": "and", "rules": []}})
    using = recipe(
        hours={"when": "during", "schedule_id": "office"},
        filter={"saved_filter_id": "angry"},
        actions=[{"type": "assign", "users": ["nora"], "teams": ["billing"]}],
    )
    desk.create("recipe", "rec_1", using)

    with pytest.raises(Conflict, match=r"in use by recipe 'Billing' \(rec_1\)"):
        desk.editor.delete(KINDS[kind], member_id, 1)

    desk.editor.delete(RECIPE, "rec_1", 1)
    desk.editor.delete(KINDS[kind], member_id, 1)
    with pytest.raises(NotFound):
        desk.stored.get(kind, member_id)


def test_a_team_with_members_is_not_deleted(desk: Desk) -> None:
    desk.create("team", "billing", {"name": "Billing"})
    desk.create("user", "nora", {"name": "Nora", "teams": ["billing"]})
    with pytest.raises(Conflict, match=r"user 'Nora' \(nora\)"):
        desk.editor.delete(TEAM, "billing", 1)


def test_an_older_version_is_restored_as_the_next_one(desk: Desk) -> None:
    desk.create("recipe", "rec_1", recipe())
    desk.put("rec_1", recipe(name="Worse"))

    restored = desk.editor.restore(RECIPE, "rec_1", 1, 2)

    assert (restored.version, restored.body["name"]) == (3, "Billing")
    with pytest.raises(NotFound):
        desk.editor.restore(RECIPE, "rec_1", 9, None)


def test_a_deleted_recipe_comes_back_at_the_end_of_the_order_with_its_versions(desk: Desk) -> None:
    desk.create("recipe", "rec_1", recipe(mode="enabled"))
    desk.create("recipe", "rec_2", recipe())
    desk.editor.delete(RECIPE, "rec_1", 1)

    with pytest.raises(Conflict, match="Version 2 is the deletion"):
        desk.editor.restore(RECIPE, "rec_1", 2, None)
    back = desk.editor.restore(RECIPE, "rec_1", 1, None)

    assert (back.version, back.on_since) == (3, desk.last_change)
    assert desk.stored.order().order == ("rec_2", "rec_1")
    assert [each.version for each in desk.stored.versions("recipe", "rec_1", 9, None).data] == [3, 2, 1]


def test_a_deleted_recipe_comes_back_for_whoever_knows_of_its_deletion(desk: Desk) -> None:
    desk.create("recipe", "rec_1", recipe())
    desk.editor.delete(RECIPE, "rec_1", 1)

    with pytest.raises(Stale, match="deleted with version 2"):
        desk.editor.restore(RECIPE, "rec_1", 1, 1)
    assert desk.editor.restore(RECIPE, "rec_1", 1, 2).version == 3


def test_of_two_restores_at_the_same_moment_the_second_is_told(desk: Desk) -> None:
    desk.create("recipe", "rec_1", recipe())
    desk.put("rec_1", recipe(name="Worse"))
    desk.stored.meanwhile = lambda: (desk.editor.restore(RECIPE, "rec_1", 1, 2), None)[1]

    with pytest.raises(Stale, match="at version 3"):
        desk.editor.restore(RECIPE, "rec_1", 1, 2)

    assert desk.stored.get("recipe", "rec_1").version == 3


def test_a_restore_while_the_recipe_is_deleted_brings_it_back(desk: Desk) -> None:
    desk.create("recipe", "rec_1", recipe())
    desk.put("rec_1", recipe(name="Worse"))
    desk.stored.meanwhile = lambda: desk.editor.delete(RECIPE, "rec_1", 2)

    restored = desk.editor.restore(RECIPE, "rec_1", 1, None)

    assert (restored.version, restored.body["name"]) == (4, "Billing")
    assert desk.stored.order().order == ("rec_1",)


def test_a_restored_recipe_refers_only_to_what_is_still_there(desk: Desk) -> None:
    tree = {"combinator": "and", "rules": []}
    desk.create("saved_filter", "angry", {"name": "Angry", "filter": tree})
    desk.create("topic", "7", {"name": "Delivery"})
    inside = {"combinator": "and", "rules": [{"saved_filter_id": "angry"}]}
    desk.create("recipe", "rec_1", recipe(topics=["46283", "7"], filter=inside))
    desk.put("rec_1", recipe())
    desk.editor.delete(KINDS["saved_filter"], "angry", 1)
    desk.editor.delete(TOPIC, "7", 1)

    with pytest.raises(InvalidInput) as error:
        desk.editor.restore(RECIPE, "rec_1", 1, None)

    assert problems(error) == [("/topics/1", ("46283",)), ("/filter/rules/0/saved_filter_id", ())]
    assert desk.stored.get("recipe", "rec_1").version == 2


def test_a_version_that_refers_to_something_deleted_since_is_not_restored(desk: Desk) -> None:
    desk.create("topic", "2", {"name": "Shop"})
    desk.create("recipe", "rec_1", recipe(topics=["2"]))
    desk.put("rec_1", recipe())
    desk.editor.delete(TOPIC, "2", 1)

    with pytest.raises(InvalidInput) as error:
        desk.editor.restore(RECIPE, "rec_1", 1, None)
    assert problems(error) == [("/topics/0", ("46283",))]


def test_an_id_that_is_used_again_goes_on_with_its_versions(desk: Desk) -> None:
    desk.create("team", "billing", {"name": "Billing"})
    desk.editor.delete(TEAM, "billing", 1)
    assert desk.create("team", "billing", {"name": "Bills"}).version == 3


def test_the_order_names_every_recipe_once_a31(desk: Desk) -> None:
    for recipe_id in ("a", "b", "c"):
        desk.create("recipe", recipe_id, recipe())

    with pytest.raises(InvalidInput) as error:
        desk.editor.reorder(["b", "x", "b"], None)
    assert problems(error) == [("/order/1", ("a", "b", "c")), ("/order/2", ()), ("/order", ("a", "c"))]

    assert desk.editor.reorder(["c", "a", "b"], 3) == Order(order=("c", "a", "b"), version=4)
    with pytest.raises(Stale):
        desk.editor.reorder(["a", "b", "c"], 3)
    assert [each.id for each in desk.stored.current().recipes] == ["c", "a", "b"]


def test_a_change_that_only_the_rule_book_overtook_is_checked_again_and_written(desk: Desk) -> None:
    desk.create("recipe", "rec_1", recipe())
    desk.stored.meanwhile = lambda: (desk.create("team", "billing", {"name": "Billing"}), None)[1]

    stored = desk.put("rec_1", recipe(name="Bills"), seen=1)

    assert (stored.version, stored.revision, stored.revision) == (2, 4, desk.stored.current().revision)


def test_a_topic_deleted_between_check_and_writing_leaves_no_recipe_behind(desk: Desk) -> None:
    desk.stored.meanwhile = lambda: desk.editor.delete(TOPIC, "46283", 1)

    with pytest.raises(InvalidInput) as error:
        desk.create("recipe", "rec_1", recipe())

    assert problems(error) == [("/topics/0", ())]


def test_a_rule_book_that_never_rests_ends_the_change(desk: Desk) -> None:
    def again() -> None:
        desk.stored.revision += 1
        desk.stored.meanwhile = again

    desk.stored.meanwhile = again
    with pytest.raises(RuleBookMoved):
        desk.create("team", "billing", {"name": "Billing"})


def sized(characters: int) -> dict[str, Any]:
    """A recipe whose JSON has that many characters."""
    terms = ["x" * 900] * 70
    condition = {"field": "content.text", "operator": "contains_any", "value": terms}
    body = recipe(filter={"combinator": "and", "rules": [condition]})
    terms.append("")
    terms[-1] = "x" * (characters - len(json.dumps(body)))
    return body


def test_a_recipe_of_just_the_largest_size_is_kept_and_one_character_more_is_not_r17(desk: Desk) -> None:
    desk.create("recipe", "rec_1", sized(BODY_LIMIT))
    with pytest.raises(InvalidInput, match=f"at most {BODY_LIMIT} characters"):
        desk.create("recipe", "rec_2", sized(BODY_LIMIT + 1))


def test_there_are_2000_recipes_at_most_r17(desk: Desk) -> None:
    one = desk.create("recipe", "rec_0", recipe())
    for number in range(1, 1999):
        desk.stored.members["recipe", f"rec_{number}"] = one.model_copy(update={"id": f"rec_{number}"})
    desk.stored.recipe_order = Order(order=tuple(f"rec_{n}" for n in range(1999)), version=1)

    desk.create("recipe", "rec_1999", recipe())
    with pytest.raises(Conflict, match="2000 recipes"):
        desk.create("recipe", "rec_more", recipe())


def test_a_deletion_is_a_version_of_its_own(desk: Desk) -> None:
    desk.create("user", "nora", {"name": "Nora"})
    desk.editor.delete(USER, "nora", 1)

    last = desk.stored.versions("user", "nora", 1, None).data[0]
    assert (last.version, last.deleted, last.body["name"]) == (2, True, "Nora")
