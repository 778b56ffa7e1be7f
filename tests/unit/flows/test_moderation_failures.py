"""Acts on platforms that fail, come late or twice, or whose functions die (R3, R5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.flows.execute import execute
from inbox_recipes.flows.moderating_by_hand import ModerationDecision
from inbox_recipes.flows.sweep import remind
from inbox_recipes.messages import ModerationMessage
from inbox_recipes.moderations import PAUSES
from tests.builders import add_tags, an_incoming
from tests.fakes import Crash, CrashAt, Meanwhile, World
from tests.moderating import (
    COMMENT,
    MENTION,
    PROFILES,
    a_world,
    act,
    histories_hold,
    lines,
    moderator,
    on_platform,
    removal,
    writes,
)


def test_late_early_and_double_messages_do_nothing_more(now: datetime) -> None:
    """R5: a schedule may come twice, too early or long after."""
    world = a_world(now, removal("delete", quarantine_hours=24))
    writes(world)
    due = act(world).due_at
    assert due is not None
    message = ModerationMessage(moderation_id=act(world).id, unique_id=MENTION, due=due)

    execute(message.model_copy(update={"due": now}), world.ports(), now + timedelta(hours=1))
    with pytest.raises(Retryable, match="before its time"):
        execute(message, world.ports(), due - timedelta(hours=1))
    assert on_platform(world) == "hidden"
    for _ in range(3):
        execute(message, world.ports(), due + timedelta(days=2))
    execute(message.model_copy(update={"moderation_id": "mod_none"}), world.ports(), due)

    assert on_platform(world) == "gone"
    assert len(world.platforms.calls) == 2


def test_a_lost_schedule_is_found_by_the_sweeper(now: datetime) -> None:
    """R5"""
    world = a_world(now, removal("delete", quarantine_hours=24))
    writes(world)
    world.timers.armed.clear()
    world.now += timedelta(hours=24, minutes=4)
    assert remind(world.moderations, world.queue, world.now) == 0
    world.now += timedelta(minutes=2)

    assert remind(world.moderations, world.queue, world.now) == 1
    world.settle()

    assert on_platform(world) == "gone"
    assert remind(world.moderations, world.queue, world.now + timedelta(days=1)) == 0


def test_an_outage_is_tried_again_after_growing_pauses_and_then_given_up(now: datetime) -> None:
    """R3, class B; and then a person can try again."""
    world = a_world(now, removal(), add_tags("after"))
    world.platforms.facebook.failures.extend(["outage"] * 20)
    writes(world)
    assert world.mention(MENTION).tags == ("after",)
    assert world.ledger.runs(1, None).data[0].status == "done"

    world.pass_time(days=3)

    assert len(world.platforms.calls) == len(PAUSES) + 1
    assert (act(world).state, act(world).attempts) == ("failed", len(PAUSES) + 1)
    [line] = lines(world)
    assert (line.outcome, line.reason) == (
        "failed",
        "Facebook answered code 2: an outage; given up after 9 tries",
    )
    assert world.ledger.run(act(world).run_id or "").claim(0).outcome == "failed"  # type: ignore[union-attr]

    world.platforms.facebook.failures.clear()
    moderator(world).retry(act(world).id, ModerationDecision(reason="it works again"))
    world.settle()
    assert (on_platform(world), act(world).state) == ("hidden", "done")
    histories_hold(world)


@pytest.mark.parametrize("failure", ["silence", "lost_answer", "outage"])
def test_what_has_no_clear_answer_is_done_again_and_comes_to_the_same(now: datetime, failure: Any) -> None:
    """R3, class B: hiding twice is hiding."""
    world = a_world(now)
    world.platforms.facebook.failures.append(failure)
    writes(world)
    assert act(world).state == "pending"

    world.pass_time(minutes=5)

    assert (on_platform(world), act(world).state, len(world.platforms.calls)) == ("hidden", "done", 2)
    assert [line.outcome for line in lines(world)] == ["done"]


def test_a_line_that_waits_for_a_rate_limit_is_not_given_up(now: datetime) -> None:
    """The platform says when to come again, and that counts as no try: for three days."""
    world = a_world(now)
    world.platforms.facebook.failures.extend(["rate_limit"] * 40)
    writes(world)
    world.pass_time(hours=8)
    assert (act(world).state, act(world).attempts) == ("done", 0)

    world = a_world(now)
    world.platforms.facebook.failures.extend(["rate_limit"] * 1000)
    writes(world)
    world.pass_time(days=6)
    assert act(world).state == "failed"


def test_a_rate_limit_waits_as_long_as_the_platform_says(now: datetime) -> None:
    world = a_world(now)
    world.platforms.facebook.failures.append("rate_limit")
    writes(world)

    assert act(world).due_at == now + timedelta(seconds=600)
    world.pass_time(minutes=11)
    assert act(world).state == "done"


def test_an_expired_token_fails_at_once_and_the_profile_shows_it(now: datetime) -> None:
    world = a_world(now)
    world.platforms.facebook.failures.append("expired_token")
    writes(world)

    assert act(world).state == "failed"
    assert "expired or revoked" in (lines(world)[0].reason or "")
    standing = world.platforms.standings.of("our-facebook")
    assert PROFILES["our-facebook"].status_at(now, standing) == "expired"
    assert len(world.platforms.calls) == 1


@pytest.mark.parametrize("what", ["hide", "delete"])
def test_what_its_author_has_deleted_is_done(now: datetime, what: str) -> None:
    world = a_world(now, removal(what))
    world.platforms.facebook.failures.append("deleted_post")
    writes(world)

    [line] = lines(world)
    assert (line.outcome, line.reason) == ("done", "it was gone from the service already")
    assert world.mention(MENTION).on_service == "deleted"
    histories_hold(world)


def test_somebody_who_changes_the_mention_meanwhile_loses_nothing(now: datetime) -> None:
    world = a_world(now)
    writes(world, "77_9", "Lovely")

    def conflict() -> None:
        raise Stale("TransactionConflict")

    platform = world.platforms.facebook
    platform.messages[COMMENT] = platform.write("900", "damn", private=False)
    world.take_in(an_incoming(COMMENT, "damn", message__type="comment", source__profile="our-facebook"))
    world.evaluate()
    world.work(Meanwhile("inbox.commit", conflict, nth=2))

    assert (on_platform(world), act(world).state, len(world.platforms.calls)) == ("hidden", "done", 1)
    assert [line.outcome for line in lines(world)] == ["done"]


def a_story(now: datetime, watch: CrashAt) -> tuple[World, list[str]]:
    """A quarantine from the comment to the deletion; whatever dies is delivered again, or swept up."""
    world = a_world(now, removal("delete", quarantine_hours=1))
    platform = world.platforms.facebook
    platform.messages[COMMENT] = platform.write("900", "damn", private=False)
    world.take_in(an_incoming(COMMENT, "damn", message__type="comment", source__profile="our-facebook"))
    world.evaluate()
    crashes: list[str] = []

    def work() -> None:
        try:
            world.work(watch)
        except Crash:
            crashes.append(watch.at or "")
            world.work(watch)

    work()
    world.now += timedelta(hours=1, minutes=6)
    world.fire()
    remind(world.moderations, world.queue, world.now)
    work()
    world.now += timedelta(minutes=20)
    remind(world.moderations, world.queue, world.now)
    world.settle()
    return world, crashes


def test_a_crash_at_any_moment_loses_nothing(now: datetime) -> None:
    """R3, R5: enumerated, not sampled. Each act is done at least once, told once, and the end is the same."""
    moments: list[str] = []
    for nth in range(1, 1000):
        world, crashes = a_story(now, CrashAt(nth))
        if not crashes:
            break
        moments += crashes
        assert (on_platform(world), act(world).state) == ("gone", "done"), crashes
        assert world.mention(MENTION).on_service == "deleted"
        assert [line.reason for line in lines(world)][-1] in (
            "deleted on the service",
            "it was gone from the service already",
        )
        assert [line.outcome for line in lines(world)] == ["done", "done"], crashes
        histories_hold(world)
    else:
        raise AssertionError("the story never ends")

    points: Sequence[str] = [each.split(" ", 1)[1] for each in moments]
    assert {"platforms.call", "inbox.commit", "budgets.take", "timers.arm"} <= set(points)
    assert len(moments) > 40


def test_a_conflict_when_an_act_is_begun_loses_nothing(now: datetime) -> None:
    """A transaction that others were in the way of says nothing about earlier messages of the run."""

    def conflict() -> None:
        raise Stale("TransactionConflict")

    world = a_world(now, removal(), add_tags("gone"))
    platform = world.platforms.facebook
    platform.messages[COMMENT] = platform.write("900", "damn", private=False)
    world.take_in(an_incoming(COMMENT, "damn", message__type="comment", source__profile="our-facebook"))
    world.evaluate()

    world.work(Meanwhile("inbox.commit", conflict))

    assert (on_platform(world), act(world).state) == ("hidden", "done")
    assert [line.outcome for line in lines(world)] == ["done"]
    histories_hold(world)
