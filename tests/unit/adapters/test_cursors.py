"""Lists by day: a page asks for so many days and no more, however far back the question goes (R17)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from time_machine import TimeMachineFixture

from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.adapters.cursors import DAYS_KEPT, DAYS_LISTED, DAYS_LOOKED_AT, day_by_day
from inbox_recipes.clock import stamp
from inbox_recipes.errors import InvalidInput
from inbox_recipes.ports import Page
from tests.builders import NOON


@pytest.fixture(autouse=True)
def _now(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


class Listing:
    """An index with items at these moments, which counts the days that it is asked for."""

    def __init__(self, *moments: datetime) -> None:
        self.stamps = sorted((f"{stamp(at)}#{number}" for number, at in enumerate(moments)), reverse=True)
        self.days: list[str] = []

    def get_paginator(self, _: str) -> "Listing":
        return self

    def paginate(self, **query: Any) -> Iterator[Item]:
        values = plain(query["ExpressionAttributeValues"])
        day = values[":p"].removeprefix("delivery#")
        self.days.append(day)
        found = [at for at in self.stamps if at[:10] == day and at < values.get(":s", "~")]
        yield {"Items": [typed({"list_at": at}) for at in found]}

    def page(self, cursor: str | None = None, since: datetime | None = None, **asked: Any) -> Page[Item]:
        client, until = cast("Any", self), asked.get("until")
        return day_by_day(client, "ledger", "delivery", 20, cursor, since, until, chosen=lambda _: True)

    def walk(self, **asked: Any) -> list[str]:
        """Every page; their number is that of the days that they may look at."""
        found, cursor, pages = list[str](), None, 0
        while pages == 0 or cursor is not None:
            before, page = len(self.days), self.page(cursor, **asked)
            assert len(self.days) - before <= DAYS_LOOKED_AT
            found += [item["list_at"] for item in page.data]
            cursor, pages = page.next, pages + 1
        return found


def test_a_page_of_all_times_looks_at_so_many_days_and_goes_on_from_there_r17() -> None:
    """`?since=1970-01-01T00:00:00Z` was 20,000 queries, and no answer in time."""
    listing = Listing(NOON, NOON - timedelta(days=150), NOON - timedelta(days=99), NOON - timedelta(days=100))
    first = listing.page(since=datetime(1970, 1, 1, tzinfo=UTC))

    assert len(first.data) == 2
    assert len(listing.days) == DAYS_LOOKED_AT
    assert first.next is not None
    assert listing.walk(since=datetime(1970, 1, 1, tzinfo=UTC)) == listing.stamps
    assert len(set(listing.days)) <= DAYS_KEPT + 2, "nothing is as old as 1970"


def test_a_time_is_walked_to_both_of_its_ends_r17() -> None:
    moments = [NOON - timedelta(days=days) for days in (0, 99, 100, 199, 200, 201, 300)]
    listing = Listing(*moments)

    found = listing.walk(since=moments[4], until=moments[1])

    assert found == listing.stamps[2:5]


@pytest.mark.parametrize("year", [1, 1970, 9998])
def test_a_time_that_nothing_is_from_costs_no_more_than_any_other_r17(year: int) -> None:
    listing = Listing(NOON, NOON - timedelta(days=DAYS_LISTED - 2))

    page = listing.page(until=datetime(year, 1, 1, tzinfo=UTC))

    assert len(page.data) == (2 if year > NOON.year else 0)
    assert len(listing.days) <= DAYS_LISTED


@pytest.mark.parametrize(
    "cursor", ["soon", "2026-11-22", "2026-11-22T10:00:00.000", "0001-01-01T00:00:00.000+14:00", "#1"]
)
def test_a_cursor_that_begins_with_no_moment_of_ours_is_refused_r17(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        Listing().page(cursor=cursor)
