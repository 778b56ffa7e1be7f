"""Erasing one mention or case: what it says, its history, what was written in it, and whose it was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inbox_recipes import ids
from inbox_recipes.erasures import (
    ERASED,
    Erasure,
    next_revision,
    of_case,
    of_line,
    of_mention,
    without_contact,
)
from inbox_recipes.errors import Stale
from inbox_recipes.feedback import Wording
from inbox_recipes.history import Line, line_outside_runs
from inbox_recipes.inbox import Case, LastAction, Mention, Object
from inbox_recipes.ports import (
    Deliveries,
    Inbox,
    Ledger,
    Moderations,
    Outbox,
    RunQueue,
    Surveys,
    Timers,
    Transaction,
    Write,
)
from inbox_recipes.ports.personal_data import PersonalData
from inbox_recipes.surveys import kept

LINES_AT_ONCE = 100
TRIES = 8


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
    surveys: Surveys

    def save(self, erasure: Erasure, **changed: object) -> Erasure:
        """Write down how far it is. Raises Stale when another message of it was faster."""
        after = erasure.next(**changed)
        self.personal_data.save_erasure(erasure, after)
        return after


def erase_item(item: Mention | Case, log: Object, erasure: Erasure, work: Erasing, now: datetime) -> bool:
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
            erase_history(log, item_id, erasure, work)
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


def erase_history(log: Object, item_id: str, erasure: Erasure, work: Erasing) -> None:
    """What the lines of a mention or case say, and the messages to the contact that they tell of."""
    cursor, more = None, True
    while more:
        page = work.ledger.history(log, item_id, LINES_AT_ONCE, cursor)
        told = [(entry, of_line(entry, erasure.contact_ids)) for entry in page.data]
        # A line written again under its id takes the place of the one that is there.
        work.ledger.add_lines(
            [Line(log=log, item_id=item_id, entry=left) for entry, left in told if left != entry]
        )
        for outbox_id in {str(entry.detail["outbox_id"]) for entry, _ in told if "outbox_id" in entry.detail}:
            erase_message(outbox_id, erasure, work)
        cursor, more = page.next, page.next is not None


def erase_message(outbox_id: str, erasure: Erasure, work: Erasing) -> None:
    """What was written to the contact, or was about to be."""
    item = work.outbox.get(outbox_id)
    if item is not None and item.text:
        after = item.erased(erasure.asked_at)
        work.inbox.commit(Transaction(actor=erasure.by, at=erasure.asked_at, outbox=(item, after)))


def _contacts(item: Mention | Case) -> tuple[str | None, ...]:
    return item.contact_ids if isinstance(item, Case) else (item.contact_id,)


def _line(log: Object, after: Mention | Case, what: str, erasure: Erasure, now: datetime) -> Line:
    item_id = after.id if isinstance(after, Case) else after.unique_id
    place = f"{ids.digest(erasure.by.id, what, item_id, after.revision)}#0"
    return line_outside_runs(log, item_id, place, what, erasure.by, ERASED, now)
