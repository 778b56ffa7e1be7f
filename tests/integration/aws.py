"""The stack's tables and queues on moto, as template.yaml defines them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import yaml
from moto import mock_aws

from inbox_recipes.adapters.dynamo_deliveries import DynamoDeliveries
from inbox_recipes.adapters.dynamo_inbox import DynamoInbox
from inbox_recipes.adapters.dynamo_ledger import DynamoLedger
from inbox_recipes.adapters.dynamo_personal_data import DynamoPersonalData
from inbox_recipes.adapters.items import to_change
from inbox_recipes.changes import Change

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
KEPT_DAYS = 400
DELIVERY_DAYS = 30
RAW_DAYS = 30
REGION = "eu-west-1"


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's tags as what stands behind them."""


def _whatever(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


Loader.add_multi_constructor("!", _whatever)


def properties(resource: str) -> dict[str, Any]:
    """A resource's properties in the template."""
    found: dict[str, Any] = RESOURCES[resource]["Properties"]
    return found


RESOURCES: dict[str, Any] = yaml.load(TEMPLATE.read_text(), Loader)["Resources"]  # noqa: S506 - a safe one


NUMBERS = count()


@dataclass
class Aws:
    """Clients of a pretended AWS. Each new one has empty tables and queues of its own, by its number."""

    dynamo: Any
    streams: Any
    sqs: Any
    scheduler: Any
    number: int = field(default_factory=NUMBERS.__next__)

    def __post_init__(self) -> None:
        self.inbox = DynamoInbox(
            self.dynamo, self.created("Inbox"), self.created("Ledger"), KEPT_DAYS, KEPT_DAYS
        )
        self.ledger = DynamoLedger(self.dynamo, self.named("Ledger"), KEPT_DAYS)
        self.personal_data = DynamoPersonalData(
            self.dynamo, self.named("Inbox"), self.named("Ledger"), KEPT_DAYS, RAW_DAYS
        )
        self.deliveries = DynamoDeliveries(self.dynamo, self.named("Ledger"), DELIVERY_DAYS, KEPT_DAYS)

    def named(self, resource: str) -> str:
        """What a resource of the template is called here."""
        return f"{resource}-{self.number}"

    def fresh(self) -> "Aws":
        """Another one, over the same clients."""
        return Aws(self.dynamo, self.streams, self.sqs, self.scheduler)

    def changes(self) -> list[Change]:
        """What the stream's filter lets through to the evaluator, as changes."""
        table = self.dynamo.describe_table(TableName=self.named("Inbox"))["Table"]
        stream = table["LatestStreamArn"]
        [shard] = self.streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
        iterator = self.streams.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = self.streams.get_records(ShardIterator=iterator)["Records"]
        wanted = [
            record
            for record in records
            if record["dynamodb"].get("NewImage", {}).get("entity", {}).get("S") in ("mention", "case")
        ]
        return [to_change(record) for record in wanted]

    def queue(self, resource: str) -> str:
        """The URL of a queue of the template, made now."""
        made = properties(resource)
        names = ("FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")
        attributes = {name: str(made[name]).lower() for name in names if name in made}
        for name in ("DeduplicationScope", "FifoThroughputLimit"):
            attributes |= {name: made[name]} if name in made else {}
        url: str = self.sqs.create_queue(
            QueueName=self.named(resource) + (".fifo" if made.get("FifoQueue") else ""), Attributes=attributes
        )["QueueUrl"]
        return url

    def created(self, table: str) -> str:
        """A table of the template, made now; gives its name."""
        made = properties(table)
        stream = made.get("StreamSpecification")
        self.dynamo.create_table(
            TableName=self.named(table),
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=made["AttributeDefinitions"],
            KeySchema=made["KeySchema"],
            **{name: made[name] for name in ("GlobalSecondaryIndexes",) if name in made},
            **({"StreamSpecification": {"StreamEnabled": True, **stream}} if stream else {}),
        )
        return self.named(table)


@contextmanager
def pretended_aws() -> Iterator[Aws]:
    """Everything until the end of the block reaches moto and nothing else."""
    with mock_aws():
        yield Aws(
            dynamo=boto3.client("dynamodb", REGION),
            streams=boto3.client("dynamodbstreams", REGION),
            sqs=boto3.client("sqs", REGION),
            scheduler=boto3.client("scheduler", REGION),
        )
