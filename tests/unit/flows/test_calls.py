"""Webhooks: at least once, one id and one body for all attempts, on the published schedule (A14; R3, R12)."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from inbox_recipes.deliveries import JITTER, PAUSES, Answer
from inbox_recipes.endpoints import enabled
from inbox_recipes.errors import Conflict, Retryable, Stale
from inbox_recipes.flows.execute import execute
from inbox_recipes.flows.replays import Selection, Sending, Trial
from inbox_recipes.messages import MESSAGES, RetryMessage
from tests.builders import a_recipe, a_rule_book, add_tags, an_incoming, webhook
from tests.fakes import NO_ANSWER, REFUSED, Crash, Meanwhile, World, answered

MENTION = "46283_1001"


def a_failing_delivery(now: datetime, *answers: int | Answer) -> World:
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
    assert all(sent.body["tags"] == [] for sent in world.webhooks.sent)


def test_a_failing_call_does_not_hold_up_the_actions_after_it(now: datetime) -> None:
    world = a_failing_delivery(now, NO_ANSWER)

    assert world.mention(MENTION).tags == ("after",)
    assert world.ledger.runs(1, None).data[0].status == "done"


def test_attempts_come_on_the_schedule_of_standard_webhooks_and_then_end(now: datetime) -> None:
    world = a_failing_delivery(now, *[NO_ANSWER] * 20)

    world.pass_time(days=5)

    at = [sent.at for sent in world.webhooks.sent]
    pauses = [(b - a).total_seconds() for a, b in pairwise(at)]
    assert all(p <= got <= p * (1 + JITTER) + 1 for p, got in zip(PAUSES, pauses, strict=True))
    assert timedelta(hours=75, minutes=35) < at[-1] - at[0] < timedelta(hours=84)
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
    ("retry_after", "seconds"), [(None, 6), (2, 6), (60, 60), (900, 900), (901, 901), (10**6, 86400)]
)
def test_a_receiver_may_ask_for_a_longer_pause_up_to_a_day(
    now: datetime, retry_after: int | None, seconds: int
) -> None:
    world = a_failing_delivery(now, answered(429, retry_after=retry_after))

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


def test_a_delivery_whose_end_cannot_be_told_is_told_later_and_not_sent_again(now: datetime) -> None:
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

    assert len(world.webhooks.sent) == 1
    assert [e.outcome for e in world.mention_history(MENTION) if e.type == "webhook"] == ["done"]


def test_a_refusal_is_final(now: datetime) -> None:
    world = a_failing_delivery(now, REFUSED)

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

    assert [world.deliveries.all[sent.delivery_id].webhook for sent in world.webhooks.sent] == [
        "Receiver 0",
        "Receiver 1",
        "Receiver 2",
    ]
    assert len(world.retries.delayed) == 3


def test_an_old_retry_does_not_overtake_a_later_attempt(now: datetime) -> None:
    world = a_failing_delivery(now, NO_ANSWER, NO_ANSWER)
    world.pass_time(minutes=10)
    world.webhooks.answers = [NO_ANSWER]
    [run_id] = world.store.runs

    execute(RetryMessage(run_id=run_id, position=0, attempt=1), world.ports(), world.now)

    assert len(world.webhooks.sent) == 3


def test_a_retry_of_a_run_that_nobody_knows_is_dropped(now: datetime) -> None:
    world = a_failing_delivery(now)

    execute(RetryMessage(run_id="run_gone", position=0, attempt=2), world.ports(), now)

    assert len(world.webhooks.sent) == 1


def test_a_thousand_messages_are_each_tried_on_the_schedule(now: datetime) -> None:
    """R12: every attempt comes within the pause and its jitter, and they do not come all at once."""
    book = a_rule_book(*(a_recipe(f"rec_{n}", actions=[a_webhook_to(n)]) for n in range(100)))
    world = World(book, now)
    world.webhooks.answers = [NO_ANSWER] * 10_000
    world.take_in(*(an_incoming(str(n), author__id=f"u{n}") for n in range(10)))
    world.pass_time(days=5)

    assert len(world.deliveries.all) == 1000
    seconds = set()
    for delivery in world.deliveries.all.values():
        made = world.deliveries.attempts(delivery.id)
        pauses = [(b.at - a.at).total_seconds() for a, b in pairwise(made)]
        assert all(p <= got <= p * (1 + JITTER) + 1 for p, got in zip(PAUSES, pauses, strict=True))
        assert made[-1].next_attempt_at is None
        seconds.add(pauses[-1])
    assert len(seconds) > 500, "jitter"


def a_webhook_to(number: int) -> dict[str, Any]:
    return webhook(url=f"https://receiver-{number}.example.com/hook")


def test_the_log_tells_what_was_sent_and_what_came_back_each_time(now: datetime) -> None:
    """A14"""
    world = a_failing_delivery(now, answered(503, address="203.0.113.7", duration_ms=12), 204)
    world.pass_time(minutes=1)

    [delivery] = world.deliveries.all.values()
    first, second = world.deliveries.attempts(delivery.id)
    assert (first.outcome, first.reason, first.address) == (
        "failed",
        "the receiver answered 503",
        "203.0.113.7",
    )
    assert first.next_attempt_at is not None
    assert second.at - first.next_attempt_at < timedelta(seconds=1)
    assert (second.number, second.outcome, second.next_attempt_at) == (2, "delivered", None)
    assert (delivery.state, delivery.attempts, delivery.status) == ("delivered", 2, 204)
    assert (delivery.webhook, delivery.recipe_name, delivery.item_id) == ("Tell IT", "Recipe rec_1", MENTION)
    [line] = [e for e in world.mention_history(MENTION) if e.type == "webhook"]
    assert line.detail == {
        "webhook": "Tell IT", "delivery_id": delivery.id, "method": "POST", "url": "https://example.com/hook",
        "attempts": 2, "status": 204,
    }  # fmt: skip


def test_410_switches_the_receiver_off_and_people_are_told(now: datetime) -> None:
    """R12, R13"""
    world = a_failing_delivery(now, 410)
    world.take_in(an_incoming("1002"))
    world.settle()

    assert len(world.webhooks.sent) == 1
    assert [endpoint.url for endpoint in world.notices.disabled] == ["https://example.com/hook"]
    reason = world.mention_history("46283_1002")[-2].reason or ""
    assert reason.startswith("the receiver was switched off on 2026-11-22T12:00:00.000Z: ")
    assert len(world.retries.delayed) == 0


def test_a_receiver_that_keeps_failing_is_left_alone_and_probed_by_one(now: datetime) -> None:
    """R13: what is held back counts as an attempt, so that the schedule stays the published one."""
    world = World(a_rule_book(a_recipe(actions=[webhook()])), now)
    world.webhooks.answers = [NO_ANSWER] * 7
    world.take_in(*(an_incoming(str(n)) for n in range(20)))
    world.settle()
    assert len(world.webhooks.sent) == 5

    world.pass_time(seconds=20)
    assert len(world.webhooks.sent) == 5, "their second attempts come while the circuit is open"

    world.pass_time(minutes=6)
    assert len(world.webhooks.sent) == 6, "one tries, and fails"

    world.pass_time(hours=1)
    assert len(world.webhooks.sent) < 30
    assert all(d.state == "delivered" or d.next_attempt_at for d in world.deliveries.all.values())
    world.pass_time(hours=4)
    assert all(delivery.state == "delivered" for delivery in world.deliveries.all.values())


def test_a_receiver_that_is_dead_for_days_is_switched_off_and_its_deliveries_can_be_sent_again(
    now: datetime,
) -> None:
    """R12, R13"""
    world = World(a_rule_book(a_recipe(actions=[webhook()])), now)
    world.webhooks.answers = [NO_ANSWER] * 1000
    for day in range(7):
        world.take_in(an_incoming(str(day)))
        world.pass_time(days=1)
    [told] = world.notices.disabled
    assert told.state == "disabled"
    world.pass_time(days=4)
    assert {delivery.state for delivery in world.deliveries.all.values()} == {"failed"}

    world.webhooks.answers.clear()
    off = world.deliveries.receivers[told.id]
    world.deliveries.save_endpoint(off, enabled(off))
    sending = Sending(world.deliveries, world.retries, world.now)
    sent_before = {sent.delivery_id for sent in world.webhooks.sent} | set(world.deliveries.all)
    page = sending.replay_all(Selection(since=now), 100, None)
    world.pass_time(minutes=10)

    assert len(page.data) == 7
    assert {sent.delivery_id for sent in world.webhooks.sent} == sent_before, "the same webhook-ids"
    assert {delivery.state for delivery in world.deliveries.all.values()} == {"delivered"}
    last = world.mention_history("46283_0")[-1]
    assert (last.type, last.outcome, last.detail["replay"]) == ("webhook", "done", 1)


def test_a_replay_begins_another_round_with_the_same_id_and_body(now: datetime) -> None:
    """R12"""
    world = a_failing_delivery(now, 204)
    [delivery] = world.deliveries.all.values()
    sending = Sending(world.deliveries, world.retries, world.now)
    world.webhooks.answers = [503, 503, 200]

    sending.replay(delivery.id)
    with pytest.raises(Conflict, match="still under way"):
        sending.replay(delivery.id)
    world.pass_time(minutes=20)

    sent = world.webhooks.sent
    assert len(sent) == 4
    assert len({(each.delivery_id, each.request.body) for each in sent}) == 1
    after = world.deliveries.all[delivery.id]
    assert (after.state, after.attempts, after.replays) == ("delivered", 4, 1)
    outcomes = [e.outcome for e in world.mention_history(MENTION) if e.type == "webhook"]
    assert outcomes == ["done", "done"]


def test_a_delivery_whose_next_attempt_never_comes_goes_on_by_hand(now: datetime) -> None:
    """R12: its schedule was lost; should it come all the same, it finds the attempt made."""
    world = a_failing_delivery(now, NO_ANSWER)
    [delivery] = world.deliveries.all.values()
    due = delivery.next_attempt_at
    assert due is not None
    [lost] = world.retries.delayed
    world.retries.delayed.clear()

    with pytest.raises(Conflict, match="still under way"):
        Sending(world.deliveries, world.retries, due + timedelta(minutes=59)).replay(delivery.id)
    world.now = due + timedelta(hours=1)
    Sending(world.deliveries, world.retries, world.now).replay(delivery.id)
    world.pass_time(minutes=1)
    execute(lost.message, world.ports(), world.now)

    assert len(world.webhooks.sent) == 2
    after = world.deliveries.all[delivery.id]
    assert (after.state, after.attempts, after.replays) == ("delivered", 2, 0)
    assert [e.outcome for e in world.mention_history(MENTION) if e.type == "webhook"] == ["done"]


def test_a_message_of_the_version_before_still_brings_an_attempt(now: datetime) -> None:
    """R24"""
    world = a_failing_delivery(now, NO_ANSWER)
    [run_id] = world.store.runs
    old = f'{{"type":"retry","schema_version":1,"run_id":"{run_id}","position":0,"attempt":2}}'

    execute(MESSAGES.validate_json(old), world.ports(), world.now)

    assert len(world.webhooks.sent) == 2


def test_a_body_that_would_be_too_large_fails_and_says_so(now: datetime) -> None:
    """R14"""
    body = " ".join(["[mention.content]"] * 5)
    action = webhook(body=body, content_type="text/plain")
    world = World(a_rule_book(a_recipe(actions=[action, add_tags("after")])), now)
    world.take_in(an_incoming(text="x" * 60_000))
    world.settle()

    [line] = [e for e in world.mention_history(MENTION) if e.type == "webhook"]
    assert line.outcome == "failed"
    assert "the body would have 300004 bytes" in (line.reason or "")
    assert world.mention(MENTION).tags == ("after",)
    assert world.webhooks.sent == []


def test_a_trial_is_sent_once_and_changes_nothing(now: datetime) -> None:
    """Rows 105-107: the author sees what it looks like."""
    world = World(a_rule_book(a_recipe(actions=[add_tags("x"), webhook(preset="zapier")])), now)
    world.webhooks.answers = [500]
    sending = Sending(world.deliveries, world.retries, world.now)

    made = sending.test(Trial(recipe_id="rec_1"), "t1", world.rule_books, world.inbox)
    world.pass_time(days=1)

    [sent] = world.webhooks.sent
    assert sent.body["content"] == 'This is a test of a webhook: "café", 50 % & more.'
    after = world.deliveries.all[made.id]
    assert (after.kind, after.state, after.attempts, after.reason) == (
        "test", "failed", 1, "the receiver answered 500",
    )  # fmt: skip
    assert world.store.logs == {}
    assert world.deliveries.receivers == {}


def test_what_somebody_replays_is_sent_though_its_recipe_is_off_r25(now: datetime) -> None:
    """Off means off for what goes by itself; whoever replays has decided."""
    world = a_failing_delivery(now, answered(410))
    [delivery] = world.deliveries.all.values()
    [receiver] = world.deliveries.receivers.values()
    world.deliveries.save_endpoint(receiver, enabled(receiver))
    world.rule_books.put(a_recipe(mode="disabled", actions=[webhook(), add_tags("after")]))

    Sending(world.deliveries, world.retries, world.now).replay(delivery.id)
    world.pass_time(minutes=1)

    assert world.deliveries.all[delivery.id].state == "delivered"


def test_an_address_that_is_refused_is_no_failure_of_its_receiver(now: datetime) -> None:
    """R13: nothing was sent, so nothing is learnt of it."""
    world = a_failing_delivery(now, REFUSED)

    assert [each.state for each in world.deliveries.all.values()] == ["failed"]
    assert world.deliveries.receivers == {}
