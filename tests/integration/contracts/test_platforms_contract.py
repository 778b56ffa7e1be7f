"""What every Platforms and Standings shows: one try, and what may be done after it (R3, class C; R9)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from inbox_recipes.adapters.dynamo_standings import DynamoStandings
from inbox_recipes.adapters.platform_calls import PlatformCalls
from inbox_recipes.errors import NotFound, Permanent, Retryable, Unclear
from inbox_recipes.platforms import connector
from inbox_recipes.platforms.base import Letter, Outgoing
from inbox_recipes.platforms.outcomes import TokenExpired
from inbox_recipes.ports import Platforms, Standings
from inbox_recipes.profiles import ConnectedProfile, Credential, Standing
from tests.builders import a_mention
from tests.fakes import FakePlatforms, FakeStandings
from tools.platform_sandbox.played import ACCESS_TOKEN, APP_SECRET, SIGNING_KEYS, Failure, Played
from tools.platform_sandbox.server import Sandbox

REGION = "eu-west-1"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_profile(service: str, **changed: Any) -> ConnectedProfile:
    named = {"app_secret": "sec_1", "access_token": "sec_2"} if service != "email" else {}
    credentials = {name: Credential(hint="…", secret=secret) for name, secret in named.items()}
    native = {"twitter": "501", "facebook": "77", "email": "support@orvane.example"}[service]
    topic = {"sns_topic_arn": "arn:aws:sns:eu-west-1:123456789012:mail"} if service == "email" else {}
    body = {"name": "Orvane", "service": service, "native_id": native, "topic": "46283", **topic}
    return ConnectedProfile.model_validate(body | {"credentials": credentials} | changed)


@dataclass
class Way:
    """One way out: the port, the standings, the profiles that tests may change, the played platforms."""

    port: Platforms
    standings: Standings
    profiles: dict[str, ConnectedProfile]
    played: dict[str, Played]
    unplug: Callable[[], None]
    letters: Callable[[], int]

    def fails(self, service: str, kind: Failure) -> None:
        self.played[service].failures.append(kind)

    def call(self, service: str, call: Outgoing | None = None, now: datetime = NOW) -> str | None:
        """Answer somebody; gives the id of what was made."""
        connection = self.port.connection(service, now)
        mention = a_mention("1", incoming={"private": True, "author__id": "88", "source__service": service})
        wanted = call or connector(service).reply(connection, mention, "Hello é 📱")
        return connector(service).done(self.port.call(connection, wanted, now), now)

    def ask(self, service: str) -> None:
        connection = self.port.connection(service, NOW)
        mention = a_mention("1", incoming={"private": True, "author__id": "88", "source__service": service})
        self.port.call(connection, connector(service).read_back(connection, mention), NOW)


@pytest.fixture(params=["fake", "real"])
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    profiles = {service: a_profile(service) for service in ("twitter", "facebook", "email")}
    if request.param == "fake":
        fake = FakePlatforms(lambda: profiles, lambda: NOW)

        def unplug() -> None:
            fake.unreachable = 1

        played: dict[str, Played] = {"twitter": fake.x, "facebook": fake.facebook}
        yield Way(fake, fake.standings, profiles, played, unplug, lambda: len(fake.letters))
        return
    aws = request.getfixturevalue("aws")
    standings = DynamoStandings(aws.dynamo, aws.named("Ledger"))
    secrets = {"sec_1": APP_SECRET, "sec_2": ACCESS_TOKEN, **SIGNING_KEYS}
    with mock_aws(), Sandbox() as sandbox:
        for each in (sandbox.x, sandbox.facebook):
            each.clock = lambda: NOW
        url = {"sandbox_url": sandbox.url}
        profiles |= {key: each.model_copy(update=url) for key, each in profiles.items()}
        boto3.client("sesv2", REGION).create_email_identity(EmailIdentity="support@orvane.example")
        before = len(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)
        port = PlatformCalls(
            lambda: profiles, secrets.__getitem__, standings, lambda: boto3.client("sesv2", REGION),
            ("127.0.0.0/8",), total_seconds=1.5,
        )  # fmt: skip

        def gone() -> None:
            nowhere = {"sandbox_url": "http://127.0.0.1:9"}
            profiles.update({key: each.model_copy(update=nowhere) for key, each in profiles.items()})

        yield Way(
            port, standings, profiles, {"twitter": sandbox.x, "facebook": sandbox.facebook}, gone,
            lambda: len(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages) - before,
        )  # fmt: skip


@pytest.fixture(params=["twitter", "facebook"])
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_call_is_made_once_and_its_answer_names_what_it_made(way: Way, service: str) -> None:
    made = way.call(service)

    [message] = way.played[service].messages.values()
    assert (made, message.text, message.to) == (message.id, "Hello é 📱", "88")


def test_a_letter_goes_out_by_ses_and_is_known_by_its_message_id(way: Way) -> None:
    native = way.call("email", Letter("support@orvane.example", ("ana@example.com",), b"To: a@b.c\r\n\r\nHi"))

    assert native is not None
    assert native.endswith("@eu-west-1.amazonses.com")
    assert way.letters() == 1


def test_what_is_not_there_disabled_or_expired_is_told_apart(way: Way, service: str) -> None:
    with pytest.raises(NotFound):
        way.port.connection("unheard-of", NOW)
    whole = way.profiles[service]
    way.profiles[service] = whole.model_copy(update={"enabled": False})
    with pytest.raises(Permanent, match="disabled"):
        way.port.connection(service, NOW)
    way.profiles[service] = whole.model_copy(update={"token_expires_at": NOW})
    with pytest.raises(TokenExpired):
        way.port.connection(service, NOW)
    assert way.port.connection(service, NOW - timedelta(seconds=1)).id == service


def test_where_nobody_is_reached_nothing_was_done(way: Way, service: str) -> None:
    way.unplug()
    with pytest.raises(Retryable, match="not reached"):
        way.call(service)
    assert not way.played[service].messages


@pytest.mark.parametrize(("kind", "done"), [("silence", 0), ("lost_answer", 1), ("outage", 0)])
def test_without_a_clear_answer_it_may_have_been_done(
    way: Way, service: str, kind: Failure, done: int
) -> None:
    """R3: class C is never tried again on a guess."""
    way.fails(service, kind)
    with pytest.raises(Unclear):
        way.call(service)
    assert len(way.played[service].messages) == done


@pytest.mark.parametrize("kind", ["silence", "outage"])
def test_a_question_without_an_answer_may_be_asked_again(way: Way, service: str, kind: Failure) -> None:
    way.fails(service, kind)
    with pytest.raises(Retryable):
        way.ask(service)
    way.ask(service)


def test_a_refusal_is_final_and_marks_nothing(way: Way, service: str) -> None:
    way.fails(service, "deleted_post")
    with pytest.raises(Permanent):
        way.call(service)
    assert way.standings.of(service) == Standing()


def test_a_limit_holds_the_other_calls_of_the_profile_until_it_is_over(way: Way, service: str) -> None:
    """The platform's own seconds; nobody calls it in between."""
    way.fails(service, "rate_limit")
    with pytest.raises(Retryable) as limited:
        way.call(service)
    seconds = {"twitter": 60, "facebook": 600}[service]
    assert limited.value.retry_after == seconds

    with pytest.raises(Retryable) as held:
        way.call(service, now=NOW + timedelta(seconds=20))
    assert held.value.retry_after == seconds - 20
    assert not way.played[service].messages
    assert way.standings.of(service).held_until == NOW + timedelta(seconds=seconds)
    assert way.call(service, now=NOW + timedelta(seconds=seconds))


def test_a_hold_ends_after_a_day_whatever_the_platform_says(way: Way) -> None:
    """Its clock, or its answer, may be wrong."""
    behind = NOW - timedelta(days=2)
    way.fails("twitter", "rate_limit")
    with pytest.raises(Retryable) as limited:
        way.call("twitter", now=behind)

    assert (limited.value.retry_after or 0) > 2 * 86_400
    assert way.standings.of("twitter").held_until == behind + timedelta(hours=24)


def test_a_refused_token_marks_the_profile_until_it_has_another(way: Way, service: str) -> None:
    way.fails(service, "expired_token")
    with pytest.raises(TokenExpired):
        way.call(service)
    with pytest.raises(TokenExpired, match="connect it again"):
        way.port.connection(service, NOW)
    assert way.profiles[service].status_at(NOW, way.standings.all()[service]) == "expired"

    known = way.profiles[service]
    anew = {**known.credentials, "access_token": Credential(hint="…", secret="sec_3")}
    way.profiles[service] = known.model_copy(update={"credentials": anew})
    assert way.port.connection(service, NOW).id == service


@pytest.fixture(params=["fake", "dynamo"])
def standings(request: pytest.FixtureRequest) -> Standings:
    if request.param == "fake":
        return FakeStandings()
    aws = request.getfixturevalue("aws")
    return DynamoStandings(aws.dynamo, aws.named("Ledger"))


def test_what_is_said_about_a_profile_adds_up(standings: Standings) -> None:
    assert (standings.of("page"), dict(standings.all())) == (Standing(), {})
    standings.hold("page", NOW, "too many calls")
    standings.refuse("page", "sec_2")
    standings.refuse("account", "")

    whole = Standing(held_until=NOW, held_because="too many calls", refused_token="sec_2")
    assert standings.of("page") == whole
    assert standings.all() == {"page": whole, "account": Standing(refused_token="")}


def test_an_account_of_x_with_its_keys_has_its_calls_signed(way: Way) -> None:
    """RFC 5849: posted, and asked with a query; with the keys of OAuth 2.0 this token is none."""
    signed = {name: Credential(hint="…", secret=name) for name in SIGNING_KEYS}
    account = way.profiles["twitter"]
    way.profiles["twitter"] = account.model_copy(update={"credentials": signed})

    made = way.call("twitter")
    way.ask("twitter")

    assert list(way.played["twitter"].messages) == [made]
