"""The Inbox port in memory."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal

from inbox_recipes.adapters.cursors import of_kind
from inbox_recipes.adapters.items import first_change
from inbox_recipes.changes import Change
from inbox_recipes.clock import stamp
from inbox_recipes.inbox import Case, Contact, Mention, Profile
from inbox_recipes.ports import Page, Transaction
from inbox_recipes.turns import Assignee
from tests.fakes.store import Store


class FakeInbox:
    """Mentions, cases and profiles of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def mentions(self, unique_ids: Iterable[str]) -> dict[str, Mention]:
        return {key: self._store.mentions[key] for key in unique_ids if key in self._store.mentions}

    def cases(self, case_ids: Iterable[str]) -> dict[str, Case]:
        return {key: self._store.cases[key] for key in case_ids if key in self._store.cases}

    def profiles(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Profile]:
        return {key: self._store.profiles[key] for key in keys if key in self._store.profiles}

    def contacts(self, contact_ids: Iterable[str]) -> dict[str, Contact]:
        known = self._store.contacts
        return {key: self._survivor(known[key]) for key in contact_ids if key in known}

    def _survivor(self, contact: Contact) -> Contact:
        return self._survivor(self._store.contacts[contact.merged_into]) if contact.merged_into else contact

    def commit(self, transaction: Transaction) -> Literal["done", "repeated"]:
        return self._store.commit(transaction)

    def next_case_number(self) -> int:
        self._store.numbers += 1
        return self._store.numbers

    def turns(self, assignees: Iterable[Assignee]) -> dict[Assignee, datetime]:
        return {who: self._store.turns[who] for who in assignees if who in self._store.turns}

    def arrivals(self, topic_ids: Sequence[str], since: datetime, until: datetime) -> list[Change]:
        """The first change of each, from the latest that the stream has told."""
        latest = {(change.entity, change.id): change for change in self._store.changes}
        return [
            first_change(each.after, each.actor, each.chain)
            for each in latest.values()
            if each.after.topic.id in topic_ids and since <= each.after.date.added < until
        ]

    def flows_overdue(self, until: datetime, limit: int) -> list[Case]:
        ends = [(case.flow.until, case.id) for case in self._store.cases.values() if case.flow]
        return [self._store.cases[key] for end, key in sorted(ends)[:limit] if end < until]

    def unresolved_mentions(self, case_id: str) -> list[Mention]:
        linked = [self._store.mentions[key] for key in self._store.links.get(case_id, ())]
        return [mention for mention in linked if mention.status == "new"]

    def mentions_of_case(self, case_id: str, limit: int, cursor: str | None) -> Page[Mention]:
        if cursor:
            of_kind("MENTION", cursor)
        linked = [self._store.mentions[key] for key in self._store.links.get(case_id, ())]
        named = {f"MENTION#{stamp(each.date.added)}#{each.unique_id}": each for each in linked}
        rest = [key for key in sorted(named) if cursor is None or key > cursor]
        return Page([named[key] for key in rest[:limit]], rest[limit - 1] if len(rest) > limit else None)

    def cases_of_contacts(self, contact_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Case]:
        if cursor:
            of_kind("CASE", cursor)
        named = {key for contact_id in contact_ids for key in self._store.contact_cases.get(contact_id, ())}
        found = list(self.cases(named).values())
        return newest_first(found, lambda case: f"CASE#{stamp(case.date.added)}#{case.id}", limit, cursor)

    def mentions_of_contacts(
        self, contact_ids: Sequence[str], limit: int, cursor: str | None
    ) -> Page[Mention]:
        found = [m for m in self._store.mentions.values() if m.contact_id in contact_ids]
        return newest_first(found, lambda m: f"{stamp(m.date.added)}#{m.unique_id}", limit, cursor)

    def list_contacts(self, limit: int, cursor: str | None) -> Page[Contact]:
        known = self._store.contacts.values()
        listed = [(stamp(each.date.added), each) for each in known if each.date and not each.merged_into]
        page = newest_first(listed, lambda each: f"{each[0]}#{each[1].id}", limit, cursor)
        return Page([contact for _, contact in page.data], page.next)

    def list_mentions(self, topic_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Mention]:
        found = [m for m in self._store.mentions.values() if m.topic.id in topic_ids]
        return newest_first(found, lambda m: f"{stamp(m.date.added)}#{m.unique_id}", limit, cursor)

    def list_cases(self, topic_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Case]:
        found = [case for case in self._store.cases.values() if case.topic.id in topic_ids]
        return newest_first(found, lambda case: f"{stamp(case.date.added)}#{case.id}", limit, cursor)


def newest_first[T](items: list[T], key: Callable[[T], str], limit: int, cursor: str | None) -> Page[T]:
    """A page of what comes before the cursor, the last by key first."""
    listed = sorted(items, key=key, reverse=True)
    rest = [item for item in listed if cursor is None or key(item) < cursor]
    return Page(rest[:limit], key(rest[limit - 1]) if len(rest) > limit else None)
