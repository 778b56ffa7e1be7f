"""What is to be deleted can be objected to until the call begins; off means off (A12, A13; R25)."""

from datetime import datetime, timedelta

import pytest

from inbox_recipes.errors import Conflict
from inbox_recipes.flows.moderating_by_hand import ModerationDecision, NewModeration, Objection
from inbox_recipes.flows.sweep import remind
from tests.builders import an_incoming
from tests.fakes import Crash, Meanwhile
from tests.moderating import (
    COMMENT,
    MENTION,
    a_world,
    act,
    histories_hold,
    lines,
    moderator,
    on_platform,
    removal,
    switch,
    writes,
)


def test_a_quarantine_hides_and_deletes_when_it_is_over(now: datetime) -> None:
    """Row 44, peers 6."""
    world = a_world(now, removal("delete", quarantine_hours=24))

    writes(world)
    assert (on_platform(world), act(world).state) == ("hidden", "quarantined")
    assert act(world).due_at == now + timedelta(hours=24)
    world.pass_time(hours=23, minutes=59)
    assert on_platform(world) == "hidden"
    world.pass_time(minutes=1)

    assert (on_platform(world), act(world).state) == ("gone", "done")
    assert world.mention(MENTION).on_service == "deleted"
    assert [line.outcome for line in lines(world)] == ["done", "done"]
    histories_hold(world)


def test_an_objection_calls_the_deletion_off_and_shows_the_comment_again(now: datetime) -> None:
    world = a_world(now, removal("delete", quarantine_hours=24))
    writes(world)
    world.pass_time(hours=3)

    moderator(world).object(act(world).id, Objection(reason="This is a song title"))
    world.settle()
    world.pass_time(days=3)

    assert on_platform(world) == "shown"
    assert (act(world).state, world.mention(MENTION).on_service) == ("undone", None)
    objection = act(world).objection
    assert objection is not None
    assert (objection.by.id, objection.reason) == ("nora", "This is a song title")
    assert [(line.outcome, line.by.kind, line.reason) for line in lines(world)[1:]] == [
        ("done", "agent", "objected to"),
        ("done", "agent", "shown on the service again"),
    ]
    with pytest.raises(Conflict, match="objected already"):
        moderator(world).object(act(world).id, Objection(reason="again"))
    histories_hold(world)


def test_what_is_hidden_for_good_can_be_objected_to_and_what_is_deleted_cannot_come_back(
    now: datetime,
) -> None:
    """Row 50, for what the platform cannot undo; hiding it can."""
    hidden, deleted = a_world(now), a_world(now, removal("delete"))
    for world in (hidden, deleted):
        writes(world)
        moderator(world).object(act(world).id, Objection(reason="harmless"))
        world.settle()

    assert (on_platform(hidden), act(hidden).state) == ("shown", "undone")
    assert (on_platform(deleted), act(deleted).state) == ("gone", "done")
    assert act(deleted).reason == "deleted on the service, which cannot be undone; objected to"
    assert act(deleted).objection is not None


def test_an_objection_that_was_written_before_the_deletion_began_wins(now: datetime) -> None:
    """The race: the act is claimed before the platform is asked, and the claim fails."""
    world = a_world(now, removal("delete", quarantine_hours=1))
    writes(world)
    world.now += timedelta(hours=1)
    world.fire()

    def objects() -> None:
        moderator(world).object(act(world).id, Objection(reason="wait"))

    world.work(Meanwhile("inbox.commit", objects))
    world.settle()

    assert (on_platform(world), act(world).state) == ("shown", "undone")


@pytest.mark.parametrize(("what", "quarantine"), [("delete", 1), ("hide", None)])
def test_an_objection_during_the_call_is_told_what_came_of_it(
    now: datetime, what: str, quarantine: int | None
) -> None:
    world = a_world(now, removal(what, quarantine_hours=quarantine))
    watch = Meanwhile(
        "platforms.call",
        lambda: moderator(world).object(act(world).id, Objection(reason="wait")),
        when="after",
    )
    if quarantine:
        writes(world)
        world.now += timedelta(hours=1)
        world.fire()
    else:
        platform = world.platforms.facebook
        platform.messages[COMMENT] = platform.write("900", "damn", private=False)
        world.take_in(an_incoming(COMMENT, "damn", message__type="comment", source__profile="our-facebook"))
        world.evaluate()
    world.work(watch)
    world.settle()

    if quarantine:
        assert act(world).state == "done"
        assert act(world).reason == ("deleted on the service: the objection came when the call was under way")
    else:
        assert (on_platform(world), act(world).state) == ("shown", "undone")
    histories_hold(world)


@pytest.mark.parametrize("mode", ["disabled", "shadow"])
def test_a_recipe_that_was_switched_off_deletes_nothing_more(now: datetime, mode: str) -> None:
    """R25, A30: what is hidden stays hidden, and a person may still object to it or try again."""
    world = a_world(now, removal("delete", quarantine_hours=24))
    writes(world)
    switch(world, mode=mode)

    world.pass_time(days=2)

    assert (on_platform(world), act(world).state) == ("hidden", "cancelled")
    assert act(world).reason == f"the recipe was switched to {mode}"
    assert lines(world)[-1].outcome == "skipped"
    moderator(world).object(act(world).id, Objection(reason="and show it again"))
    world.settle()
    assert (on_platform(world), act(world).state) == ("shown", "undone")


def test_a_call_that_was_begun_when_the_recipe_was_switched_off_is_told_as_unknown(now: datetime) -> None:
    """R25: nothing more is done; the run's action is over, and the act says what is not known."""
    world = a_world(now)
    platform = world.platforms.facebook
    platform.messages[COMMENT] = platform.write("900", "damn", private=False)
    world.take_in(an_incoming(COMMENT, "damn", message__type="comment", source__profile="our-facebook"))
    world.evaluate()

    def dies() -> None:
        raise Crash

    with pytest.raises(Crash):
        world.work(Meanwhile("platforms.call", dies, when="after"))
    switch(world)
    world.work()
    world.now += timedelta(minutes=20)
    assert remind(world.moderations, world.queue, world.now) == 1
    world.settle()

    assert act(world).state == "cancelled"
    assert act(world).reason == (
        "the recipe was switched to disabled; what came of the call that was begun is not known"
    )
    assert remind(world.moderations, world.queue, world.now + timedelta(days=1)) == 0
    moderator(world).object(act(world).id, Objection(reason="show it"))
    world.settle()
    assert (on_platform(world), act(world).state) == ("shown", "undone")


def test_a_deleted_recipe_deletes_nothing_more_but_a_person_can(now: datetime) -> None:
    """R25"""
    world = a_world(now, removal("delete", quarantine_hours=24))
    writes(world)
    world.rule_books.remove("rec_1")
    world.pass_time(days=2)
    assert (act(world).state, act(world).reason) == ("cancelled", "the recipe was deleted")

    moderator(world).retry(act(world).id, ModerationDecision())
    world.settle()

    assert (on_platform(world), act(world).state) == ("gone", "done")


def test_showing_it_again_by_hand_during_the_quarantine_keeps_it(now: datetime) -> None:
    """Whoever does that has objected, in other words."""
    world = a_world(now, removal("delete", quarantine_hours=24))
    unique_id = writes(world)

    moderator(world).act(unique_id, NewModeration(what="unhide"), "key")
    world.settle()
    world.pass_time(days=2)

    assert on_platform(world) == "shown"
    assert sorted((each.what, each.state) for each in world.store.moderations.values()) == [
        ("delete", "cancelled"),
        ("unhide", "done"),
    ]
    assert lines(world)[-1].reason == "it was shown on the service again meanwhile"


def test_showing_it_again_when_its_deletion_is_put_off_keeps_it_too(now: datetime) -> None:
    world = a_world(now, removal("delete", quarantine_hours=24))
    unique_id = writes(world)
    world.platforms.facebook.failures.append("outage")
    world.pass_time(hours=24, seconds=1)
    world.platforms.facebook.failures.clear()
    assert (act(world).state, act(world).call) == ("pending", "delete")

    moderator(world).act(unique_id, NewModeration(what="unhide"), "key")
    world.settle()
    world.pass_time(days=2)

    first = min(world.store.moderations.values(), key=lambda each: each.created_at)
    assert (on_platform(world), first.state, first.hidden) == ("shown", "cancelled", False)
    moderator(world).retry(first.id, ModerationDecision(reason="It is spam after all"))
    world.settle()
    assert on_platform(world) == "gone"


def test_an_objection_to_what_waits_to_be_tried_again_ends_it(now: datetime) -> None:
    """It may have been hidden without an answer: it is shown, which changes nothing if it was not."""
    hiding, deleting = a_world(now), a_world(now, removal("delete"))
    for world in (hiding, deleting):
        world.platforms.facebook.failures.append("lost_answer" if world is hiding else "outage")
        writes(world)
        moderator(world).object(act(world).id, Objection(reason="no"))
        world.settle()
        world.pass_time(days=1)

    assert (on_platform(hiding), act(hiding).state) == ("shown", "undone")
    assert (on_platform(deleting), act(deleting).state) == ("shown", "cancelled")


def test_an_objection_during_a_call_whose_answer_is_lost_is_heeded(now: datetime) -> None:
    """The function dies in its call, somebody objects, and the message comes again: nothing is deleted."""
    world = a_world(now, removal("delete", quarantine_hours=1))
    writes(world)
    world.now += timedelta(hours=1)
    world.fire()

    def dies() -> None:
        raise Crash("platforms.call")

    with pytest.raises(Crash):
        world.work(Meanwhile("platforms.call", dies))
    assert act(world).state == "calling"

    moderator(world).object(act(world).id, Objection(reason="harmless"))
    world.settle()
    world.pass_time(days=1)

    assert (on_platform(world), act(world).state, act(world).call) == ("shown", "undone", "unhide")
    histories_hold(world)


def test_an_objection_to_a_call_that_is_lost_is_heeded_when_the_recipe_is_off(now: datetime) -> None:
    """R25: for a recipe that was stopped nothing more is done, but what takes it back."""
    world = a_world(now, removal("hide"))
    platform = world.platforms.facebook
    platform.messages[COMMENT] = platform.write("900", "damn", private=False)
    world.take_in(an_incoming(COMMENT, "damn", message__type="comment", source__profile="our-facebook"))
    world.evaluate()

    def dies() -> None:
        raise Crash("platforms.call")

    with pytest.raises(Crash):
        world.work(Meanwhile("platforms.call", dies, when="after"))
    assert (on_platform(world), act(world).state) == ("hidden", "calling")

    moderator(world).object(act(world).id, Objection(reason="harmless"))
    switch(world)
    world.work()
    world.now += timedelta(minutes=20)
    remind(world.moderations, world.queue, world.now)
    world.settle()

    assert (on_platform(world), act(world).state) == ("shown", "undone")
    histories_hold(world)


def test_an_objection_to_a_deletion_that_fails_ends_its_action(now: datetime) -> None:
    """R3: the run's action is over, also where the objection came during the call."""
    world = a_world(now, removal("delete"))
    world.platforms.facebook.failures.append("outage")
    objects = Meanwhile(
        "platforms.call",
        lambda: moderator(world).object(act(world).id, Objection(reason="no")),
        when="before",
    )
    platform = world.platforms.facebook
    platform.messages[COMMENT] = platform.write("900", "damn", private=False)
    world.take_in(an_incoming(COMMENT, "damn", message__type="comment", source__profile="our-facebook"))
    world.evaluate()
    world.work(objects)

    assert (on_platform(world), act(world).state, act(world).settled) == ("shown", "cancelled", True)
    [claim] = [claim for (_, position), claim in world.store.claims.items() if position == 0]
    assert (claim.state, claim.outcome) == ("closed", "skipped")
