"""Every file of events/ goes into its handler, which its name's first word tells, and leaves what it should.

The files tell one story: a customer writes (1001), we answer (1002), an agent sets the case to pending,
silence resolves it. So what one handler makes must be what the next one's file says.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from functions.api import app as api
from functions.evaluator import app as evaluator
from functions.executor import app as executor
from functions.ingest import app as ingest
from inbox_recipes import flow_walk
from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import typed
from inbox_recipes.adapters.items import case_item, mention_item, origin, to_change
from inbox_recipes.bootstrap import Evaluating, Ingesting
from inbox_recipes.configuration import KINDS, Stored
from inbox_recipes.effects import Removal
from inbox_recipes.feedback import Wording
from inbox_recipes.flow_definition import Flow
from inbox_recipes.flows.agents import patch_case
from inbox_recipes.flows.erase import ask
from inbox_recipes.flows.execute import execute
from inbox_recipes.flows.moderation_records import begun, write
from inbox_recipes.flows.platform_events import Doors
from inbox_recipes.flows.replies import NewReply, reply_to_mention
from inbox_recipes.flows.wait_reviews import asking
from inbox_recipes.http.app import build_app
from inbox_recipes.http.services import Services
from inbox_recipes.ids import moderation_id
from inbox_recipes.inbox import Case, HandledBy
from inbox_recipes.messages import (
    MESSAGES,
    EraseMessage,
    FlowMessage,
    NotificationMessage,
    OutboxMessage,
    RunMessage,
    WaitReviewMessage,
)
from inbox_recipes.observability import metrics
from inbox_recipes.patches import CasePatch
from inbox_recipes.people import Actor
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.profiles import ConnectedProfile, Credential
from inbox_recipes.responses import Csat
from inbox_recipes.surveys import asked, kept
from tests.builders import a_private, an_incoming
from tests.fake_configuration import FakeCalendars, FakeConfiguration
from tests.fakes import NO_ANSWER, FakeDeviceRegistry, FakeDevices, FakeSecrets, FakeSigningKeys, World
from tests.fakes.books import FakeTopics
from tests.fakes.surveys import SURVEY_KEY, FakeSurveys
from tests.replies import PROFILES, a_profile, sent_texts
from tests.surveying import RESPONSES
from tests.wire import SECRETS, connection
from tools import rule_book

ROOT = Path(__file__).parents[2]
EVENTS = {file.stem: file for file in sorted((ROOT / "events").glob("*.json"))}
HANDLERS = {
    "api": api, "ingest": ingest, "bus": ingest, "stream": evaluator, "sweep": evaluator, "sqs": executor,
}  # fmt: skip

CASE = "cas_c699a41dd186313fc296f370"
MENTION = "46283_1001"
COMMENT = "77_2001"
TWEET = "46284_1859920000000000042"
MAUD = Actor(kind="agent", id="maud", name="Maud Tessier")

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")

type Event = dict[str, Any]


def event(name: str) -> Event:
    loaded: Event = json.loads(EVENTS[name].read_text(encoding="utf-8"))
    return loaded


def records(name: str) -> list[Event]:
    found: list[Event] = event(name)["Records"]
    return found


def bodies(name: str) -> list[str]:
    return [record["body"] for record in records(name)]


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-22T{clock}").replace(tzinfo=UTC)


def the_sample_rule_book() -> FakeConfiguration:
    """The one that `make run` applies, switched on in the morning."""
    configuration, since = FakeConfiguration(), at("06:00:00")
    told = rule_book.load(ROOT / "sample" / "rule_book.yaml", {"receiver": "https://example.com"})
    for name, kind in KINDS.items():
        for entry in told.get(f"{name}s", ()):
            configuration.write(
                None,
                Stored(
                    kind=kind.name,
                    id=entry.pop("id"),
                    version=1,
                    revision=configuration.revision + 1,
                    body=entry,
                    on_since=since if name == "recipe" else None,
                    added=since,
                    updated=since,
                    by=MAUD,
                ),
            )
    return configuration


class Stack(World):
    """The fakes behind the real handlers."""

    configuration: FakeConfiguration

    def send(self, name: str, clock: str | None = None) -> Any:
        """Give a file to its handler, at that time or now."""
        self.now = at(clock) if clock else self.now
        handler = HANDLERS[name.split("_", maxsplit=1)[0]].handler
        context = SimpleNamespace(
            function_name="function",
            memory_limit_in_mb=1024,
            invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:function",
            aws_request_id="6a1d3c9e",
            get_remaining_time_in_millis=lambda: 100_000,
        )
        with time_machine.travel(self.now, tick=False):
            return handler(event(name), context)

    def an_agent_sets_pending(self) -> None:
        self.now = at("10:06:00.500")
        patch_case(CASE, CasePatch(status="pending"), 2, self.agent(actor=MAUD))

    def runs(self) -> list[str]:
        """The bodies of what is queued."""
        return [message.model_dump_json() for message in self.queue.waiting()]

    def all_that_is_done(self) -> tuple[Any, ...]:
        """What is stored, queued and sent."""
        sent = [*self.webhooks.sent, *self.mail.sent, *self.platforms.calls]
        return list(self.store.journal), self.runs(), sent, dict(self.store.logs)

    def told(self, log: Any, item_id: str) -> list[tuple[str, str, str]]:
        """A history as (type, outcome, by whom)."""
        return [(line.type, line.outcome, line.by.id) for line in self.store.history(log, item_id)]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    configuration = the_sample_rule_book()
    made = Stack(configuration.current(), at("10:00:01.234"))
    made.configuration = configuration
    services = Services(
        made.inbox, made.ledger, configuration, configuration, FakeCalendars(), made.deliveries,
        made.retries, FakeDevices(), FakeDeviceRegistry(), FakeSecrets(), made.availabilities,
        queue=made.queue, signing_keys=FakeSigningKeys(made.now), personal_data=made.personal_data,
        standings=made.platforms.standings, moderations=made.moderations, outbox=made.outbox,
        surveys=FakeSurveys(made.store), survey_keys=lambda: (SURVEY_KEY,), token=lambda: "0b5e1f",
    )  # fmt: skip
    ingesting = Ingesting(made.inbox, FakeTopics(made.rule_books), made.ledger, made.rule_books.current)
    evaluating = Evaluating(
        made.inbox, made.rule_books, made.ledger, made.queue, made.outbox, made.moderations
    )
    monkeypatch.setattr(api, "api", lambda: build_app(services))
    monkeypatch.setattr(ingest, "ports", lambda: ingesting)
    monkeypatch.setattr(ingest, "doors", lambda: doors(made))
    monkeypatch.setattr(evaluator, "ports", lambda: evaluating)
    monkeypatch.setattr(executor, "ports", made.ports)
    monkeypatch.setattr(executor, "erasing", made.erasing)
    monkeypatch.setattr(metrics, "namespace", "InboxRecipesTests")
    return made


class OurProfiles:
    """A profile on each platform. The files are signed with its secrets, which are the tests' own."""

    def current(self) -> dict[str, ConnectedProfile]:
        return {f"our-{service}": self._profile(service) for service in SECRETS}

    def _profile(self, service: str) -> ConnectedProfile:
        credentials = {name: Credential(hint="…", secret=text) for name, text in SECRETS[service].items()}
        return connection(service).profile.model_copy(update={"credentials": credentials})


def doors(stack: Stack) -> Doors:
    """What a platform's call needs beside; nothing is fetched for the files' sake."""

    def nothing_is_fetched(place: object) -> bytes:
        raise AssertionError(f"{place} was asked for")

    topics = FakeTopics(stack.rule_books)
    return Doors(
        stack.inbox, stack.ledger, topics, OurProfiles(), str, nothing_is_fetched, nothing_is_fetched
    )


# --- what has happened before a file's event, and what is there after it ------------------------------


def nothing(_: Stack) -> None:
    """The inbox is empty."""


def the_customer_wrote(stack: Stack) -> None:
    stack.send("ingest_facebook_mention")


def the_tweet_came(stack: Stack) -> None:
    stack.send("ingest_x_mention", "10:01:33.100")


def both_wrote(stack: Stack) -> None:
    the_customer_wrote(stack)
    the_tweet_came(stack)


def the_case_is_pending(stack: Stack) -> None:
    the_customer_wrote(stack)
    stack.send("ingest_batch", "10:05:02.450")
    stack.an_agent_sets_pending()


def the_case_waits(stack: Stack) -> None:
    the_case_is_pending(stack)
    stack.send("stream_case_status", "10:06:01.900")
    stack.work()
    stack.now = at("10:07:02")


def the_wait_is_to_be_cancelled(stack: Stack) -> None:
    the_case_is_pending(stack)
    stack.send("stream_case_status", "10:06:01.900")
    stack.work()
    stack.now = at("10:06:30")


def the_customer_is_to_be_erased(stack: Stack) -> None:
    the_customer_wrote(stack)
    stack.now = at("11:00:00")
    ask("con_1aa44e8ee6a036ccfbed6b1c", MAUD, stack.inbox, stack.personal_data, stack.queue, stack.now)


def two_upset_customers_are_counted(stack: Stack) -> None:
    for native_id in ("2001", "2002"):
        upset = a_private(native_id, "C'est honteux.", author__id=native_id, message__sentiment="negative")
        stack.take_in(upset)
    stack.evaluate()
    for group in list(stack.queue.groups.values()):
        while group and isinstance(group[0], RunMessage):
            execute(group.popleft(), stack.ports(), stack.now)


def a_comment_is_in_quarantine(stack: Stack) -> None:
    stack.now = at("10:02:00")
    stack.rule_books.connect(page=connection("facebook").profile)
    played = stack.platforms.facebook
    played.messages[COMMENT] = played.write("u88", "Bande de voleurs", private=False)
    comment = an_incoming(COMMENT, "Bande de voleurs", message__type="comment", source__profile="page")
    [taken_in] = stack.take_in(comment)
    removal = Removal(stack.mention(taken_in.unique_id), "delete", 24, 0)
    act = begun(
        moderation_id("by hand", taken_in.unique_id, "1"), removal, "page", MAUD, stack.now, "calling"
    )
    hidden, shown = act.succeeded(stack.now), {"on_service": "hidden"}
    write(None, hidden, stack.inbox, stack.rule_books, stack.now, MAUD, shown=shown)
    stack.now = at("10:02:00") + timedelta(hours=24)


def the_stream_was_lost(stack: Stack) -> None:
    the_customer_wrote(stack)
    stack.now = at("10:15:00")


def the_first_attempt_failed(stack: Stack) -> None:
    the_tweet_came(stack)
    stack.webhooks.answers = [NO_ANSWER]
    stack.evaluate()
    stack.work()
    stack.now = at("10:01:39.500")


def the_receiver_is_gone(stack: Stack) -> None:
    stack.rule_books.set_account(receiver_notices={"users": ["idris"]})
    the_tweet_came(stack)
    stack.webhooks.answers = [410]
    stack.evaluate()
    stack.work()
    stack.now = at("10:02:35")


def the_case_has_a_survey(stack: Stack) -> None:
    """Asked at seven minutes past, for a week."""
    the_customer_wrote(stack)
    stack.now = at("10:07:00")
    case = stack.case()
    content = Csat(type="csat", question="Êtes-vous satisfait ?")
    survey = asked(case, "how-was-it", content, stack.now)
    feedback = {"feedback": case.feedback.having(survey), "revision": case.revision + 1}
    after = case.model_copy(update=feedback)
    stack.inbox.commit(
        Transaction(
            actor=MAUD, at=stack.now, writes=(Write(case, after),), surveys=kept(after, [survey]),
            wordings=((survey.id, Wording(question=content.question)),),
        )
    )  # fmt: skip
    stack.now = at("10:17:01.200")


def the_case_is_in_a_flow(stack: Stack) -> None:
    """The customer has chosen a button of its first step."""
    the_customer_wrote(stack)
    stack.rule_books._next(responses=RESPONSES, profiles={"fb-orvane": a_profile("facebook")})
    flow = RESPONSES["orders"].content
    assert isinstance(flow, Flow)
    stack.now = at("10:07:00")
    case = stack.case()
    told = {
        "flow": flow_walk.begun("orders", flow, stack.now),
        "handled_by": HandledBy(type="flow", flow_id="orders"),
    }
    after = case.model_copy(update={**told, "revision": case.revision + 1})
    stack.inbox.commit(Transaction(actor=MAUD, at=stack.now, writes=(Write(case, after),)))


def a_button_of_the_flow_was_clicked(stack: Stack) -> None:
    the_case_is_in_a_flow(stack)
    button = {"title": "My order", "payload": f"flow/{CASE}/orders/start"}
    whole = {"author__id": "u77", "source__profile": "fb-orvane", "clicked_buttons": [button]}
    stack.take_in(a_private("m_click-2", "My order", **whole))


def nobody_chose_anything_for_an_hour(stack: Stack) -> None:
    the_case_is_in_a_flow(stack)
    stack.now = at("11:07:01")


def the_click_is_the_answer(stack: Stack, answer: Any) -> None:
    assert answered(answer, 200)["created"] == 1
    assert (stack.case().feedback.csat, stack.mention("46283_m_click-1").status) == (4, "done")
    assert stack.told("case", CASE)[-1][:2] == ("survey_answered", "done")


def the_page_thanks(stack: Stack, answer: Any) -> None:
    assert (answer["statusCode"], "<h1>Merci !</h1>" in answer["body"]) == (200, True)
    [survey] = stack.case().feedback.surveys
    assert (survey.score, survey.comment) == (4, "Très bien, merci")


def the_next_step_is_sent(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    assert [item.text for item in stack.outbox.all()] == ["Which one?"]
    assert stack.case().flow is not None
    assert ("flow_step", "done", "orders") in stack.told("case", CASE)


def the_flow_is_over(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    assert (stack.case().flow, stack.case().handled_by) == (None, None)
    assert stack.told("case", CASE)[-1] == ("flow_ended", "done", "orders")


def the_first_step_was_done(stack: Stack, _: Any) -> None:
    assert stack.case().title == "#1"
    assert stack.mention(MENTION).message.content != ""
    first, second = stack.queue.waiting()
    assert [first.model_dump_json()] == bodies("sqs_erase")
    assert isinstance(second, EraseMessage)
    assert second.step == "mentions"


def answered(answer: Any, status: int) -> Any:
    assert answer["statusCode"] == status
    return json.loads(answer["body"])


def a_private_message_opens_a_case(stack: Stack, answer: Any) -> None:
    assert answered(answer, 202) == {"unique_id": MENTION, "result": "created"}
    assert stack.mention(MENTION).case_id == stack.case().id == CASE
    assert stack.case().topic.name == "Orvane France"
    assert [line[0] for line in stack.told("case", CASE)] == ["case_created", "mention_added"]


def a_public_one_does_not(stack: Stack, answer: Any) -> None:
    assert answered(answer, 202) == {"unique_id": TWEET, "result": "created"}
    assert stack.mention(TWEET).message.entities.hashtag == ("OrvaneDown",)
    assert not stack.store.cases


def the_subject_is_the_title(stack: Stack, answer: Any) -> None:
    answered(answer, 202)
    assert stack.case().title == "#1 Colis jamais livré - commande 88-1203"
    [mention] = stack.store.mentions.values()
    assert mention.date.published == at("07:31:00")


def each_of_a_batch_has_its_answer(stack: Stack, answer: Any) -> None:
    data = answered(answer, 202)["data"]
    assert [each.get("result") for each in data] == ["created", "created", "duplicate", None]
    refused = {error["pointer"] for error in data[3]["errors"]}
    assert refused == {"/message/content", "/message/text", "/date/published"}
    assert stack.mention("46283_1002").status == "sent"
    assert stack.case().last_message_by == "us"


def a_mention_comes_over_the_bus(stack: Stack, answer: Any) -> None:
    assert answer is None
    assert stack.mention("46285_rev-5531").message.type == "review"


def one_recipe_matches(stack: Stack, _: Any) -> None:
    assert to_change(records("stream_mention_arrived")[0]) == stack.store.changes[0]
    assert stack.runs() == bodies("sqs_run")
    assert len(stack.store.pages) == 1


def two_recipes_match(stack: Stack, _: Any) -> None:
    assert to_change(records("stream_case_status")[0]) == stack.store.changes[-1]
    queued = [message.recipe_id for message in stack.queue.waiting() if isinstance(message, RunMessage)]
    assert queued == ["question-answered", "silence-resolves"]


def only_the_poison_is_put_aside(stack: Stack, _: Any) -> None:
    queued = [message.recipe_id for message in stack.queue.waiting() if isinstance(message, RunMessage)]
    assert queued == ["billing-words", "question-answered", "silence-resolves"]
    assert list(stack.store.quarantined) == ["11000000000000000000120"]


def the_actions_are_done(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    assert stack.mention(MENTION).tags == ("billing",)
    assert stack.mention(MENTION).assignment.teams == ("billing",)
    assert stack.told("mention", MENTION)[1:] == [
        ("assign", "done", "billing-words"),
        ("add_tags", "done", "billing-words"),
    ]


def silence_resolves_the_case(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    [schedule] = stack.timers.armed.values()
    assert [schedule.message.model_dump_json()] == bodies("sqs_wait_due")
    assert stack.case().status == "resolved"
    assert stack.mention(MENTION).status == "done"
    assert stack.told("case", CASE)[-2:] == [
        ("wait", "done", "silence-resolves"),
        ("set_case_status", "done", "silence-resolves"),
    ]


def an_agent_has_answered(stack: Stack) -> None:
    """Maud, to what came by the connected page."""
    the_customer_wrote(stack)
    stack.rule_books._next(profiles={"our-page": PROFILES["facebook"]})
    new = NewReply(text="Nous regardons.", profile="our-page")
    reply_to_mention(MENTION, new, "maud#7f1c", stack.agent(actor=MAUD), stack.desk(actor=MAUD))


def the_answer_is_sent(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    queued = [message for message in stack.queue.ever if isinstance(message, OutboxMessage)]
    assert [message.model_dump_json() for message in queued] == bodies("sqs_outbox")
    [item] = stack.outbox.all()
    assert (item.state, sent_texts(stack)) == ("sent", ["Nous regardons."])
    assert {("reply", "done", "maud"), ("replied", "done", "maud")} < set(stack.told("mention", MENTION))


def the_second_attempt_says_the_same(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    [delayed] = stack.retries.delayed
    assert [delayed.message.model_dump_json()] == bodies("sqs_retry")
    first, second = stack.webhooks.sent
    assert (first.delivery_id, first.request) == (second.delivery_id, second.request)
    [webhook] = [line for line in stack.mention_history(TWEET) if line.type == "webhook"]
    assert (webhook.outcome, webhook.detail["attempts"]) == ("done", 2)


def the_rest_of_the_batch_is_done(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    assert list(stack.store.quarantined) == [records("sqs_batch_with_poison")[1]["messageId"]]
    assert stack.mention(MENTION).tags == ("billing",)
    assert stack.mention(TWEET).tags == ("technical",)
    assert len(stack.webhooks.sent) == 1


def the_wait_is_cancelled(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    [wait] = stack.store.waits.values()
    assert (wait.state, wait.reason) == ("cancelled", "the recipe was changed")
    review = asking(wait, "cancel", "the recipe was changed", MAUD, at("10:06:30"))
    assert [review.model_dump_json()] == bodies("sqs_wait_review")
    assert stack.case().status == "pending"
    assert stack.told("case", CASE)[-1] == ("wait", "skipped", "maud")


def the_comment_is_deleted_there_and_stays_here(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    assert COMMENT not in stack.platforms.facebook.messages
    [act] = stack.store.moderations.values()
    assert (act.state, stack.mention(act.unique_id).on_service) == ("done", "deleted")
    assert stack.told("mention", act.unique_id)[1:] == [("remove_from_service", "done", "maud")] * 2


def one_mail_tells_of_both(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    assert bodies("sqs_notification")[0] in [
        message.model_dump_json() for message in stack.queue.ever if isinstance(message, NotificationMessage)
    ]
    assert [(to, letter.subject) for to, letter in stack.mail.sent] == [
        ("idris@orvane.example", "Upset customers by mail: 2 new mentions"),
        ("nora@orvane.example", "Upset customers by mail: 2 new mentions"),
    ]


def one_mail_tells_of_the_receiver(stack: Stack, answer: Any) -> None:
    assert answer == {"batchItemFailures": []}
    [schedule] = stack.timers.armed.values()
    assert [schedule.message.model_dump_json()] == bodies("sqs_receiver_notice")
    [(to, letter)] = stack.mail.sent
    assert (to, letter.subject) == (
        "idris@orvane.example", "Webhooks to https://example.com/it-channel are switched off",
    )  # fmt: skip


def what_was_lost_is_evaluated(stack: Stack, _: Any) -> None:
    queued = [message.recipe_id for message in stack.queue.waiting() if isinstance(message, RunMessage)]
    assert queued == ["billing-words", "route-on-call", "billing-words"]
    assert set(bodies("sqs_run")) < set(stack.runs())


def a_post_on_x_comes_in(stack: Stack, answer: Any) -> None:
    assert answered(answer, 200) == {"created": 1, "duplicates": 0, "passed_over": {}, "put_aside": 0}
    assert stack.mention("46283_1860").source.service == "twitter"


def a_comment_on_facebook_comes_in(stack: Stack, answer: Any) -> None:
    assert answered(answer, 200) == {"created": 1, "duplicates": 0, "passed_over": {}, "put_aside": 0}
    [mention] = stack.store.mentions.values()
    assert (mention.source.service, mention.message.content) == ("facebook", "Double facturation !")


def the_challenge_is_met(_: Stack, answer: Any) -> None:
    assert answered(answer, 200)["response_token"].startswith("sha256=")


def the_recipe_is_the_last_one(stack: Stack, answer: Any) -> None:
    created = answered(answer, 201)
    assert (created["id"], created["version"], created["mode"]) == ("rec_0b5e1f", 1, "enabled")
    assert created["by"]["id"] == "4h2machineclient"
    assert answer["multiValueHeaders"]["ETag"] == ['"1"']
    assert stack.configuration.recipe_order.order[-1] == "rec_0b5e1f"


def all_recipes_are_listed_in_order(stack: Stack, answer: Any) -> None:
    listed = answered(answer, 200)
    assert [recipe["id"] for recipe in listed["data"]] == list(stack.configuration.recipe_order.order)
    assert listed["paging"]["next"] is None


def every_step_is_told(_: Stack, answer: Any) -> None:
    told = answered(answer, 200)
    assert (told["matched"], told["based_on"]) == (True, "given")
    assert {step["path"] for step in told["steps"]} >= {
        "mode", "trigger", "topics", "filter", "filter/rules/1", "loop", "hours",
    }  # fmt: skip
    [words] = [step for step in told["steps"] if step["path"] == "filter/rules/1"]
    assert words["got"] == ["facturation"]


@dataclass(frozen=True)
class Sample:
    """What a file's event meets, and what it leaves."""

    before: Callable[[Stack], None]
    after: Callable[[Stack, Any], None]


SAMPLES = {
    "api_create_recipe": Sample(nothing, the_recipe_is_the_last_one),
    "api_list_recipes": Sample(nothing, all_recipes_are_listed_in_order),
    "api_explain": Sample(nothing, every_step_is_told),
    "ingest_facebook_mention": Sample(nothing, a_private_message_opens_a_case),
    "ingest_x_mention": Sample(nothing, a_public_one_does_not),
    "ingest_email_mention": Sample(nothing, the_subject_is_the_title),
    "ingest_x_challenge": Sample(nothing, the_challenge_is_met),
    "ingest_x_webhook": Sample(nothing, a_post_on_x_comes_in),
    "ingest_facebook_webhook": Sample(nothing, a_comment_on_facebook_comes_in),
    "ingest_facebook_click": Sample(the_case_has_a_survey, the_click_is_the_answer),
    "api_answer_survey": Sample(the_case_has_a_survey, the_page_thanks),
    "sqs_flow": Sample(a_button_of_the_flow_was_clicked, the_next_step_is_sent),
    "sqs_flow_over": Sample(nobody_chose_anything_for_an_hour, the_flow_is_over),
    "ingest_batch": Sample(nothing, each_of_a_batch_has_its_answer),
    "bus_mention_received": Sample(nothing, a_mention_comes_over_the_bus),
    "stream_mention_arrived": Sample(the_customer_wrote, one_recipe_matches),
    "stream_case_status": Sample(the_case_is_pending, two_recipes_match),
    "stream_batch_with_poison": Sample(the_case_is_pending, only_the_poison_is_put_aside),
    "sweep_every_five_minutes": Sample(the_stream_was_lost, what_was_lost_is_evaluated),
    "sqs_run": Sample(the_customer_wrote, the_actions_are_done),
    "sqs_wait_due": Sample(the_case_waits, silence_resolves_the_case),
    "sqs_wait_review": Sample(the_wait_is_to_be_cancelled, the_wait_is_cancelled),
    "sqs_erase": Sample(the_customer_is_to_be_erased, the_first_step_was_done),
    "sqs_moderation": Sample(a_comment_is_in_quarantine, the_comment_is_deleted_there_and_stays_here),
    "sqs_notification": Sample(two_upset_customers_are_counted, one_mail_tells_of_both),
    "sqs_outbox": Sample(an_agent_has_answered, the_answer_is_sent),
    "sqs_retry": Sample(the_first_attempt_failed, the_second_attempt_says_the_same),
    "sqs_receiver_notice": Sample(the_receiver_is_gone, one_mail_tells_of_the_receiver),
    "sqs_batch_with_poison": Sample(both_wrote, the_rest_of_the_batch_is_done),
}


@pytest.mark.parametrize("name", EVENTS)
def test_a_file_goes_into_its_handler(stack: Stack, name: str) -> None:
    sample = SAMPLES[name]
    sample.before(stack)

    answer = stack.send(name)

    sample.after(stack, answer)


@pytest.mark.parametrize("name", [name for name in EVENTS if not name.startswith("api_")])
def test_the_same_event_again_changes_nothing(stack: Stack, name: str) -> None:
    """R2, R3, A36: everything that is not a person's call may be delivered twice."""
    SAMPLES[name].before(stack)
    stack.send(name)
    before = stack.all_that_is_done()

    stack.send(name)

    assert stack.all_that_is_done() == before


# --- the files are in the form that is stored and sent today ------------------------------------------


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith("stream_")])
def test_an_image_is_the_item_that_the_table_holds(name: str) -> None:
    for record in records(name):
        images = record["dynamodb"]
        if record["eventID"] == POISON:
            continue
        change = to_change(record)
        written = Transaction(actor=change.actor, at=change.at, chain=change.chain)
        assert images["NewImage"] == image(change.after, written)
        assert images["Keys"] == {key: images["NewImage"][key] for key in ("pk", "sk")}
        assert ("OldImage" in images) == (change.before is not None)


POISON = "35393c24384b8862798716628f7bc6f4"


def image(item: Any, written: Transaction) -> Event:
    if isinstance(item, Case):
        return typed({**keys.case(item.id), **case_item(item), **origin(written)})
    return typed({**keys.mention(item.unique_id), **mention_item(item), **origin(written)})


@pytest.mark.parametrize(
    "name",
    [
        "sqs_run",
        "sqs_wait_due",
        "sqs_wait_review",
        "sqs_notification",
        "sqs_retry",
        "sqs_receiver_notice",
        "sqs_erase",
        "sqs_moderation",
        "sqs_outbox",
        "sqs_flow",
        "sqs_flow_over",
    ],
)
def test_a_body_is_what_the_queue_carries(name: str) -> None:
    [record] = records(name)

    message = MESSAGES.validate_json(record["body"])

    assert message.model_dump_json() == record["body"]
    sent = record["attributes"]
    if isinstance(
        message, RunMessage | WaitReviewMessage | NotificationMessage | OutboxMessage | FlowMessage
    ):
        assert sent["MessageGroupId"] == message.group
        assert sent["MessageDeduplicationId"] == message.deduplication_id
    elif message.type in ("wait_due", "receiver_notice", "moderation", "flow_over"):
        assert sent["MessageDeduplicationId"] == sha256(record["body"].encode()).hexdigest()
