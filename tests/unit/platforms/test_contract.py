"""What every connector does alike (R11, R7, R2, A10, A12, A38): one contract, each test for each platform."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from inbox_recipes import platforms
from inbox_recipes.errors import InvalidInput, Permanent, Retryable, Unclear
from inbox_recipes.inbox import Mention
from inbox_recipes.platforms import CAPABILITIES, SERVICES, Act, connector
from inbox_recipes.platforms.base import ACTS, Answered, Letter, Received, Request
from inbox_recipes.platforms.outcomes import Gone, TokenExpired
from tests import wire
from tests.builders import NOON, TOPIC, a_rule_book
from tests.fakes import World
from tests.wire import GENUINE, SECRETS, connection, events, sns_key, verified

NOT_CONNECTORS = {"__init__", "base", "facebook_events", "mail_events", "outcomes", "sns", "x_events"}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def taken_in(service: str) -> Mention:
    """The mention of the platform's genuine request, as the inbox keeps it."""
    world = World(a_rule_book(), NOON)
    [done] = world.take_in(*events(service, GENUINE[service]()).mentions)
    return world.mention(done.unique_id)


def test_every_connector_is_found_and_no_other() -> None:
    folder = {file.stem for file in Path(platforms.__path__[0]).glob("*.py")} - NOT_CONNECTORS

    assert {connector(each).__module__.rsplit(".")[-1] for each in SERVICES} == folder
    assert all(connector(each).service == each for each in SERVICES)
    assert CAPABILITIES.keys() == set(SERVICES)
    with pytest.raises(InvalidInput):
        connector("myspace")


def test_a_genuine_request_is_for_the_profile_and_its_mention_is_of_the_profiles_topic(service: str) -> None:
    """R11. Domain 1.1: a profile is connected to a topic."""
    [mention] = events(service, GENUINE[service]()).mentions

    assert mention.topic.id == TOPIC
    assert mention.source.service == service
    assert mention.source.profile == f"our-{service}"
    assert not mention.author.managed
    assert timedelta(0) <= NOON - mention.date.published < timedelta(minutes=1)


def test_a_request_with_one_changed_bit_or_no_signature_is_nobodys(service: str) -> None:
    """R11: a forged signature is refused."""
    genuine = GENUINE[service]()
    at = genuine.body.index(b"0")

    forged = [
        replace(genuine, body=genuine.body[:at] + b"1" + genuine.body[at + 1 :]),
        Received(headers={}, query={}, body=b'{"object": "page", "entry": []}'),
        Received(headers=dict.fromkeys(genuine.headers, "sha256=é"), query={}, body=b"{}"),
        Received(headers=dict.fromkeys(genuine.headers, ""), query={}, body=b"\xff"),
    ]

    platform = connector(service)
    for each in forged:
        assert platform.verify(each, [connection(service)], sns_key()[1]) == ()


def test_a_profile_without_its_secret_verifies_nothing(service: str) -> None:
    """R11: the empty secret signs nothing. Mail is signed by SNS, whose topic must be the mailbox's."""
    other = replace(connection(service), secrets={"app_secret": ""})
    if service == "email":
        other = connection(service, sns_topic_arn="arn:aws:sns:eu-west-1:123456789012:other")

    assert connector(service).verify(GENUINE[service](), [other], sns_key()[1]) == ()


def test_the_same_request_makes_the_same_mention(service: str) -> None:
    """R2: a replayed event is a duplicate."""
    world, request = World(a_rule_book(), NOON), GENUINE[service]()

    first = world.take_in(*events(service, request).mentions)
    again = world.take_in(*events(service, request).mentions)

    assert [each.result for each in (*first, *again)] == ["created", "duplicate"]


def test_what_a_platform_cannot_do_is_refused_and_what_it_can_is_a_call(service: str) -> None:
    """A12, A38: never through something else."""
    platform, ours, mention = connector(service), connection(service), taken_in(service)
    calls: dict[str, Any] = {
        "private_reply": lambda: platform.send_privately(ours, mention, "Hello"),
        "public_reply": lambda: platform.send_publicly(ours, mention, "Hello"),
        "read_back": lambda: platform.read_back(ours, mention),
    }

    for name, call in calls.items():
        if getattr(platform.capabilities, name):
            assert call().url.startswith("https://")
        else:
            with pytest.raises(Permanent):
                call()
    assert isinstance(platform.reply(ours, mention, "Hello"), Request | Letter)


@pytest.mark.parametrize("act", ACTS)
def test_acts_on_what_others_wrote_are_calls_or_refused_in_words(service: str, act: Act) -> None:
    """Rows 44-46, A12: of a reply in public, which is what each platform can do most with."""
    platform, ours = connector(service), connection(service)
    source = taken_in(service).source.model_copy(update={"in_reply_to_message_id": "1"})
    mention = taken_in(service).model_copy(update={"source": source})

    if platform.capabilities.allows(act):
        call = platform.moderate(act, ours, mention)
        assert isinstance(call, Request)
        assert call.url.startswith("https://")
        assert platform.refuses(act, mention) is None
    else:
        with pytest.raises(Permanent, match=f"{service} cannot"):
            platform.moderate(act, ours, mention)


@pytest.mark.parametrize("service", ["twitter", "facebook"])
def test_a_sandbox_gets_the_calls_of_its_profile(service: str) -> None:
    """And a profile that is not a sandbox's speaks to the platform alone."""
    sandbox = connection(service, sandbox_url="http://127.0.0.1:9900")

    called = connector(service).reply(sandbox, taken_in(service), "Hello")

    assert isinstance(called, Request)
    assert called.url.startswith("http://127.0.0.1:9900/")


def test_a_missing_token_is_said_and_no_secret_stands_in_what_is_printed(service: str) -> None:
    """R9."""
    ours = connection(service)
    shown = repr(ours)
    if SECRETS[service]:
        with pytest.raises(Permanent, match="access_token"):
            connector(service).reply(replace(ours, secrets={"app_secret": "s"}), taken_in(service), "Hi")
        shown += repr(connector(service).reply(ours, taken_in(service), "Hello"))

    assert not [secret for secret in SECRETS[service].values() if secret in shown]


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, Unclear), (503, Unclear), (408, Unclear), (429, Retryable), (400, Permanent), (302, Permanent)],
)
def test_an_outage_is_unclear_and_a_refusal_is_final(
    service: str, status: int, error: type[Exception]
) -> None:
    """R3, class C: an outage may have done it."""
    with pytest.raises(error):
        connector(service).done(Answered(status, {}, {}), NOON)


def test_a_forged_sandbox_address_is_no_sandbox() -> None:
    """R10."""
    for url in (
        "https://evil.example",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "http://a@127.0.0.1",
    ):
        with pytest.raises(ValueError, match="sandbox"):
            connection("facebook", sandbox_url=url)


@pytest.mark.parametrize("service", ["twitter", "facebook"])
def test_a_request_that_brings_several_events_brings_those_that_can_be_read(service: str) -> None:
    """R7. The others are kept with the reason, in which nobody's words are quoted (R9)."""
    whole: Any = {
        "twitter": lambda: wire.x({"tweet_create_events": [{"text": "secret words"}, wire.post()]}),
        "facebook": lambda: wire.facebook(
            wire.feed(created_time="soon", message="secret words"), wire.feed()
        ),
    }
    brought = events(service, whole[service]())

    assert len(brought.mentions) == 1
    [unread] = brought.unread
    assert "secret words" not in unread.reason
    assert "secret words" in str(unread.event)


def test_expired_tokens_are_told_from_other_refusals() -> None:
    for service, answered in (
        ("twitter", Answered(401, {}, {"title": "Unauthorized"})),
        ("facebook", Answered(400, {}, {"error": {"code": 190, "error_subcode": 463}})),
    ):
        with pytest.raises(TokenExpired):
            connector(service).done(answered, NOON)


def test_a_limit_that_is_used_up_says_when_to_come_again() -> None:
    reset = {"x-rate-limit-reset": str(int(NOON.timestamp()) + 90)}
    with pytest.raises(Retryable) as x:
        connector("twitter").done(Answered(429, reset, {}), NOON)

    assert x.value.retry_after == 90


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001, 80006])
def test_a_limit_of_facebooks_that_is_used_up_is_waited_for(code: int) -> None:
    """With a page token it is that of a business use case: 80001 for the page, 80006 for Messenger."""
    with pytest.raises(Retryable) as facebook:
        connector("facebook").done(Answered(400, {}, {"error": {"code": code}}), NOON)

    assert facebook.value.retry_after == 600


def test_verified_means_verified(service: str) -> None:
    _, connections = verified(service, GENUINE[service]())

    assert [each.id for each in connections] == [f"our-{service}"]


def test_what_is_gone_is_told_from_other_refusals() -> None:
    """Deleting what somebody has deleted is done; hiding it too."""
    for service, answered in (
        ("twitter", Answered(404, {}, {"title": "Not Found Error"})),
        ("facebook", Answered(400, {}, {"error": {"code": 100, "error_subcode": 33}})),
    ):
        with pytest.raises(Gone):
            connector(service).done(answered, NOON)
    with pytest.raises(Permanent) as other:
        connector("facebook").done(Answered(400, {}, {"error": {"code": 100, "error_subcode": 1}}), NOON)
    assert not isinstance(other.value, Gone)
