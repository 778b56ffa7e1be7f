"""The connectors against the played platforms, over HTTP: both follow the same documentation."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest
import requests
from time_machine import TimeMachineFixture

from inbox_recipes.errors import Permanent, Retryable, Unclear
from inbox_recipes.inbox import Mention
from inbox_recipes.platforms import Act, connector
from inbox_recipes.platforms.base import Answered, Connection, Received, Request
from inbox_recipes.platforms.outcomes import Gone, TokenExpired
from inbox_recipes.profiles import ConnectedProfile
from tests.builders import NOON as NOW
from tests.builders import TOPIC, a_rule_book
from tests.fakes import World
from tools.platform_sandbox.facebook import PlayedFacebook
from tools.platform_sandbox.mail import TOPIC_ARN
from tools.platform_sandbox.played import ACCESS_TOKEN, APP_SECRET, SIGNING_KEYS, VERIFY_TOKEN
from tools.platform_sandbox.server import Sandbox
from tools.platform_sandbox.x_signatures import signature

SHARED: dict[str, dict[str, str]] = {
    "twitter": SIGNING_KEYS,
    "facebook": {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "access_token": ACCESS_TOKEN},
    "email": {},
}
ON_ITS_WAY = "On its way & here: <3"
CALLED = ["twitter", "facebook"]
"""The platforms that are called over HTTP; mail goes out by SES."""


@pytest.fixture
def sandbox(time_machine: TimeMachineFixture) -> Iterator[Sandbox]:
    """At noon, whenever the test has its turn: signatures are believed for five minutes."""
    time_machine.move_to(NOW)
    with Sandbox() as made:
        yield made


class Ours:
    """A profile of ours on a played platform, and what a function does with it."""

    def __init__(self, sandbox: Sandbox, service: str, secrets: Mapping[str, str] | None = None) -> None:
        self.sandbox, self.platform = sandbox, connector(service)
        self.played = sandbox.platforms[service]
        topic = {"sns_topic_arn": TOPIC_ARN} if service == "email" else {}
        profile = ConnectedProfile.model_validate(
            {"name": "Orvane", "service": service, "native_id": self.played.profile, "topic": TOPIC,
             "sandbox_url": sandbox.url, **topic}
        )  # fmt: skip
        self.connection = Connection("ours", profile, SHARED[service] if secrets is None else secrets)
        self.world = World(a_rule_book(), NOW)

    def take_in(self) -> Mention:
        """The mention of the platform's latest event, verified and in the inbox."""
        _, event, _ = self.sandbox.told[-1]
        received = Received(event.headers, {}, event.body)
        url = self.platform.certificate(received, [self.connection])
        page = requests.get(url, timeout=5).content if url else None
        signed = self.platform.verify(received, [self.connection], page)
        [mention] = self.platform.parse(received, signed, {}, NOW).mentions
        [done] = self.world.take_in(mention)
        return self.world.mention(done.unique_id)

    def call(self, request: Any, now: datetime = NOW) -> Answered:
        assert isinstance(request, Request)
        return self.send(self.platform.authorized(self.connection, request, now, token_hex(16)))

    def send(self, request: Request) -> Answered:
        answer = requests.request(
            request.method, request.url, headers=dict(request.headers), json=request.body, timeout=5
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answered(answer.status_code, headers, answer.json())


@pytest.mark.parametrize("service", ["twitter", "facebook", "email"])
def test_what_somebody_writes_comes_in(sandbox: Sandbox, service: str) -> None:
    """Domain 1.3: one person, one case."""
    ours = Ours(sandbox, service)
    sandbox.write(service, "Ana", "Où est ma commande ? 📦")
    first = ours.take_in()
    sandbox.write(service, "Ana", "Hello?")

    assert (first.message.content, first.private) == ("Où est ma commande ? 📦", True)
    assert ours.take_in().case_id == first.case_id
    assert ours.world.case().fence == 2


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("service", CALLED)
def test_a_reply_arrives_and_its_echo_is_the_same_message_in_the_case(
    sandbox: Sandbox, service: str, private: bool
) -> None:
    """A10; row 14: what the platform echoes is what we have sent, by its id."""
    ours = Ours(sandbox, service)
    written = sandbox.write(service, "Ana", "Where is it?", private=private)
    theirs = ours.take_in()

    made = ours.platform.done(ours.call(ours.platform.reply(ours.connection, theirs, ON_ITS_WAY)), NOW)
    echoed = ours.take_in()

    assert ours.played.messages[made or ""].text == ON_ITS_WAY
    assert ours.played.messages[made or ""].private == private
    assert (echoed.id, echoed.status, echoed.author.managed) == (made, "sent", True)
    assert echoed.case_id == theirs.case_id
    if not private:
        assert ours.played.messages[made or ""].parent == written.id


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("service", CALLED)
def test_a_lost_answer_can_be_read_back_and_silence_too(
    sandbox: Sandbox, service: str, private: bool
) -> None:
    """R3, class C: after a time-out the platform is asked, and nothing is sent twice."""
    ours = Ours(sandbox, service)
    sandbox.write(service, "Ana", "Where is it?", private=private)
    theirs = ours.take_in()
    since = NOW - timedelta(seconds=1)
    sent = ours.platform.reply(ours.connection, theirs, ON_ITS_WAY)

    for failure, there in (("silence", False), ("lost_answer", True)):
        ours.played.failures.append(failure)  # type: ignore[arg-type]
        with pytest.raises(requests.exceptions.ConnectionError):
            ours.call(sent)
        answered = ours.call(ours.platform.read_back(ours.connection, theirs))
        found = ours.platform.found(answered, theirs, ON_ITS_WAY, since)
        assert (found is not None) == there
        assert ours.platform.found(answered, theirs, "Something else", since) is None


@pytest.mark.parametrize("service", CALLED)
@pytest.mark.parametrize(
    ("failure", "error"),
    [
        ("rate_limit", Retryable),
        ("expired_token", TokenExpired),
        ("deleted_post", Permanent),
        ("outage", Unclear),
    ],
)
def test_every_error_of_a_platform_is_understood(
    sandbox: Sandbox, service: str, failure: Any, error: type[Exception]
) -> None:
    ours = Ours(sandbox, service)
    sandbox.write(service, "Ana", "Where is it?")
    ours.played.failures.append(failure)

    answered = ours.call(ours.platform.reply(ours.connection, ours.take_in(), "Hi"))

    with pytest.raises(error) as raised:
        ours.platform.done(answered, NOW)
    if failure == "rate_limit":
        assert 0 < (getattr(raised.value, "retry_after", None) or 0) <= 600


@pytest.mark.parametrize("service", CALLED)
def test_hiding_blocking_and_deleting_do_that_and_hiding_can_be_taken_back(
    sandbox: Sandbox, service: str
) -> None:
    """Rows 44 to 46: the calls; and again, which changes nothing more."""
    ours = Ours(sandbox, service)
    written = sandbox.write(service, "Ana", "Buy followers", private=False, parent="1")
    theirs, platform = ours.take_in(), ours.platform

    def do(act: Act) -> None:
        for _ in range(2):
            assert platform.done(ours.call(platform.moderate(act, ours.connection, theirs)), NOW) is None

    do("hide")
    assert written.hidden
    do("unhide")
    assert not written.hidden
    do("block_author")
    assert ours.played.blocked == {written.author}
    if platform.capabilities.delete:
        platform.done(ours.call(platform.delete(ours.connection, theirs)), NOW)
        assert written.id not in ours.played.messages
        with pytest.raises(Gone):
            platform.done(ours.call(platform.delete(ours.connection, theirs)), NOW)


def test_a_private_answer_to_a_comment_reaches_its_author(sandbox: Sandbox) -> None:
    ours = Ours(sandbox, "facebook")
    written = sandbox.write("facebook", "Ana", "My order number is 12", private=False)

    request = ours.platform.send_privately(ours.connection, ours.take_in(), "Let us talk here")
    made = ours.platform.done(ours.call(request), NOW)

    assert ours.played.messages[made or ""].to == written.author


@pytest.mark.parametrize(
    ("service", "name"), [("facebook", "access_token"), *(("twitter", name) for name in SIGNING_KEYS)]
)
def test_a_wrong_token_or_key_is_refused_as_an_expired_one(sandbox: Sandbox, service: str, name: str) -> None:
    """RFC 5849, 3.2: each of X's four has a part in the signature."""
    ours = Ours(sandbox, service)
    sandbox.write(service, "Ana", "Hi")
    theirs = ours.take_in()
    ours.connection = replace(ours.connection, secrets={**SHARED[service], name: "old"})

    with pytest.raises(TokenExpired):
        ours.platform.done(ours.call(ours.platform.reply(ours.connection, theirs, "Hi")), NOW)
    assert [each.text for each in ours.played.messages.values()] == ["Hi"]


@pytest.mark.parametrize(
    ("token", "taken"), [(ACCESS_TOKEN, True), ("old", False), (SIGNING_KEYS["access_token"], False)]
)
def test_a_token_of_oauth_2_is_taken_without_a_signature_and_one_of_oauth_1_is_not(
    sandbox: Sandbox, token: str, taken: bool
) -> None:
    ours = Ours(sandbox, "twitter", {"app_secret": APP_SECRET, "access_token": token})
    sandbox.write("twitter", "Ana", "Hi")

    answered = ours.call(ours.platform.reply(ours.connection, ours.take_in(), "Hello"))

    assert (answered.status == 201) == taken
    assert len(ours.played.messages) == 1 + taken


def test_a_signed_call_is_taken_once_soon_and_as_it_was_signed(sandbox: Sandbox) -> None:
    """RFC 5849, 3.2 and 3.3."""
    ours = Ours(sandbox, "twitter")
    sandbox.write("twitter", "Ana", "Hi")
    asking = ours.platform.read_back(ours.connection, ours.take_in())
    assert isinstance(asking, Request)
    now = sandbox.x.clock()  # minutes after this module was read, in a run of all tests
    request = ours.platform.authorized(ours.connection, asking, now, "once")

    elsewhere = replace(request, url=request.url.replace("sender_id", "attachments"))
    assert [ours.send(each).status for each in (elsewhere, request, request)] == [401, 200, 401]
    assert [ours.call(asking, now + timedelta(minutes=off)).status for off in (-6, 6, 4)] == [401, 401, 200]


def test_what_checks_signatures_makes_the_one_that_x_has_published() -> None:
    """docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature."""
    given = {
        "oauth_consumer_key": "xvz1evFS4wEEPTGEFPHBog",
        "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "oauth_version": "1.0",
    }
    url = (
        "https://api.x.com/1.1/statuses/update.json?include_entities=true"
        "&status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21"
    )
    secrets = (
        "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )

    assert signature("post", url, given, *secrets) == "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="


def test_people_and_tests_steer_it_over_http(sandbox: Sandbox) -> None:
    base = f"{sandbox.url}/sandbox/facebook"
    made = requests.post(f"{base}/messages", json={"from": "Ana", "text": "Hello"}, timeout=5).json()
    requests.post(f"{base}/failures", json={"kind": "outage", "times": 2}, timeout=5)

    shown = requests.get(f"{base}/messages", timeout=5).json()

    assert made["stack_answered"] is None
    assert [(each["id"], each["text"]) for each in shown["messages"]] == [(made["id"], "Hello")]
    assert list(sandbox.facebook.failures) == ["outage", "outage"]


class AnotherPage(PlayedFacebook):
    profile = "78"
    post = "78_1"


def test_another_page_is_played_and_what_it_was_called_for_is_kept() -> None:
    """With what was answered: a line that went dead has no answer."""
    with Sandbox(facebook=AnotherPage()) as sandbox:
        ours = Ours(sandbox, "facebook")
        sandbox.tell("facebook", sandbox.facebook.write("1", "Hi", private=True, message_id="m_1"))
        theirs = ours.take_in()
        ours.call(ours.platform.reply(ours.connection, theirs, ON_ITS_WAY))
        sandbox.facebook.failures.append("silence")
        with pytest.raises(requests.ConnectionError):
            ours.call(ours.platform.reply(ours.connection, theirs, ON_ITS_WAY))

    assert theirs.id == "m_1"
    assert [call.called.path for call in sandbox.calls] == ["/v24.0/78/messages"] * 2
    assert [call.answer.status if call.answer else None for call in sandbox.calls] == [200, None]
    assert [call.service for call in sandbox.calls] == ["facebook", "facebook"]
