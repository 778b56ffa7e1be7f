"""What every test may ask for: a fixed moment, and surroundings that reach nothing real."""

from datetime import datetime

import pytest

from tests.builders import NOON


@pytest.fixture
def now() -> datetime:
    """A Sunday noon in UTC."""
    return NOON


@pytest.fixture(autouse=True)
def _nothing_real(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of nobody, so that a client made by mistake cannot do any harm."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    monkeypatch.setenv("POWERTOOLS_DEV", "false")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "InboxRecipesTests")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "inbox-recipes")
