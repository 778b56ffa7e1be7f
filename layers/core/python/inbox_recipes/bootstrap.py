"""Settings to adapters to ports: the only file that builds clients, one function for each Lambda function.

Imports stand inside the functions so that each Lambda function loads only what it uses.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

from inbox_recipes.adapters.dynamo_inbox import DynamoInbox
from inbox_recipes.adapters.dynamo_ledger import DynamoLedger
from inbox_recipes.adapters.dynamo_recipes import DynamoRecipes
from inbox_recipes.ports import Inbox, Ledger, Ports, RuleBooks, RunQueue
from inbox_recipes.settings import EvaluatorSettings, ExecutorSettings, Settings

if TYPE_CHECKING:
    from inbox_recipes.http.services import Services


@dataclass(frozen=True)
class Stores:
    """The three tables."""

    inbox: Inbox
    rule_books: RuleBooks
    ledger: Ledger


@dataclass(frozen=True)
class Evaluating(Stores):
    """What the evaluator works with."""

    queue: RunQueue


def client(service: str) -> Any:
    """A client of an AWS service: boto3's own, without its layers for resources and file transfer.

    botocore owns the retries of this hop: three tries, about two seconds.
    """
    retries: Any = {"mode": "standard", "total_max_attempts": 3}
    config = Config(connect_timeout=1, read_timeout=3, retries=retries)
    return _session().create_client(service, config=config)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def _stores(settings: Settings) -> tuple[DynamoInbox, DynamoRecipes, DynamoLedger]:
    dynamo = client("dynamodb")
    return (
        DynamoInbox(dynamo, settings.inbox_table, settings.ledger_table, settings.history_days),
        DynamoRecipes(dynamo, settings.recipes_table),
        DynamoLedger(dynamo, settings.ledger_table, settings.history_days),
    )


def ingest() -> Stores:
    """The ports of the ingest function."""
    inbox, recipes, ledger = _stores(Settings.read())
    return Stores(inbox=inbox, rule_books=recipes, ledger=ledger)


def evaluator() -> Evaluating:
    """The ports of the evaluator."""
    from inbox_recipes.adapters.sqs_runs import SqsRuns

    settings = EvaluatorSettings.read()
    inbox, recipes, ledger = _stores(settings)
    queue = SqsRuns(client("sqs"), runs_url=settings.runs_queue_url)
    return Evaluating(inbox=inbox, rule_books=recipes, ledger=ledger, queue=queue)


def executor() -> Ports:
    """The ports of the executor."""
    from inbox_recipes.adapters.http_sender import HttpSender
    from inbox_recipes.adapters.scheduler_timers import SchedulerTimers
    from inbox_recipes.adapters.secrets import Secret
    from inbox_recipes.adapters.sqs_runs import SqsRetries

    settings = ExecutorSettings.read()
    inbox, recipes, ledger = _stores(settings)
    secret = Secret(client("secretsmanager"), settings.signing_secret_arn)
    return Ports(
        inbox=inbox,
        rule_books=recipes,
        ledger=ledger,
        retries=SqsRetries(client("sqs"), settings.retry_queue_url),
        timers=SchedulerTimers(
            client("scheduler"),
            queue_arn=settings.runs_queue_arn,
            role_arn=settings.schedule_role_arn,
            dead_letters_arn=settings.schedule_dead_letters_arn,
            prefix=settings.schedule_prefix,
        ),
        webhooks=HttpSender(secret, settings.allowed_networks),
    )


def api() -> "Services":
    """The ports of the API."""
    from inbox_recipes.http.services import Services

    inbox, recipes, ledger = _stores(Settings.read())
    return Services(inbox=inbox, rule_books=recipes, ledger=ledger, configuration=recipes)
