"""The inbox: mentions, cases, profiles and contacts, and what is written of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from inbox_recipes.changes import Change
    from inbox_recipes.feedback import CaseSurvey, Wording
    from inbox_recipes.history import Line
    from inbox_recipes.inbox import Case, Contact, Mention, Profile
    from inbox_recipes.moderations import Moderation
    from inbox_recipes.notifications import Counted
    from inbox_recipes.outbox import OutboxItem
    from inbox_recipes.people import Actor
    from inbox_recipes.ports.pages import Page
    from inbox_recipes.runs import Claim, Run, Wait
    from inbox_recipes.turns import Assignee, Turn


@dataclass(frozen=True)
class Write:
    """An item as it was read (nothing for a new one) and as it is to be."""

    before: Mention | Case | None
    after: Mention | Case


@dataclass(frozen=True)
class Transaction:
    """Everything that happens together: items, profiles, contacts, outbox, wait, turn, act, history, claim.

    Each thing is written only if it is still at the revision of what stands before it (nothing: it must
    be new), a turn only if it is as it was read, and all of it only if the profile in `seen` is still as
    it was. `chain` names the recipes that led here. Who handled a contact in it is kept with it
    (`handling.acts`). `surveys` are kept beside their cases as they now are, `wordings` what new ones
    asked, by id.
    """

    actor: Actor
    at: datetime
    chain: tuple[str, ...] = ()
    writes: tuple[Write, ...] = ()
    profiles: tuple[tuple[Profile | None, Profile], ...] = ()
    contacts: tuple[tuple[Contact | None, Contact], ...] = ()
    outbox: tuple[OutboxItem | None, OutboxItem] | None = None
    wait: tuple[Wait | None, Wait] | None = None
    turn: tuple[Turn | None, Turn] | None = None
    moderation: tuple[Moderation | None, Moderation] | None = None
    lines: tuple[Line, ...] = ()
    claim: tuple[str, Claim] | None = None
    counted: Counted | None = None
    seen: Profile | None = None
    runs: tuple[Run, ...] = ()
    surveys: tuple[CaseSurvey, ...] = ()
    wordings: tuple[tuple[str, Wording], ...] = ()


class Inbox(Protocol):
    """Mentions, cases, profiles and contacts."""

    def mentions(self, unique_ids: Iterable[str]) -> dict[str, Mention]:
        """Those of the mentions that exist, by id."""

    def cases(self, case_ids: Iterable[str]) -> dict[str, Case]:
        """Those of the cases that exist, by id."""

    def profiles(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Profile]:
        """Those of the profiles that are known, by (service, author id)."""

    def contacts(self, contact_ids: Iterable[str]) -> dict[str, Contact]:
        """Those of the contacts that are known, by the id asked for; a merged one is whom it became."""

    def commit(self, transaction: Transaction) -> Literal["done", "repeated"]:
        """Do all of it or nothing. `repeated`: the claim is closed, or the new mention or outbox item exists.

        The links of cases follow their mentions and contacts. The first line that is `done` about an item
        also tells, for machines, what the transaction changed of it (`history.told`).

        Raises Stale when any of what stands before something has changed since it was read.
        """

    def next_case_number(self) -> int:
        """The next number of the account's cases; no two calls get the same."""

    def turns(self, assignees: Iterable[Assignee]) -> dict[Assignee, datetime]:
        """When those of the users and teams last had a turn who ever had one (A3)."""

    def arrivals(self, topic_ids: Sequence[str], since: datetime, until: datetime) -> list[Change]:
        """The mentions and cases of the topics that came in between, each as the change that it was then.

        An index tells of them, which may be seconds behind.
        """

    def flows_overdue(self, until: datetime, limit: int) -> list[Case]:
        """Cases in which the time of a flow was over before then, the longest overdue first.

        An index tells of them, which may be seconds behind.
        """

    def unresolved_mentions(self, case_id: str) -> list[Mention]:
        """The case's mentions that are still `new`."""

    def mentions_of_case(self, case_id: str, limit: int, cursor: str | None) -> Page[Mention]:
        """The mentions of a case in the order in which they came in."""

    def cases_of_contacts(self, contact_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Case]:
        """The cases that name any of the contacts, newest first."""

    def mentions_of_contacts(
        self, contact_ids: Sequence[str], limit: int, cursor: str | None
    ) -> Page[Mention]:
        """The mentions from and to any of the contacts, newest first, by an index as for arrivals."""

    def list_contacts(self, limit: int, cursor: str | None) -> Page[Contact]:
        """Contacts, newest first, without those that were merged into another."""

    def list_mentions(self, topic_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Mention]:
        """Mentions of the topics, newest first."""

    def list_cases(self, topic_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Case]:
        """Cases of the topics, newest first."""
