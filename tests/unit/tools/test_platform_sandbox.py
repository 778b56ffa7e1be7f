"""The connectors against the played platforms, over HTTP: both follow the same documentation."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from inbox_recipes.errors import Permanent, Retryable, Unclear
from inbox_recipes.inbox import Mention
from inbox_recipes.platforms import Act, connector
from inbox_recipes.platforms.base import Answered, Connection, Received, Request
from inbox_recipes.platforms.outcomes import Gone, TokenExpired
from inbox_recipes.profiles import SECRETS, ConnectedProfile
from tests.builders import TOPIC, a_rule_book
from tests.fakes import World
from tools.platform_sandbox.mail import TOPIC_ARN
from tools.platform_sandbox.played import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN
from tools.platform_sandbox.server import Sandbox

SHARED = {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "access_token": ACCESS_TOKEN}
NOW = datetime.now(UTC)
ON_ITS_WAY = "On its way & here: <3"
CALLED = ["twitter", "facebook"]
"""The platforms that are called over HTTP; mail goes out by SES."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


class Ours:
    """A profile of ours on a played platform, and what a function does with it."""

    def __init__(self, sandbox: Sandbox, service: str) -> None:
        self.sandbox, self.platform = sandbox, connector(service)
        self.played = sandbox.platforms[service]
        topic = {"sns_topic_arn": TOPIC_ARN} if service == "email" else {}
        profile = ConnectedProfile.model_validate(
            {"name": "Orvane", "service": service, "native_id": self.played.profile, "topic": TOPIC,
             "sandbox_url": sandbox.url, **topic}
        )  # fmt: skip
        secrets = {name: SHARED[name] for name in SECRETS[profile.service]}
        self.connection = Connection("ours", profile, secrets)
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

    def call(self, request: Any) -> Answered:
        assert isinstance(request, Request)
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
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=1)
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
        ours.platform.done(answered, datetime.now(UTC))
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


def test_a_wrong_token_is_refused_as_an_expired_one(sandbox: Sandbox) -> None:
    for service in CALLED:
        ours = Ours(sandbox, service)
        sandbox.write(service, "Ana", "Hi")
        wrong = Connection("ours", ours.connection.profile, {**SHARED, "access_token": "old"})
        with pytest.raises(TokenExpired):
            ours.platform.done(ours.call(ours.platform.reply(wrong, ours.take_in(), "Hi")), NOW)


def test_people_and_tests_steer_it_over_http(sandbox: Sandbox) -> None:
    base = f"{sandbox.url}/sandbox/facebook"
    made = requests.post(f"{base}/messages", json={"from": "Ana", "text": "Hello"}, timeout=5).json()
    requests.post(f"{base}/failures", json={"kind": "outage", "times": 2}, timeout=5)

    shown = requests.get(f"{base}/messages", timeout=5).json()

    assert made["stack_answered"] is None
    assert [(each["id"], each["text"]) for each in shown["messages"]] == [(made["id"], "Hello")]
    assert list(sandbox.facebook.failures) == ["outage", "outage"]
