"""The PersonalData port on DynamoDB and SQS: what only an erasure changes."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.adapters.event_pages import compressed_pages, decompressed
from inbox_recipes.clock import stamp
from inbox_recipes.erasures import ERASED, Erasure
from inbox_recipes.errors import Stale
from inbox_recipes.inbox import Contact, Profile
from inbox_recipes.ports import EventPage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

UNCHANGED = "revision = :seen"
LOOKED_AT_SECONDS = 120
"""For how long dead letters are hidden while one erasure looks at them."""
MOST_DEAD_LETTERS = 2000


class DynamoPersonalData:
    """Erasures stay in the Ledger for as long as history does.

    Quarantine is looked through for the `put_aside_days` that it is kept. Who only asks needs no queue.
    """

    def __init__(
        self, client: "DynamoDBClient", inbox_table: str, ledger_table: str, history_days: int,
        put_aside_days: int, queue: "tuple[SQSClient, str] | None" = None,
    ) -> None:  # fmt: skip
        self._client = client
        self._inbox = inbox_table
        self._ledger = ledger_table
        self._history_days = history_days
        self._put_aside_days = put_aside_days
        self._queue = queue

    def erasure(self, contact_id: str) -> Erasure | None:
        """The latest erasure of a contact, read consistently."""
        key = typed(dict(keys.erasure(contact_id)))
        answer = self._client.get_item(TableName=self._ledger, Key=key, ConsistentRead=True)
        return Erasure.model_validate_json(plain(answer["Item"])["erasure"]) if "Item" in answer else None

    def save_erasure(self, before: Erasure | None, after: Erasure) -> None:
        """Write it if it is still as it was."""
        item = {
            **keys.erasure(after.contact_id),
            "entity": "erasure",
            "erasure": after.model_dump_json(),
            "revision": after.revision,
            "expires_at": keys.expiry(after.asked_at, self._history_days),
        }
        condition: Any = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before is not None:
            seen = typed({":seen": before.revision})
            condition = {"ConditionExpression": UNCHANGED, "ExpressionAttributeValues": seen}
        try:
            self._client.put_item(TableName=self._ledger, Item=typed(item), **condition)
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise Stale("the erasure has gone on since it was read") from error

    def forget(self, contact: Contact, profiles: Sequence[Profile]) -> None:
        """Take a contact away, with the ids merged into it and its profiles."""
        gone = [
            self._gone(keys.contact(contact.id), contact.revision),
            *(self._gone(keys.contact(merged), None) for merged in contact.merged),
            *(self._gone(keys.profile(each.service, each.author_id), each.revision) for each in profiles),
        ]
        try:
            self._client.transact_write_items(TransactItems=gone)
        except self._client.exceptions.TransactionCanceledException as error:
            raise Stale("the contact has changed since it was read") from error

    def _gone(self, key: dict[str, str], seen: int | None) -> Any:
        condition: Any = {}
        if seen is not None:
            values = typed({":seen": seen})
            condition = {"ConditionExpression": UNCHANGED, "ExpressionAttributeValues": values}
        return {"Delete": {"TableName": self._inbox, "Key": typed(dict(key)), **condition}}

    def event_pages(self, hour: datetime, after: str, limit: int) -> Sequence[EventPage]:
        """Pages that were written in that hour, after the one named; fewer only if there are no more.

        DynamoDB ends an answer at 1 MB. What has expired and is not deleted yet is erased like the rest.
        """
        partition = keys.events(stamp(hour)[:13], "")["pk"]
        pages = self._client.get_paginator("query").paginate(
            TableName=self._ledger,
            KeyConditionExpression="pk = :pk AND sk > :after",
            ExpressionAttributeValues=typed({":pk": partition, ":after": after}),
            PaginationConfig={"PageSize": limit},
        )
        items = islice((plain(item) for page in pages for item in page["Items"]), limit)
        return [EventPage(item["sk"], list(decompressed(item["records"]))) for item in items]

    def replace_page(self, page: EventPage) -> None:
        """Put a page in the place of the one of that name. What is left of records is never larger."""
        [data] = compressed_pages([_line(record) for record in page.records])
        self._replace(keys.events(page.name[:13], page.name), records=data)

    def _replace(self, key: dict[str, str], **attributes: Any) -> None:
        sets = ", ".join(f"#{name} = :{name}" for name in attributes)
        self._client.update_item(
            TableName=self._ledger,
            Key=typed(dict(key)),
            UpdateExpression=f"SET {sets}",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={f"#{name}": name for name in attributes},
            ExpressionAttributeValues=typed({f":{name}": value for name, value in attributes.items()}),
        )

    def erase_put_aside(self, tells: Callable[[Any], bool]) -> None:
        """Leave of each quarantined record that tells of somebody only that there was one."""
        for item in self._put_aside():
            [record] = decompressed(item["record"])
            if tells(record):
                why = "erased with the contact that it told of"
                key = {"pk": item["pk"], "sk": item["sk"]}
                self._replace(key, record=compressed_pages([_line(ERASED)])[0], reason=why)

    def _put_aside(self) -> Iterator[Item]:
        today = datetime.now(UTC)
        for back in range(self._put_aside_days + 1):
            day = keys.quarantine(stamp(today - timedelta(days=back))[:10], "")["pk"]
            pages = self._client.get_paginator("query").paginate(
                TableName=self._ledger,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues=typed({":pk": day}),
            )
            yield from (plain(item) for page in pages for item in page["Items"])

    def erase_dead_letters(self, tells: Callable[[Any], bool]) -> None:
        """Take events that were never taken in out of their dead letters, where they tell of somebody."""
        if self._queue is None:
            raise LookupError("who only asks for an erasure reads no dead letters")
        sqs, url = self._queue
        kept: dict[str, str] = {}
        while len(kept) < MOST_DEAD_LETTERS:
            answer = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=LOOKED_AT_SECONDS
            )
            found = [each for each in answer.get("Messages", ()) if each["MessageId"] not in kept]
            if not found:
                break
            for message in found:
                if tells(message["Body"]):
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                else:
                    kept[message["MessageId"]] = message["ReceiptHandle"]
        for receipt in kept.values():
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)


def _line(record: Any) -> str:
    """A record as pages hold it: the shortest JSON."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
