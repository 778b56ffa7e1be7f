"""Settings to adapters to ports: the only file that builds clients, one function for each Lambda function.

Imports stand inside the functions so that each Lambda function loads only what it uses.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

from inbox_recipes.adapters.dynamo_inbox import DynamoInbox
from inbox_recipes.adapters.dynamo_ledger import DynamoLedger
from inbox_recipes.ports import (
    Inbox,
    Ledger,
    Moderations,
    Outbox,
    Ports,
    RuleBooks,
    RunQueue,
    Topics,
)
from inbox_recipes.settings import (
    ApiSettings,
    EvaluatorSettings,
    ExecutorSettings,
    IngestSettings,
    Settings,
)

if TYPE_CHECKING:
    from inbox_recipes.adapters.dynamo_moderations import DynamoModerations
    from inbox_recipes.adapters.public_web import PublicWeb
    from inbox_recipes.adapters.sqs_redelivery import SqsRedelivery
    from inbox_recipes.adapters.stored_mail import S3Mails
    from inbox_recipes.durations import BusinessTime
    from inbox_recipes.flows.erase_items import Erasing
    from inbox_recipes.flows.platform_events import Doors
    from inbox_recipes.http.services import Services
    from inbox_recipes.matching import Matchers
    from inbox_recipes.rule_book import RuleBook


@dataclass(frozen=True)
class Ingesting:
    """What the ingest function works with."""

    inbox: Inbox
    topics: Topics
    ledger: Ledger
    rule_book: Callable[[], "RuleBook"]


def _matchers() -> "Matchers":
    from inbox_recipes.matching import Matchers

    return Matchers()


@dataclass(frozen=True)
class Evaluating:
    """What the evaluator works with."""

    inbox: Inbox
    rule_books: RuleBooks
    ledger: Ledger
    queue: RunQueue
    outbox: Outbox
    moderations: Moderations
    matchers: "Matchers" = field(default_factory=_matchers)


def client(service: str, *, tries: int = 3, read_seconds: int = 3) -> Any:
    """A client of an AWS service: boto3's own, without its layers for resources and file transfer.

    botocore owns the retries of this hop: three tries, about two seconds. What must not happen twice gets
    one try (class C).
    """
    retries: Any = {"mode": "standard", "total_max_attempts": tries}
    config = Config(connect_timeout=1, read_timeout=read_seconds, retries=retries)
    return _session().create_client(service, config=config)


@cache
def _once(service: str) -> Any:
    """A client made when it is first needed, whose calls are tried once."""
    return client(service, tries=1, read_seconds=10)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def _inbox(dynamo: Any, settings: Settings) -> DynamoInbox:
    days = (settings.history_days, settings.mention_days)
    return DynamoInbox(dynamo, settings.inbox_table, settings.ledger_table, *days)


def _ledger(dynamo: Any, settings: Settings) -> DynamoLedger:
    return DynamoLedger(dynamo, settings.ledger_table, settings.history_days, settings.raw_days)


def _moderations(dynamo: Any, settings: Settings) -> "DynamoModerations":
    from inbox_recipes.adapters.dynamo_moderations import DynamoModerations

    return DynamoModerations(dynamo, settings.ledger_table)


def business_time(schedule_id: str, body: Any) -> "BusinessTime":
    """A stored schedule as what is measured by it."""
    from inbox_recipes.business_hours import Schedule
    from inbox_recipes.durations import BusinessTime
    from inbox_recipes.opening_times import open_seconds

    return BusinessTime(schedule_id, partial(open_seconds, Schedule.model_validate(body)))


def ingest() -> Ingesting:
    """The ports of the ingest function."""
    from inbox_recipes.adapters.dynamo_topics import DynamoTopics

    settings, dynamo = Settings.read(), client("dynamodb")

    @cache
    def rule_books() -> RuleBooks:
        # Only a person's token asks for it: programs, who bring in nearly all, never load its models.
        from inbox_recipes.adapters.dynamo_recipes import DynamoRecipes

        return DynamoRecipes(dynamo, settings.recipes_table)

    return Ingesting(
        inbox=_inbox(dynamo, settings),
        topics=DynamoTopics(dynamo, settings.recipes_table, business_time),
        ledger=_ledger(dynamo, settings),
        rule_book=lambda: rule_books().current(),
    )


def platform_doors(ingesting: Ingesting) -> "Doors":
    """What the ingest function needs beside, when a platform calls."""
    from inbox_recipes.adapters.dynamo_members import DynamoMembers
    from inbox_recipes.adapters.secrets import StoredSecrets
    from inbox_recipes.flows.platform_events import Doors
    from inbox_recipes.profiles import ConnectedProfile

    settings = IngestSettings.read()
    return Doors(
        inbox=ingesting.inbox,
        ledger=ingesting.ledger,
        topics=ingesting.topics,
        profiles=DynamoMembers(client("dynamodb"), settings.recipes_table, "profile", ConnectedProfile),
        secret=StoredSecrets(client("secretsmanager"), settings.credentials_prefix).read,
        page=lambda url: _public_web(settings.allowed_networks).get(url),
        mail=lambda place: _mails().read(place),
    )


@cache
def _public_web(allowed_networks: tuple[str, ...]) -> "PublicWeb":
    from inbox_recipes.adapters.public_web import PublicWeb

    return PublicWeb(allowed_networks)


@cache
def _mails() -> "S3Mails":
    from inbox_recipes.adapters.stored_mail import S3Mails

    return S3Mails(client("s3"))


def evaluator() -> Evaluating:
    """The ports of the evaluator."""
    from inbox_recipes.adapters.dynamo_outbox import DynamoOutbox
    from inbox_recipes.adapters.dynamo_recipes import DynamoRecipes
    from inbox_recipes.adapters.sqs_runs import SqsRuns

    settings, dynamo = EvaluatorSettings.read(), client("dynamodb")
    return Evaluating(
        inbox=_inbox(dynamo, settings),
        rule_books=DynamoRecipes(dynamo, settings.recipes_table),
        ledger=_ledger(dynamo, settings),
        queue=SqsRuns(client("sqs"), runs_url=settings.runs_queue_url),
        outbox=DynamoOutbox(dynamo, settings.ledger_table),
        moderations=_moderations(dynamo, settings),
    )


def executor() -> Ports:
    """The ports of the executor."""
    from inbox_recipes.adapters.dynamo_availabilities import DynamoAvailabilities
    from inbox_recipes.adapters.dynamo_budgets import DynamoBudgets
    from inbox_recipes.adapters.dynamo_deliveries import DynamoDeliveries
    from inbox_recipes.adapters.dynamo_devices import DynamoDevices
    from inbox_recipes.adapters.dynamo_notifications import DynamoNotifications
    from inbox_recipes.adapters.dynamo_outbox import DynamoOutbox
    from inbox_recipes.adapters.dynamo_recipes import DynamoRecipes
    from inbox_recipes.adapters.dynamo_standings import DynamoStandings
    from inbox_recipes.adapters.http_sender import HttpSender
    from inbox_recipes.adapters.notices import AlarmNotices
    from inbox_recipes.adapters.platform_calls import PlatformCalls
    from inbox_recipes.adapters.scheduler_timers import SchedulerTimers
    from inbox_recipes.adapters.secrets import SigningKeys, StoredSecrets, SurveyKeys
    from inbox_recipes.adapters.ses_mail import SesMail
    from inbox_recipes.adapters.sns_push import SnsPush
    from inbox_recipes.adapters.sqs_runs import SqsRetries, SqsRuns
    from inbox_recipes.adapters.survey_pages import SurveyPages

    settings, dynamo, sqs = ExecutorSettings.read(), client("dynamodb"), client("sqs")
    secrets = client("secretsmanager")
    rule_books = DynamoRecipes(dynamo, settings.recipes_table)
    stored = StoredSecrets(secrets, settings.credentials_prefix)
    return Ports(
        inbox=_inbox(dynamo, settings),
        rule_books=rule_books,
        ledger=_ledger(dynamo, settings),
        retries=SqsRetries(sqs, settings.retry_queue_url),
        timers=SchedulerTimers(
            client("scheduler"),
            queue_arn=settings.runs_queue_arn,
            role_arn=settings.schedule_role_arn,
            dead_letters_arn=settings.schedule_dead_letters_arn,
            prefix=settings.schedule_prefix,
        ),
        webhooks=HttpSender(
            SigningKeys(secrets, settings.signing_secret_arn),
            stored.read,
            settings.allowed_networks,
        ),
        deliveries=DynamoDeliveries(
            dynamo, settings.ledger_table, settings.delivery_days, settings.history_days
        ),
        notices=AlarmNotices(),
        availabilities=DynamoAvailabilities(dynamo, settings.recipes_table),
        budgets=DynamoBudgets(dynamo, settings.ledger_table),
        queue=SqsRuns(sqs, settings.runs_queue_url),
        notifications=DynamoNotifications(dynamo, settings.ledger_table),
        mail=SesMail(lambda: _once("sesv2"), settings.notification_sender),
        push=SnsPush(lambda: _once("sns")),
        devices=DynamoDevices(dynamo, settings.recipes_table),
        moderations=_moderations(dynamo, settings),
        platforms=PlatformCalls(
            lambda: rule_books.current().profiles,
            stored.read,
            DynamoStandings(dynamo, settings.ledger_table),
            lambda: _once("sesv2"),
            settings.allowed_networks,
        ),
        outbox=DynamoOutbox(dynamo, settings.ledger_table),
        survey_links=SurveyPages(
            # On the local stack the API's address is that of the emulator, and begins with a slash.
            (dynamo.meta.endpoint_url if settings.surveys_url.startswith("/") else "") + settings.surveys_url,
            SurveyKeys(secrets, settings.survey_secret_arn),
        ),
        inbox_url=settings.inbox_url.rstrip("/"),
    )


def erasing(ports: Ports) -> "Erasing":
    """What the executor needs beside, when a contact is erased."""
    from inbox_recipes.adapters.dynamo_personal_data import DynamoPersonalData
    from inbox_recipes.adapters.dynamo_surveys import DynamoSurveys
    from inbox_recipes.flows.erase_items import Erasing

    settings = ExecutorSettings.read()
    personal_data = DynamoPersonalData(
        client("dynamodb"), settings.inbox_table, settings.ledger_table, settings.history_days,
        settings.raw_days, (client("sqs"), settings.ingest_dead_letters_url),
    )  # fmt: skip
    return Erasing(
        ports.inbox, ports.ledger, ports.deliveries, ports.moderations, personal_data, ports.queue,
        ports.timers, ports.outbox, DynamoSurveys(client("dynamodb"), settings.ledger_table),
    )  # fmt: skip


def redelivery() -> "SqsRedelivery":
    """How messages that failed come back to the executor."""
    from inbox_recipes.adapters.sqs_redelivery import SqsRedelivery

    return SqsRedelivery(client("sqs"), ExecutorSettings.read().retry_queue_url)


def api() -> "Services":
    """The ports of the API."""
    from inbox_recipes.adapters.dynamo_availabilities import DynamoAvailabilities
    from inbox_recipes.adapters.dynamo_deliveries import DynamoDeliveries
    from inbox_recipes.adapters.dynamo_devices import DynamoDevices
    from inbox_recipes.adapters.dynamo_outbox import DynamoOutbox
    from inbox_recipes.adapters.dynamo_personal_data import DynamoPersonalData
    from inbox_recipes.adapters.dynamo_recipes import DynamoRecipes
    from inbox_recipes.adapters.dynamo_standings import DynamoStandings
    from inbox_recipes.adapters.dynamo_surveys import DynamoSurveys
    from inbox_recipes.adapters.public_holidays import PublicHolidayCalendars
    from inbox_recipes.adapters.secrets import StoredSecrets, SurveyKeys
    from inbox_recipes.adapters.signing_secret import SigningSecret
    from inbox_recipes.adapters.sns_devices import SnsDevices
    from inbox_recipes.adapters.sqs_runs import SqsRetries, SqsRuns
    from inbox_recipes.http.services import Services

    settings, dynamo = ApiSettings.read(), client("dynamodb")
    recipes = DynamoRecipes(dynamo, settings.recipes_table)
    secrets = client("secretsmanager")
    inbox, ledger = _inbox(dynamo, settings), _ledger(dynamo, settings)
    return Services(
        inbox=inbox,
        rule_books=recipes,
        ledger=ledger,
        configuration=recipes,
        availabilities=DynamoAvailabilities(dynamo, settings.recipes_table),
        calendars=PublicHolidayCalendars(),
        deliveries=DynamoDeliveries(
            dynamo, settings.ledger_table, settings.delivery_days, settings.history_days
        ),
        retries=SqsRetries(client("sqs"), settings.retry_queue_url),
        devices=DynamoDevices(dynamo, settings.recipes_table),
        device_registry=SnsDevices(
            lambda: _once("sns"),
            {
                "apple": settings.apple_push_application_arn,
                "google": settings.google_push_application_arn,
            },
        ),
        secrets=StoredSecrets(
            secrets, settings.credentials_prefix, settings.kms_key_arn, settings.fingerprint_pepper
        ),
        reaches_loopback=settings.reaches_loopback,
        queue=SqsRuns(client("sqs"), runs_url=settings.runs_queue_url),
        signing_keys=SigningSecret(secrets, settings.signing_secret_arn),
        surveys=DynamoSurveys(dynamo, settings.ledger_table),
        survey_keys=SurveyKeys(secrets, settings.survey_secret_arn),
        standings=DynamoStandings(dynamo, settings.ledger_table),
        personal_data=DynamoPersonalData(
            dynamo, settings.inbox_table, settings.ledger_table, settings.history_days, settings.raw_days
        ),
        moderations=_moderations(dynamo, settings),
        outbox=DynamoOutbox(dynamo, settings.ledger_table),
    )
