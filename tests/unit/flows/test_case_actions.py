"""What recipes do to cases: related cases, status, tags (rows 56-59, 81-86, 93-97; A8, A22-A25, A33, A40)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.account import Account
from inbox_recipes.history import HistoryEntry
from inbox_recipes.inbox import CaseDates
from inbox_recipes.recipes import Recipe
from tests.builders import (
    ARRIVAL,
    IN_CASE,
    NOON,
    RESOLVE_CASE,
    TO_PENDING,
    a_case,
    a_private,
    a_recipe,
    a_rule_book,
    add_tags,
    an_incoming,
    condition,
    group,
)
from tests.fakes import World

PENDING = {"type": "set_case_pending"}
TAG_CASE = {"type": "tag_case", "tags": ["late"]}
REMOVE = {"type": "remove_tags", "tags": ["late"]}
ASSIGN_CASE = {"type": "assign_case", "users": ["nora"]}
TAGGED = {"type": "case_tag_added", "tag": "late"}
MENTION = "46283_1"


def a_world(now: datetime, *recipes: Recipe, **settings: Any) -> World:
    return World(a_rule_book(*recipes, account=Account(**settings)), now)


def by_recipe(lines: list[HistoryEntry], recipe_id: str = "rec_1") -> list[tuple[str, str, str | None]]:
    return [(line.type, line.outcome, line.reason) for line in lines if line.by.id == recipe_id]


def test_the_words_of_a_mention_set_its_case_to_pending_and_tag_it(now: datetime) -> None:
    """Rows 56, 57, 58"""
    words = group("and", condition("content.text", "contains_any", ["waiting"]))
    world = a_world(now, a_recipe(trigger=ARRIVAL, filter=words, actions=[PENDING, TAG_CASE]))

    world.take_in(a_private("1", "I am waiting"), a_private("2", "Hello", author__id="u2"))
    world.settle()

    waits, other = sorted(world.store.cases.values(), key=lambda case: case.status)
    assert (waits.status, waits.tags, other.status, other.tags) == ("pending", ("late",), "unresolved", ())
    lines = world.case_history(waits.id)
    assert [(line.outcome, line.detail) for line in lines if line.by.id == "rec_1"] == [
        ("done", {"status": "pending", "previous": "unresolved"}),
        ("done", {"added": ["late"]}),
    ]


def test_a_mention_without_a_case_has_no_related_case(now: datetime) -> None:
    """A2, A22: told in the history of the mention."""
    world = a_world(now, a_recipe(trigger=ARRIVAL, actions=[PENDING, TAG_CASE]))

    world.take_in(an_incoming("1"))
    world.settle()

    reason = "the mention is in no case"
    told = [("set_case_pending", "skipped", reason), ("tag_case", "skipped", reason)]
    assert by_recipe(world.mention_history(MENTION)) == told


def in_two_cases(world: World, *, older: str = "unresolved", newer: str = "unresolved") -> None:
    """The mention is linked to a case that was opened by hand, an hour after its own."""
    own = world.case()
    dates = CaseDates(added=NOON + timedelta(hours=1), updated=NOON + timedelta(hours=1))
    hand = a_case("by_hand", manual=True, status=newer, date=dates)
    mention = world.mention(MENTION)
    world.store.cases |= {own.id: own.model_copy(update={"status": older}), hand.id: hand}
    world.store.mentions[MENTION] = mention.model_copy(update={"other_case_ids": (hand.id,)})
    world.store.links["by_hand"] = [MENTION]


@pytest.mark.parametrize("action", [TAG_CASE, PENDING])
@pytest.mark.parametrize(
    ("older", "newer", "acted_on"),
    [
        ("unresolved", "unresolved", "by_hand"),
        ("unresolved", "resolved", "own"),
        ("resolved", "unresolved", "by_hand"),
        ("resolved", "resolved", None),
    ],
)
def test_of_several_cases_it_is_the_newest_that_is_not_resolved(
    now: datetime, action: dict[str, Any], older: str, newer: str, acted_on: str | None
) -> None:
    """A22, A23"""
    world = a_world(now, a_recipe(trigger=ARRIVAL, actions=[action]))
    world.take_in(a_private("1"))
    world.evaluate()
    own = world.case().id
    in_two_cases(world, older=older, newer=newer)
    before = dict(world.store.cases)

    world.work()

    changed = [case_id for case_id, case in world.store.cases.items() if case != before[case_id]]
    assert changed == ([] if acted_on is None else [own if acted_on == "own" else acted_on])
    if acted_on is None:
        [(_, outcome, reason)] = by_recipe(world.mention_history(MENTION))
        resolved = "the case is resolved, and a resolved case receives nothing more"
        assert (outcome, reason) == ("skipped", resolved)


def test_resolving_the_related_case_resolves_the_mentions_of_that_case(now: datetime) -> None:
    """Row 85; A8, A22"""
    world = a_world(now, a_recipe(trigger=IN_CASE, actions=[RESOLVE_CASE]))
    world.take_in(a_private("1"))
    world.evaluate()
    own = world.case().id
    in_two_cases(world)

    world.work()

    assert (world.store.cases["by_hand"].status, world.store.cases[own].status) == ("resolved", "unresolved")
    assert world.mention(MENTION).status == "done"


@pytest.mark.parametrize("action", [ASSIGN_CASE, REMOVE, add_tags("vip", target="case"), RESOLVE_CASE])
def test_on_a_mention_a_resolved_case_is_left_alone(now: datetime, action: dict[str, Any]) -> None:
    """A22, A23: rows 81, 83, 85 and 86 on a case that was resolved before the run came to it."""
    world = a_world(now, a_recipe(trigger=IN_CASE, actions=[action]))
    world.take_in(a_private("1"))
    world.evaluate()
    before = world.patch_case(status="resolved", tags=["late"])

    world.work()

    [(_, outcome, reason)] = by_recipe(world.mention_history(MENTION))
    assert world.case() == before
    assert (outcome, reason) == ("skipped", "the case is resolved, and a resolved case receives nothing more")


def test_a_case_that_was_resolved_may_be_tagged_and_assigned_by_a_recipe_about_it(now: datetime) -> None:
    """Rows 93, 94, 97"""
    resolved = {"type": "case_status_changed", "to": "resolved"}
    actions = [add_tags("closed"), ASSIGN_CASE, {"type": "remove_tags", "tags": ["open"]}]
    world = a_world(now, a_recipe(trigger=resolved, actions=actions))
    world.take_in(a_private("1"))
    world.patch_case(tags=["open"])
    world.patch_case(status="resolved")
    world.settle()

    case = world.case()
    assert (case.tags, case.assignment.users, case.status) == (("closed",), ("nora",), "resolved")


def test_the_recipe_that_changed_a_status_is_not_set_off_by_it(now: datetime) -> None:
    """A25; rows 75, 95: the other recipe is."""
    back = a_recipe("rec_1", trigger=TO_PENDING, actions=[RESOLVE_CASE])
    again = a_recipe(
        "rec_2", trigger={"type": "case_status_changed", "to": "resolved"}, actions=[add_tags("closed")]
    )
    self_made = a_recipe("rec_3", trigger=ARRIVAL, actions=[PENDING])
    world = a_world(now, back, again, self_made)

    world.take_in(a_private("1"))
    world.settle()

    assert (world.case().status, world.case().tags) == ("resolved", ("closed",))
    assert len([run for run in world.store.runs.values() if run.recipe_id == "rec_1"]) == 1


def test_the_same_status_is_no_change_and_sets_nothing_off(now: datetime) -> None:
    """A23, A25"""
    sets = a_recipe("rec_1", trigger=ARRIVAL, actions=[PENDING])
    sets_again = a_recipe("rec_2", trigger=ARRIVAL, actions=[PENDING])
    counts = a_recipe("rec_3", trigger=TO_PENDING, actions=[add_tags("waits")])
    world = a_world(now, sets, sets_again, counts)

    world.take_in(a_private("1"))
    world.settle()

    told = by_recipe(world.mention_history(MENTION), "rec_2")
    assert told == [("set_case_pending", "skipped", "the case is already pending")]
    assert len([run for run in world.store.runs.values() if run.recipe_id == "rec_3"]) == 1


def test_a_tag_that_is_there_sets_nothing_off_and_one_that_was_added_does(now: datetime) -> None:
    """Row 74; A24, A33"""
    first = a_recipe("rec_1", trigger=ARRIVAL, actions=[TAG_CASE])
    second = a_recipe("rec_2", trigger=ARRIVAL, actions=[{**TAG_CASE, "tags": ["LATE"]}])
    follows = a_recipe("rec_3", trigger=TAGGED, actions=[REMOVE, REMOVE])
    world = a_world(now, first, second, follows)

    world.take_in(a_private("1"))
    world.settle()

    told = by_recipe(world.mention_history(MENTION), "rec_2")
    assert told == [("tag_case", "skipped", "the tags are already there")]
    removed = by_recipe(world.case_history(), "rec_3")
    assert removed == [("remove_tags", "done", None), ("remove_tags", "skipped", "the tags are not there")]


def test_a_recipe_of_before_skips_what_needs_cases_when_they_are_switched_off(now: datetime) -> None:
    """A40: the rest of it is done."""
    actions = [TAG_CASE, add_tags("seen"), PENDING]
    world = a_world(now, a_recipe(trigger=ARRIVAL, actions=actions), cases=False)

    world.take_in(a_private("1"))
    world.settle()

    off = "the account's cases feature is off"
    assert (world.mention(MENTION).tags, world.store.cases) == (("seen",), {})
    assert sorted(by_recipe(world.mention_history(MENTION))) == [
        ("add_tags", "done", None),
        ("set_case_pending", "skipped", off),
        ("tag_case", "skipped", off),
    ]


def test_two_properties_are_changed_by_two_edits(now: datetime) -> None:
    """Rows 33-36, 60: before and after are told."""
    edits = [
        {"type": "edit", "property": "category", "value": "billing"},
        {"type": "edit", "property": "sentiment", "value": "negative"},
        {"type": "edit", "property": "country", "value": "FR"},
        {"type": "edit", "property": "language", "value": "fr"},
        {"type": "edit", "property": "language", "value": "fr"},
    ]
    world = a_world(now, a_recipe(trigger=ARRIVAL, actions=edits))

    world.take_in(an_incoming("1", message__language="en"))
    world.settle()

    mention = world.mention(MENTION)
    message = mention.message
    assert (message.category, message.sentiment, message.language) == ("billing", "negative", "fr")
    assert mention.location.country == "FR"
    *_, changed, same = [line for line in world.mention_history(MENTION) if line.by.id == "rec_1"]
    assert changed.detail == {"property": "language", "value": "fr", "previous": "en"}
    assert (same.outcome, same.reason) == ("skipped", "language is already fr")


def test_priority_is_given_to_a_new_case(now: datetime) -> None:
    """Row 37, A21"""
    priority = {"type": "edit", "property": "priority", "value": "critical"}
    world = a_world(now, a_recipe(trigger={"type": "arrival", "objects": ["case"]}, actions=[priority]))

    world.take_in(a_private("1"))
    world.settle()

    assert world.case().priority == "critical"


def test_what_comes_in_is_resolved_and_a_case_takes_its_mentions_along(now: datetime) -> None:
    """Rows 22-24, A8"""
    cases = a_recipe("rec_1", trigger={"type": "arrival", "objects": ["case"]}, actions=[{"type": "resolve"}])
    world = a_world(now, cases)
    world.take_in(a_private("1"))
    world.settle()

    assert (world.case().status, world.mention(MENTION).status) == ("resolved", "done")


def test_resolving_a_mention_leaves_its_case_alone(now: datetime) -> None:
    """Row 22, A8"""
    world = a_world(now, a_recipe(trigger=ARRIVAL, actions=[{"type": "resolve"}]))
    world.take_in(a_private("1"))
    world.settle()

    assert (world.case().status, world.mention(MENTION).status) == ("unresolved", "done")
