"""The API over fakes, called as API Gateway calls it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from inbox_recipes.flows.ingest import ingest
from inbox_recipes.http.app import build_app
from inbox_recipes.http.services import Services
from inbox_recipes.roles import SCOPE_OF
from tests.builders import NOON, a_private
from tests.fake_configuration import FakeCalendars, FakeConfiguration
from tests.fakes import (
    FakeAvailabilities,
    FakeDeliveries,
    FakeDeviceRegistry,
    FakeDevices,
    FakeInbox,
    FakeLedger,
    FakeModerations,
    FakeOutbox,
    FakeRetries,
    FakeSecrets,
    FakeSigningKeys,
    FakeStandings,
    Store,
)
from tests.fakes.personal_data import FakePersonalData
from tests.fakes.queues import FakeRunQueue
from tests.fakes.surveys import SURVEY_KEY, FakeSurveys
from tests.unit.http.contract import hold

SCOPES = sorted(set(SCOPE_OF.values()))
CLAIMS = {
    "sub": "3f1c",
    "username": "nora",
    "client_id": "console",
    "cognito:groups": "[administrator]",
    "scope": " ".join(SCOPES),
}


class Context:
    """What Lambda tells a function about itself."""

    function_name = "api"
    memory_limit_in_mb = 128
    invoked_function_arn = "arn:aws:lambda:eu-west-1:1:function:api"
    aws_request_id = "req-1"


@dataclass(frozen=True)
class Reply:
    """An answer, read."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def pointers(self) -> list[str]:
        """Where the problem's mistakes are."""
        return [error["pointer"] for error in self.body["errors"]]


class Client:
    """One caller. `claims` is what the gateway's authorizer found in the token."""

    def __init__(self) -> None:
        self.store = Store()
        self.configuration = FakeConfiguration()
        self.deliveries = FakeDeliveries()
        self.retries = FakeRetries(lambda: NOON)
        self.queue = FakeRunQueue(lambda: NOON)
        self.secrets = FakeSecrets()
        self.signing_keys = FakeSigningKeys(NOON)
        self.standings = FakeStandings()
        self.personal_data = FakePersonalData(self.store)
        tokens = count(1)
        self.services = Services(
            inbox=FakeInbox(self.store),
            ledger=FakeLedger(self.store),
            configuration=self.configuration,
            rule_books=self.configuration,
            calendars=FakeCalendars(),
            deliveries=self.deliveries,
            retries=self.retries,
            devices=FakeDevices(),
            device_registry=FakeDeviceRegistry(),
            secrets=self.secrets,
            availabilities=FakeAvailabilities(),
            queue=self.queue,
            signing_keys=self.signing_keys,
            surveys=FakeSurveys(self.store),
            survey_keys=lambda: (SURVEY_KEY,),
            moderations=FakeModerations(self.store),
            standings=self.standings,
            personal_data=self.personal_data,
            outbox=FakeOutbox(self.store),
            now=lambda: NOON,
            token=lambda: f"t{next(tokens)}",
        )
        self.claims: dict[str, str] | None = CLAIMS
        self.app = build_app(self.services)

    def call(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        raw: str | None = None,
    ) -> Reply:
        """Send a request; `raw` is a body that need not be JSON. Every answer must keep the contract."""
        parts = urlsplit(url)
        several: dict[str, list[str]] = {}
        for pair in parts.query.split("&") if parts.query else ():
            name, _, value = pair.partition("=")
            several.setdefault(name, []).append(value)
        event = {
            "path": parts.path,
            "httpMethod": method,
            "headers": {"Origin": "https://console.example", **(headers or {})},
            "multiValueHeaders": None,
            "queryStringParameters": {name: values[-1] for name, values in several.items()} or None,
            "multiValueQueryStringParameters": several or None,
            "requestContext": {
                "requestId": "req-1",
                "stage": "v1",
                **({"authorizer": {"claims": self.claims}} if self.claims else {}),
            },
            "body": raw if raw is not None else None if body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = self.app.resolve(event, Context())
        shown = {name: values[-1] for name, values in answer["multiValueHeaders"].items()}
        text = answer["body"] or "null"
        is_json = "json" in shown.get("Content-Type", "json")
        reply = Reply(answer["statusCode"], json.loads(text) if is_json else text, shown)
        hold(method, parts.path, reply.status, reply.body, reply.headers)
        return reply

    def create(self, route: str, member_id: str, body: Any) -> Reply:
        """Make something with an id of our choice; it must succeed."""
        reply = self.call("PUT", f"/{route}/{member_id}", body, headers={"If-None-Match": "*"})
        assert reply.status == 201, reply.body
        return reply

    def take_in(self, native_id: str = "1001", **changed: Any) -> str:
        """A private mention, and its case, in the inbox."""
        return ingest([a_private(native_id, **changed)], self.services.inbox, NOON)[0].unique_id


def an_account() -> Client:
    """A caller of an account that has one topic, team, user, schedule and saved filter."""
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


def recipe(**changed: Any) -> dict[str, Any]:
    """A recipe as a person writes it."""
    return {
        "name": "Billing",
        "trigger": {"type": "arrival"},
        "topics": ["46283"],
        "actions": [{"type": "resolve"}],
        **changed,
    }
