"""A `Transaction` as the items of TransactWriteItems, and which of them mean "done before"."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import Item, typed
from inbox_recipes.adapters.free_places import free_place
from inbox_recipes.adapters.items import case_item, contact_item, mention_item, origin, profile_item
from inbox_recipes.adapters.ledger_items import (
    claim_item,
    counted_item,
    handled_item,
    history_item,
    moderation_item,
    outbox_item,
    run_item,
    survey_item,
    wait_item,
    wording_item,
)
from inbox_recipes.clock import stamp
from inbox_recipes.handling import DAYS_KEPT, acts
from inbox_recipes.inbox import Case, Mention, Profile
from inbox_recipes.moderations import Moderation
from inbox_recipes.outbox import OutboxItem, marks
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.replay import with_changes
from inbox_recipes.runs import Claim
from inbox_recipes.turns import Turn

MOST_LINKS_MOVED = 2
"""Contacts of a case whose links are written again with it: a message may join ten cases at once."""
UNCHANGED = "attribute_exists(pk) AND #revision = :seen"


@dataclass
class Places:
    """The transaction's items; `repeats` are the places whose failed condition means "done before"."""

    items: list[Any] = field(default_factory=list)
    repeats: set[int] = field(default_factory=set)

    def put(self, table: str, item: Item, **condition: Any) -> None:
        """Put a whole item."""
        self.items.append({"Put": {"TableName": table, "Item": typed(item), **condition}})

    def put_at(self, table: str, item: Item, seen: int | None) -> None:
        """Put a whole item that is still at the revision that was seen; nothing: that is not there yet.

        What repeats something from long ago is a repeat for as long as that is there, though it has expired.
        """
        if seen is None and len(self.items) in self.repeats:
            self.put(table, item, ConditionExpression="attribute_not_exists(pk)")
            return
        if seen is None:
            self.put(table, item, **free_place())
            return
        self.put(
            table,
            item,
            ConditionExpression=UNCHANGED,
            ExpressionAttributeNames={"#revision": "revision"},
            ExpressionAttributeValues=typed({":seen": seen}),
        )

    def delete(self, table: str, key: dict[str, str]) -> None:
        """Take an item away."""
        self.items.append({"Delete": {"TableName": table, "Key": typed(dict(key))}})


def places(transaction: Transaction, inbox: str, ledger: str, history_days: int, inbox_days: int) -> Places:
    """Everything that happens together, in a fixed order. The inbox keeps things for ever at 0 days."""
    expires_at = keys.expiry(transaction.at, history_days)
    result = Places()
    if transaction.claim:
        _claim(result, ledger, *transaction.claim, expires_at)
    for write in transaction.writes:
        _write(result, inbox, write, transaction, inbox_days)
        _flow_due(result, ledger, write, transaction.at, history_days)
    for known, profile in transaction.profiles:
        key = keys.profile(profile.service, profile.author_id)
        result.put_at(inbox, {**key, **profile_item(profile)}, known.revision if known else None)
    for before, contact in transaction.contacts:
        item = {**keys.contact(contact.id), **contact_item(contact)}
        result.put_at(inbox, item, before.revision if before else None)
    _wait(result, ledger, transaction, history_days)
    _outside(result, ledger, transaction, history_days)
    _still(result, inbox, transaction.seen)
    if transaction.turn:
        _turn(result, inbox, *transaction.turn)
    for item in (
        *([counted_item(transaction.counted, expires_at)] if transaction.counted else []),
        *(survey_item(each, expires_at) for each in transaction.surveys),
        *(wording_item(*each, expires_at) for each in transaction.wordings),
        *(handled_item(contact_id, act) for contact_id, act in acts(transaction).items()),
        *(history_item(line, expires_at) for line in with_changes(transaction).lines),
    ):
        result.put(ledger, item)
    return result


def _claim(result: Places, ledger: str, run_id: str, claim: Claim, expires_at: int) -> None:
    result.repeats.add(len(result.items))
    result.put(
        ledger,
        claim_item(run_id, claim, expires_at),
        ConditionExpression="attribute_not_exists(pk) OR #state <> :closed",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues=typed({":closed": "closed"}),
    )


def _write(result: Places, inbox: str, write: Write, transaction: Transaction, days: int) -> None:
    after = write.after
    key = keys.case(after.id) if isinstance(after, Case) else keys.mention(after.unique_id)
    ends = _expiry(after, days)
    new = _item(after) | origin(transaction) | ends
    before = _links(write.before) if write.before else {}
    links = _links(after)
    for place in before.keys() - links.keys():
        result.delete(inbox, before[place])
    kept_until = _links_end(after, days)
    moved = write.before is not None and _links_end(write.before, days) != kept_until
    for place in sorted(links if moved else links.keys() - before.keys()):
        of = {"case_id": after.id} if isinstance(after, Case) else {"unique_id": after.unique_id}
        result.put(inbox, {**links[place], "entity": "link", **of, **kept_until})
    if write.before is None:
        if isinstance(after, Mention):
            result.repeats.add(len(result.items))
        result.put_at(inbox, {**key, **new}, None)
        return
    old = _item(write.before)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    result.items.append(_update(inbox, key, changed, write.before.revision))


def _flow_due(result: Places, ledger: str, write: Write, at: datetime, history_days: int) -> None:
    """The mark that lists a case by when the time of its flow is over, while it has one."""
    due, seen = _flow_until(write.after), _flow_until(write.before)
    if due == seen or not isinstance(write.after, Case):
        return
    case_id = write.after.id
    listed = {"list_key": "flow#due", "list_at": f"{stamp(due)}#{case_id}"} if due else {}
    expires_at = keys.expiry(max(at, due or at), history_days)
    result.put(ledger, {**keys.flow_due(case_id), "entity": "flow_due", **listed, "expires_at": expires_at})


def _flow_until(item: Mention | Case | None) -> datetime | None:
    return item.flow.until if isinstance(item, Case) and item.flow else None


def _expiry(item: Mention | Case, days: int) -> Item:
    """A mention ends so long after it came, a case after it was last changed (R20)."""
    at = item.date.updated if isinstance(item, Case) else item.date.added
    return {"expires_at": keys.expiry(at, days)} if days else {}


def _links_end(item: Mention | Case, days: int) -> Item:
    """Links end with what they lead to. That of a case moves, and takes its links with it once a day.

    So they end within a day after it. Those of a case with many contacts stay: they would fill a transaction.
    """
    if isinstance(item, Mention) or not days:
        return _expiry(item, days)
    if len(item.contact_ids) > MOST_LINKS_MOVED:
        return {}
    day = item.date.updated.replace(hour=0, minute=0, second=0, microsecond=0)
    return {"expires_at": keys.expiry(day + timedelta(days=1), days)}


def _links(item: Mention | Case) -> dict[str, dict[str, str]]:
    """The marks of the cases that a mention is in, or of the contacts whose case it is."""
    added = stamp(item.date.added)
    if isinstance(item, Case):
        return {contact_id: keys.case_of(contact_id, added, item.id) for contact_id in item.contact_ids}
    return {case_id: keys.link(case_id, added, item.unique_id) for case_id in item.case_ids}


def _item(item: Mention | Case) -> Item:
    return case_item(item) if isinstance(item, Case) else mention_item(item)


def _update(table: str, key: dict[str, str], changed: Item, seen: int) -> dict[str, Any]:
    """Set what differs and nothing else, if the item is still at the revision that was seen."""
    names = {f"#{index}": name for index, name in enumerate(changed)}
    values = {f":{index}": value for index, value in enumerate(changed.values())}
    sets = [f"#{i} = :{i}" for i, value in enumerate(changed.values()) if value is not None]
    removes = [f"#{i}" for i, value in enumerate(changed.values()) if value is None]
    expression = "SET " + ", ".join(sets) + (" REMOVE " + ", ".join(removes) if removes else "")
    return {
        "Update": {
            "TableName": table,
            "Key": typed(dict(key)),
            "UpdateExpression": expression,
            "ConditionExpression": UNCHANGED,
            "ExpressionAttributeNames": {**names, "#revision": "revision"},
            "ExpressionAttributeValues": typed({**values, ":seen": seen}),
        }
    }


def _still(result: Places, inbox: str, seen: Profile | None) -> None:
    if seen is None:
        return
    check = {
        "TableName": inbox,
        "Key": typed(keys.profile(seen.service, seen.author_id)),
        "ConditionExpression": UNCHANGED,
        "ExpressionAttributeNames": {"#revision": "revision"},
        "ExpressionAttributeValues": typed({":seen": seen.revision}),
    }
    result.items.append({"ConditionCheck": check})


def _outside(result: Places, ledger: str, transaction: Transaction, history_days: int) -> None:
    """What is to be done on platforms: a message, or an act of moderation."""
    if transaction.outbox:
        _outbox(result, ledger, *transaction.outbox, keys.expiry(transaction.at, history_days))
    if transaction.moderation:
        _moderation(result, ledger, *transaction.moderation, history_days)


def _outbox(
    result: Places, ledger: str, before: OutboxItem | None, after: OutboxItem, expires_at: int
) -> None:
    """A new one that is there already was written before. Its marks are as old as it is."""
    if before is None:
        result.repeats.add(len(result.items))
    result.put_at(ledger, outbox_item(after, expires_at), before.revision if before else None)
    for of, mark in marks(after).items() if before is None else ():
        key = keys.mark(of, stamp(mark.at), mark.item_id)
        kept_until = keys.expiry(mark.at, DAYS_KEPT)
        result.put(
            ledger, {**key, "entity": "mark", "mark": mark.model_dump_json(), "expires_at": kept_until}
        )


def _wait(result: Places, ledger: str, transaction: Transaction, history_days: int) -> None:
    """A wait, and how its run stands. It is kept from its end on, which may be long after its beginning."""
    for run in transaction.runs:
        result.put(ledger, run_item(run, history_days))
    if transaction.wait is None:
        return
    before, after = transaction.wait
    expires_at = keys.expiry(max(transaction.at, after.due_at), history_days)
    result.put_at(ledger, wait_item(after, expires_at), before.revision if before else None)


def _moderation(
    result: Places, ledger: str, before: Moderation | None, after: Moderation, history_days: int
) -> None:
    """An act, kept from its end on, and the mark that lists it by when something is due in it."""
    expires_at = keys.expiry(max(after.updated_at, after.due_at or after.updated_at), history_days)
    result.put_at(ledger, moderation_item(after, expires_at), before.revision if before else None)
    at, seen = after.due_at, before.due_at if before else None
    if at != seen:
        due = {"list_key": "moderation#due", "list_at": f"{stamp(at)}#{after.id}"} if at else {}
        key = keys.moderation_due(after.id)
        result.put(ledger, {**key, "entity": "moderation_due", **due, "expires_at": expires_at})


def _turn(result: Places, inbox: str, before: Turn | None, after: Turn) -> None:
    """A turn only ever gets later, so whoever waited longest still does if this one is as it was read."""
    update = {
        "TableName": inbox,
        "Key": typed(keys.turn(after.kind, after.id)),
        "UpdateExpression": "SET entity = :entity, last_at = :at",
        "ConditionExpression": "last_at = :seen" if before else "attribute_not_exists(pk)",
        "ExpressionAttributeValues": typed(
            {
                ":entity": "turn",
                ":at": stamp(after.at),
                **({":seen": stamp(before.at)} if before else {}),
            }
        ),
    }
    result.items.append({"Update": update})
