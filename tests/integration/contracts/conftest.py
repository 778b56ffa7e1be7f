"""The ports that a contract is checked on: the fakes, and the adapters over moto."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest
import time_machine

from inbox_recipes.changes import Change
from inbox_recipes.ports import Inbox, Ledger
from tests.conftest import NOBODY
from tests.fakes import FakeInbox, FakeLedger, Store
from tests.integration.aws import Aws, pretended_aws


@dataclass(frozen=True)
class Stores:
    """An inbox and a ledger that share their transactions, and what the stream says of them."""

    inbox: Inbox
    ledger: Ledger
    changes: Callable[[], Sequence[Change]]


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    """What has expired, and the last 31 days, are told by the clock (R20)."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture(scope="session")
def clients() -> Iterator[Aws]:
    """Clients are slow to make; one set serves a whole run."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in NOBODY.items():
            environment.setenv(name, value)
        with pretended_aws() as pretended:
            yield pretended


@pytest.fixture
def aws(clients: Aws) -> Aws:
    """Empty tables of the test's own."""
    return clients.fresh()


@pytest.fixture(params=["fake", "dynamo"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "fake":
        store = Store()
        return Stores(FakeInbox(store), FakeLedger(store), lambda: store.changes)
    pretended: Aws = request.getfixturevalue("aws")
    return Stores(pretended.inbox, pretended.ledger, pretended.changes)
