"""All fakes together, with the moving parts of the platform turned by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from inbox_recipes.flows import agents
from inbox_recipes.flows.by_hand import Agent
from inbox_recipes.flows.erase import go_on
from inbox_recipes.flows.erase_items import Erasing
from inbox_recipes.flows.evaluate import Decided, evaluate_changes
from inbox_recipes.flows.execute import execute
from inbox_recipes.flows.ingest import Ingested, ingest
from inbox_recipes.flows.outbox import Desk
from inbox_recipes.history import HistoryEntry
from inbox_recipes.inbox import Case, IncomingMention, Mention
from inbox_recipes.matching import Matchers
from inbox_recipes.messages import EraseMessage, QueueMessage
from inbox_recipes.patches import CasePatch
from inbox_recipes.people import Actor
from inbox_recipes.ports import PersonalData, Ports
from inbox_recipes.rule_book import RuleBook
from tests.builders import NORA
from tests.fakes.availabilities import FakeAvailabilities
from tests.fakes.books import FakeRuleBooks, FakeTopics
from tests.fakes.budgets import FakeBudgets
from tests.fakes.deliveries import FakeDeliveries, FakeNotices
from tests.fakes.inbox import FakeInbox
from tests.fakes.ledger import FakeLedger
from tests.fakes.moderations import FakeModerations
from tests.fakes.notifications import FakeDevices, FakeNotifications, FakePost
from tests.fakes.outbox import FakeOutbox
from tests.fakes.outside import FakeWebhooks
from tests.fakes.personal_data import FakePersonalData
from tests.fakes.platforms import FakePlatforms
from tests.fakes.queues import FakeRetries, FakeRunQueue, FakeTimers
from tests.fakes.store import Store
from tests.fakes.surveys import FakeSurveyLinks, FakeSurveys
from tests.fakes.watched import Watch, watched


@dataclass
class World:
    """A stack in memory at one moment, `now`. Nothing moves unless it is told to."""

    book: RuleBook
    now: datetime
    store: Store = field(default_factory=Store)
    seen: int = 0

    def __post_init__(self) -> None:
        self.inbox = FakeInbox(self.store)
        self.surveys = FakeSurveys(self.store)
        self.ledger = FakeLedger(self.store)
        self.rule_books = FakeRuleBooks(self.book)
        self.matchers = Matchers()
        self.queue = FakeRunQueue(lambda: self.now)
        self.retries = FakeRetries(lambda: self.now)
        self.timers = FakeTimers()
        self.webhooks = FakeWebhooks()
        self.deliveries = FakeDeliveries()
        self.notices = FakeNotices()
        self.availabilities = FakeAvailabilities()
        self.budgets = FakeBudgets(self.store)
        self.notifications = FakeNotifications(self.store)
        self.personal_data = FakePersonalData(self.store)
        self.mail, self.push, self.devices = FakePost(), FakePost(), FakeDevices()
        self.moderations = FakeModerations(self.store)
        self.platforms = FakePlatforms(lambda: self.rule_books.current().profiles, lambda: self.now)
        self.outbox = FakeOutbox(self.store)

    def ports(self, watch: Watch | None = None) -> Ports:
        """What runs are carried out with, each call watched if wanted."""
        plain = Ports(
            self.inbox, self.rule_books, self.ledger, self.retries, self.timers, self.webhooks,
            self.deliveries, self.notices, self.availabilities, self.budgets,
            self.queue, self.notifications, self.mail, self.push,
            self.devices, self.platforms, self.moderations, self.outbox, FakeSurveyLinks(),
        )  # fmt: skip
        if watch is None:
            return plain
        ports = {name: port for name, port in vars(plain).items() if name != "inbox_url"}
        return Ports(**{name: watched(port, name, watch) for name, port in ports.items()})

    def take_in(self, *incoming: IncomingMention, watch: Watch | None = None) -> list[Ingested]:
        """Ingest mentions."""
        topics = FakeTopics(self.rule_books)
        inbox = self.ports(watch).inbox
        return ingest(incoming, inbox, self.now, topics.business_time, cases_on=topics.cases_on())

    def agent(self, ports: Ports | None = None, actor: Actor = NORA) -> Agent:
        """Somebody who acts now by hand, through other ports if wanted."""
        return Agent(actor, ports.inbox if ports else self.inbox, self.rule_books, self.now)

    def desk(self, ports: Ports | None = None, actor: Actor = NORA) -> Desk:
        """Somebody at the outbox now, through other ports if wanted."""
        through = ports or self.ports()
        return Desk(through.outbox, through.inbox, self.rule_books, through.queue, actor, self.now)

    def patch_case(self, **changed: Any) -> Case:
        """Change the only case as an agent does who has just read it."""
        case, patch = self.case(), CasePatch.model_validate(changed)
        return agents.patch_case(case.id, patch, case.revision, self.agent())

    def evaluate(self, watch: Watch | None = None, *, again: int = 0) -> Decided:
        """Give the evaluator what is new in the stream, and the last `again` records once more."""
        batch = self.store.changes[max(0, self.seen - again) :]
        ports = self.ports(watch)
        queue = watched(self.queue, "queue", watch) if watch else self.queue
        decided = evaluate_changes(
            batch, ports.inbox, ports.rule_books, ports.ledger, queue, self.matchers, self.now
        )
        self.seen = len(self.store.changes)
        return decided

    def work(self, watch: Watch | None = None) -> int:
        """Carry out everything that is queued. A message leaves the queue when it is done."""
        done = 0
        while group := next((group for group in self.queue.groups.values() if group), None):
            self._carry_out(group[0], watch)
            group.popleft()
            done += 1
        return done

    def _carry_out(self, message: QueueMessage, watch: Watch | None) -> None:
        if isinstance(message, EraseMessage):
            go_on(message, self.erasing(watch), self.now)
        else:
            execute(message, self.ports(watch), self.now)

    def erasing(self, watch: Watch | None = None) -> Erasing:
        """What erasing a contact works with, each call watched if wanted."""
        ports = self.ports(watch)
        personal_data: PersonalData = self.personal_data
        if watch is not None:
            personal_data = watched(personal_data, "personal_data", watch)
        return Erasing(
            ports.inbox, ports.ledger, ports.deliveries, ports.moderations, personal_data, ports.queue,
            ports.timers, ports.outbox, self.surveys,
        )  # fmt: skip

    def settle(self) -> None:
        """Evaluate and work until nothing is left to do now."""
        while self.seen < len(self.store.changes) or self.queue.waiting():
            self.evaluate()
            self.work()

    def pass_time(self, **duration: float) -> None:
        """Let time go by: schedules fire, retries come back, each when it is due."""
        until = self.now + timedelta(**duration)
        self.settle()
        while moments := self._moments(until):
            self.now = max(self.now, min(moments))
            self.fire()
            self._bring_back()
            self.settle()
        self.now = until

    def _moments(self, until: datetime) -> Sequence[datetime]:
        schedules = [schedule.at for schedule in self.timers.armed.values()]
        delays = [delayed.due for delayed in self.retries.delayed]
        return [at for at in schedules + delays if at <= until]

    def fire(self) -> None:
        """Let the schedules that are due send their messages."""
        for name in self.timers.due(self.now):
            schedule = self.timers.armed.pop(name)
            self.queue.put(schedule.message, schedule.conversation)

    def _bring_back(self) -> None:
        back = [delayed for delayed in self.retries.delayed if delayed.due <= self.now]
        for delayed in back:
            self.retries.delayed.remove(delayed)
            execute(delayed.message, self.ports(), self.now)

    def case(self) -> Case:
        """The only case there is."""
        [case] = self.store.cases.values()
        return case

    def mention(self, unique_id: str) -> Mention:
        """A mention as it is now."""
        return self.store.mentions[unique_id]

    def case_history(self, case_id: str | None = None) -> list[HistoryEntry]:
        """The case's log, oldest first."""
        return self.store.history("case", case_id or self.case().id)

    def mention_history(self, unique_id: str) -> list[HistoryEntry]:
        """The mention's log, oldest first."""
        return self.store.history("mention", unique_id)
