"""Generated lives over the adapters: histories agree with the state on the tables too (rows 121-125)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import NOON
from tests.fakes import FakeRuleBooks, World
from tests.integration.aws import Aws
from tests.integration.contracts.test_whole_stories import OnMoto
from tests.lives import STEPS, Life, Step, a_busy_rule_book


def on_tables(aws: Aws) -> World:
    world = OnMoto(aws.fresh())
    world.rule_books = FakeRuleBooks(a_busy_rule_book())
    return world


@given(steps=st.lists(STEPS, min_size=4, max_size=9))
@settings(
    max_examples=6, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_replaying_a_stored_history_gives_the_stored_state(aws: Aws, steps: list[Step]) -> None:
    life = Life(on_tables(aws))

    life.live(steps)

    assert life.disagreements() == []


@pytest.mark.parametrize("offset", [0, 3])
def test_a_life_with_everything_in_it_agrees(aws: Aws, offset: int) -> None:
    life = Life(on_tables(aws))

    kinds = (0, 1, 7, 3, 8, 5, 6, 9, 10, 1, 4)
    life.live([(kind, offset, (kind + offset) % 8, kind in (5, 8, 10)) for kind in kinds])

    assert life.disagreements() == []
    assert len(life.mentions()) >= 4


def test_the_same_life_is_the_same_in_memory_and_on_the_tables(aws: Aws) -> None:
    kinds = (0, 1, 7, 3, 8, 10, 5, 1)
    steps = [(kind, which, (which + kind) % 8, False) for which in (0, 2) for kind in kinds]
    in_memory, stored = Life(World(a_busy_rule_book(), NOON)), Life(on_tables(aws))
    in_memory.live(steps)
    stored.live(steps)

    assert stored.cases() == in_memory.cases()
    assert stored.mentions() == in_memory.mentions()
    mine, theirs = (life.world.inbox.list_contacts(50, None).data for life in (in_memory, stored))
    assert mine == theirs
    for contact in mine:
        pages = [life.world.inbox.cases_of_contacts(contact.ids, 1, None) for life in (in_memory, stored)]
        assert pages[0] == pages[1]
