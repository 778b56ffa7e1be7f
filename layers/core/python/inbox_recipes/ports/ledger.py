"""The ledger: runs, claims, waits, histories, deliveries, budgets and what is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from inbox_recipes.budgets import Budget
    from inbox_recipes.deliveries import Attempt, Delivery
    from inbox_recipes.endpoints import Endpoint
    from inbox_recipes.feedback import CaseSurvey, Wording
    from inbox_recipes.handling import Handled
    from inbox_recipes.history import HistoryEntry, Line
    from inbox_recipes.inbox import Object
    from inbox_recipes.moderations import Moderation, State
    from inbox_recipes.notifications import Counted, Tray
    from inbox_recipes.outbox import Mark, OutboxItem
    from inbox_recipes.ports.pages import Page
    from inbox_recipes.runs import Claim, Run, Wait
    from inbox_recipes.webhook_requests import Request


@dataclass(frozen=True)
class Quarantined:
    """Something that could not be read or evaluated, put aside with the reason (R7)."""

    id: str
    day: str
    reason: str
    record: dict[str, Any]


class Ledger(Protocol):
    """Runs, claims, waits, both histories, event records."""

    def start(self, run: Run) -> Run | None:
        """Open the run, or give the one that is open already, with its claims.

        Nothing when another version of the recipe has already acted on the occurrence (A4).
        """

    def run(self, run_id: str) -> Run | None:
        """A run with its claims."""

    def finish(self, run: Run) -> None:
        """Write the run's status and when it ended."""

    def open_claim(self, run_id: str, claim: Claim) -> bool:
        """Begin an attempt of a class B action; false when the action is over."""

    def wait(self, wait_id: str) -> Wait | None:
        """A wait by its id."""

    def add_lines(self, lines: Sequence[Line]) -> None:
        """Write history that has no effect beside it. A line written twice is one line."""

    def record(self, at: datetime, batch_id: str, records: Sequence[str]) -> None:
        """Keep the event records of one evaluated batch, each as a line of JSON."""

    def records(self, at: datetime) -> Iterable[dict[str, Any]]:
        """The event records of occurrences about that moment."""

    def quarantine(self, at: datetime, sequence: str, record: dict[str, Any], reason: str) -> None:
        """Put a record aside that cannot be evaluated, with the reason (R7)."""

    def history(self, log: Object, item_id: str, limit: int, cursor: str | None) -> Page[HistoryEntry]:
        """A history, newest first."""

    def handled(self, contact_ids: Iterable[str], since: datetime, until: datetime) -> Sequence[Handled]:
        """Who took care of any of the contacts in that time, newest first; the latest 200 of each (A6)."""

    def runs(self, limit: int, cursor: str | None) -> Page[Run]:
        """Runs, newest first, without their claims."""

    def waits(
        self, limit: int, cursor: str | None, *, recipe_id: str | None = None, case_id: str | None = None
    ) -> Page[Wait]:
        """Armed waits, the next due first; those of a recipe or on a case, if one is named."""

    def quarantined(self, limit: int, cursor: str | None) -> Page[Quarantined]:
        """What was put aside in the last 31 days, newest day first."""

    def records_between(self, since: datetime, until: datetime) -> Iterable[dict[str, Any]]:
        """The event records written from that moment on and before the other."""

    def begun(self, runs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Of pairs of a recipe's and an occurrence's id, those where the recipe has begun to act on it."""

    def swept_until(self) -> datetime | None:
        """Up to when the sweeper has made sure of everything."""

    def sweep_done(self, until: datetime) -> None:
        """Note up to when the sweeper has made sure of everything."""


class Moderations(Protocol):
    """What is and was done on platforms to what others wrote. `Inbox.commit` alone writes it."""

    def get(self, moderation_id: str) -> Moderation | None:
        """One act as it stands now."""

    def listed(
        self,
        limit: int,
        cursor: str | None,
        *,
        recipe_id: str | None = None,
        topic_id: str | None = None,
        state: State | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Page[Moderation]:
        """Acts, newest first, of the last 31 days or of the time asked for. A page may be short."""

    def overdue(self, until: datetime, limit: int) -> Sequence[Moderation]:
        """Acts in which something should have been done before then, the longest due first."""


class Deliveries(Protocol):
    """The log of deliveries, and the receivers with what is known of their health."""

    def create(self, delivery: Delivery, request: Request) -> Delivery:
        """Keep a delivery and what it sends; one that is there already is given back as it is."""

    def get(self, delivery_id: str) -> Delivery | None:
        """A delivery as it is now."""

    def request(self, delivery_id: str) -> Request:
        """What a delivery sends. Raises NotFound when it has expired."""

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        """Every attempt of a delivery, oldest first."""

    def record(self, before: Delivery, after: Delivery, attempt: Attempt | None) -> None:
        """Write an attempt and how the delivery stands after it. Raises Stale when another was faster."""

    def listed(
        self,
        limit: int,
        cursor: str | None,
        *,
        state: str | None = None,
        endpoint_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Page[Delivery]:
        """Deliveries, newest first, of those 31 days or of the time asked for."""

    def erase(self, delivery_id: str, now: datetime) -> None:
        """Take away what a delivery sends and what came back, and let it end; nothing for one unknown (R20).

        Raises Stale when it moved on at the same time.
        """

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """A receiver, if anything was ever sent to it."""

    def save_endpoint(self, before: Endpoint | None, after: Endpoint) -> None:
        """Write a receiver. Raises Stale when it is no longer as `before`."""

    def endpoints(self, limit: int, cursor: str | None) -> Page[Endpoint]:
        """Receivers, by their addresses."""


class Surveys(Protocol):
    """The surveys of all cases. They are written with their cases, in the transaction of the inbox."""

    def get(self, survey_id: str) -> tuple[CaseSurvey, Wording] | None:
        """A survey and what it asked."""

    def asked_between(self, since: datetime, until: datetime) -> Iterable[CaseSurvey]:
        """The surveys that were asked from that moment on and before the other, oldest first."""


class Outbox(Protocol):
    """What was written to customers. `Inbox.commit` writes it, with what happens beside it."""

    def get(self, item_id: str) -> OutboxItem | None:
        """An item as it is now."""

    def listed(
        self,
        limit: int,
        cursor: str | None,
        *,
        states: Collection[str] = (),
        profile: str | None = None,
        recipe_id: str | None = None,
        approver: str | None = None,
        case_id: str | None = None,
    ) -> Page[OutboxItem]:
        """Items, newest first; those of these states (none: of all) and of what else is asked for.

        A page may be short.
        """

    def marks(self, of: str, since: datetime) -> Sequence[Mark]:
        """What was written to a conversation or contact since then, oldest first."""


class Counters(Protocol):
    """What counts budgets."""

    def take(self, budget: Budget, amount: int, now: datetime) -> bool:
        """Count so many in the hour of that moment, if the limit has room for all; else count nothing."""


class Notifications(Protocol):
    """What is counted for notifications, and where each action's notification stands."""

    def tray(self, recipe_id: str, position: int) -> Tray:
        """The tray of an action; an empty one at revision 0 where there is none yet."""

    def waiting(self, recipe_id: str, position: int, limit: int) -> Sequence[Counted]:
        """The first of the items that wait for the action's next notification, oldest first."""

    def put(self, after: Tray, taken: Sequence[Counted] = ()) -> None:
        """Bring in the tray's next revision and take these items out of what waits. All of it or nothing.

        Raises Stale when the tray is no longer at the revision before, or an item is gone.
        """
