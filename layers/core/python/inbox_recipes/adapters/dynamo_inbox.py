"""The Inbox port on DynamoDB: batched reads, and one transaction over Inbox and Ledger for every write."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from heapq import merge
from itertools import batched, islice
from typing import TYPE_CHECKING, Any, Literal

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, plain, typed
from inbox_recipes.adapters.cursors import of_kind, resume_after
from inbox_recipes.adapters.items import (
    CONTACT_SHARDS,
    as_it_came,
    to_case,
    to_contact,
    to_mention,
    to_profile,
)
from inbox_recipes.adapters.transaction_items import Places, places
from inbox_recipes.changes import Change
from inbox_recipes.clock import from_stamp, stamp
from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.inbox import Case, Contact, Mention, Profile
from inbox_recipes.ports import Page, Transaction
from inbox_recipes.turns import Assignee

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READ_AT_ONCE = 100
READ_TRIES = 5
LONGEST_KEY = 2048
"""Bytes that DynamoDB allows in a partition key; it fails the whole batch for a longer one."""


class DynamoInbox:
    """Mentions, cases and profiles in the Inbox table. History and claims go to the Ledger with them.

    Mentions and cases expire after `inbox_days`, if that is not 0; what has expired is not there.
    """

    def __init__(
        self, client: "DynamoDBClient", inbox_table: str, ledger_table: str, history_days: int,
        inbox_days: int = 0,
    ) -> None:  # fmt: skip
        self._client = client
        self._inbox = inbox_table
        self._ledger = ledger_table
        self._history_days = history_days
        self._inbox_days = inbox_days

    def mentions(self, unique_ids: Iterable[str]) -> dict[str, Mention]:
        """Those of the mentions that exist, by id."""
        found = (to_mention(item) for item in self._get([keys.mention(key) for key in set(unique_ids)]))
        return {mention.unique_id: mention for mention in found}

    def cases(self, case_ids: Iterable[str]) -> dict[str, Case]:
        """Those of the cases that exist, by id."""
        found = (to_case(item) for item in self._get([keys.case(key) for key in set(case_ids)]))
        return {case.id: case for case in found}

    def profiles(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Profile]:
        """Those of the profiles that are known, by (service, author id)."""
        found = (to_profile(item) for item in self._get([keys.profile(*name) for name in set(names)]))
        return {(profile.service, profile.author_id): profile for profile in found}

    def contacts(self, contact_ids: Iterable[str]) -> dict[str, Contact]:
        """Those of the contacts that are known, by the id asked for; a merged one is whom it became."""
        found = self._contacts(set(contact_ids))
        became = self._contacts({contact.merged_into for contact in found.values() if contact.merged_into})
        while further := {contact.merged_into for contact in became.values()} - {None, *became}:
            became |= self._contacts(further)
        return {key: _survivor(contact, became) for key, contact in found.items()}

    def _contacts(self, contact_ids: Iterable[str | None]) -> dict[str, Contact]:
        wanted = [keys.contact(contact_id) for contact_id in contact_ids if contact_id]
        found = (to_contact(item) for item in self._get(wanted))
        return {contact.id: contact for contact in found}

    def commit(self, transaction: Transaction) -> Literal["done", "repeated"]:
        """Do all of it or nothing. Raises Stale when something has changed since it was read."""
        days = (self._history_days, self._inbox_days)
        together = places(transaction, self._inbox, self._ledger, *days)
        try:
            self._client.transact_write_items(TransactItems=together.items)
        except self._client.exceptions.TransactionCanceledException as error:
            return _judge(together, error.response["CancellationReasons"])
        return "done"

    def next_case_number(self) -> int:
        """The next number of the account's cases: one small write, outside of every transaction."""
        answer = self._client.update_item(
            TableName=self._inbox,
            Key=typed(dict(keys.case_numbers())),
            UpdateExpression="ADD #last :one",
            ExpressionAttributeNames={"#last": "last"},
            ExpressionAttributeValues=typed({":one": 1}),
            ReturnValues="UPDATED_NEW",
        )
        return int(plain(answer["Attributes"])["last"])

    def turns(self, assignees: Iterable[Assignee]) -> dict[Assignee, datetime]:
        """When those of the users and teams last had a turn who ever had one."""
        by_key = {keys.turn(*who)["pk"]: who for who in assignees}
        found = self._get([{"pk": pk, "sk": keys.STATE} for pk in by_key])
        return {by_key[item["pk"]]: from_stamp(item["last_at"]) for item in found}

    def arrivals(self, topic_ids: Sequence[str], since: datetime, until: datetime) -> list[Change]:
        """The mentions and cases of the topics that came in between, each as the change that it was then."""
        wanted = [
            named
            for topic_id in topic_ids
            for entity, key in (("mention", keys.mention), ("case", keys.case))
            for named in self._came(f"{entity}#{topic_id}", key, since, until)
        ]
        return [as_it_came(item) for item in self._get(wanted)]

    def _came(
        self, topic_key: str, key: Callable[[str], dict[str, str]], since: datetime, until: datetime
    ) -> Iterable[dict[str, str]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._inbox,
            IndexName="by_topic",
            KeyConditionExpression="topic_key = :topic AND listed_at BETWEEN :since AND :until",
            ExpressionAttributeValues=typed(
                {":topic": topic_key, ":since": stamp(since), ":until": stamp(until)}
            ),
        )
        listed = (plain(item)["listed_at"] for page in pages for item in page["Items"])
        return [key(each.split("#", 1)[1]) for each in listed]

    def flows_overdue(self, until: datetime, limit: int) -> list[Case]:
        """Cases in which the time of a flow was over before then, the longest overdue first.

        A mark whose case has expired since lists nothing, and takes no other's place.
        """
        pages = self._client.get_paginator("query").paginate(
            TableName=self._ledger,
            IndexName="listing",
            KeyConditionExpression="list_key = :key AND list_at < :until",
            ExpressionAttributeValues=typed({":key": "flow#due", ":until": stamp(until)}),
            PaginationConfig={"PageSize": READ_AT_ONCE},
        )
        marked = (_named(plain(item)["list_at"] for item in page["Items"]) for page in pages)
        found = (case for named in marked for case in _present(self.cases(named), named))
        return list(islice((case for case in found if case.flow and case.flow.until < until), limit))

    def unresolved_mentions(self, case_id: str) -> list[Mention]:
        """The case's mentions that are still `new`, read consistently."""
        pages = self._client.get_paginator("query").paginate(
            **self._in_partition(keys.case(case_id), "MENTION")
        )
        linked = [plain(item)["unique_id"] for page in pages for item in page["Items"]]
        return [mention for mention in self.mentions(linked).values() if mention.status == "new"]

    def mentions_of_case(self, case_id: str, limit: int, cursor: str | None) -> Page[Mention]:
        """The mentions of a case in the order in which they came in."""
        links = self._links(keys.case(case_id), "MENTION", limit + 1, cursor)
        found = self.mentions(link["unique_id"] for link in links)
        page = links[:limit]
        following = page[-1]["sk"] if len(links) > limit else None
        return Page(_present(found, (link["unique_id"] for link in page)), following)

    def cases_of_contacts(self, contact_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Case]:
        """The cases that name any of the contacts, newest first: one query for each, merged."""
        partitions = [keys.contact(contact_id) for contact_id in contact_ids]
        read = (self._links(key, "CASE", limit + 1, cursor, newest_first=True) for key in partitions)
        merged = merge(*([link["sk"] for link in links] for links in read), reverse=True)
        listed = list(islice(dict.fromkeys(merged), limit + 1))
        names = {sk: sk.rsplit("#", 1)[1] for sk in listed}
        found = self.cases(names.values())
        following = listed[limit - 1] if len(listed) > limit else None
        return Page(_present(found, (names[sk] for sk in listed[:limit])), following)

    def mentions_of_contacts(
        self, contact_ids: Sequence[str], limit: int, cursor: str | None
    ) -> Page[Mention]:
        """The mentions from and to any of the contacts, newest first: one query for each, merged."""
        by_contact = (self._by_contact(contact_id, limit + 1, cursor) for contact_id in contact_ids)
        listed = list(islice(merge(*by_contact, reverse=True), limit + 1))
        page = listed[:limit]
        found = self.mentions(_named(page))
        following = page[-1] if len(listed) > limit else None
        return Page(_present(found, _named(page)), following)

    def _by_contact(self, contact_id: str, limit: int, cursor: str | None) -> list[str]:
        """`listed_at` of the contact's mentions; its cases stand in the same index."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._inbox,
            IndexName="by_contact",
            ScanIndexForward=False,
            PaginationConfig={"PageSize": limit},
            **resume_after("contact_id", contact_id, "listed_at", cursor),
        )
        items = (plain(item) for page in pages for item in page["Items"])
        mentions = (each["listed_at"] for each in items if each["pk"].startswith("MENTION#"))
        return list(islice(mentions, limit))

    def list_contacts(self, limit: int, cursor: str | None) -> Page[Contact]:
        """Contacts, newest first."""
        listed = self._listed("contact", CONTACT_SHARDS, limit, cursor)
        found = self._contacts(_named(listed.data))
        return Page(_present(found, _named(listed.data)), listed.next)

    def _links(
        self,
        partition: dict[str, str],
        kind: str,
        limit: int,
        cursor: str | None,
        *,
        newest_first: bool = False,
    ) -> list[Item]:
        query = self._in_partition(partition, kind)
        start: Any = {}
        if cursor:
            start["ExclusiveStartKey"] = typed({"pk": partition["pk"], "sk": of_kind(kind, cursor)})
        answer = self._client.query(**query, **start, Limit=limit, ScanIndexForward=not newest_first)
        return [plain(item) for item in answer["Items"]]

    def _in_partition(self, partition: dict[str, str], kind: str) -> Any:
        """A consistent query for what is linked in a partition."""
        return {
            "TableName": self._inbox,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
            "ExpressionAttributeValues": typed({":pk": partition["pk"], ":sk": f"{kind}#"}),
            "ConsistentRead": True,
        }

    def list_mentions(self, topic_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Mention]:
        """Mentions of the topics, newest first."""
        listed = self._listed("mention", topic_ids, limit, cursor)
        found = self.mentions(_named(listed.data))
        return Page(_present(found, _named(listed.data)), listed.next)

    def list_cases(self, topic_ids: Sequence[str], limit: int, cursor: str | None) -> Page[Case]:
        """Cases of the topics, newest first."""
        listed = self._listed("case", topic_ids, limit, cursor)
        found = self.cases(_named(listed.data))
        return Page(_present(found, _named(listed.data)), listed.next)

    def _listed(self, entity: str, topic_ids: Sequence[str], limit: int, cursor: str | None) -> Page[str]:
        """`listed_at` of the topics' items, newest first: one query a topic, merged."""
        by_topic = (self._by_topic(f"{entity}#{topic_id}", limit + 1, cursor) for topic_id in topic_ids)
        listed = list(islice(merge(*by_topic, reverse=True), limit + 1))
        return Page(listed[:limit], listed[limit - 1] if len(listed) > limit else None)

    def _by_topic(self, topic_key: str, limit: int, cursor: str | None) -> list[str]:
        answer = self._client.query(
            TableName=self._inbox,
            IndexName="by_topic",
            Limit=limit,
            ScanIndexForward=False,
            **resume_after("topic_key", topic_key, "listed_at", cursor),
        )
        return [plain(item)["listed_at"] for item in answer["Items"]]

    def _get(self, wanted: Sequence[dict[str, str]]) -> Iterable[Item]:
        possible = [key for key in wanted if len(key["pk"].encode()) <= LONGEST_KEY]
        for part in batched(possible, READ_AT_ONCE, strict=False):
            yield from self._get_batch([typed(dict(key)) for key in part])

    def _get_batch(self, wanted: list[Any]) -> Iterable[Item]:
        request: Any = {self._inbox: {"Keys": wanted, "ConsistentRead": True}}
        for _ in range(READ_TRIES):
            answer = self._client.batch_get_item(RequestItems=request)
            yield from filter(keys.is_kept, map(plain, answer["Responses"].get(self._inbox, ())))
            request = answer.get("UnprocessedKeys")
            if not request:
                return
        raise Retryable("the Inbox table is too busy to be read")


def _named(listed: Iterable[str]) -> list[str]:
    """The ids in `listed_at`."""
    return [each.split("#", 1)[1] for each in listed]


def _present[T](found: Mapping[str, T], wanted: Iterable[str]) -> list[T]:
    """Those that are there: what has expired or was erased may be listed for a moment longer."""
    return [found[name] for name in wanted if name in found]


def _survivor(contact: Contact, became: Mapping[str, Contact]) -> Contact:
    """Whom a contact became by merging, and that one perhaps by merging again."""
    while contact.merged_into:
        contact = became[contact.merged_into]
    return contact


def _judge(together: Places, reasons: Sequence[Any]) -> Literal["repeated"]:
    """A place that says "this was done before" wins; anything else that failed means: read again."""
    failed = {index for index, reason in enumerate(reasons) if reason.get("Code") == "ConditionalCheckFailed"}
    if failed & together.repeats:
        return "repeated"
    codes = sorted({reason["Code"] for reason in reasons if reason.get("Code") not in (None, "None")})
    if set(codes) <= {"ConditionalCheckFailed", "TransactionConflict"}:
        raise Stale(", ".join(codes))
    raise Retryable(f"the transaction was refused: {', '.join(codes)}")
