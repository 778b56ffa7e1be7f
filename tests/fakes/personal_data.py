"""The PersonalData port in memory, over a store and a list of dead letters."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from inbox_recipes.clock import stamp
from inbox_recipes.erasures import ERASED, Erasure
from inbox_recipes.errors import Stale
from inbox_recipes.inbox import Contact, Profile
from inbox_recipes.ports import EventPage, Quarantined
from tests.fakes.store import Page as PageKey
from tests.fakes.store import Store


class FakePersonalData:
    """Erasures by contact; everything else is the store's."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.erasures: dict[str, Erasure] = {}
        self.dead_letters: list[str] = []

    def erasure(self, contact_id: str) -> Erasure | None:
        return self.erasures.get(contact_id)

    def save_erasure(self, before: Erasure | None, after: Erasure) -> None:
        known = self.erasures.get(after.contact_id)
        if (known and known.revision) != (before and before.revision):
            raise Stale("the erasure has gone on since it was read")
        self.erasures[after.contact_id] = after

    def forget(self, contact: Contact, profiles: Sequence[Profile]) -> None:
        store = self._store
        pairs: list[tuple[Any, Any]] = [(contact, store.contacts.get(contact.id))]
        pairs += [(each, store.profiles.get((each.service, each.author_id))) for each in profiles]
        if any(now is None or now.revision != was.revision for was, now in pairs):
            raise Stale("the contact has changed since it was read")
        for contact_id in contact.ids:
            store.contacts.pop(contact_id, None)
        for each in profiles:
            del store.profiles[each.service, each.author_id]

    def event_pages(self, hour: datetime, after: str, limit: int) -> Sequence[EventPage]:
        named = {_name(key): key for key in self._store.pages}
        found = [name for name in sorted(named) if name > after and name[:13] == stamp(hour)[:13]]
        return [EventPage(name, self._store.pages[named[name]]) for name in found[:limit]]

    def replace_page(self, page: EventPage) -> None:
        [key] = [key for key in self._store.pages if _name(key) == page.name]
        self._store.pages[key] = list(page.records)

    def erase_put_aside(self, tells: Callable[[Any], bool]) -> None:
        for key, each in self._store.put_aside.items():
            if tells(each.record):
                why = "erased with the contact that it told of"
                self._store.put_aside[key] = Quarantined(each.id, each.day, why, dict(ERASED))
                self._store.quarantined[each.id] = (dict(ERASED), why)

    def erase_dead_letters(self, tells: Callable[[Any], bool]) -> None:
        self.dead_letters = [body for body in self.dead_letters if not tells(body)]


def _name(key: PageKey) -> str:
    return f"{stamp(key[0])}#{key[1]}"
