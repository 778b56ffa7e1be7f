"""The caller that the tests of the API share."""

import pytest

from tests.unit.http.client import Client, an_account


@pytest.fixture
def client() -> Client:
    """A caller of an account with one of each kind."""
    return an_account()
