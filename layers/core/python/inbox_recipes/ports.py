"""What the core needs from outside, as protocols. Adapters and the tests' fakes show the same behaviour.

Nothing here is needed but as a type, so a function that uses one port does not load the others' models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from inbox_recipes.budgets import Budget
    from inbox_recipes.changes import Change
    from inbox_recipes.deliveries import Answer, Attempt, Delivery
    from inbox_recipes.devices import Device, Platform
    from inbox_recipes.digests import Letter
    from inbox_recipes.durations import BusinessTime
    from inbox_recipes.endpoints import Endpoint
    from inbox_recipes.handling import Handled
    from inbox_recipes.history import HistoryEntry, Line
    from inbox_recipes.inbox import Case, Contact, Mention, Object, Profile
    from inbox_recipes.messages import (
        DeliveryMessage,
        NotificationMessage,
        RunMessage,
        WaitDueMessage,
        WaitReviewMessage,
    )
    from inbox_recipes.notifications import Counted, Tray
    from inbox_recipes.people import Actor, Availability
    from inbox_recipes.profiles import ConnectedProfile
    from inbox_recipes.recipes import Recipe
    from inbox_recipes.rule_book import RuleBook
    from inbox_recipes.runs import Claim, Run, Wait
    from inbox_recipes.signing_keys import LiveKeys, Rotated, Rotation
    from inbox_recipes.topics import Topic
    from inbox_recipes.turns import Assignee, Turn
    from inbox_recipes.webhook_requests import Request


@dataclass(frozen=True)
class Write:
    """An item as it was read (nothing for a new one) and as it is to be."""

    before: Mention | Case | None
    after: Mention | Case


@dataclass(frozen=True)
class Transaction:
    """Everything that happens together: items, profiles, contacts, wait, turn, runs, history, claim.

    Each thing is written only if it is still at the revision of what stands before it (nothing: it must
    be new), a turn only if it is as it was read, and all of it only if the profile in `seen` is still as
    it was. `chain` names the recipes that led here. Who handled a contact in it is kept with it
    (`handling.acts`).
    """

    actor: Actor
    at: datetime
    chain: tuple[str, ...] = ()
    writes: tuple[Write, ...] = ()
    profiles: tuple[tuple[Profile | None, Profile], ...] = ()
    contacts: tuple[tuple[Contact | None, Contact], ...] = ()
    wait: tuple[Wait | None, Wait] | None = None
    turn: tuple[Turn | None, Turn] | None = None
    lines: tuple[Line, ...] = ()
    claim: tuple[str, Claim] | None = None
    counted: Counted | None = None
    seen: Profile | None = None
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Quarantined:
    """Something that could not be read or evaluated, put aside with the reason (R7)."""

    id: str
    day: str
    reason: str
    record: dict[str, Any]


@dataclass(frozen=True)
class Page[T]:
    """A part of a list; `next` goes on where it ends."""

    data: Sequence[T]
    next: str | None


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
        """Do all of it or nothing. `repeated`: the claim is closed, or the new mention exists.

        The links of cases follow their mentions and contacts. The first line that is `done` about an item
        also tells, for machines, what the transaction changed of it (`history.told`).

        Raises Stale when an item, a profile, a contact, the wait or the turn has changed since it was read.
        """

    def next_case_number(self) -> int:
        """The next number of the account's cases; no two calls get the same."""

    def turns(self, assignees: Iterable[Assignee]) -> dict[Assignee, datetime]:
        """When those of the users and teams last had a turn who ever had one (A3)."""

    def arrivals(self, topic_ids: Sequence[str], since: datetime, until: datetime) -> list[Change]:
        """The mentions and cases of the topics that came in between, each as the change that it was then.

        An index tells of them, which may be seconds behind.
        """

    def unresolved_mentions(self, case_id: str) -> list[Mention]:
        """The case's mentions that are still `new`."""

    def mentions_of_case(self, case_id: str, limit: int, cursor: str | None) -> Page[Mention]:
        """The mentions of a case in the order in which they came in."""

    def cases_of_contacts(self, contact_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Case]:
        """The cases that name any of the contacts, newest first."""

    def list_contacts(self, limit: int, cursor: str | None) -> Page[Contact]:
        """Contacts, newest first, without those that were merged into another."""

    def list_mentions(self, topic_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Mention]:
        """Mentions of the topics, newest first."""

    def list_cases(self, topic_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Case]:
        """Cases of the topics, newest first."""


class Topics(Protocol):
    """The account's topics."""

    def current(self) -> Mapping[str, Topic]:
        """The topics as they are now, by id; one small consistent read when nothing has changed."""

    def business_time(self, topic_id: str) -> BusinessTime | None:
        """The hours that the topic is measured by, if it or the account names a schedule."""


class Profiles(Protocol):
    """The account's connected profiles."""

    def current(self) -> Mapping[str, ConnectedProfile]:
        """The profiles as they are now, by id; one small consistent read when nothing has changed."""


class SecretStore(Protocol):
    """Where credentials are put by who cannot read them."""

    def keep(self, text: str) -> str:
        """Put credentials in; gives the name that they are kept under."""

    def forget(self, name: str) -> None:
        """Take credentials out that nothing refers to."""


class SigningKeyRing(Protocol):
    """The keys that sign webhooks, for who can change them and cannot read them (R9, R11)."""

    def live(self, now: datetime) -> LiveKeys:
        """What signs now, as people may know it."""

    def rotate(self, rotation: Rotation, now: datetime) -> Rotated:
        """Sign with new keys from now on. Raises Conflict where that would drop some too early."""


class RuleBooks(Protocol):
    """The rule book and the versions of its recipes."""

    def current(self) -> RuleBook:
        """The rule book as it is now; one small consistent read when it has not changed."""

    def recipe_at(self, recipe_id: str, version: int) -> Recipe:
        """A recipe at one version, also when it was edited or deleted since."""


class Availabilities(Protocol):
    """Which users take new work. Beside the rule book: a click must not make a new revision of it."""

    def of(self, user_ids: Iterable[str]) -> dict[str, Availability]:
        """What those of the users said who said anything, by id."""

    def put(self, user_id: str, availability: Availability) -> None:
        """Keep what a user says; the last word counts."""


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

    def record(self, at: datetime, batch_id: str, records: Sequence[dict[str, Any]]) -> None:
        """Keep the event records of one evaluated batch."""

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

    def begun(self, runs: Iterable[RunMessage]) -> set[str]:
        """The ids of those of the runs on whose occurrence their recipe has begun to act."""

    def swept_until(self) -> datetime | None:
        """Up to when the sweeper has made sure of everything."""

    def sweep_done(self, until: datetime) -> None:
        """Note up to when the sweeper has made sure of everything."""


class RunQueue(Protocol):
    """The runs queue."""

    def send(self, messages: Sequence[RunMessage | NotificationMessage | WaitReviewMessage]) -> None:
        """Queue messages, in order within a group: a conversation, or an action that notifies."""


class Retries(Protocol):
    """The retry queue."""

    def send_later(self, message: DeliveryMessage, seconds: int) -> None:
        """Have a message come after up to 900 seconds."""


type TimedMessage = WaitDueMessage | DeliveryMessage | NotificationMessage


class Timers(Protocol):
    """One-time schedules whose message comes back through the runs queue."""

    def arm(self, at: datetime, message: TimedMessage, conversation: str) -> None:
        """Have the message sent at that time. Arming the same one twice is arming it once."""


class Webhooks(Protocol):
    """The way out to customers' web applications."""

    def send(self, request: Request, delivery_id: str, at: datetime) -> Answer:
        """Send it, signed, once. Whatever the receiver does is an answer; only 2xx is `delivered`."""


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

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """A receiver, if anything was ever sent to it."""

    def save_endpoint(self, before: Endpoint | None, after: Endpoint) -> None:
        """Write a receiver. Raises Stale when it is no longer as `before`."""

    def endpoints(self, limit: int, cursor: str | None) -> Page[Endpoint]:
        """Receivers, by their addresses."""


class Notices(Protocol):
    """Tells people about what nobody would look for."""

    def receiver_disabled(self, endpoint: Endpoint) -> None:
        """A receiver was switched off by us, and what was to go there does not."""


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


class Mail(Protocol):
    """The way out to people's mailboxes."""

    def refusal(self) -> str | None:
        """Why no mail at all can be sent, if so."""

    def send(self, to: str, letter: Letter) -> None:
        """Hand over one mail. Raises Permanent, Retryable (nothing was sent) or Unclear (perhaps it was)."""


class Push(Protocol):
    """The way out to people's devices."""

    def send(self, to: str, letter: Letter) -> None:
        """Hand over one push to an endpoint. Raises as `Mail.send` does."""


class Devices(Protocol):
    """The devices of users. Beside the rule book: a new telephone must not make a new revision of it."""

    def of(self, user_id: str) -> Sequence[Device]:
        """A user's devices, by id."""

    def put(self, device: Device) -> None:
        """Keep a device, in the place of one with its id. Whoever had its endpoint before loses it."""

    def remove(self, user_id: str, device_id: str) -> None:
        """Forget a device; one that is not there is forgotten already."""


class DeviceRegistry(Protocol):
    """What turns a device's token into the endpoint that pushes go to."""

    def register(self, platform: Platform, token: str, user_id: str) -> str:
        """The endpoint of a device. Raises Conflict when the platform is not set up or refuses the token."""

    def forget(self, endpoint: str) -> None:
        """Delete an endpoint; one that is gone is deleted already."""


@dataclass(frozen=True)
class Ports:
    """Everything that carrying out runs needs."""

    inbox: Inbox
    rule_books: RuleBooks
    ledger: Ledger
    retries: Retries
    timers: Timers
    webhooks: Webhooks
    deliveries: Deliveries
    notices: Notices
    availabilities: Availabilities
    budgets: Counters
    queue: RunQueue
    notifications: Notifications
    mail: Mail
    push: Push
    devices: Devices
    inbox_url: str = ""
