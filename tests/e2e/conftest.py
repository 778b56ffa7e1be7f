"""The stack that the end-to-end tests share, started once and stopped at the end."""

import sys
from collections.abc import Iterator

import pytest

from tests.e2e import stack as stacks
from tests.e2e.account import Account
from tests.e2e.stack import Stack
from tools.api_client import Api

LONG = (
    "test_moderation", "test_stories", "test_replies", "test_redrive", "test_webhook_secrets",
    "test_bring_back", "test_restart", "test_waits", "test_notifications", "test_delayed_resolve",
)  # fmt: skip
"""Modules that take a minute or two, most of it waiting. One that began last would hold up the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long modules come first, the longest at the beginning."""
    begin = {name: index for index, name in enumerate(LONG)}
    items.sort(key=lambda item: begin.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config) -> Iterator[Stack]:
    """A fresh stack: nothing of an earlier run is in it. What it does is shown while it does it."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write("\n")
        stacks.start_afresh()
    try:
        yield stacks.read()
    finally:
        with capture.global_and_fixture_disabled():
            sys.stdout.write("\n")
            stacks.local_stack("down")


@pytest.fixture(scope="session")
def whole_account(stack: Stack) -> Account:
    """The account that the stack is, with a topic and a team; the caller has every scope."""
    return Account(Api(stack.described))


@pytest.fixture
def account(whole_account: Account) -> Iterator[Account]:
    """The same, rid of the test's recipes at its end."""
    yield whole_account
    whole_account.tidy()
