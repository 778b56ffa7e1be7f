"""What erasing a contact needs beside the inbox and the ledger (R20)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from inbox_recipes.erasures import Erasure
    from inbox_recipes.inbox import Contact, Profile


@dataclass(frozen=True)
class EventPage:
    """Event records that were written together. `name` tells where it stands among those of its hour."""

    name: str
    records: Sequence[dict[str, Any]]


class PersonalData(Protocol):
    """Erasures, and what only they change: nothing else rewrites an event record or takes a contact away."""

    def erasure(self, contact_id: str) -> Erasure | None:
        """The latest erasure of a contact."""

    def save_erasure(self, before: Erasure | None, after: Erasure) -> None:
        """Write how far an erasure is. Raises Stale when it is no longer as `before`."""

    def forget(self, contact: Contact, profiles: Sequence[Profile]) -> None:
        """Take a contact away, with the ids merged into it and its profiles: all of it or nothing.

        Whoever writes from one of the profiles afterwards is somebody new. Raises Stale when the contact or
        one of the profiles has changed since it was read.
        """

    def event_pages(self, hour: datetime, after: str, limit: int) -> Sequence[EventPage]:
        """Pages of event records that were written in that hour, after the one named.

        Fewer than `limit` only if there are no more.
        """

    def replace_page(self, page: EventPage) -> None:
        """Put a page in the place of the one of that name."""

    def erase_put_aside(self, tells: Callable[[Any], bool]) -> None:
        """Leave of each quarantined record that tells of somebody only that there was one."""

    def erase_dead_letters(self, tells: Callable[[Any], bool]) -> None:
        """Take events that were never taken in out of their dead letters, where they tell of somebody."""
