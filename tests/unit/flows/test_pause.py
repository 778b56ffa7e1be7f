"""The account's stop switch: recipes decide and record, and do nothing, whenever it comes (R6, R25)."""

from datetime import datetime, timedelta

import pytest

from inbox_recipes.flows.explain import Question, explain
from inbox_recipes.flows.sweep import Swept, sweep
from tests.builders import (
    TO_PENDING,
    a_private,
    a_recipe,
    a_rule_book,
    a_silence_recipe,
    add_tags,
    an_incoming,
    our_reply,
    wait,
    webhook,
)  # fmt: skip
from tests.fakes import NO_ANSWER, World

MENTION = "46283_1001"


class PausesAt:
    """Pauses the account at the nth call of all; `effects` counts what was done when it came."""

    def __init__(self, world: World, nth: int) -> None:
        self.world, self.left, self.effects = world, nth, -1

    def before(self, point: str) -> None:
        self.left -= 1
        if self.left == 0:
            self.world.rule_books.set_account(paused=True)
            self.effects = effects(self.world)

    def after(self, point: str) -> None:
        pass

    def part(self, point: str, length: int) -> None:
        return None


def effects(world: World) -> int:
    """Changes of items by recipes, and requests to others."""
    by_recipes = [t for t in world.store.journal if t.actor.kind == "recipe"]
    return sum(len(t.writes) for t in by_recipes) + len(world.webhooks.sent)


def test_a_paused_account_decides_and_records_and_does_nothing(now: datetime) -> None:
    world = World(a_rule_book(a_recipe(), a_recipe("rec_2", mode="shadow")), now)
    world.rule_books.set_account(paused=True)
    world.take_in(an_incoming())
    world.settle()

    assert (world.mention(MENTION).tags, world.store.runs) == ((), {})
    assert [(entry.by.id, entry.outcome, entry.reason) for entry in world.mention_history(MENTION)[1:]] == [
        ("rec_1", "shadow", "the account is paused: it would have acted"),
        ("rec_2", "shadow", "the recipe is in shadow mode: it would have acted"),
    ]
    [record] = [record for page in world.store.pages.values() for record in page]
    assert record["paused"]
    assert [verdict["matched"] for verdict in record["verdicts"]] == [True, True]


def test_a_run_that_is_queued_does_nothing_once_the_account_is_paused(now: datetime) -> None:
    world = World(a_rule_book(a_recipe(actions=[add_tags("a"), add_tags("b")])), now)
    world.take_in(an_incoming())
    world.evaluate()
    world.rule_books.set_account(paused=True)
    world.settle()

    assert world.mention(MENTION).tags == ()
    last = world.mention_history(MENTION)[-1]
    assert (last.type, last.outcome, last.reason) == ("recipe", "skipped", "the account is paused")
    assert [run.status for run in world.store.runs.values()] == ["cancelled"]


def test_a_wait_that_ends_while_the_account_is_paused_is_cancelled_a30(now: datetime) -> None:
    world = World(a_rule_book(a_silence_recipe()), now)
    world.take_in(a_private())
    world.take_in(our_reply("1002", "1001"))
    world.patch_case(status="pending")
    world.settle()
    world.rule_books.set_account(paused=True)
    world.pass_time(minutes=31)
    world.rule_books.set_account(paused=False)
    world.pass_time(hours=1)

    assert world.case().status == "pending"
    assert world.case_history()[-1].reason == "the account is paused"


def test_a_failed_webhook_is_not_tried_again_while_the_account_is_paused(now: datetime) -> None:
    world = World(a_rule_book(a_recipe(actions=[webhook()])), now)
    world.webhooks.answers = [NO_ANSWER]
    world.take_in(an_incoming())
    world.settle()
    world.rule_books.set_account(paused=True)
    world.pass_time(hours=1)

    assert len(world.webhooks.sent) == 1
    last = world.mention_history(MENTION)[-1]
    assert last.reason == "not delivered after 1 attempts: the account is paused"


def test_when_the_pause_ends_recipes_act_on_what_comes_then(now: datetime) -> None:
    world = World(a_rule_book(a_recipe()), now)
    world.rule_books.set_account(paused=True)
    world.take_in(an_incoming())
    world.settle()
    world.rule_books.set_account(paused=False)
    world.take_in(an_incoming("1002"))
    world.settle()

    assert (world.mention(MENTION).tags, world.mention("46283_1002").tags) == ((), ("seen",))


def swept(world: World) -> Swept:
    done = sweep(world.inbox, world.rule_books, world.ledger, world.queue, world.matchers, world.now)
    world.settle()
    return done


@pytest.mark.parametrize("paused", [True, False])
def test_the_sweeper_makes_up_for_nothing_that_the_pause_stopped(now: datetime, *, paused: bool) -> None:
    """R25: neither while the account is paused nor after; and the history says it once."""
    world = World(a_rule_book(a_recipe()), now)
    world.rule_books.set_account(paused=True)
    world.take_in(an_incoming())
    world.settle()
    world.rule_books.set_account(paused=paused)
    world.pass_time(minutes=11)

    assert swept(world).runs == 0

    assert (world.mention(MENTION).tags, world.store.runs) == ((), {})
    assert [entry.type for entry in world.mention_history(MENTION)] == ["arrived", "recipe"]


def decided(world: World, *, paused: bool) -> None:
    """The batch that is not over yet, once more; what it queues is lost."""
    world.rule_books.set_account(paused=paused)
    world.evaluate(again=1)
    world.queue.groups.clear()


def test_a_batch_that_came_again_in_the_pause_is_not_made_up_for_either(now: datetime) -> None:
    """R25: it broke before the queue, and when it came again, the account was paused."""
    world = World(a_rule_book(a_recipe()), now)
    world.take_in(an_incoming())
    decided(world, paused=False)
    world.now += timedelta(minutes=1)
    decided(world, paused=True)
    world.rule_books.set_account(paused=False)
    world.pass_time(minutes=11)

    assert swept(world).runs == 0


def test_a_record_of_before_pauses_were_noted_is_read_as_of_no_pause(now: datetime) -> None:
    world = World(a_rule_book(a_recipe()), now)
    world.take_in(an_incoming())
    decided(world, paused=False)
    for record in (record for page in world.store.pages.values() for record in page):
        del record["paused"]
    world.pass_time(minutes=11)

    assert swept(world).runs == 1
    assert world.mention(MENTION).tags == ("seen",)


def test_an_explanation_says_that_the_account_is_paused(now: datetime) -> None:
    world = World(a_rule_book(a_recipe()), now)
    world.take_in(an_incoming())
    world.settle()
    world.rule_books.set_account(paused=True)
    question = Question(recipe_id="rec_1", unique_id=MENTION)
    said = explain(question, world.inbox, world.ledger, world.rule_books, now)

    assert said.matched
    assert said.sentence.endswith("but the account is paused: it only notes what it would do.")


@pytest.mark.parametrize("nth", range(1, 44))
def test_wherever_the_pause_comes_only_what_is_being_done_is_finished(now: datetime, nth: int) -> None:
    """The switch is read before each action, so at most the one in hand still happens."""
    recipes = (
        a_recipe("rec_1", actions=[add_tags("a"), webhook(), add_tags("b"), add_tags("case", target="case")],
                 trigger={"type": "mention_in_case"}),
        a_recipe("rec_2", trigger={"type": "case_tag_added", "tag": "case"},
                 actions=[wait(5, None), add_tags("later")]),
        a_recipe("rec_3", trigger=TO_PENDING, actions=[add_tags("pending")]),
    )  # fmt: skip
    world = World(a_rule_book(*recipes), now)
    world.take_in(a_private())
    watch = PausesAt(world, nth)
    while world.seen < len(world.store.changes) or world.queue.waiting():
        world.evaluate(watch)
        world.work(watch)
    assert watch.left <= 0
    world.pass_time(hours=2)

    assert effects(world) <= watch.effects + 1
    assert not any(wait.state == "armed" for wait in world.store.waits.values())
