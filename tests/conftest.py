"""What every test may ask for: a fixed moment, and surroundings that reach nothing real."""

from collections import Counter
from datetime import datetime

import pytest

from tests.builders import NOON
from tests.simulation.judgement import in_words


@pytest.fixture
def now() -> datetime:
    """A Sunday noon in UTC."""
    return NOON


NOBODY = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "POWERTOOLS_METRICS_NAMESPACE": "InboxRecipesTests",
    "POWERTOOLS_SERVICE_NAME": "inbox-recipes",
}
"""Credentials of nobody, so that a client made by mistake cannot do any harm."""


@pytest.fixture(autouse=True)
def _nothing_real(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NOBODY.items():
        monkeypatch.setenv(name, value)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The numbers of all simulated histories, from whatever process played them, and how a backlog went."""
    numbers: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            told = dict(report.user_properties)
            numbers.update(told.get("histories", {}))
            if "drained" in told:
                terminalreporter.write_line(f"drained: {told['drained']}")
    if numbers:
        terminalreporter.write_line(in_words(numbers))
