"""What a new mention does to contacts and cases (domain 1.3, rules 1 to 6; A26). Pure.

Only private conversations enter automatic cases; a case is opened for each author; new messages join
the author's case that is not resolved, unless nothing was added to it for 28 days; a resolved case
never receives anything; a pending one goes back to unresolved when the customer writes.
"""

from dataclasses import dataclass, field
from datetime import datetime

from inbox_recipes import ids
from inbox_recipes.clock import stamp
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.inbox import (
    Assignment,
    Case,
    CaseDates,
    Contact,
    ContactDates,
    Dates,
    IncomingMention,
    LastAction,
    Mention,
    Object,
    Profile,
    SocialProfile,
    is_stale,
)  # fmt: skip
from inbox_recipes.people import Actor
from inbox_recipes.ports import Transaction, Write

TITLE_LENGTH = 80


@dataclass
class View:
    """What is known while a batch is taken in; grows as its mentions are written."""

    mentions: dict[str, Mention] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    profiles: dict[tuple[str, str], Profile] = field(default_factory=dict)

    def put(self, item: Mention | Case) -> None:
        """Know an item as it is now."""
        if isinstance(item, Case):
            self.cases[item.id] = item
        else:
            self.mentions[item.unique_id] = item

    def take(self, newer: "View") -> None:
        """Know everything that a later read has found."""
        self.mentions |= newer.mentions
        self.cases |= newer.cases
        self.profiles |= newer.profiles


def admit(incoming: IncomingMention, view: View, now: datetime) -> Transaction:
    """The transaction that takes the mention in."""
    if incoming.outgoing:
        return _admit_ours(incoming, view, now)
    known = view.profiles.get((incoming.source.service, incoming.author.id))
    contact_id = known.contact_id if known else ids.contact_id(incoming.source.service, incoming.author.id)
    actor = _customer(incoming, contact_id)
    last_case = view.cases.get(known.case_id) if known and known.case_id else None
    case = _case_for(incoming, actor, last_case, now) if incoming.private else None
    mention = _stored(incoming, case.id if case else None, contact_id, _done("arrived", actor, now))
    profile = Profile(
        service=incoming.source.service,
        author_id=incoming.author.id,
        contact_id=contact_id,
        case_id=case.id if case else known.case_id if known else None,
        fence=known.fence + _is_watched(known, now) if known else 0,
        replied_at=known.replied_at if known else None,
        watched_until=known.watched_until if known else None,
        revision=known.revision + 1 if known else 1,
    )
    before = last_case if case and last_case and last_case.id == case.id else None
    return Transaction(
        actor=actor,
        at=now,
        writes=(Write(None, mention), *([Write(before, case)] if case else [])),
        profiles=((known, profile),)
        if known is None or (profile.case_id, profile.fence) != (known.case_id, known.fence)
        else (),
        contacts=() if known else ((None, _contact(incoming, contact_id, now)),),
        lines=_lines(mention, before, case, actor, now),
    )


def _admit_ours(incoming: IncomingMention, view: View, now: datetime) -> Transaction:
    """A message of ours joins the case of the message that it answers, unless that is resolved.

    A private one that names no message joins the open case of whom it went to.
    """
    answered = incoming.source.in_reply_to_message_id
    parent = view.mentions.get(ids.unique_id(incoming.topic.id, answered)) if answered else None
    reached = view.profiles.get((incoming.source.service, incoming.customer_id or ""))
    known = parent or (reached if incoming.private else None)
    before = view.cases.get(known.case_id) if known and known.case_id else None
    if before and before.status == "resolved":
        before = None
    actor = Actor(kind="agent", id=incoming.author.id, name=incoming.author.name)
    contact_id = known.contact_id if known else None
    arrived = _done("arrived", actor, now)
    mention = _stored(incoming, before.id if before else None, contact_id, arrived)
    case = before and before.model_copy(
        update={
            "last_mention_id": mention.unique_id,
            "last_message_by": "us",
            "last_message_at": now,
            "last_reply_at": now,
            "date": CaseDates(added=before.date.added, updated=now),
            "last_action": _done("mention_added", actor, now),
            "revision": before.revision + 1,
        }
    )
    return Transaction(
        actor=actor,
        at=now,
        writes=(Write(None, mention), *([Write(before, case)] if case else [])),
        profiles=_answered(parent, view, now),
        lines=_lines(mention, before, case, actor, now),
    )


def _is_watched(profile: Profile, now: datetime) -> bool:
    """Whether something waits for what its owner writes (row 4)."""
    return profile.watched_until is not None and now < profile.watched_until


def _answered(parent: Mention | None, view: View, now: datetime) -> tuple[tuple[Profile, Profile], ...]:
    """The profile of the author whom we answer, if something waits on a mention of theirs in no case."""
    if parent is None or parent.case_id is not None:
        return ()
    known = view.profiles.get((parent.source.service, parent.author.id))
    if known is None or not _is_watched(known, now):
        return ()
    return ((known, known.model_copy(update={"replied_at": now, "revision": known.revision + 1})),)


def _case_for(incoming: IncomingMention, actor: Actor, last: Case | None, now: datetime) -> Case:
    unique_id = ids.unique_id(incoming.topic.id, incoming.id)
    if last and last.status != "resolved" and not is_stale(last, now):
        return last.model_copy(
            update={
                "status": "unresolved",
                "last_mention_id": unique_id,
                "last_message_by": "customer",
                "last_message_at": now,
                "last_incoming_id": unique_id,
                "fence": last.fence + 1,
                "date": CaseDates(added=last.date.added, updated=now),
                "last_action": _done("mention_added", actor, now),
                "revision": last.revision + 1,
            }
        )
    return Case(
        id=ids.case_id(unique_id),
        title=_title(incoming),
        topic=incoming.topic,
        project=incoming.project,
        status="unresolved",
        priority=None,
        tags=(),
        assignment=Assignment(),
        contact_id=actor.id,
        linked_case_id=last.id if last else None,
        last_mention_id=unique_id,
        last_message_by="customer",
        last_message_at=now,
        last_incoming_id=unique_id,
        last_reply_at=None,
        fence=1,
        date=CaseDates(added=now, updated=now),
        last_action=_done("case_created", actor, now),
        revision=1,
    )


def _title(incoming: IncomingMention) -> str:
    text = " ".join((incoming.message.title or incoming.message.content).split())
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1].rstrip() + "…"


def _done(kind: str, actor: Actor, now: datetime) -> LastAction:
    return LastAction(type=kind, by=actor.kind, by_id=actor.id, at=now)


def _contact(incoming: IncomingMention, contact_id: str, now: datetime) -> Contact:
    """What a first message tells about its author; an e-mail's author is an address."""
    author = incoming.author
    email = author.id if incoming.source.service == "email" and "@" in author.id else None
    return Contact(
        id=contact_id,
        name=author.fullname or author.name,
        email=email,
        socialprofiles=(SocialProfile(service=incoming.source.service, id=author.id),),
        date=ContactDates(added=now, updated=now),
    )


def _stored(
    incoming: IncomingMention, case_id: str | None, contact_id: str | None, arrived: LastAction
) -> Mention:
    unique_id = ids.unique_id(incoming.topic.id, incoming.id)
    posted = {name: getattr(incoming, name) for name in IncomingMention.model_fields if name != "date"}
    return Mention(
        **posted,
        unique_id=unique_id,
        status="sent" if incoming.outgoing else "new",
        assignment=Assignment(),
        case_id=case_id,
        contact_id=contact_id,
        permalink=f"/mentions/{unique_id}",
        date=Dates(published=incoming.date.published, added=arrived.at),
        last_action=arrived,
        revision=1,
    )


def _customer(incoming: IncomingMention, contact_id: str) -> Actor:
    return Actor(kind="customer", id=contact_id, name=incoming.author.name or incoming.author.id)


def _lines(
    mention: Mention, before: Case | None, case: Case | None, actor: Actor, now: datetime
) -> tuple[Line, ...]:
    # In the order of the case's changes, and before what recipes made of it: their ids start with "run".
    moment = f"{stamp(now)}#{case.revision if case else 0:06d}#{mention.unique_id}"

    def line(log: Object, item_id: str, index: int, kind: str, reason: str | None, **detail: object) -> Line:
        entry = HistoryEntry(
            id=f"{moment}#{index}",
            type=kind,
            outcome="done",
            by=actor,
            reason=reason,
            detail=detail,
            run_id=None,
            position=None,
            date=HistoryDate(added=now),
        )
        return Line(log=log, item_id=item_id, entry=entry)

    lines = [line("mention", mention.unique_id, 0, "arrived", None, case_id=mention.case_id)]
    if case is None:
        return tuple(lines)
    if before is None:
        reason = "a private conversation without an open case"
        lines.append(
            line(
                "case",
                case.id,
                1,
                "case_created",
                reason,
                title=case.title,
                linked_case_id=case.linked_case_id,
            )
        )
    lines.append(line("case", case.id, 2, "mention_added", None, unique_id=mention.unique_id,
                      outgoing=mention.author.managed))  # fmt: skip
    if before and before.status != case.status:
        reason = "the customer wrote again"
        lines.append(
            line(
                "case",
                case.id,
                3,
                "status_changed",
                reason,
                status=case.status,
                previous=before.status,
            )
        )
    return tuple(lines)
