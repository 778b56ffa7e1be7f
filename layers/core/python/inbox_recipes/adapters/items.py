"""Models as DynamoDB items, and stream records as changes.

A mention's or case's unchanging part is one JSON attribute, `body`; what keys, filters of the stream,
conditions and targeted updates need stands beside it (decision 14).
"""

import json
from collections.abc import Callable
from math import inf
from typing import Any
from zlib import crc32

from pydantic_core import from_json

from inbox_recipes.adapters.attribute_values import Item, plain
from inbox_recipes.changes import Change
from inbox_recipes.clock import from_stamp, stamp
from inbox_recipes.inbox import Case, Contact, Mention, Profile
from inbox_recipes.people import Actor
from inbox_recipes.ports import Transaction

MENTION_ATTRIBUTES = (
    "status", "tags", "users", "teams", "case_id", "other_case_ids", "contact_id", "timestamps", "delivery",
    "on_service", "author_blocked", "erased", "revision",
)  # fmt: skip
MESSAGE_ATTRIBUTES = ("language", "sentiment", "category")
CASE_ATTRIBUTES = (
    "status", "priority", "tags", "contact_id", "linked_case_id", "last_mention_id", "last_message_by",
    "last_message_at", "last_incoming_id", "last_reply_at", "fence", "revision",
)  # fmt: skip


def mention_item(mention: Mention) -> Item:
    """A mention as attributes, without its keys. A default costs no bytes, and no time."""
    apart = {*MENTION_ATTRIBUTES, "assignment", "last_action"}
    body = mention.model_dump(mode="json", exclude=apart, exclude_defaults=True)
    message = {name: body["message"].pop(name, None) for name in MESSAGE_ATTRIBUTES}
    country = body["location"].pop("country", None)
    return {
        "entity": "mention",
        "body": _json(body),
        "topic_key": f"mention#{mention.topic.id}",
        "listed_at": f"{stamp(mention.date.added)}#{mention.unique_id}",
        "status": mention.status,
        "tags": list(mention.tags),
        "users": list(mention.assignment.users),
        "teams": list(mention.assignment.teams),
        "case_id": mention.case_id,
        "other_case_ids": list(mention.other_case_ids) or None,
        "contact_id": mention.contact_id,
        "timestamps": mention.timestamps.model_dump(mode="json", exclude_none=True) or None,
        "delivery": mention.delivery,
        "erased": mention.erased or None,
        "on_service": mention.on_service,
        "author_blocked": mention.author_blocked or None,
        "revision": mention.revision,
        "action": mention.last_action.type if mention.last_action else None,
        "country": country,
        **message,
    }


def to_mention(item: Item) -> Mention:
    """The mention of an item."""
    body = from_json(item["body"])
    body["message"] |= {name: item.get(name) for name in MESSAGE_ATTRIBUTES}
    body["location"]["country"] = item.get("country")
    own = {name: item.get(name) for name in MENTION_ATTRIBUTES if name not in ("users", "teams")}
    own |= {"other_case_ids": item.get("other_case_ids", ()), "timestamps": item.get("timestamps", {})}
    own["erased"] = item.get("erased", False)
    own["author_blocked"] = item.get("author_blocked", False)
    return Mention.model_validate(body | own | _shared(item))


def case_item(case: Case) -> Item:
    """A case as attributes, without its keys."""
    whole = case.model_dump(mode="json", exclude={"assignment", "last_action"}, exclude_defaults=True)
    attributes = {name: whole.pop(name) for name in CASE_ATTRIBUTES}
    updated = whole["date"].pop("updated")
    return {
        "entity": "case",
        "body": _json(whole),
        "topic_key": f"case#{case.topic.id}",
        "listed_at": f"{stamp(case.date.added)}#{case.id}",
        "updated_at": updated,
        "action": case.last_action.type if case.last_action else None,
        "users": list(case.assignment.users),
        "teams": list(case.assignment.teams),
        **attributes,
    }


def to_case(item: Item) -> Case:
    """The case of an item."""
    body = from_json(item["body"])
    body["date"]["updated"] = item["updated_at"]
    own = {name: item.get(name) for name in CASE_ATTRIBUTES}
    return Case.model_validate(body | own | _shared(item))


def profile_item(profile: Profile) -> Item:
    """A social profile as attributes, without its keys."""
    return {"entity": "profile", **profile.model_dump(mode="json")}


def to_profile(item: Item) -> Profile:
    """The profile of an item."""
    known = {name: item[name] for name in Profile.model_fields if item.get(name) is not None}
    return Profile.model_validate({"case_id": None} | known)


CONTACT_SHARDS = tuple(str(number) for number in range(8))
"""Parts of the list of contacts: they have no topic to be listed by, and one part would be a hot spot."""


def contact_item(contact: Contact) -> Item:
    """A contact as attributes, without its keys. One that was merged into another is not listed."""
    listed = contact.date is not None and contact.merged_into is None
    shard = CONTACT_SHARDS[crc32(contact.id.encode()) % len(CONTACT_SHARDS)]
    return {
        "entity": "contact",
        "contact": contact.model_dump_json(exclude_defaults=True),
        "topic_key": f"contact#{shard}" if listed else None,
        "listed_at": f"{stamp(contact.date.added)}#{contact.id}" if listed and contact.date else None,
        "revision": contact.revision,
    }


def to_contact(item: Item) -> Contact:
    """The contact of an item."""
    return Contact.model_validate_json(item["contact"])


def origin(transaction: Transaction) -> Item:
    """Who wrote an item, when, and what led to it: kept in the item, read from the stream (R6)."""
    return {
        "changed_by": _json(transaction.actor.model_dump()),
        "changed_at": stamp(transaction.at),
        "chain": list(transaction.chain),
    }


READERS: dict[str, Callable[[Item], Mention | Case]] = {"mention": to_mention, "case": to_case}


def to_change(record: dict[str, Any]) -> Change:
    """A record of the Inbox's stream. Raises KeyError or ValueError when it is not one."""
    images = record["dynamodb"]
    new = plain(images["NewImage"])
    old = plain(images["OldImage"]) if images.get("OldImage") else None
    read, at = READERS[new["entity"]], from_stamp(new["changed_at"])
    # What had expired was no longer there, though DynamoDB had not yet deleted it.
    known = old is not None and old.get("expires_at", inf) > at.timestamp()
    return Change(
        before=read(old) if old and known else None,
        after=read(new),
        at=at,
        actor=Actor.model_validate_json(new["changed_by"]),
        chain=tuple(new["chain"]),
    )


def as_it_came(item: Item) -> Change:
    """The change in which a mention or case came in, from what is there now."""
    after = READERS[item["entity"]](item)
    return first_change(after, Actor.model_validate_json(item["changed_by"]), tuple(item["chain"]))


def first_change(after: Mention | Case, actor: Actor, chain: tuple[str, ...]) -> Change:
    """The change in which an item came in, from the latest that was made to it, by whom and after what.

    The first revision says itself who made it and what led to it. Later ones tell of later changes: then
    it was the customer; or one of us, after the same recipes as now.
    """
    first = after.model_copy(update={"revision": 1})
    if after.revision > 1:
        ours = isinstance(after, Mention) and after.author.managed
        whose = after.author.id if isinstance(after, Mention) and ours else after.contact_id
        actor = Actor(kind="agent" if ours else "customer", id=whose or "")
        chain = chain if ours else ()
    return Change(before=None, after=first, at=after.date.added, actor=actor, chain=chain)


def _shared(item: Item) -> dict[str, Any]:
    """What mentions and cases keep alike. Who acted last, and when, is kept once: see `origin`."""
    assignment = {"users": item.get("users", ()), "teams": item.get("teams", ())}
    if "action" not in item:
        return {"assignment": assignment}
    by = json.loads(item["changed_by"])
    action = {"type": item["action"], "by": by["kind"], "by_id": by["id"], "at": item["changed_at"]}
    return {"assignment": assignment, "last_action": action}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
