"""Which recipes act on what: topics, filter, mode, hours (rows 1, 2, 9, 10, 16, 17, 61-65, 77-79; A35)."""

from datetime import datetime
from typing import Any

import pytest

from inbox_recipes.flows.agents import patch_mention
from inbox_recipes.patches import MentionPatch
from tests.builders import (
    ARRIVAL,
    IN_CASE,
    TO_PENDING,
    TOPIC,
    a_private,
    a_recipe,
    a_rule_book,
    a_schedule,
    add_tags,
    an_incoming,
    condition,
    group,
    webhook,
)  # fmt: skip
from tests.fakes import World

MENTION = f"{TOPIC}_1001"


def test_only_items_of_its_topics_start_a_recipe(now: datetime) -> None:
    """Rows 9, 10, 78."""
    world = World(a_rule_book(a_recipe(topics=["1", "2"])), now)

    world.take_in(*(an_incoming("1001", topic__id=topic) for topic in ("1", "2", "3")))
    world.settle()

    tags = {unique_id: mention.tags for unique_id, mention in world.store.mentions.items()}
    assert tags == {"1_1001": ("seen",), "2_1001": ("seen",), "3_1001": ()}


def test_all_actions_apply_to_every_item_that_meets_the_criteria(now: datetime) -> None:
    """Rows 1, 16, 17, 28."""
    about_refunds = group("and", condition("content.text", "contains_any", ["refund"]))
    actions = [
        add_tags("refund"),
        {"type": "assign", "users": ["nora"]},
        {"type": "edit", "property": "category", "value": "money"},
    ]
    world = World(a_rule_book(a_recipe(filter=about_refunds, actions=actions)), now)

    world.take_in(*(an_incoming(str(n), text) for n, text in enumerate(("a refund", "hello", "Refund!"))))
    world.settle()

    found = {
        unique_id: (mention.tags, mention.assignment.users, mention.message.category)
        for unique_id, mention in world.store.mentions.items()
    }
    met = (("refund",), ("nora",), "money")
    assert found == {f"{TOPIC}_0": met, f"{TOPIC}_1": ((), (), None), f"{TOPIC}_2": met}


@pytest.mark.parametrize("trigger", [ARRIVAL, TO_PENDING], ids=["new", "update"])
@pytest.mark.parametrize(
    ("mode", "when", "acts"),
    [
        ("enabled", "always", True),
        ("enabled", "during", False),
        ("enabled", "outside", True),
        ("disabled", "always", False),
        ("shadow", "always", False),
    ],
)
def test_mode_and_hours_decide_for_both_kinds_of_recipes(
    now: datetime, mode: str, when: str, acts: bool, trigger: Any
) -> None:
    """Rows 2, 61-65, 71, 77: on a Sunday, when the office is closed."""
    hours = {"when": when, "schedule_id": None if when == "always" else "office"}
    tagging = a_recipe(trigger=trigger, mode=mode, hours=hours, actions=[add_tags("seen")])
    world = World(a_rule_book(tagging, schedules={"office": a_schedule()}), now)

    world.take_in(a_private())
    world.patch_case(status="pending")
    world.settle()

    changed = world.case() if trigger is TO_PENDING else world.mention(MENTION)
    assert changed.tags == (("seen",) if acts else ())


def test_a_recipe_tags_a_mention_only_when_it_first_comes_in(now: datetime) -> None:
    """Row 54; A34."""
    german = group("and", condition("content.language", "is", "de"))
    world = World(a_rule_book(a_recipe(filter=german)), now)
    world.take_in(an_incoming(message__language="fr"))
    world.settle()

    mention = world.mention(MENTION)
    patch_mention(MENTION, MentionPatch(language="de"), mention.revision, world.agent())
    world.settle()

    assert world.mention(MENTION).message.language == "de"
    assert world.mention(MENTION).tags == ()


@pytest.mark.parametrize("filtered", [None, group("and", condition("content.text", "is_set"))])
def test_new_cases_are_covered_as_new_mentions_are_a35(now: datetime, filtered: Any) -> None:
    trigger = {"type": "arrival", "objects": ["mention", "case"]}
    world = World(a_rule_book(a_recipe(trigger=trigger, filter=filtered)), now)

    world.take_in(a_private())
    world.settle()

    assert (world.mention(MENTION).tags, world.case().tags) == (("seen",), ("seen",))


def test_a_filter_narrows_a_recipe_on_case_updates(now: datetime) -> None:
    """Rows 67, 75, 79."""
    urgent = group("and", condition("cases.priority", "is", "high"))
    world = World(a_rule_book(a_recipe(trigger=TO_PENDING, filter=urgent)), now)
    world.take_in(a_private())

    world.patch_case(status="pending")
    world.settle()
    assert world.case().tags == ()

    world.patch_case(status="unresolved", priority="high")
    world.patch_case(status="pending")
    world.settle()
    assert world.case().tags == ("seen",)


def test_a_recipe_on_case_updates_may_call_two_webhooks(now: datetime) -> None:
    """Row 103."""
    urls = ["https://one.example/", "https://two.example/"]
    world = World(a_rule_book(a_recipe(trigger=IN_CASE, actions=[webhook(url=url) for url in urls])), now)

    world.take_in(a_private())
    world.settle()

    assert [sent.request.url for sent in world.webhooks.sent] == urls
