"""Budgets at work: they end a flood and a duel, each stop is told, and the next hour begins anew (R6)."""

from datetime import datetime, timedelta

import pytest

from tests.builders import (
    ARRIVAL,
    IN_CASE,
    a_private,
    a_recipe,
    a_rule_book,
    add_tags,
    an_incoming,
    wait,
    webhook,
)
from tests.fakes import World

MENTION = "46283_1001"


def a_world(now: datetime, *recipes: object, **budgets: int) -> World:
    world = World(a_rule_book(*recipes or (a_recipe(),)), now)  # type: ignore[arg-type]
    world.rule_books.set_account(budgets=budgets)
    return world


def take_in(world: World, *numbers: int) -> None:
    for number in numbers:
        world.take_in(an_incoming(str(number), author__id=f"u{number}"))
        world.settle()


def tagged(world: World) -> list[str]:
    return sorted(key for key, mention in world.store.mentions.items() if "seen" in mention.tags)


def test_a_recipe_stops_at_its_budget_and_history_says_which_and_until_when(now: datetime) -> None:
    world = a_world(now + timedelta(minutes=10), actions_per_recipe=2)
    take_in(world, 1, 2, 3)

    assert tagged(world) == ["46283_1", "46283_2"]
    [stop] = world.mention_history("46283_3")[1:]
    assert (stop.type, stop.outcome) == ("recipe", "skipped")
    assert stop.reason == (
        "the budget is used up: 2 actions an hour by this recipe; free again at 2026-11-22T13:00:00.000Z"
    )
    assert stop.detail == {"budget": "actions_per_recipe", "limit": 2, "free_at": "2026-11-22T13:00:00.000Z"}
    [*_, run] = world.store.runs.values()
    assert run.status == "cancelled"


def test_the_next_hour_has_a_budget_of_its_own(now: datetime) -> None:
    world = a_world(now + timedelta(minutes=59), actions_per_recipe=1)
    take_in(world, 1, 2)
    world.now += timedelta(minutes=1)
    take_in(world, 3)

    assert tagged(world) == ["46283_1", "46283_3"]


def test_each_recipe_and_each_conversation_has_its_own(now: datetime) -> None:
    world = a_world(now, a_recipe(), a_recipe("rec_2", actions=[add_tags("two")]), actions_per_recipe=1)
    take_in(world, 1, 2)
    assert world.mention("46283_1").tags == ("seen", "two")
    assert world.mention("46283_2").tags == ()

    world = a_world(now, a_recipe(), a_recipe("rec_2", actions=[add_tags("two")]), actions_per_conversation=1)
    take_in(world, 1, 2)
    assert [world.mention(f"46283_{number}").tags for number in (1, 2)] == [("seen",), ("seen",)]
    assert any("on one conversation" in (line.reason or "") for line in world.mention_history("46283_1"))


def test_a_run_happens_wholly_or_not_at_all(now: datetime) -> None:
    """Half of what a recipe does may be worse than nothing of it."""
    world = a_world(now, a_recipe(actions=[add_tags("a"), add_tags("b")]), actions_per_recipe=3)
    take_in(world, 1, 2)

    assert (world.mention("46283_1").tags, world.mention("46283_2").tags) == (("a", "b"), ())


def test_what_comes_after_a_wait_is_counted_when_it_comes(now: datetime) -> None:
    recipe = a_recipe(trigger=IN_CASE, actions=[wait(90, None), add_tags("a"), add_tags("b")])
    world = a_world(now, recipe, a_recipe("rec_2", trigger=ARRIVAL), actions_per_recipe=1)
    world.take_in(a_private())
    world.pass_time(hours=2)

    assert world.mention(MENTION).tags == ("seen",)
    assert any("budget" in entry.detail for entry in world.mention_history(MENTION))


def test_the_same_message_again_draws_nothing_more(now: datetime) -> None:
    world = a_world(now, a_recipe(actions=[add_tags("a"), webhook()]))
    world.take_in(an_incoming())
    world.evaluate()
    world.work()
    before = dict(world.store.budgets)
    world.now += timedelta(minutes=10)
    world.seen = 0
    world.settle()

    assert before == world.store.budgets
    assert set(before.values()) == {2}


@pytest.mark.parametrize("limit", [300, 12])
def test_a_duel_of_robots_ends_at_the_budget_of_the_conversation(now: datetime, limit: int) -> None:
    """Somebody's robot answers whatever we send, and we send something for whatever it says (A9)."""
    world = a_world(now, a_recipe(actions=[webhook()]), actions_per_conversation=limit)
    world.take_in(a_private("0"))
    world.settle()
    blows = 0
    while len(world.webhooks.sent) > blows:
        blows = len(world.webhooks.sent)
        world.now += timedelta(seconds=5)
        world.take_in(a_private(f"answer{blows}"))
        world.settle()

    assert blows == limit
    assert "budget" in world.store.history("mention", f"46283_answer{blows}")[-1].detail


def test_two_recipes_that_set_each_other_off_come_to_an_end_and_say_so(now: datetime) -> None:
    """A4: neither acts a second time in the chain that it is already in."""
    ping = a_recipe("ping", trigger={"type": "case_tag_added", "tag": "ping"},
                    actions=[{"type": "remove_tags", "tags": ["ping"]}, add_tags("pong")])  # fmt: skip
    pong = a_recipe("pong", trigger={"type": "case_tag_added", "tag": "pong"},
                    actions=[{"type": "remove_tags", "tags": ["pong"]}, add_tags("ping")])  # fmt: skip
    world = World(a_rule_book(ping, pong), now)
    world.take_in(a_private())
    world.patch_case(tags=["ping"])
    world.settle()

    assert world.case().tags == ("ping",)
    assert world.case_history()[-1].reason == "recipes would set each other off: Recipe ping → Recipe pong"


def test_after_five_recipes_in_a_row_no_further_one_acts_and_history_says_so(now: datetime) -> None:
    recipes = [
        a_recipe(
            f"rec_{n}", trigger={"type": "case_tag_added", "tag": f"t{n}"}, actions=[add_tags(f"t{n + 1}")]
        )
        for n in range(8)
    ]
    world = World(a_rule_book(*recipes), now)
    world.take_in(a_private())
    world.patch_case(tags=["t0"])
    world.settle()

    assert world.case().tags == ("t0", "t1", "t2", "t3", "t4", "t5")
    [last] = [entry for entry in world.case_history() if entry.by.id == "rec_5"]
    assert last.outcome == "skipped"
    assert last.reason == "recipes would set each other off: " + " → ".join(
        f"Recipe rec_{n}" for n in range(5)
    )
