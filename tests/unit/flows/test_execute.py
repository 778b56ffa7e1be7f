"""Runs: actions in listed order, each once, whatever is delivered twice (A4, A31, A36; R3, R4)."""

from datetime import datetime, timedelta

import pytest

from inbox_recipes.errors import Retryable
from inbox_recipes.flows.agents import patch_mention
from inbox_recipes.flows.execute import execute
from inbox_recipes.patches import MentionPatch
from tests.builders import (
    IN_CASE,
    RESOLVE_CASE,
    a_private,
    a_recipe,
    a_rule_book,
    add_tags,
    an_incoming,
    our_reply,
    wait,
    webhook,
)  # fmt: skip
from tests.fakes import Meanwhile, World

MENTION = "46283_1001"


def test_actions_run_in_the_order_in_which_they_are_listed(now: datetime) -> None:
    actions = [add_tags("one"), webhook(), add_tags("two"), {"type": "assign", "users": ["nora"]}]
    world = World(a_rule_book(a_recipe(actions=actions)), now)

    world.take_in(an_incoming())
    world.settle()

    lines = [e for e in world.mention_history(MENTION) if e.run_id]
    assert [(e.position, e.type, e.outcome) for e in lines] == [
        (0, "add_tags", "done"),
        (1, "webhook", "done"),
        (2, "add_tags", "done"),
        (3, "assign", "done"),
    ]
    assert world.mention(MENTION).tags == ("one", "two")
    assert world.webhooks.sent[0].body["tags"] == ["one"]


def test_a_failed_action_does_not_stop_the_ones_after_it(now: datetime) -> None:
    """A4, A32"""
    world = World(a_rule_book(a_recipe(actions=[webhook(), add_tags("after")])), now)
    world.webhooks.answers = [410]

    world.take_in(an_incoming())
    world.settle()

    failed, done = world.mention_history(MENTION)[-2:]
    assert (failed.outcome, failed.reason) == (
        "failed",
        "the receiver answered 410: it wants no more of these",
    )
    assert (done.type, done.outcome) == ("add_tags", "done")


def test_later_recipes_see_the_changes_of_earlier_ones_and_the_last_assignment_wins(now: datetime) -> None:
    """A31"""
    nora = a_recipe("rec_1", actions=[add_tags("seen"), {"type": "assign", "users": ["nora"]}])
    omar = a_recipe("rec_2", actions=[add_tags("seen"), {"type": "assign", "users": ["omar"]}])
    world = World(a_rule_book(nora, omar), now)

    world.take_in(an_incoming())
    world.settle()

    assert world.mention(MENTION).assignment.users == ("omar",)
    second = [e for e in world.mention_history(MENTION) if e.by.id == "rec_2"]
    assert sorted((e.outcome, e.type, e.reason) for e in second) == [
        ("done", "assign", None),
        ("skipped", "add_tags", "the tags are already there"),
    ]


def test_every_line_names_the_recipe_and_its_version(now: datetime) -> None:
    """Rows 122, 123"""
    world = World(a_rule_book(a_recipe(version=3)), now)

    world.take_in(an_incoming())
    world.settle()

    by = world.mention_history(MENTION)[-1].by
    assert (by.kind, by.id, by.name, by.version) == ("recipe", "rec_1", "Recipe rec_1", 3)


def test_a_run_that_is_delivered_again_changes_nothing_more(now: datetime) -> None:
    """A36"""
    world = World(a_rule_book(a_recipe(actions=[add_tags("seen"), webhook()])), now)
    world.take_in(an_incoming())
    world.settle()
    before = (len(world.store.journal), len(world.webhooks.sent), dict(world.store.runs))

    for message in list(world.queue.ever):
        execute(message, world.ports(), world.now + timedelta(hours=1))

    assert (len(world.store.journal), len(world.webhooks.sent), dict(world.store.runs)) == before


def test_two_versions_of_a_recipe_never_both_act_on_one_occurrence(now: datetime) -> None:
    """A4: the recipe was edited before the evaluator's batch came again."""
    world = World(a_rule_book(a_recipe(actions=[add_tags("old")])), now)
    world.take_in(an_incoming())
    world.evaluate()
    world.rule_books.put(a_recipe(actions=[add_tags("new")]))
    world.evaluate(again=1)

    world.work()

    assert [message.type for message in world.queue.ever] == ["run", "run"]
    assert world.mention(MENTION).tags == ("old",)


def test_a_recipe_that_was_edited_meanwhile_acts_as_it_was_when_it_matched(now: datetime) -> None:
    """R25"""
    world = World(a_rule_book(a_recipe(actions=[add_tags("old")])), now)
    world.take_in(an_incoming())
    world.evaluate()

    world.rule_books.put(a_recipe(actions=[add_tags("new")]))
    world.work()

    assert world.mention(MENTION).tags == ("old",)


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("disabled", "the recipe was switched to disabled"),
        ("shadow", "the recipe was switched to shadow"),
        (None, "the recipe was deleted"),
    ],
)
def test_a_recipe_that_is_switched_off_does_nothing_more(now: datetime, mode: str, reason: str) -> None:
    """R25, row 62: off means off, also between two actions of a run."""
    world = World(a_rule_book(a_recipe(actions=[webhook(), add_tags("late"), add_tags("later")])), now)
    world.take_in(an_incoming())
    world.evaluate()

    def off() -> None:
        if mode:
            world.rule_books.put(a_recipe(mode=mode))
        else:
            world.rule_books.remove("rec_1")

    world.work(Meanwhile("webhooks.send", off, when="after"))

    assert world.mention(MENTION).tags == ()
    last = world.mention_history(MENTION)[-1]
    assert (last.type, last.outcome, last.reason) == ("recipe", "skipped", reason)
    assert world.ledger.runs(1, None).data[0].status == "cancelled"


def test_an_action_is_decided_again_when_the_item_has_changed_meanwhile(now: datetime) -> None:
    world = World(a_rule_book(a_recipe(trigger=IN_CASE, actions=[add_tags("vip", target="case")])), now)
    world.take_in(a_private())
    world.evaluate()

    tagged_first = Meanwhile("inbox.commit", lambda: world.patch_case(tags=["vip"]))
    world.work(tagged_first)

    assert world.case().tags == ("vip",)
    assert [e.outcome for e in world.mention_history(MENTION) if e.type == "add_tags"] == ["skipped"]


def test_a_case_that_is_changed_all_the_time_is_tried_again_later(now: datetime) -> None:
    world = World(a_rule_book(a_recipe(trigger=IN_CASE, actions=[add_tags("vip", target="case")])), now)
    world.take_in(a_private())
    world.evaluate()

    class Busy(Meanwhile):
        def before(self, point: str) -> None:
            if point == "inbox.commit":
                world.patch_case(tags=[f"busy{len(world.store.journal)}"])

    with pytest.raises(Retryable, match="too busily"):
        world.work(Busy("", lambda: None))

    world.settle()
    assert "vip" in world.case().tags


def test_resolving_a_case_of_120_mentions_resolves_them_all(now: datetime) -> None:
    """A8; one transaction holds a hundred places."""
    recipe = a_recipe(trigger={"type": "case_status_changed", "to": "pending"}, actions=[RESOLVE_CASE])
    world = World(a_rule_book(recipe), now)
    world.take_in(*(a_private(str(number)) for number in range(120)))

    world.patch_case(status="pending")
    world.settle()

    assert world.case().status == "resolved"
    assert {mention.status for mention in world.store.mentions.values()} == {"done"}
    assert [e.outcome for e in world.mention_history("46283_119") if e.type == "set_case_status"] == ["done"]


@pytest.mark.parametrize("mode", ["enabled", "disabled"])
def test_all_mentions_are_resolved_with_their_case_also_when_the_run_stops_there(
    now: datetime, mode: str
) -> None:
    """A8: a wait, or a recipe that is switched off, is no reason to leave half of them open."""
    actions = [RESOLVE_CASE, wait(60, unless=None), webhook()]
    recipe = a_recipe(trigger={"type": "case_status_changed", "to": "pending"}, actions=actions)
    world = World(a_rule_book(recipe), now)
    world.take_in(*(a_private(str(number)) for number in range(60)))
    world.patch_case(status="pending")
    world.evaluate()

    switched = Meanwhile("inbox.commit", lambda: world.rule_books.put(a_recipe(mode=mode)), when="after")
    world.work(switched if mode == "disabled" else None)

    assert {mention.status for mention in world.store.mentions.values()} == {"done"}


def test_a_mention_that_changes_meanwhile_is_resolved_with_its_case_all_the_same(now: datetime) -> None:
    """A8: the second transaction finds one of its mentions changed by another run."""
    recipe = a_recipe(trigger={"type": "case_status_changed", "to": "pending"}, actions=[RESOLVE_CASE])
    world = World(a_rule_book(recipe), now)
    world.take_in(*(a_private(str(number)) for number in range(60)))
    world.patch_case(status="pending")
    world.evaluate()

    def tags_one() -> None:
        patch = MentionPatch(tags=("meanwhile",))
        patch_mention("46283_59", patch, 1, world.agent())

    world.work(Meanwhile("inbox.commit", tags_one, nth=2))

    assert {mention.status for mention in world.store.mentions.values()} == {"done"}
    assert world.mention("46283_59").tags == ("meanwhile",)


def test_a_message_of_ours_is_not_resolved_with_its_case(now: datetime) -> None:
    recipe = a_recipe(trigger={"type": "case_status_changed", "to": "pending"}, actions=[RESOLVE_CASE])
    world = World(a_rule_book(recipe), now)
    world.take_in(a_private(), our_reply("1002", to="1001"))

    world.patch_case(status="pending")
    world.settle()

    assert world.mention("46283_1002").status == "sent"
