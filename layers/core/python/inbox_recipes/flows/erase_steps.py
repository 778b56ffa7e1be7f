"""The steps of an erasure: each does a bounded amount, says where to go on, and may come twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from inbox_recipes import ids
from inbox_recipes.clock import from_stamp, stamp
from inbox_recipes.erasures import NOBODY, Erasure, of_moderation, of_record, tells_of
from inbox_recipes.flows.erase_expired import erase_expired
from inbox_recipes.flows.erase_items import LINES_AT_ONCE, Erasing, erase_item, erase_message
from inbox_recipes.handling import DAYS_KEPT
from inbox_recipes.inbox import Case, Mention, Object, SocialProfile
from inbox_recipes.messages import EraseStep
from inbox_recipes.moderations import Moderation
from inbox_recipes.ports import Page, Transaction
from inbox_recipes.ports.personal_data import EventPage
from inbox_recipes.triggers import Occurrence

ITEMS_AT_ONCE = 20
PAGES_AT_ONCE = 50
HOURS_AT_ONCE = 200
KEPT_MARKS = timedelta(days=DAYS_KEPT)

type Done = tuple[Erasure, str | None]
"""The erasure after a step, and where to go on."""


def _cases(erasure: Erasure, cursor: str | None, work: Erasing, now: datetime) -> Done:
    page = work.inbox.cases_of_contacts(erasure.contact_ids, ITEMS_AT_ONCE, cursor)
    return _erased(page, "case", erasure, work, now)


def _mentions(erasure: Erasure, cursor: str | None, work: Erasing, now: datetime) -> Done:
    page = work.inbox.mentions_of_contacts(erasure.contact_ids, ITEMS_AT_ONCE, cursor)
    return _erased(page, "mention", erasure, work, now)


def _records(erasure: Erasure, cursor: str | None, work: Erasing, now: datetime) -> Done:
    """Event records hour by hour from the contact's first day on, with what their runs have sent.

    They also tell which items were theirs that have expired since.
    """
    after = cursor or stamp(erasure.earliest or now)
    hour = from_stamp(f"{after[:13]}:00:00.000Z")
    for _ in range(HOURS_AT_ONCE):
        if hour > now:
            return erasure, None
        pages = work.personal_data.event_pages(hour, after, PAGES_AT_ONCE)
        for page in pages:
            _erase_page(page, erasure, work, now)
        if len(pages) == PAGES_AT_ONCE:
            return erasure, pages[-1].name
        hour += timedelta(hours=1)
        after = stamp(hour)
    return erasure, after


def _trials(erasure: Erasure, cursor: str | None, work: Erasing, now: datetime) -> Done:
    """Webhooks that somebody tried out with a message which by now is erased.

    Whose a message was that has expired since, nobody can tell: its trials go with anybody's erasure.
    """
    page = work.deliveries.listed(LINES_AT_ONCE, cursor, since=erasure.earliest or now)
    tried = [(each.item_id, each.id) for each in page.data if each.kind == "test" and each.item_id]
    known = work.inbox.mentions({item_id for item_id, _ in tried})
    for item_id, delivery_id in tried:
        if item_id not in known or known[item_id].erased:
            work.deliveries.erase(delivery_id, now)
    return erasure, page.next


def _moderation(erasure: Erasure, cursor: str | None, work: Erasing, now: datetime) -> Done:
    """What was done on platforms to messages which by now are erased. What is under way goes on."""
    page = work.moderations.listed(LINES_AT_ONCE, cursor, since=erasure.earliest or now)
    known = work.inbox.mentions({act.unique_id for act in page.data})
    for act in page.data:
        mention = known.get(act.unique_id)
        theirs = mention.erased if mention is not None else _wrote(act, erasure)
        if theirs and act.author_id != NOBODY:
            silent = of_moderation(act, now)
            work.inbox.commit(Transaction(actor=erasure.by, at=now, moderation=(act, silent)))
    return erasure, page.next


def _wrote(act: Moderation, erasure: Erasure) -> bool:
    """Whether it was done to what the contact wrote, where the message has expired since."""
    return SocialProfile(service=act.service, id=act.author_id) in erasure.profiles


def _messages(erasure: Erasure, _cursor: str | None, work: Erasing, now: datetime) -> Done:
    """What was written to the contact lately: of what is not yet sent, histories do not tell."""
    marks = [m for each in erasure.contact_ids for m in work.outbox.marks(each, now - KEPT_MARKS)]
    for mark in marks:
        item = work.outbox.get(mark.item_id)
        mention = work.inbox.mentions([item.unique_id]).get(item.unique_id) if item else None
        if mark.at <= erasure.asked_at or (mention is not None and mention.erased):
            erase_message(mark.item_id, erasure, work)
    return erasure, None


def _put_aside(erasure: Erasure, _cursor: str | None, work: Erasing, _now: datetime) -> Done:
    work.personal_data.erase_put_aside(partial(tells_of, names=erasure.names))
    return erasure, None


def _dead_letters(erasure: Erasure, _cursor: str | None, work: Erasing, _now: datetime) -> Done:
    work.personal_data.erase_dead_letters(partial(tells_of, names=erasure.names))
    return erasure, None


STEPS: dict[EraseStep, Callable[[Erasure, str | None, Erasing, datetime], Done]] = {
    "cases": _cases,
    "mentions": _mentions,
    "records": _records,
    "trials": _trials,
    "moderation": _moderation,
    "messages": _messages,
    "put_aside": _put_aside,
    "dead_letters": _dead_letters,
}
"""In this order: what tells of items comes after them, and records are looked for from the earliest on."""


def _erased(
    page: Page[Mention] | Page[Case], log: Object, erasure: Erasure, work: Erasing, now: datetime
) -> Done:
    mine = [item for item in page.data if item.date.added <= erasure.asked_at]
    changed: dict[str, Any] = {}
    done = sum(erase_item(item, log, erasure, work, now) for item in mine)
    if done:
        name = f"{log}s"
        changed[name] = getattr(erasure, name) + done
    earliest = min((item.date.added for item in mine), default=None)
    if earliest and (erasure.earliest is None or earliest < erasure.earliest):
        changed["earliest"] = earliest
    return (work.save(erasure, **changed) if changed else erasure), page.next


def _erase_page(page: EventPage, erasure: Erasure, work: Erasing, now: datetime) -> None:
    left = [of_record(record, erasure) for record in page.records]
    for record in left:
        if record is not None:
            _erase_sent(record, erasure, work, now)
    told = [record for record, new in zip(page.records, left, strict=True) if new is not None]
    erase_expired(told, erasure, work, now)
    kept = [new or old for new, old in zip(left, page.records, strict=True)]
    if kept != list(page.records):
        work.personal_data.replace_page(EventPage(page.name, kept))


def _erase_sent(record: dict[str, Any], erasure: Erasure, work: Erasing, now: datetime) -> None:
    """What the runs that were decided on have sent; earlier versions of runs also kept a customer's name."""
    occurrence = Occurrence.model_validate(record["occurrence"])
    for verdict in record["verdicts"]:
        if not verdict["matched"]:
            continue
        run_id = ids.run_id(verdict["recipe_id"], verdict["recipe_version"], occurrence.id)
        run = work.ledger.run(run_id)
        if run is None:
            continue
        if run.occurrence.actor != occurrence.actor and run.finished_at is not None:
            work.ledger.finish(run.model_copy(update={"occurrence": occurrence}))
        for claim in run.claims:
            if claim.action == "webhook":
                work.deliveries.erase(ids.delivery_id(run_id, claim.position), now)
            erase_message(ids.outbox_id(run_id, claim.position), erasure, work)
