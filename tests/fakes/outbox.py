"""The Outbox port in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime

from inbox_recipes.clock import stamp
from inbox_recipes.outbox import STATES, Mark, OutboxItem
from inbox_recipes.ports import Page
from tests.fakes.inbox import newest_first
from tests.fakes.store import Store

LOOKED_AT = 500
"""Items that a page looks at, at most."""


class FakeOutbox:
    """The outbox of a store, where transactions put its items."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, item_id: str) -> OutboxItem | None:
        return self._store.outbox.get(item_id)

    def listed(
        self, limit: int, cursor: str | None, *, states: Collection[str] = (), profile: str | None = None,
        recipe_id: str | None = None, approver: str | None = None, case_id: str | None = None,
    ) -> Page[OutboxItem]:  # fmt: skip
        of_states = [each for each in self._store.outbox.values() if each.state in (states or STATES)]
        looked = newest_first(of_states, _order, LOOKED_AT, cursor)
        found = [
            each
            for each in looked.data
            if profile in (None, each.profile)
            and recipe_id in (None, each.recipe_id)
            and approver in (None, each.approver)
            and case_id in (None, each.case_id)
        ]
        return Page(found[:limit], _order(found[limit - 1]) if len(found) > limit else looked.next)

    def marks(self, of: str, since: datetime) -> Sequence[Mark]:
        found = [mark for mark in self._store.marks.get(of, ()) if mark.at >= since]
        return sorted(found, key=lambda mark: (mark.at, mark.item_id))

    def all(self) -> list[OutboxItem]:
        """Everything there is, oldest first."""
        return sorted(self._store.outbox.values(), key=lambda each: (each.date.added, each.id))


def _order(item: OutboxItem) -> str:
    return f"{stamp(item.date.added)}#{item.id}"
