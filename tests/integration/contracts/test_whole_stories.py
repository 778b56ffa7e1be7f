"""A story ends the same over the fakes and over moto: so what the fakes prove holds for the adapters."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.rule_book import RuleBook
from tests import stories
from tests.builders import (
    IN_CASE,
    NOON,
    RESOLVE_CASE,
    a_private,
    a_recipe,
    a_rule_book,
    a_silence_recipe,
    add_tags,
    our_reply,
    wait,
    webhook,
)  # fmt: skip
from tests.fakes import NO_ANSWER, World
from tests.integration.aws import Aws

BOOK = a_rule_book(
    a_recipe(actions=[add_tags("new"), webhook()]),
    a_recipe("rec_2", trigger=IN_CASE, actions=[add_tags("seen", target="case"), webhook("Second")]),
    a_recipe("rec_3", trigger={"type": "case_tag_added", "tag": "seen"}, actions=[add_tags("more")]),
    a_silence_recipe("rec_4", actions=[wait(10), add_tags("silent"), wait(20), RESOLVE_CASE]),
    a_recipe("rec_5", mode="shadow"),
)


class OnMoto(World):
    """The adapters in the place of the fakes; the stream read from the pretended table."""

    def __init__(self, aws: Aws, book: RuleBook = BOOK) -> None:
        super().__init__(book, NOON)
        self.aws = aws
        self.inbox = aws.inbox  # type: ignore[assignment]
        self.ledger = aws.ledger  # type: ignore[assignment]
        self.deliveries = aws.deliveries  # type: ignore[assignment]

    def settle(self) -> None:
        """moto orders the stream by write, as one shard does."""
        while True:
            self.store.changes = self.aws.changes()
            if self.seen == len(self.store.changes) and not self.queue.waiting():
                return
            self.evaluate()
            self.work()


def an_answer_in_time(world: World) -> None:
    world.webhooks.answers = [NO_ANSWER]
    world.take_in(a_private(), our_reply("1002", to="1001"))
    pending(world)
    world.pass_time(minutes=5)
    world.take_in(a_private("1003"))
    world.pass_time(hours=1)


def silence(world: World) -> None:
    world.take_in(a_private(), our_reply("1002", to="1001"), a_private())
    pending(world)
    world.pass_time(minutes=25)
    world.take_in(our_reply("1003", to="1001"))
    world.pass_time(hours=1)
    world.take_in(a_private("1004"))
    world.pass_time(hours=1)


def pending(world: World) -> None:
    world.settle()
    world.now += timedelta(minutes=1)
    [case] = world.inbox.list_cases(["46283"], 10, None).data
    world.store.cases = {case.id: case}
    world.patch_case(status="pending")
    world.settle()


def what_is_left(world: World) -> dict[str, Any]:
    inbox, ledger = world.inbox, world.ledger
    mentions = inbox.list_mentions(["46283"], 50, None).data
    cases = inbox.list_cases(["46283"], 50, None).data
    runs = [change for change in world.queue.ever if change.type == "run"]
    return {
        "mentions": mentions,
        "cases": cases,
        "mention histories": [ledger.history("mention", m.unique_id, 50, None).data for m in mentions],
        "case histories": [ledger.history("case", case.id, 50, None).data for case in cases],
        "runs": sorted((run.run_id, ledger.run(run.run_id)) for run in runs),
        "waits": ledger.waits(50, None),
        "sent": world.webhooks.sent,
        "records": sorted(record["occurrence"]["id"] for record in ledger.records(NOON)),
    }


@pytest.mark.parametrize("story", [an_answer_in_time, silence])
def test_a_story_ends_the_same_in_memory_and_on_the_tables(aws: Aws, story: Callable[[World], None]) -> None:
    in_memory, on_moto = World(BOOK, NOON), OnMoto(aws)

    story(in_memory)
    story(on_moto)

    expected, found = what_is_left(in_memory), what_is_left(on_moto)
    assert found == expected
    assert len(expected["cases"]) == (2 if story is silence else 1)
    assert len(expected["runs"]) > 5


@pytest.mark.parametrize("story", stories.STORIES)
def test_a_story_of_all_three_is_the_same_in_memory_and_on_the_tables(
    aws: Aws, story: Callable[[stories.Teller], None]
) -> None:
    """`e2e/test_stories.py` tells it on the local stack."""
    in_memory = stories.InWorld(World(stories.BOOK, NOON))
    on_moto = stories.InWorld(OnMoto(aws, stories.BOOK))

    story(in_memory)
    story(on_moto)

    names = [mention.id for mention in in_memory.world.store.mentions.values()]
    expected = in_memory.told(names)
    assert on_moto.told(names) == expected
    assert [expected[f"case of {name}"][0] for name in names] == (
        ["resolved", "resolved", "unresolved"] if story is stories.silence else ["unresolved"] * 3
    )
