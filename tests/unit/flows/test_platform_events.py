"""Native events in: genuine ones become mentions, forged ones nothing, and nothing that is signed is lost."""

import hmac
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from functions.ingest import app as ingest
from inbox_recipes.bootstrap import Ingesting
from inbox_recipes.flows.platform_events import Doors
from inbox_recipes.observability import metrics
from inbox_recipes.platforms.base import Received, StoredMail
from inbox_recipes.profiles import ConnectedProfile, Credential
from tests.builders import NOON, a_rule_book
from tests.fakes import World
from tests.fakes.books import FakeTopics
from tests.unit.http.client import Context
from tests.unit.http.contract import hold
from tests.wire import (
    CERTIFICATE_URL,
    GENUINE,
    SECRETS,
    connection,
    direct_message,
    feed,
    mail,
    post,
    ses,
    sns_key,
)
from tests.wire import facebook as from_facebook
from tests.wire import sns as from_sns
from tests.wire import x as from_x

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")

Answer = tuple[int, Any]


@dataclass
class Door:
    """The ingest function's own handler, over fakes, with a profile on each platform."""

    world: World = field(default_factory=lambda: World(a_rule_book(), NOON))
    profiles: dict[str, ConnectedProfile] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=lambda: {CERTIFICATE_URL: sns_key()[1]})
    asked: list[str] = field(default_factory=list)
    mails: dict[StoredMail, bytes] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for service in SECRETS:
            self.connect(f"our-{service}", service)

    def connect(self, profile_id: str, service: str, secrets: Any = None, **changed: Any) -> None:
        known = SECRETS[service] if secrets is None else secrets
        names = {name: f"{profile_id}/{name}" for name in known}
        self.secrets |= {names[name]: text for name, text in known.items()}
        credentials = {name: Credential(hint="…", secret=kept) for name, kept in names.items()}
        profile = connection(service, **changed).profile
        self.profiles[profile_id] = profile.model_copy(update={"credentials": credentials})

    def current(self) -> dict[str, ConnectedProfile]:
        return self.profiles

    def page(self, url: str) -> bytes:
        self.asked.append(url)
        return self.pages[url]

    def doors(self) -> Doors:
        topics = FakeTopics(self.world.rule_books)
        return Doors(
            self.world.inbox, self.world.ledger, topics, self, self.secrets.__getitem__, self.page,
            self.mails.__getitem__,
        )  # fmt: skip

    def call(self, service: str, request: Received, method: str = "POST") -> Answer:
        event = {
            "path": f"/platforms/{service}/webhook",
            "httpMethod": method,
            "pathParameters": {"platform": service},
            "headers": {name.title(): value for name, value in request.headers.items()},
            "queryStringParameters": dict(request.query) or None,
            "requestContext": {"requestId": "req-1"},
            "body": request.body.decode(),
            "isBase64Encoded": False,
        }
        answer = ingest.handler(event, Context())
        assert answer is not None
        if method == "POST" or answer["statusCode"] != 200:
            body = json.loads(answer["body"])
            hold(method, f"/platforms/{service}/webhook", answer["statusCode"], body, answer["headers"])
            return answer["statusCode"], body
        return answer["statusCode"], answer["body"]


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    made = Door()
    world = made.world
    topics = FakeTopics(world.rule_books)
    ingesting = Ingesting(world.inbox, topics, world.ledger, world.rule_books.current)
    monkeypatch.setattr(ingest, "ports", lambda: ingesting)
    monkeypatch.setattr(ingest, "doors", made.doors)
    monkeypatch.setattr(metrics, "namespace", "InboxRecipesTests")
    return made


@pytest.mark.parametrize("service", GENUINE)
def test_a_genuine_event_is_a_mention_of_the_profiles_topic_and_its_repeat_a_duplicate(
    door: Door, service: str
) -> None:
    """R2, R11."""
    first = door.call(service, GENUINE[service]())
    again = door.call(service, GENUINE[service]())

    nothing: dict[str, Any] = {"passed_over": {}, "put_aside": 0}
    assert first == (200, {"created": 1, "duplicates": 0, **nothing})
    assert again == (200, {"created": 0, "duplicates": 1, **nothing})
    [mention] = door.world.store.mentions.values()
    assert (mention.topic.name, mention.source.profile) == ("Billing", f"our-{service}")


@pytest.mark.parametrize("service", GENUINE)
def test_a_forged_event_is_refused_and_leaves_nothing(door: Door, service: str) -> None:
    """R11."""
    genuine = GENUINE[service]()
    for forged in (
        replace(genuine, body=genuine.body.replace(b"my order", b"my ordeR").replace(b"Double", b"Trouble")
                .replace(b"Message", b"Massage", 1)),
        replace(genuine, headers={}) if service != "email" else replace(genuine, body=b"{}"),
        replace(genuine, body=b"not json"),
    ):  # fmt: skip
        status, problem = door.call(service, forged)
        assert (status, problem["type"]) == (403, "urn:inbox-recipes:problem:forged")

    assert door.world.store.mentions == {}
    assert door.world.store.quarantined == {}


def test_nobody_gets_in_by_a_disabled_profile_or_an_unknown_platform(door: Door) -> None:
    door.profiles = {key: each.model_copy(update={"enabled": False}) for key, each in door.profiles.items()}

    assert [door.call(service, GENUINE[service]())[0] for service in GENUINE] == [403, 403, 403]
    assert door.call("myspace", GENUINE["twitter"]())[0] == 404


def test_another_profiles_app_cannot_speak_for_this_one(door: Door) -> None:
    """R11: the secret must be that of the profile that the event is for."""
    door.connect("other", "facebook", {"app_secret": "other app"}, native_id="page-88")

    assert door.call("facebook", from_facebook(feed(), secret="other app"))[0] == 403


def test_events_of_a_page_that_is_not_connected_are_answered_and_passed_over(door: Door) -> None:
    """A platform that is refused again and again stops sending."""
    stranger = feed() | {"id": "page-99"}
    stranger["changes"][0]["value"]["post_id"] = "page-99_1"
    stranger["changes"][0]["value"]["parent_id"] = "page-99_1"

    assert door.call("facebook", from_facebook(stranger)) == (
        200, {"created": 0, "duplicates": 0, "passed_over": {"not_connected": 1}, "put_aside": 0},
    )  # fmt: skip


def test_what_cannot_be_read_is_put_aside_and_the_rest_comes_in(door: Door) -> None:
    """R1, R7."""
    broken = from_x({"tweet_create_events": [{"id_str": "1"}, post()], "follow_events": [{}]})

    status, told = door.call("twitter", broken)

    assert (status, told["created"], told["put_aside"]) == (200, 1, 1)
    assert told["passed_over"] == {"follow_events": 1}
    [(kept, reason)] = door.world.store.quarantined.values()
    assert kept == {"service": "twitter", "event": {"id_str": "1"}}
    assert "KeyError" in reason


def test_of_two_requests_that_cannot_be_read_both_are_kept(door: Door) -> None:
    """R1: one does not overwrite the other, and what is sent again is kept once."""
    for number in ("1", "2", "2"):
        door.call("twitter", from_x({"tweet_create_events": [{"id_str": number}]}))

    events = [kept["event"] for kept, _ in door.world.store.quarantined.values()]
    assert events == [{"id_str": "1"}, {"id_str": "2"}]


@pytest.mark.parametrize("sender", ["&@[ ", '"', ":[1.2.3.4]]", "(" * 2000])
def test_a_mail_that_python_cannot_read_is_put_aside_as_ses_told_it(door: Door, sender: str) -> None:
    """R1, R7: else SNS would bring it again for days."""
    request = ses(mail(sender=sender))

    status, told = door.call("email", request)

    assert (status, told["created"], told["put_aside"]) == (200, 0, 1)
    [(kept, _)] = door.world.store.quarantined.values()
    assert kept["event"] == {"profile": "our-email", **json.loads(json.loads(request.body)["Message"])}


def test_a_signed_request_that_is_not_as_documented_is_kept_whole(door: Door) -> None:
    """R1."""
    assert door.call("twitter", from_x({"for_user_id": None}))[1]["passed_over"] == {"not_connected": 1}
    odd = from_facebook()
    raw = b'{"entry": "page-77"}'
    signature = "sha256=" + hmac.digest(b"fb-secret", raw, "sha256").hex()
    status, told = door.call("facebook", replace(odd, body=raw, headers={"x-hub-signature-256": signature}))

    assert (status, told["put_aside"]) == (200, 1)
    [(kept, _)] = door.world.store.quarantined.values()
    assert kept["event"] == {"body": '{"entry": "page-77"}'}


def test_a_mention_that_is_too_large_for_the_inbox_is_put_aside(door: Door) -> None:
    long = from_facebook(feed(message="x" * 64_001))

    assert door.call("facebook", long)[1]["put_aside"] == 1


def test_challenges_are_answered(door: Door) -> None:
    """R11."""
    asked = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": "meatyhamhock"}
    crc = door.call("twitter", Received({}, {"crc_token": "t"}, b""), "GET")

    assert door.call("facebook", Received({}, asked, b""), "GET") == (200, "42")
    assert json.loads(crc[1])["response_token"].startswith("sha256=")
    assert door.call("facebook", Received({}, asked | {"hub.verify_token": "guess"}, b""), "GET")[0] == 403
    assert door.call("email", Received({}, {}, b""), "GET")[0] == 403


def test_two_apps_of_x_are_told_apart_by_the_profile_in_the_address(door: Door) -> None:
    door.connect("second", "twitter", {"app_secret": "another"}, native_id="502")

    assert door.call("twitter", Received({}, {"crc_token": "t"}, b""), "GET")[0] == 403
    named = {"crc_token": "t", "profile": "second"}
    assert door.call("twitter", Received({}, named, b""), "GET")[0] == 200
    assert door.call("twitter", replace(GENUINE["twitter"](), query={"profile": "our-twitter"}))[0] == 200
    assert door.call("twitter", replace(GENUINE["twitter"](), query={"profile": "second"}))[0] == 403


def test_a_subscription_of_sns_is_confirmed_once_it_is_known_to_be_genuine(door: Door) -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    door.pages[url] = b"<ConfirmSubscriptionResponse/>"
    told = {"Type": "SubscriptionConfirmation", "Message": "m", "Token": "1", "SubscribeURL": url}
    request = from_sns(told)

    assert door.call("email", replace(request, body=request.body.replace(b"Token=1", b"Token=2")))[0] == 403
    assert door.asked == [CERTIFICATE_URL]
    assert door.call("email", request)[0] == 200
    assert door.asked[-1] == url


def test_a_mail_in_s3_is_fetched(door: Door) -> None:
    door.mails[StoredMail("mails", "in/1")] = mail().encode()

    told = door.call("email", ses("", action={"type": "S3", "bucketName": "mails", "objectKey": "in/1"}))

    assert told[1]["created"] == 1


def test_only_the_secrets_of_the_profile_that_is_spoken_of_are_read(door: Door) -> None:
    door.connect("other", "facebook", {"app_secret": "other app"}, native_id="page-88")
    del door.secrets["other/app_secret"]

    assert door.call("facebook", GENUINE["facebook"]())[0] == 200


def test_recipes_act_on_what_came_and_on_our_echo_as_on_any_mention(door: Door) -> None:
    """Rows 1, 14, 15."""
    for message in (direct_message(), direct_message("9002", sender="501")):
        door.call("twitter", from_x({"direct_message_events": [message]}))

    statuses = [mention.status for mention in door.world.store.mentions.values()]
    assert statuses == ["new", "sent"]
    assert len(door.world.case_history()) == 3


def test_no_case_is_opened_while_the_feature_is_off_a40(door: Door) -> None:
    door.world.rule_books.set_account(cases=False)

    door.call("twitter", from_x({"direct_message_events": [direct_message()]}))

    assert (len(door.world.store.mentions), door.world.store.cases) == (1, {})


def test_our_echo_is_measured_by_the_business_hours(door: Door) -> None:
    door.world.rule_books.set_account(default_schedule_id="sch_1")
    for message in (direct_message(), direct_message("9002", sender="501")):
        door.call("twitter", from_x({"direct_message_events": [message]}))

    assert door.world.case().timestamps.schedule_id == "sch_1"
