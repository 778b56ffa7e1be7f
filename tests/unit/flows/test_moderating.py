"""Acts on platforms by recipes: done, recorded, held, called off, taken back (rows 44-50; A12, A13)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.errors import Conflict, Retryable, Stale
from inbox_recipes.flows.execute import execute
from inbox_recipes.flows.moderating_by_hand import ModerationDecision, Moderator, NewModeration, Objection
from inbox_recipes.flows.sweep import remind
from inbox_recipes.history import HistoryEntry
from inbox_recipes.messages import ModerationMessage
from inbox_recipes.moderations import PAUSES, Moderation
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.recipes import Recipe
from inbox_recipes.replay import replay, state_of
from tests.builders import TOPIC, a_recipe, a_rule_book, add_tags, an_incoming, condition, group, wait
from tests.fakes import Crash, CrashAt, Meanwhile, World
from tools.platform_sandbox.played import Played

COMMENT = "77_100"
MENTION = f"{TOPIC}_{COMMENT}"
SWEARING = group("and", condition("content.text", "contains_any", ["merde", "bullshit", "damn"]))


def profile(service: str, **changed: Any) -> ConnectedProfile:
    body = {"name": "Orvane", "service": service, "native_id": "77", "topic": TOPIC}
    return ConnectedProfile.model_validate(body | changed)


PROFILES = {"our-facebook": profile("facebook"), "our-twitter": profile("twitter", native_id="501")}


def removal(what: str = "hide", **changed: Any) -> dict[str, Any]:
    return {"type": "remove_from_service", "what": what, "confirmed": True, **changed}


def a_world(now: datetime, *actions: dict[str, Any], **changed: Any) -> World:
    """A recipe that removes what swears, and a page and an account of ours."""
    recipe = a_recipe(actions=list(actions) or [removal()], filter=SWEARING)
    return World(a_rule_book(recipe, **{"profiles": PROFILES, **changed}), now)


def played(world: World, service: str) -> Played:
    return world.platforms.facebook if service == "facebook" else world.platforms.x


def writes(
    world: World,
    native: str = COMMENT,
    text: str = "What bullshit",
    service: str = "facebook",
    **changed: Any,
) -> str:
    """Somebody writes in public on a platform, and it comes in."""
    platform = played(world, service)
    message = platform.write("900", text, private=False, parent="1")
    platform.messages[native] = platform.messages.pop(message.id)
    platform.messages[native].id = native
    usual = {
        "source__service": service, "source__profile": f"our-{service}",
        "source__in_reply_to_message_id": "1", "author__id": "900",
        "message__type": "comment" if service == "facebook" else "reply",
    }  # fmt: skip
    world.take_in(an_incoming(native, text, **{**usual, **changed}))
    world.settle()
    return f"{TOPIC}_{native}"


def on_platform(world: World, native: str = COMMENT, service: str = "facebook") -> str:
    """How others see it there."""
    message = played(world, service).messages.get(native)
    return "gone" if message is None else "hidden" if message.hidden else "shown"


def act(world: World) -> Moderation:
    """The only act there is."""
    [found] = world.store.moderations.values()
    return found


def lines(world: World, unique_id: str = MENTION) -> list[HistoryEntry]:
    return [line for line in world.mention_history(unique_id) if line.type == "remove_from_service"]


def moderator(world: World) -> Moderator:
    return Moderator(world.agent(), world.moderations, world.queue)


def switch(world: World, recipe: Recipe | None = None, mode: str = "disabled") -> None:
    world.rule_books.put(recipe or a_recipe(actions=[removal()], filter=SWEARING, mode=mode))


def histories_hold(world: World) -> None:
    """Rows 121-125: what the history tells leads to the mention as it is."""
    for unique_id, mention in world.store.mentions.items():
        assert replay(world.mention_history(unique_id)) == (state_of(mention), mention.revision)


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
