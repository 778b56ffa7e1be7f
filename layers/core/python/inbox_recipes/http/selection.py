"""Choosing from a list by what no index knows: looked at item by item, a bounded number at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.http.request import Request
from inbox_recipes.inbox import Case, CaseStatus, Mention, MentionStatus
from inbox_recipes.item_parts import composed
from inbox_recipes.ports import Page

MOST_READS = 10
"""Pages that one request reads; a list whose items are rare comes in pages that are not full."""
FIELDS = ("status", "user_id", "team_id", "tag")


@dataclass(frozen=True)
class Selection:
    """What an item must have: one of the statuses, and of the users, teams and tags one each."""

    wanted: dict[str, tuple[str, ...]]

    def takes(self, item: Mention | Case) -> bool:
        """Whether the item is one of them. Capitals make no other tag (A33)."""
        has = {
            "status": (item.status,),
            "user_id": item.assignment.users,
            "team_id": item.assignment.teams,
            "tag": tuple(tag.casefold() for tag in item.tags),
        }
        return all(set(values) & set(has[name]) for name, values in self.wanted.items())

    @property
    def named(self) -> tuple[str, ...]:
        """The selection as part of a cursor."""
        return tuple(f"{name}={value}" for name, values in self.wanted.items() for value in values)

    def page[T: (Mention, Case)](
        self, fetch: Callable[[int, str | None], Page[T]], limit: int, cursor: str | None
    ) -> Page[T]:
        """A page of those that it takes. It may hold fewer than asked for and still say how to go on."""
        if not self.wanted:
            return fetch(limit, cursor)
        found: list[T] = []
        for _ in range(MOST_READS):
            read = fetch(limit - len(found), cursor)
            found += [item for item in read.data if self.takes(item)]
            cursor = read.next
            if cursor is None or len(found) == limit:
                break
        return Page(found, cursor)


def selection(request: Request, statuses: tuple[str, ...]) -> Selection:
    """What the query asks for. Raises InvalidInput for a status that there is not."""
    wanted = {name: tuple(dict.fromkeys(request.query[name])) for name in FIELDS if name in request.query}
    for status in wanted.get("status", ()):
        if status not in statuses:
            raise InvalidInput([Problem("?status", f"There is no status {status!r}.", statuses)])
    if "tag" in wanted:
        wanted["tag"] = tuple(composed(tag).casefold() for tag in wanted["tag"])
    return Selection(wanted)


OF_MENTIONS: tuple[str, ...] = get_args(MentionStatus)
OF_CASES: tuple[str, ...] = get_args(CaseStatus)
