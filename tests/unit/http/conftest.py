"""A caller of an API whose account has one topic, team, user, schedule and saved filter."""

import pytest

from tests.unit.http.client import Client


@pytest.fixture
def client() -> Client:
    client = Client()
    client.create("topics", "46283", {"name": "Billing", "project": {"id": "9", "name": "Care"}})
    client.create("teams", "billing", {"name": "Billing"})
    client.create("users", "nora", {"name": "Nora", "teams": ["billing"]})
    periods = [{"dayofweek": 1, "start": "0900", "end": "1800"}]
    client.create("schedules", "office", {"name": "Office", "timezone": "Europe/Paris", "periods": periods})
    condition = {"field": "content.sentiment", "operator": "is", "value": "negative"}
    tree = {"combinator": "and", "rules": [condition]}
    client.create("saved-filters", "angry", {"name": "Angry", "filter": tree})
    return client
