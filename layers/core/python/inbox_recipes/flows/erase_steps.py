"""The steps of an erasure: each does a bounded amount, says where to go on, and may come twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from inbox_recipes import ids
from inbox_recipes.clock import from_stamp, stamp
from inbox_recipes.erasures import (
    ERASED,
    NOBODY,
    Erasure,
    next_revision,
    of_case,
    of_line,
    of_mention,
    of_moderation,
    of_record,
    tells_of,
    without_contact,
)
from inbox_recipes.errors import Stale
from inbox_recipes.feedback import Wording
from inbox_recipes.handling import DAYS_KEPT
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.inbox import Case, LastAction, Mention, Object
from inbox_recipes.messages import EraseStep
from inbox_recipes.ports import (
    Deliveries,
    Inbox,
    Ledger,
    Moderations,
    Outbox,
    Page,
    RunQueue,
    Timers,
    Transaction,
    Write,
)
from inbox_recipes.ports.personal_data import EventPage, PersonalData
from inbox_recipes.surveys import kept
from inbox_recipes.triggers import Occurrence

ITEMS_AT_ONCE = 20
PAGES_AT_ONCE = 50
HOURS_AT_ONCE = 200
LINES_AT_ONCE = 100
TRIES = 8
KEPT_MARKS = timedelta(days=DAYS_KEPT)

type Done = tuple[Erasure, str | None]
"""The erasure after a step, and where to go on."""


@dataclass(frozen=True)
class Erasing:
    """What an erasure works with."""

    inbox: Inbox
    ledger: Ledger
    deliveries: Deliveries
    moderations: Moderations
    personal_data: PersonalData
    queue: RunQueue
    timers: Timers
    outbox: Outbox

    def save(self, erasure: Erasure, **changed: object) -> Erasure:
        """Write down how far it is. Raises Stale when another message of it was faster."""
        after = erasure.next(**changed)
        self.personal_data.save_erasure(erasure, after)
        return after


def _cases(erasure: Erasure, cursor: str | None, work: Erasing, now: datetime) -> Done:
    page = work.inbox.cases_of_contacts(erasure.contact_ids, ITEMS_AT_ONCE, cursor)
    return _erased(page, "case", erasure, work, now)


def _mentions(erasure: Erasure, cursor: str | None, work: Erasing, now: datetime) -> Done:
    page = work.inbox.mentions_of_contacts(erasure.contact_ids, ITEMS_AT_ONCE, cursor)
    return _erased(page, "mention", erasure, work, now)


def _records(erasure: Erasure, cursor: str | None, work: Erasing, now: datetime) -> Done:
    """Event records hour by hour from the contact's first item on, with what their runs have sent."""
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
    """Webhooks that somebody tried out with a message which by now is erased."""
    page = work.deliveries.listed(LINES_AT_ONCE, cursor, since=erasure.earliest or now)
    of = {each.item_id: each.id for each in page.data if each.kind == "test" and each.item_id}
    for mention in work.inbox.mentions(of).values():
        if mention.erased:
            work.deliveries.erase(of[mention.unique_id], now)
    return erasure, page.next


def _moderation(erasure: Erasure, cursor: str | None, work: Erasing, now: datetime) -> Done:
    """What was done on platforms to messages which by now are erased. What is under way goes on."""
    page = work.moderations.listed(LINES_AT_ONCE, cursor, since=erasure.earliest or now)
    known = work.inbox.mentions({act.unique_id for act in page.data})
    for act in page.data:
        mention = known.get(act.unique_id)
        if mention is not None and mention.erased and act.author_id != NOBODY:
            silent = of_moderation(act, now)
            work.inbox.commit(Transaction(actor=erasure.by, at=now, moderation=(act, silent)))
    return erasure, page.next


def _messages(erasure: Erasure, _cursor: str | None, work: Erasing, now: datetime) -> Done:
    """What was written to the contact lately: of what is not yet sent, histories do not tell."""
    marks = [m for each in erasure.contact_ids for m in work.outbox.marks(each, now - KEPT_MARKS)]
    for mark in marks:
        item = work.outbox.get(mark.item_id)
        mention = work.inbox.mentions([item.unique_id]).get(item.unique_id) if item else None
        if mark.at <= erasure.asked_at or (mention is not None and mention.erased):
            _erase_message(mark.item_id, erasure, work)
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
    done = sum(_erase(item, log, erasure, work, now) for item in mine)
    if done:
        name = f"{log}s"
        changed[name] = getattr(erasure, name) + done
    earliest = min((item.date.added for item in mine), default=None)
    if earliest and (erasure.earliest is None or earliest < erasure.earliest):
        changed["earliest"] = earliest
    return (work.save(erasure, **changed) if changed else erasure), page.next


def _erase(item: Mention | Case, log: Object, erasure: Erasure, work: Erasing, now: datetime) -> bool:
    """What an item says, then its history, then whose it was: until the end it is found by its contact.

    What somebody writes into it meanwhile goes too. Gives whether there was anything to do.
    """
    item_id = item.id if isinstance(item, Case) else item.unique_id
    found: Mention | Case | None = item
    for _ in range(TRIES):
        if found is None or set(_contacts(found)).isdisjoint(erasure.contact_ids):
            return False
        try:
            silent = _commit(found, _silent(found), log, "erased", erasure, work, now)
            _erase_history(log, item_id, erasure, work)
            _commit(
                silent,
                without_contact(silent, erasure.contact_ids),
                log,
                "contact_removed",
                erasure,
                work,
                now,
            )
        except Stale:
            read: Callable[[list[str]], dict[str, Any]] = (
                work.inbox.cases if log == "case" else work.inbox.mentions
            )
            found = read([item_id]).get(item_id)
            continue
        return True
    raise Stale(f"The {log} {item_id!r} is being changed too busily; trying again.")


def _silent(item: Mention | Case) -> Mention | Case:
    return of_case(item) if isinstance(item, Case) else of_mention(item)


def _commit(
    item: Mention | Case, left: Mention | Case, log: Object, what: str, erasure: Erasure,
    work: Erasing, now: datetime,
) -> Mention | Case:  # fmt: skip
    """The item as its next revision; nothing is written where nothing is different."""
    if left == item:
        return item
    by = erasure.by
    done = LastAction(type=what, by=by.kind, by_id=by.id, at=now)
    after = next_revision(left, done)
    line = _line(log, after, what, erasure, now)
    surveys = after.feedback.surveys if isinstance(after, Case) else ()
    work.inbox.commit(
        Transaction(
            actor=by,
            at=now,
            writes=(Write(item, after),),
            lines=(line,),
            surveys=kept(after, surveys) if isinstance(after, Case) else (),
            wordings=tuple((each.id, Wording(question="")) for each in surveys),
        )
    )
    return after


def _erase_history(log: Object, item_id: str, erasure: Erasure, work: Erasing) -> None:
    cursor, more = None, True
    while more:
        page = work.ledger.history(log, item_id, LINES_AT_ONCE, cursor)
        told = [(entry, of_line(entry, erasure.contact_ids)) for entry in page.data]
        # A line written again under its id takes the place of the one that is there.
        work.ledger.add_lines(
            [Line(log=log, item_id=item_id, entry=left) for entry, left in told if left != entry]
        )
        for outbox_id in {str(entry.detail["outbox_id"]) for entry, _ in told if "outbox_id" in entry.detail}:
            _erase_message(outbox_id, erasure, work)
        cursor, more = page.next, page.next is not None


def _erase_message(outbox_id: str, erasure: Erasure, work: Erasing) -> None:
    """What was written to the contact, or was about to be."""
    item = work.outbox.get(outbox_id)
    if item is not None and item.text:
        after = item.erased(erasure.asked_at)
        work.inbox.commit(Transaction(actor=erasure.by, at=erasure.asked_at, outbox=(item, after)))


def _contacts(item: Mention | Case) -> tuple[str | None, ...]:
    return item.contact_ids if isinstance(item, Case) else (item.contact_id,)


def _line(log: Object, after: Mention | Case, what: str, erasure: Erasure, now: datetime) -> Line:
    item_id = after.id if isinstance(after, Case) else after.unique_id
    entry = HistoryEntry(
        id=f"{stamp(now)}#{ids.digest(erasure.by.id, what, item_id, after.revision)}#0",
        type=what,
        outcome="done",
        by=erasure.by,
        reason=None,
        detail=ERASED,
        run_id=None,
        position=None,
        date=HistoryDate(added=now),
    )
    return Line(log=log, item_id=item_id, entry=entry)


def _erase_page(page: EventPage, erasure: Erasure, work: Erasing, now: datetime) -> None:
    left = [of_record(record, erasure) for record in page.records]
    for record in left:
        if record is not None:
            _erase_sent(record, erasure, work, now)
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
            _erase_message(ids.outbox_id(run_id, claim.position), erasure, work)
