"""The Moderations port in memory."""

from collections.abc import Sequence
from datetime import datetime

from inbox_recipes.clock import stamp
from inbox_recipes.moderations import Moderation, State
from inbox_recipes.ports import Page
from tests.fakes.inbox import newest_first
from tests.fakes.store import Store


class FakeModerations:
    """The acts of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, moderation_id: str) -> Moderation | None:
        return self._store.moderations.get(moderation_id)

    def listed(
        self, limit: int, cursor: str | None, *, recipe_id: str | None = None, topic_id: str | None = None,
        state: State | None = None, since: datetime | None = None, until: datetime | None = None,
    ) -> Page[Moderation]:  # fmt: skip
        found = [
            act
            for act in self._store.moderations.values()
            if recipe_id in (None, act.by.id if act.by.kind == "recipe" else "")
            and topic_id in (None, act.topic_id)
            and state in (None, act.state)
            and (since is None or act.created_at >= since)
            and (until is None or act.created_at < until)
        ]
        return newest_first(found, lambda act: f"{stamp(act.created_at)}#{act.id}", limit, cursor)

    def overdue(self, until: datetime, limit: int) -> Sequence[Moderation]:
        due = [act for act in self._store.moderations.values() if act.due_at and act.due_at < until]
        return sorted(due, key=lambda act: (act.due_at, act.id))[:limit]
