"""Every port of `inbox_recipes.ports` in memory, showing what the adapters show.

`tests/integration/contracts` runs the same tests over these and over the adapters. `World` puts them
together.
"""

from tests.fakes.availabilities import FakeAvailabilities
from tests.fakes.books import FakeRuleBooks
from tests.fakes.budgets import FakeBudgets
from tests.fakes.inbox import FakeInbox
from tests.fakes.ledger import FakeLedger
from tests.fakes.notifications import FakeDeviceRegistry, FakeDevices, FakeNotifications, FakePost
from tests.fakes.outside import FakeSecrets, FakeWebhooks, Sent
from tests.fakes.queues import FakeRetries, FakeRunQueue, FakeTimers
from tests.fakes.store import Store
from tests.fakes.watched import Crash, CrashAt, Meanwhile, Watch, watched
from tests.fakes.world import World

__all__ = [
    "Crash",
    "CrashAt",
    "FakeAvailabilities",
    "FakeBudgets",
    "FakeDeviceRegistry",
    "FakeDevices",
    "FakeInbox",
    "FakeLedger",
    "FakeNotifications",
    "FakePost",
    "FakeRetries",
    "FakeRuleBooks",
    "FakeRunQueue",
    "FakeSecrets",
    "FakeTimers",
    "FakeWebhooks",
    "Meanwhile",
    "Sent",
    "Store",
    "Watch",
    "World",
    "watched",
]
