"""Acts on platforms by recipes and by hand: done, recorded, held (rows 44-50; A12, A13)."""

from datetime import datetime
from typing import Any

import pytest

from inbox_recipes.errors import Conflict
from inbox_recipes.filters import Group
from inbox_recipes.filters.saved import SavedFilter
from inbox_recipes.flows.erase import ask as erase
from inbox_recipes.flows.moderating_by_hand import ModerationDecision, NewModeration
from inbox_recipes.recipes import Recipe
from tests.builders import NORA, a_recipe, a_rule_book, add_tags, condition, group, wait
from tests.fakes import World
from tests.moderating import (
    COMMENT,
    MENTION,
    PROFILES,
    SWEARING,
    a_world,
    act,
    histories_hold,
    lines,
    moderator,
    on_platform,
    played,
    removal,
    writes,
)


def test_a_comment_that_swears_is_hidden_there_and_stays_here(now: datetime) -> None:
    """Rows 45, 47-49: hidden from others on Facebook; here it stays, and shows it."""
    world = a_world(now)

    writes(world, "77_1", "What a lovely day")
    writes(world)

    assert (on_platform(world, "77_1"), on_platform(world)) == ("shown", "hidden")
    mention = world.mention(MENTION)
    assert (mention.on_service, mention.author_blocked, mention.status) == ("hidden", False, "new")
    [line] = lines(world)
    assert (line.outcome, line.reason) == ("done", "hidden on the service")
    assert (line.by.kind, line.by.id, line.run_id) == ("recipe", "rec_1", act(world).run_id)
    assert world.ledger.runs(1, None).data[0].status == "done"
    histories_hold(world)


def test_the_record_says_by_which_clause_and_which_words(now: datetime) -> None:
    """Peers 15: the rule, the clause, the text that matched, when, and whether a person decided."""
    world = a_world(now)

    writes(world, text="What bullshit, damn it")

    found = act(world)
    assert (found.by.id, found.by.version, found.decided_by_recipe) == ("rec_1", 1, True)
    assert (found.text, found.author_id, found.service) == ("What bullshit, damn it", "900", "facebook")
    [clause] = found.clauses
    assert clause.path == "filter/rules/0"
    assert clause.got == ["bullshit", "damn"]
    assert (found.state, found.created_at, found.done_at) == ("done", now, now)


@pytest.mark.parametrize(
    ("service", "what", "native"),
    [
        ("facebook", "delete", COMMENT),
        ("facebook", "block_author", COMMENT),
        ("twitter", "hide", "1860"),
        ("twitter", "block_author", "1860"),
    ],
)
def test_each_act_is_done_by_the_profile_that_received_it(
    now: datetime, service: str, what: str, native: str
) -> None:
    """Rows 44-46, A13: a block is of that profile there; the mention stays as it is on its service."""
    world = a_world(now, removal(what))

    unique_id = writes(world, native, service=service)

    mention, message = world.mention(unique_id), on_platform(world, native, service)
    assert act(world).profile == f"our-{service}"
    assert act(world).state == "done"
    blocked = what == "block_author"
    assert mention.author_blocked == blocked
    assert played(world, service).blocked == ({"900"} if blocked else set())
    assert message == {"delete": "gone", "hide": "hidden", "block_author": "shown"}[what]
    assert mention.on_service == {"delete": "deleted", "hide": "hidden", "block_author": None}[what]
    assert mention.status == "new"
    histories_hold(world)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"author__managed": True}, "this is a message of ours"),
        ({"source__profile": "gone"}, "no connected profile of facebook has received it"),
        ({"message__type": "post"}, "Facebook hides comments only"),
        ({"source__service": "email"}, "email has no way to hide a message"),
    ],
)
def test_what_cannot_be_done_is_skipped_with_the_reason(
    now: datetime, changed: dict[str, Any], reason: str
) -> None:
    """A12; row 49: never through another profile or service, and never to what we wrote ourselves."""
    world = a_world(now, removal(), add_tags("after"))

    writes(world, **changed)

    [line] = lines(world)
    assert (line.outcome, line.reason) == ("skipped", reason)
    assert line.detail["what"] == "hide"
    assert world.platforms.calls == []
    assert world.store.moderations == {}
    assert world.mention(MENTION).tags == ("after",)


FROM_FACEBOOK = group("and", condition("source.service", "is", "facebook"))


def hides_after_a_wait(now: datetime, **changed: Any) -> World:
    """A comment whose recipe waits half an hour before it hides it."""
    recipe = a_recipe(actions=[wait(30, None), removal()], **{"filter": FROM_FACEBOOK, **changed})
    saved = SavedFilter(name="Swearing", filter=Group.model_validate(SWEARING))
    book = a_rule_book(recipe, profiles=PROFILES, saved_filters={"swearing": saved})
    world = World(book, now)
    writes(world)
    return world


def edited(world: World, **changed: Any) -> None:
    """The recipe is edited during the wait, and what only its old version referred to is deleted."""
    recipe = world.rule_books.current().recipes[0]
    world.rule_books.put(Recipe.model_validate(recipe.model_dump(by_alias=True) | changed))
    world.rule_books.delete("saved_filters", "swearing")
    world.rule_books.delete("schedules", "sch_1")


def test_an_act_on_what_an_erased_contact_wrote_has_no_clauses(now: datetime) -> None:
    """R20: erased during the wait. It is done all the same, and its record says what it cannot tell."""
    world = hides_after_a_wait(now)
    contact_id = world.mention(MENTION).contact_id or ""
    erase(contact_id, NORA, world.inbox, world.personal_data, world.queue, now)

    world.pass_time(minutes=31)

    assert (on_platform(world), act(world).state, act(world).clauses) == ("hidden", "done", ())
    assert act(world).note == "its conditions can no longer be told: what came in is no longer kept"
    assert world.ledger.runs(1, None).data[0].status == "done"


def test_an_act_by_a_saved_filter_that_was_deleted_since_has_no_clauses(now: datetime) -> None:
    """A30: the recipe was edited during the wait; its record is about the version that decided."""
    world = hides_after_a_wait(now, filter={"saved_filter_id": "swearing"})
    edited(world, filter=FROM_FACEBOOK)

    world.pass_time(minutes=31)

    assert (on_platform(world), act(world).state, act(world).clauses) == ("hidden", "done", ())
    assert act(world).note == "its conditions can no longer be told: a saved filter of them was deleted"
    assert world.ledger.runs(1, None).data[0].status == "done"


def test_clauses_are_those_of_the_filter_whatever_became_of_the_hours(now: datetime) -> None:
    """A30: the schedule of the version that decided was deleted during the wait."""
    world = hides_after_a_wait(now, hours={"when": "outside", "schedule_id": "sch_1"})
    edited(world, hours={"when": "always"})

    world.pass_time(minutes=31)

    assert on_platform(world) == "hidden"
    assert [(each.path, each.got) for each in act(world).clauses] == [("filter/rules/0", "facebook")]
    assert act(world).note is None


def test_above_the_ceiling_acts_are_held_for_a_person_and_one_notice_goes_out(now: datetime) -> None:
    """R6: the breaker trips to asking; nothing is lost, and nothing more is done."""
    world = a_world(now, removal(most_per_hour=2))

    ids = [writes(world, f"77_{number}") for number in range(5)]

    states = [world.store.moderations[key].state for key in world.store.moderations]
    assert states == ["done", "done", "held", "held", "held"]
    assert [on_platform(world, f"77_{number}") for number in range(5)] == ["hidden"] * 2 + ["shown"] * 3
    [line] = lines(world, ids[4])
    assert line.outcome == "skipped"
    assert line.reason == "held for a person to decide: the recipe's ceiling of 2 in an hour is reached"
    assert world.notices.held == ["rec_1"]

    held = {each.unique_id: each.id for each in world.moderations.listed(10, None, state="held").data}
    moderator(world).approve(held[ids[4]], ModerationDecision(reason="looks right"))
    moderator(world).dismiss(held[ids[3]], ModerationDecision())
    world.settle()

    assert on_platform(world, "77_4") == "hidden"
    assert on_platform(world, "77_3") == "shown"
    approved, dismissed = (world.store.moderations[held[each]] for each in (ids[4], ids[3]))
    assert (approved.state, approved.decided_by_recipe, approved.approved and approved.approved.by.id) == (
        "done", False, "nora",
    )  # fmt: skip
    assert dismissed.state == "dismissed"
    with pytest.raises(Conflict, match="this is dismissed"):
        moderator(world).approve(held[ids[3]], ModerationDecision())
    histories_hold(world)


def test_the_ceiling_is_of_the_hour_by_the_clock(now: datetime) -> None:
    """R6"""
    world = a_world(now, removal(most_per_hour=1))
    writes(world, "77_1")
    writes(world, "77_2")
    world.pass_time(hours=1)
    writes(world, "77_3")

    states = sorted(each.state for each in world.store.moderations.values())
    assert states == ["done", "done", "held"]
    assert len(world.notices.held) == 1


def test_a_person_can_do_it_by_hand_and_take_it_back(now: datetime) -> None:
    world = World(a_rule_book(profiles=PROFILES), now)
    unique_id = writes(world, text="Nothing to swear about")
    by_hand = moderator(world)

    asked, known = by_hand.act(unique_id, NewModeration(what="hide", reason="private data"), "key-1")
    again, repeated = by_hand.act(unique_id, NewModeration(what="hide"), "key-1")
    world.settle()

    assert (known, repeated, again.id) == (False, True, asked.id)
    assert on_platform(world) == "hidden"
    found = act(world)
    assert (found.state, found.decided_by_recipe, found.note, found.run_id) == (
        "done",
        False,
        "private data",
        None,
    )
    assert [(line.by.id, line.reason) for line in lines(world)] == [
        ("nora", "asked for by hand"),
        ("nora", "hidden on the service"),
    ]
    with pytest.raises(Conflict, match="something else"):
        by_hand.act(unique_id, NewModeration(what="delete"), "key-1")
    by_hand.act(unique_id, NewModeration(what="unhide"), "key-2")
    world.settle()
    assert (on_platform(world), world.mention(unique_id).on_service) == ("shown", None)
    histories_hold(world)


@pytest.mark.parametrize(
    ("changed", "what", "reason"),
    [
        ({"author__managed": True}, "hide", "a message of ours"),
        ({"source__service": "email"}, "block_author", "no connected profile"),
        ({"private": True, "message__type": "privatemessage"}, "delete", "deletes no private messages"),
    ],
)
def test_what_cannot_be_done_by_hand_is_refused_at_once(
    now: datetime, changed: dict[str, Any], what: Any, reason: str
) -> None:
    """A12"""
    world = World(a_rule_book(profiles=PROFILES), now)
    unique_id = writes(world, **changed)

    with pytest.raises(Conflict, match=reason):
        moderator(world).act(unique_id, NewModeration(what=what), "key")


def test_it_comes_in_its_turn_after_a_wait(now: datetime) -> None:
    world = a_world(now, wait(10, unless=None), removal())
    writes(world)
    assert on_platform(world) == "shown"

    world.pass_time(minutes=10)

    assert on_platform(world) == "hidden"
