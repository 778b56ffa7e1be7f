"""Every port of `inbox_recipes.ports` in memory, showing what the adapters show.

`tests/integration/contracts` runs the same tests over these and over the adapters. `World` puts them
together.
"""

from tests.fakes.availabilities import FakeAvailabilities
from tests.fakes.books import FakeRuleBooks
from tests.fakes.budgets import FakeBudgets
from tests.fakes.deliveries import FakeDeliveries, FakeNotices
from tests.fakes.inbox import FakeInbox
from tests.fakes.ledger import FakeLedger
from tests.fakes.moderations import FakeModerations
from tests.fakes.notifications import FakeDeviceRegistry, FakeDevices, FakeNotifications, FakePost
from tests.fakes.outbox import FakeOutbox
from tests.fakes.outside import NO_ANSWER, REFUSED, FakeSecrets, FakeSigningKeys, FakeWebhooks, Sent, answered
from tests.fakes.platforms import FakePlatforms, FakeStandings
from tests.fakes.queues import FakeRetries, FakeRunQueue, FakeTimers
from tests.fakes.store import Store
from tests.fakes.watched import Crash, CrashAt, Meanwhile, Watch, watched
from tests.fakes.world import World

__all__ = [
    "NO_ANSWER",
    "REFUSED",
    "Crash",
    "CrashAt",
    "FakeAvailabilities",
    "FakeBudgets",
    "FakeDeliveries",
    "FakeDeviceRegistry",
    "FakeDevices",
    "FakeInbox",
    "FakeLedger",
    "FakeModerations",
    "FakeNotices",
    "FakeNotifications",
    "FakeOutbox",
    "FakePlatforms",
    "FakePost",
    "FakeRetries",
    "FakeRuleBooks",
    "FakeRunQueue",
    "FakeSecrets",
    "FakeSigningKeys",
    "FakeStandings",
    "FakeTimers",
    "FakeWebhooks",
    "Meanwhile",
    "Sent",
    "Store",
    "Watch",
    "World",
    "answered",
    "watched",
]
