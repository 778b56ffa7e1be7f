"""Remembered opening times are the schedule's own (A20)."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from inbox_recipes.business_hours import is_open
from inbox_recipes.openings import Openings
from tests.builders import a_schedule

BEGINS = datetime(2026, 10, 23, tzinfo=UTC)
"""A Friday; the clocks in Europe change on the Sunday after it."""
MOMENTS = [BEGINS + timedelta(minutes=37 * step) for step in range(300)]


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_what_is_remembered_is_what_the_schedule_says_in_any_order(seed: int | None) -> None:
    schedules = {"nine_to_five": a_schedule(), "tokyo": a_schedule(timezone="Asia/Tokyo")}
    openings = Openings(schedules)
    asked = [(name, at) for at in MOMENTS for name in schedules]
    if seed is not None:
        random.Random(seed).shuffle(asked)  # noqa: S311

    for name, at in asked:
        assert openings.is_open(name, at) == is_open(schedules[name], at)


def test_a_schedule_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        Openings({}).is_open("sch_1", BEGINS)
