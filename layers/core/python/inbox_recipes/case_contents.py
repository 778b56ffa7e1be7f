"""What a case holds: what it says of its mentions, and the writing of what goes in or comes out. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from inbox_recipes.durations import no_hours, timed
from inbox_recipes.history import Line, line_outside_runs
from inbox_recipes.ids import digest
from inbox_recipes.inbox import Case, CaseDates, LastAction, Mention, Object
from inbox_recipes.people import Actor
from inbox_recipes.ports import Transaction, Write

type Move = Callable[[Mention, str], dict[str, Any]]
"""What changes in a mention that comes into a case, or leaves it."""


def regrouped(
    case: Case, mentions: Sequence[Mention], contact_ids: tuple[str, ...], fence: int,
    moved: Sequence[Mention], move: Move, kind: str, told: Mapping[str, Any], actor: Actor, now: datetime,
) -> Transaction:  # fmt: skip
    """The transaction that leaves a case with these mentions and contacts; `moved` came in or went out."""
    own, *others = contact_ids or (None,)
    done = done_by(kind, actor, now)
    new: dict[str, Any] = {
        **conversation(mentions, case.date.added),
        "contact_id": own,
        "other_contact_ids": tuple(others),
        "fence": fence,
        "date": CaseDates(added=case.date.added, updated=now),
        "last_action": done,
        "revision": case.revision + 1,
    }
    after = case.model_copy(update=new)
    # An answer of ours that is put in by hand was not given now: it says nothing about how long we took.
    replied = case.model_copy(update={"last_reply_at": after.last_reply_at})
    write = Write(case, timed(replied, after, done, no_hours))
    line = line_of("case", case.id, after.revision, kind, actor, now, told)
    return moving(write, moved, move, line, actor, now)


def put_in(mention: Mention, case_id: str) -> dict[str, Any]:
    """What changes in a mention that comes into a case: it is the latest of its cases."""
    return {"case_id": case_id, "other_case_ids": mention.case_ids}


def taken_out(mention: Mention, case_id: str) -> dict[str, Any]:
    """What changes in a mention that leaves a case."""
    own, *others = [each for each in mention.case_ids if each != case_id] or (None,)
    return {"case_id": own, "other_case_ids": tuple(others)}


def moving(
    write: Write, mentions: Sequence[Mention], move: Move, line: Line, actor: Actor, now: datetime
) -> Transaction:
    """The transaction of a case and of the mentions that come into it or leave it, told in every log."""
    case = write.after
    case_id = case.id
    kind = "linked" if move is put_in else "unlinked"
    done = done_by(kind, actor, now)
    writes, lines = [write], [line]
    for mention in mentions:
        new = {**move(mention, case_id), "last_action": done, "revision": mention.revision + 1}
        writes.append(Write(mention, timed(mention, mention.model_copy(update=new), done, no_hours)))
        told = {"case_id": case_id}
        lines.append(line_of("mention", mention.unique_id, mention.revision + 1, kind, actor, now, told))
    return Transaction(actor=actor, at=now, writes=tuple(writes), lines=tuple(lines))


def conversation(mentions: Sequence[Mention], opened_at: datetime) -> dict[str, Any]:
    """What a case says of the mentions in it."""
    ordered = sorted(mentions, key=lambda mention: (mention.date.added, mention.unique_id))
    last = ordered[-1] if ordered else None
    theirs = incoming(ordered)
    ours = [mention for mention in ordered if mention.author.managed]
    return {
        "last_mention_id": last.unique_id if last else None,
        "last_message_by": None if last is None else "us" if last.author.managed else "customer",
        "last_message_at": last.date.added if last else opened_at,
        "last_incoming_id": theirs[-1].unique_id if theirs else None,
        "last_reply_at": ours[-1].date.added if ours else None,
    }


def incoming(mentions: Sequence[Mention]) -> list[Mention]:
    """Those that customers wrote."""
    return [mention for mention in mentions if not mention.author.managed]


def authors(mentions: Sequence[Mention]) -> list[str]:
    """The contacts that wrote them, or that they went to, once for each mention."""
    return [mention.contact_id for mention in mentions if mention.contact_id]


def done_by(kind: str, actor: Actor, now: datetime) -> LastAction:
    """What was last done to an item, where somebody did it now."""
    return LastAction(type=kind, by=actor.kind, by_id=actor.id, at=now)


def line_of(
    log: Object, item_id: str, revision: int, kind: str, actor: Actor, now: datetime, told: Mapping[str, Any]
) -> Line:
    """A line in the history of a case or mention, which tells what came to that revision."""
    place = f"{revision:06d}#{digest(actor.id, kind, item_id)}#0"
    return line_outside_runs(log, item_id, place, kind, actor, told, now)
