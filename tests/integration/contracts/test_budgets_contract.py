"""What every counter of budgets shows: never over the limit, whoever asks at once; each hour anew (R6)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from inbox_recipes.adapters.dynamo_budgets import DynamoBudgets
from inbox_recipes.budgets import Budget
from inbox_recipes.ports import Counters
from tests.fakes import FakeBudgets, Store
from tests.integration.aws import Aws

RECIPE = Budget("actions_per_recipe", "rec_1", "by this recipe", 5)


@pytest.fixture(params=["fake", "dynamo"])
def counters(request: pytest.FixtureRequest) -> Iterator[Counters]:
    if request.param == "fake":
        yield FakeBudgets(Store())
    else:
        pretended: Aws = request.getfixturevalue("aws")
        yield DynamoBudgets(pretended.dynamo, pretended.named("Ledger"))


def test_what_fits_is_counted_and_what_does_not_changes_nothing(counters: Counters, now: datetime) -> None:
    assert counters.take(RECIPE, 3, now)
    assert not counters.take(RECIPE, 3, now)
    assert counters.take(RECIPE, 2, now)
    assert not counters.take(RECIPE, 1, now)
    assert not counters.take(Budget("actions_per_recipe", "rec_9", "", 2), 3, now)


def test_each_budget_and_each_hour_by_the_clock_has_a_counter_of_its_own(
    counters: Counters, now: datetime
) -> None:
    assert counters.take(RECIPE, 5, now + timedelta(minutes=59))
    assert not counters.take(RECIPE, 1, now)
    assert counters.take(RECIPE, 5, now + timedelta(hours=1))
    assert counters.take(Budget("actions_per_recipe", "rec_2", "", 5), 5, now)
    assert counters.take(Budget("actions_per_conversation", "rec_1", "", 5), 5, now)


def test_a_limit_that_is_raised_holds_at_once(counters: Counters, now: datetime) -> None:
    assert counters.take(RECIPE, 5, now)
    assert counters.take(Budget("actions_per_recipe", "rec_1", "", 6), 1, now)
    assert not counters.take(RECIPE, 1, now)


def test_many_at_once_never_exceed_the_limit(counters: Counters, now: datetime) -> None:
    budget = Budget("actions_per_recipe", "rec_1", "", 20)
    # moto judges a condition and writes in two steps, which threads can come between; DynamoDB does not.
    with ThreadPoolExecutor(8 if isinstance(counters, FakeBudgets) else 1) as pool:
        taken = list(pool.map(lambda _: counters.take(budget, 3, now), range(40)))
    assert taken.count(True) == 6
