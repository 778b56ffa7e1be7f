"""What the core needs from outside, as protocols. Adapters and the tests' fakes show the same behaviour.

Nothing here is needed but as a type, so a function that uses one port does not load the others' models.
"""

from dataclasses import dataclass

from inbox_recipes.ports.inbox import Inbox, Transaction, Write
from inbox_recipes.ports.ledger import (
    Counters,
    Deliveries,
    Ledger,
    Moderations,
    Notifications,
    Outbox,
    Quarantined,
    Surveys,
)
from inbox_recipes.ports.outside import (
    DeviceRegistry,
    LaterMessage,
    Mail,
    Notices,
    Platforms,
    Push,
    QueuedMessage,
    Retries,
    RunQueue,
    SecretStore,
    SigningKeyRing,
    Standings,
    SurveyLinks,
    TimedMessage,
    Timers,
    Webhooks,
)
from inbox_recipes.ports.pages import Page
from inbox_recipes.ports.people import Availabilities, Devices
from inbox_recipes.ports.personal_data import EventPage, PersonalData
from inbox_recipes.ports.rule_book import Profiles, RuleBooks, Topics

__all__ = [
    "Availabilities",
    "Counters",
    "Deliveries",
    "DeviceRegistry",
    "Devices",
    "EventPage",
    "Inbox",
    "LaterMessage",
    "Ledger",
    "Mail",
    "Moderations",
    "Notices",
    "Notifications",
    "Outbox",
    "Page",
    "PersonalData",
    "Platforms",
    "Ports",
    "Profiles",
    "Push",
    "Quarantined",
    "QueuedMessage",
    "Retries",
    "RuleBooks",
    "RunQueue",
    "SecretStore",
    "SigningKeyRing",
    "Standings",
    "SurveyLinks",
    "Surveys",
    "TimedMessage",
    "Timers",
    "Topics",
    "Transaction",
    "Webhooks",
    "Write",
]


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
    platforms: Platforms
    moderations: Moderations
    outbox: Outbox
    survey_links: SurveyLinks
    inbox_url: str = ""
