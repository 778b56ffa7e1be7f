"""What the API works with. Moments and the ids of new things are made here, at the edge, and passed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex

from inbox_recipes.business_hours import HolidayCalendars
from inbox_recipes.clock import to_millisecond
from inbox_recipes.configuration import Configuration
from inbox_recipes.ports import (
    Availabilities,
    Deliveries,
    DeviceRegistry,
    Devices,
    Inbox,
    Ledger,
    Moderations,
    Outbox,
    PersonalData,
    Retries,
    RuleBooks,
    RunQueue,
    SecretStore,
    SigningKeyRing,
    Standings,
    Surveys,
)


def _now() -> datetime:
    return to_millisecond(datetime.now(UTC))


@dataclass(frozen=True)
class Services:
    """The ports, a clock, and a source of tokens for ids."""

    inbox: Inbox
    ledger: Ledger
    configuration: Configuration
    rule_books: RuleBooks
    calendars: HolidayCalendars
    deliveries: Deliveries
    retries: Retries
    devices: Devices
    device_registry: DeviceRegistry
    secrets: SecretStore
    availabilities: Availabilities
    queue: RunQueue
    signing_keys: SigningKeyRing
    standings: Standings
    surveys: Surveys
    survey_keys: Callable[[], tuple[bytes, ...]]
    personal_data: PersonalData
    moderations: Moderations
    outbox: Outbox
    reaches_loopback: bool = False
    now: Callable[[], datetime] = _now
    token: Callable[[], str] = lambda: token_hex(8)
