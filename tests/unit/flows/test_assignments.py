"""Assignments as recipes make them (rows 25-32, 81, 82, 84, 93; A3, A6, A31)."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.flows.agents import patch_mention
from inbox_recipes.flows.execute import execute
from inbox_recipes.patches import AssignmentPatch, MentionPatch
from inbox_recipes.people import Actor, Availability, UserStatus
from inbox_recipes.recipes import Recipe
from tests.builders import IN_CASE, NORA, TO_PENDING, a_private, a_recipe, a_rule_book, an_incoming
from tests.fakes import Crash, Meanwhile, World

IN_TURN = {"type": "assign", "users": ["nora", "omar"], "mode": "one"}
SMART = {"type": "smart_assign", "within": "24h"}
CASE_IN_TURN = {**IN_TURN, "type": "assign_case"}
OMAR = Actor(kind="agent", id="omar", name="Omar")


def a_world(now: datetime, *recipes: Recipe) -> World:
    return World(a_rule_book(*recipes), now)


def say(world: World, user: str, status: UserStatus) -> None:
    world.availabilities.put(user, Availability(status=status, since=world.now))


def has(world: World, native_id: str) -> tuple[str, ...]:
    assignment = world.mention(f"46283_{native_id}").assignment
    return assignment.users + assignment.teams


def arrive(world: World, *native_ids: str, **changed: Any) -> None:
    world.take_in(*(an_incoming(each, **changed) for each in native_ids))
    world.settle()


def by_agent(world: World, native_id: str, actor: Actor = NORA, **changed: Any) -> None:
    """An agent changes a mention that was just read."""
    mention = world.mention(f"46283_{native_id}")
    patch = MentionPatch.model_validate(changed)
    patch_mention(mention.unique_id, patch, mention.revision, world.agent(actor=actor))
    world.settle()


def test_one_after_the_other_gets_what_arrives(now: datetime) -> None:
    """Rows 25, 84; A3"""
    world = a_world(now, a_recipe(actions=[IN_TURN]))

    arrive(world, *"123456", author__id="u1")

    assert [has(world, each) for each in "123456"] == [("nora",), ("omar",)] * 3


def test_two_recipes_with_a_common_user_share_that_users_turns(now: datetime) -> None:
    """A3: least recently assigned of those listed, whichever recipe it was."""
    both = [
        a_recipe("rec_1", trigger=IN_CASE, actions=[IN_TURN]),
        a_recipe(
            "rec_2", trigger=IN_CASE, actions=[{**CASE_IN_TURN, "users": ["nora"], "teams": ["team_1"]}]
        ),
    ]
    world = a_world(now, *both)

    world.take_in(a_private("1"))
    world.settle()

    assert has(world, "1") == ("nora",)
    assert world.case().assignment.teams == ("team_1",)


def test_a_user_who_is_away_misses_the_turn_and_gets_the_next_one_when_back(now: datetime) -> None:
    """A3"""
    world = a_world(now, a_recipe(actions=[IN_TURN]))
    say(world, "nora", "busy")
    arrive(world, "1", "2")
    say(world, "nora", "available")
    arrive(world, "3", "4")

    assert [has(world, each) for each in "1234"] == [("omar",), ("omar",), ("nora",), ("omar",)]


def test_nobody_who_can_take_it_leaves_it_unassigned_and_history_says_why(now: datetime) -> None:
    """A3"""
    world = a_world(now, a_recipe(actions=[IN_TURN]))
    say(world, "nora", "busy")
    say(world, "omar", "unavailable")

    arrive(world, "1")

    line = world.mention_history("46283_1")[-1]
    assert has(world, "1") == ()
    assert (line.type, line.outcome) == ("assign", "skipped")
    assert line.reason == "nobody listed can take it: user nora is busy, user omar is unavailable"


def test_a_turn_is_used_up_once_however_often_the_run_is_delivered(now: datetime) -> None:
    """A36, R3"""
    world = a_world(now, a_recipe(actions=[IN_TURN]))
    arrive(world, "1")

    for message in list(world.queue.ever):
        execute(message, world.ports(), world.now + timedelta(minutes=1))
    arrive(world, "2")

    assert [has(world, each) for each in "12"] == [("nora",), ("omar",)]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_around_the_assignment_neither_loses_nor_repeats_a_turn(now: datetime, when: str) -> None:
    """R3: the assignment, its turn and the claim are one transaction."""
    world = a_world(now, a_recipe(actions=[IN_TURN]))
    world.take_in(an_incoming("1"))
    world.evaluate()

    def dies() -> None:
        raise Crash

    with pytest.raises(Crash):
        world.work(Meanwhile("inbox.commit", dies, when=when))
    world.settle()
    arrive(world, "2")

    assert [has(world, each) for each in "12"] == [("nora",), ("omar",)]
    assert [e.outcome for e in world.mention_history("46283_1") if e.type == "assign"] == ["done"]


def test_whoever_took_the_turn_meanwhile_sends_the_item_to_the_next(now: datetime) -> None:
    """A3: a run of another conversation commits between the look and the write."""
    world = a_world(now, a_recipe(actions=[IN_TURN]))
    world.take_in(an_incoming("1", author__id="u1"), an_incoming("2", author__id="u2"))
    world.evaluate()
    first, second = world.queue.ever

    world.work(Meanwhile("inbox.commit", lambda: execute(second, world.ports(), world.now)))

    assert (first.type, has(world, "1"), has(world, "2")) == ("run", ("omar",), ("nora",))


def test_turns_of_a_busy_list_come_out_even(now: datetime) -> None:
    """A3: at every commit somebody else gets in between, forty times over."""
    world = a_world(now, a_recipe(actions=[IN_TURN]))
    world.take_in(*(an_incoming(str(each), author__id=f"u{each}") for each in range(40)))
    world.evaluate()
    waiting = list(world.queue.ever)

    class Crowd(Meanwhile):
        def before(self, point: str) -> None:
            if point == "inbox.commit" and waiting:
                execute(waiting.pop(), world.ports(Crowd("", lambda: None)), world.now)

    world.work(Crowd("", lambda: None))

    assert Counter(has(world, str(each)) for each in range(40)) == {("nora",): 20, ("omar",): 20}


def test_without_the_condition_two_runs_take_the_same_turn(now: datetime) -> None:
    """The test above would notice."""
    world = a_world(now, a_recipe(actions=[IN_TURN]))
    world.store.conditions -= {"turn"}
    world.take_in(an_incoming("1", author__id="u1"), an_incoming("2", author__id="u2"))
    world.evaluate()

    world.work(Meanwhile("inbox.commit", lambda: execute(world.queue.ever[1], world.ports(), world.now)))

    assert (has(world, "1"), has(world, "2")) == (("nora",), ("nora",))


def test_a_case_that_is_assigned_is_assigned_anew(now: datetime) -> None:
    """Rows 82, 93; A31: both are in the history, with who had it before."""
    world = a_world(now, a_recipe(trigger=IN_CASE, actions=[CASE_IN_TURN]))
    world.take_in(a_private("1"))
    world.pass_time(minutes=1)
    world.take_in(a_private("2"))
    world.settle()

    lines = [line for line in world.case_history() if line.type == "assign_case"]
    assert [(line.detail["users"], line.detail["previous"]["users"]) for line in lines] == [
        (["nora"], []),
        (["omar"], ["nora"]),
    ]
    assert world.case().assignment.users == ("omar",)


@pytest.mark.parametrize("trigger", [TO_PENDING, {"type": "case_tag_added", "tag": "vip"}])
def test_a_change_of_the_case_assigns_it(now: datetime, trigger: dict[str, Any]) -> None:
    """Row 93"""
    world = a_world(now, a_recipe(trigger=trigger, actions=[{**CASE_IN_TURN, "mode": "all"}]))
    world.take_in(a_private("1"))
    world.patch_case(status="pending", tags=["vip"])
    world.settle()

    assert world.case().assignment.users == ("nora", "omar")


def test_of_two_recipes_that_assign_the_last_one_wins_and_both_are_told(now: datetime) -> None:
    """A31"""
    first = a_recipe("rec_1", actions=[{"type": "assign", "users": ["nora"]}])
    last = a_recipe("rec_2", actions=[{"type": "assign", "teams": ["team_1"]}])
    world = a_world(now, first, last)

    arrive(world, "1")

    lines = [line for line in world.mention_history("46283_1") if line.type == "assign"]
    told = {
        line.by.id: (line.detail["users"], line.detail["teams"], line.detail["previous"]) for line in lines
    }
    assert has(world, "1") == ("team_1",)
    assert told == {
        "rec_1": (["nora"], [], {"users": [], "teams": []}),
        "rec_2": ([], ["team_1"], {"users": ["nora"], "teams": []}),
    }


def test_a_follow_up_goes_to_the_agent_who_resolved_the_last_one(now: datetime) -> None:
    """Rows 29, 32"""
    world = a_world(now, a_recipe(actions=[SMART]))
    arrive(world, "1")
    by_agent(world, "1", OMAR, status="done")
    world.pass_time(hours=23)

    arrive(world, "2")

    line = world.mention_history("46283_2")[-1]
    assert has(world, "2") == ("omar",)
    assert line.detail["looked_at"]["handled_by"][0]["did"] == "resolved"


def test_a_follow_up_goes_to_whoever_was_assigned_by_a_recipe(now: datetime) -> None:
    """Row 30, A6: an assignment that a recipe caused counts, what recipes do otherwise does not."""
    words = {"combinator": "and", "rules": [
        {"field": "content.text", "operator": "contains_any", "value": ["invoice"]}]}  # fmt: skip
    routes = a_recipe(
        "rec_1", filter=words, actions=[{"type": "assign", "teams": ["team_1"]}, {"type": "resolve"}]
    )
    world = a_world(now, routes, a_recipe("rec_2", actions=[SMART]))
    arrive(world, "1", text="The invoice is wrong")
    world.pass_time(hours=1)

    arrive(world, "2", text="Hello?")

    assert has(world, "2") == ("team_1",)


def test_another_customer_is_another_contact(now: datetime) -> None:
    """A6"""
    world = a_world(now, a_recipe(actions=[SMART]))
    arrive(world, "1")
    by_agent(world, "1", status="done")

    arrive(world, "2", author__id="somebody-else")

    line = world.mention_history("46283_2")[-1]
    assert has(world, "2") == ()
    assert (line.outcome, line.reason) == (
        "skipped",
        "nobody handled this contact within 24h before it came",
    )


def test_what_was_handled_too_long_ago_does_not_count(now: datetime) -> None:
    """Row 31"""
    world = a_world(now, a_recipe(actions=[{**SMART, "within": "3h"}]))
    arrive(world, "1")
    by_agent(world, "1", status="done")
    world.pass_time(hours=3, seconds=1)

    arrive(world, "2")

    assert has(world, "2") == ()


def test_a_new_case_is_assigned_to_who_knows_the_customer(now: datetime) -> None:
    """Rows 27, 29"""
    world = a_world(now, a_recipe(trigger={"type": "arrival", "objects": ["case"]}, actions=[SMART]))
    arrive(world, "1")
    by_agent(world, "1", status="done")

    world.take_in(a_private("2"))
    world.settle()

    assert world.case().assignment.users == ("nora",)


def test_of_messages_in_one_breath_the_later_ones_follow_the_first(now: datetime) -> None:
    """Row 32: the first is assigned after the second has come, and before its run."""
    world = a_world(now, a_recipe(actions=[SMART]))
    arrive(world, "1")
    world.take_in(an_incoming("2"))
    world.evaluate()
    world.now += timedelta(seconds=1)
    nora = MentionPatch(assignment=AssignmentPatch(users=("nora",)))
    patch_mention("46283_1", nora, 1, world.agent())

    world.work()

    assert has(world, "2") == ("nora",)


def test_contacts_that_were_merged_are_one(now: datetime) -> None:
    """A6, domain 1.5: what was done for either counts."""
    world = a_world(now, a_recipe(actions=[SMART]))
    arrive(world, "1", author__id="old")
    by_agent(world, "1", status="done")
    arrive(world, "2", author__id="new")
    old, new = (world.mention(f"46283_{each}").contact_id or "" for each in "12")
    world.store.contacts[new] = world.store.contacts[new].model_copy(update={"merged": (old,)})

    arrive(world, "3", author__id="new")

    assert (has(world, "2"), has(world, "3")) == ((), ("nora",))


def test_smart_assignment_is_never_retroactive(now: datetime) -> None:
    """A6, A34: what came before the recipe was switched on stays as it is."""
    world = a_world(now)
    arrive(world, "1")
    by_agent(world, "1", status="done")
    world.take_in(an_incoming("2"))
    world.now += timedelta(seconds=1)
    world.rule_books.put(a_recipe(actions=[SMART], on_since=world.now))
    world.settle()
    arrive(world, "3")

    assert (has(world, "2"), has(world, "3")) == ((), ("nora",))
