"""Webhooks: at least once, one id and one body for all attempts, on the published schedule (A14; R3, R12)."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from inbox_recipes.errors import Permanent, Retryable, Stale
from inbox_recipes.flows.calls import PAUSES
from inbox_recipes.flows.execute import execute
from inbox_recipes.messages import RetryMessage
from tests.builders import a_recipe, a_rule_book, add_tags, an_incoming, webhook
from tests.fakes import Crash, Meanwhile, World

MENTION = "46283_1001"
NO_ANSWER = Retryable("no answer: ReadTimeout")


def a_failing_delivery(now: datetime, *answers: int | Exception) -> World:
    world = World(a_rule_book(a_recipe(actions=[webhook(), add_tags("after")])), now)
    world.webhooks.answers = list(answers)
    world.take_in(an_incoming())
    world.settle()
    return world


def test_every_attempt_has_the_same_id_and_the_same_body(now: datetime) -> None:
    world = a_failing_delivery(now, NO_ANSWER, NO_ANSWER)

    world.pass_time(hours=1)

    assert len(world.webhooks.sent) == 3
    assert len({sent.delivery_id for sent in world.webhooks.sent}) == 1
    assert world.mention(MENTION).tags == ("after",)
    assert all(sent.call.body["tags"] == [] for sent in world.webhooks.sent)


def test_a_failing_call_does_not_hold_up_the_actions_after_it(now: datetime) -> None:
    world = a_failing_delivery(now, NO_ANSWER)

    assert world.mention(MENTION).tags == ("after",)
    assert world.ledger.runs(1, None).data[0].status == "done"


def test_attempts_come_on_the_schedule_of_standard_webhooks_and_then_end(now: datetime) -> None:
    world = a_failing_delivery(now, *[NO_ANSWER] * 20)

    world.pass_time(days=5)

    at = [sent.at for sent in world.webhooks.sent]
    assert [(b - a).total_seconds() for a, b in pairwise(at)] == list(PAUSES)
    assert at[-1] - at[0] == timedelta(hours=75, minutes=35, seconds=5)
    last = world.mention_history(MENTION)[-1]
    assert (last.outcome, last.reason) == ("failed", "no answer: ReadTimeout; given up after 10 attempts")
    assert last.detail["attempts"] == 10


def test_what_was_delivered_is_told_by_the_webhooks_name(now: datetime) -> None:
    """Row 109"""
    world = a_failing_delivery(now, 204)

    [line] = [e for e in world.mention_history(MENTION) if e.type == "webhook"]
    assert line.detail["webhook"] == "Tell IT"
    assert (line.outcome, line.detail["status"], line.detail["attempts"]) == ("done", 204, 1)
    assert line.detail["delivery_id"] == world.webhooks.sent[0].delivery_id


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [(None, 5), (2, 5), (60, 60), (900, 900), (901, 901), (10**6, 86400)]
)
def test_a_receiver_may_ask_for_a_longer_pause_up_to_a_day(
    now: datetime, retry_after: int | None, seconds: int
) -> None:
    world = a_failing_delivery(now, Retryable("the receiver answered 429", retry_after))

    world.pass_time(days=2)

    first, second = world.webhooks.sent
    assert (second.at - first.at).total_seconds() == seconds


def test_a_conflict_while_the_delivery_is_written_down_sends_nothing_again(now: datetime) -> None:
    """The call is over: only its end is tried again."""
    world = World(a_rule_book(a_recipe(actions=[webhook()])), now)
    world.take_in(an_incoming())
    world.evaluate()

    def conflict() -> None:
        raise Stale("TransactionConflict")

    world.work(Meanwhile("inbox.commit", conflict))

    assert len(world.webhooks.sent) == 1
    assert [e.outcome for e in world.mention_history(MENTION) if e.type == "webhook"] == ["done"]


def test_a_delivery_whose_end_cannot_be_written_comes_again_with_the_same_body(now: datetime) -> None:
    world = World(a_rule_book(a_recipe(actions=[add_tags("a"), webhook()])), now)
    world.take_in(an_incoming())
    world.evaluate()

    class Conflict(Meanwhile):
        def before(self, point: str) -> None:
            if point == "inbox.commit" and world.webhooks.sent:
                raise Stale("TransactionConflict")

    with pytest.raises(Retryable, match="could not be written"):
        world.work(Conflict("", lambda: None))
    world.work()

    first, second = world.webhooks.sent
    assert (first.delivery_id, first.call) == (second.delivery_id, second.call)


def test_a_refusal_is_final(now: datetime) -> None:
    world = a_failing_delivery(now, Permanent("the address is not allowed"))

    world.pass_time(days=5)

    assert len(world.webhooks.sent) == 1


def test_a_recipe_that_is_switched_off_sends_nothing_more(now: datetime) -> None:
    """R25"""
    world = a_failing_delivery(now, NO_ANSWER)

    world.rule_books.put(a_recipe(mode="disabled"))
    world.pass_time(hours=1)

    assert len(world.webhooks.sent) == 1
    assert world.mention_history(MENTION)[-1].reason == (
        "not delivered after 1 attempts: the recipe was switched to disabled"
    )


def test_a_retry_that_comes_twice_after_the_delivery_sends_nothing(now: datetime) -> None:
    world = a_failing_delivery(now, NO_ANSWER)
    again = world.retries.delayed[0].message
    world.pass_time(minutes=1)

    execute(again, world.ports(), world.now)

    assert len(world.webhooks.sent) == 2


def test_a_run_that_comes_again_leaves_a_delivery_that_has_its_retry_alone(now: datetime) -> None:
    """A run with many dead receivers gets further each time, and none gets a second row of retries (R4)."""
    actions = [webhook(f"Receiver {n}") for n in range(3)]
    world = World(a_rule_book(a_recipe(actions=actions)), now)
    world.webhooks.answers = [NO_ANSWER] * 3
    world.take_in(an_incoming())
    world.evaluate()

    def killed() -> None:
        raise Crash

    with pytest.raises(Crash):
        world.work(Meanwhile("webhooks.send", killed, nth=3))
    world.work()

    assert [sent.call.name for sent in world.webhooks.sent] == ["Receiver 0", "Receiver 1", "Receiver 2"]
    assert len(world.retries.delayed) == 3


def test_an_old_retry_does_not_overtake_a_later_attempt(now: datetime) -> None:
    world = a_failing_delivery(now, NO_ANSWER, NO_ANSWER)
    old = world.retries.delayed[0].message
    world.pass_time(minutes=10)
    world.webhooks.answers = [NO_ANSWER]

    execute(RetryMessage(run_id=old.run_id, position=0, attempt=1), world.ports(), world.now)

    assert len(world.webhooks.sent) == 3


def test_a_retry_of_a_run_that_nobody_knows_is_dropped(now: datetime) -> None:
    world = a_failing_delivery(now)

    execute(RetryMessage(run_id="run_gone", position=0, attempt=2), world.ports(), now)

    assert len(world.webhooks.sent) == 1
