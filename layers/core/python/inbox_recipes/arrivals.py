"""What a new mention does to contacts and cases (domain 1.3, rules 1 to 6; A26). Pure.

Only private conversations enter automatic cases; a case is opened for each author; new messages join
the author's case that is not resolved, unless nothing was added to it for 28 days; a resolved case
never receives anything; a pending one goes back to unresolved when the customer writes. What answers a
message that is in a case opened by hand joins that case too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from inbox_recipes import ids
from inbox_recipes.arrival_lines import arrival_lines, reply_line
from inbox_recipes.case_life import joined, opened, takes_more
from inbox_recipes.contacts import met
from inbox_recipes.durations import HoursOf, no_hours, replied_to
from inbox_recipes.flow_walk import owns
from inbox_recipes.inbox import (
    Assignment,
    Case,
    Dates,
    HandledBy,
    IncomingMention,
    LastAction,
    Mention,
    Profile,
)  # fmt: skip
from inbox_recipes.people import Actor
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.quick_replies import cases_named
from inbox_recipes.survey_arrivals import admit_answer, survey_answered
from inbox_recipes.surveys import Answer


@dataclass
class View:
    """What is known while a batch is taken in; grows as its mentions are written.

    Without `cases_on`, the account's cases feature, what comes in opens and joins no case (A40).
    """

    mentions: dict[str, Mention] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    profiles: dict[tuple[str, str], Profile] = field(default_factory=dict)
    cases_on: bool = True

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


def opens_a_case(incoming: IncomingMention, view: View, now: datetime) -> bool:
    """Whether taking the mention in opens an automatic case, which then needs a number."""
    if incoming.outgoing or not incoming.private or not view.cases_on:
        return False
    joins = _joins(incoming, _last_case(incoming, view), view, now)
    return joins is None and not _answered_survey(incoming, view, now)


def admit(
    incoming: IncomingMention, view: View, now: datetime, number: int | None = None,
    hours_of: HoursOf = no_hours,
) -> Transaction:  # fmt: skip
    """The transaction that takes the mention in. `number` is for the case that it may open."""
    if incoming.outgoing:
        author = Actor(kind="agent", id=incoming.author.id, name=incoming.author.name)
        return admit_ours(incoming, view, author, now, hours_of)
    known = view.profiles.get((incoming.source.service, incoming.author.id))
    contact_id = known.contact_id if known else ids.contact_id(incoming.source.service, incoming.author.id)
    actor = _customer(incoming, contact_id)
    answered = _answered_survey(incoming, view, now)
    if answered:
        stored = _stored(incoming, contact_id, _done("arrived", actor, now))
        return admit_answer(*answered, stored, known, actor, now)
    last = _last_case(incoming, view)
    own = _joins(incoming, last, view, now)
    threads = [case for case in _open_cases_of_parent(incoming, view) if case.manual and case != own]
    before = [*([own] if own else []), *threads] if view.cases_on else []
    opens = opens_a_case(incoming, view, now)
    mention = _stored(incoming, contact_id, _done("arrived", actor, now))
    new_case = opened(mention, number, last, _done("case_created", actor, now)) if opens else None
    mention = _in_cases(mention, [*([new_case.id] if new_case else []), *(case.id for case in before)])
    mention = _to_its_flow(mention, own, now)
    profile = Profile(
        service=incoming.source.service,
        author_id=incoming.author.id,
        contact_id=contact_id,
        case_id=new_case.id if new_case else known.case_id if known else None,
        fence=known.fence + _is_watched(known, now) if known else 0,
        replied_at=known.replied_at if known else None,
        watched_until=known.watched_until if known else None,
        revision=known.revision + 1 if known else 1,
    )
    cases = [Write(case, joined(case, mention, actor, now, hours_of)) for case in before]
    if new_case:
        cases.insert(0, Write(None, new_case))
    changed = known is None or (profile.case_id, profile.fence) != (known.case_id, known.fence)
    return Transaction(
        actor=actor,
        at=now,
        writes=(Write(None, mention), *cases),
        profiles=((known, profile),) if changed else (),
        seen=None if changed else known,
        contacts=() if known else ((None, met(incoming, contact_id, now)),),
        lines=arrival_lines(mention, cases, actor, now),
    )


def admit_ours(
    incoming: IncomingMention, view: View, actor: Actor, now: datetime, hours_of: HoursOf
) -> Transaction:
    """A message of ours joins the cases of the message that it answers, unless they are resolved.

    A private one that names no message joins the open case of whom it went to.
    """
    parent = _parent(incoming, view)
    reached = view.profiles.get((incoming.source.service, incoming.customer_id or ""))
    known = parent or (reached if incoming.private else None)
    contact_id = known.contact_id if known else None
    joins = parent.case_ids if parent else (known.case_id,) if known and known.case_id else ()
    before = _open(joins, view) if view.cases_on else []
    mention = _stored(incoming, contact_id, _done("arrived", actor, now))
    mention = _in_cases(mention, [case.id for case in before])
    writes = [Write(case, joined(case, mention, actor, now, hours_of)) for case in before]
    lines = arrival_lines(mention, writes, actor, now)
    if parent and not parent.author.managed:
        writes.append(Write(parent, replied_to(parent, _done("replied", actor, now), hours_of)))
        lines = (*lines, reply_line(parent, mention, actor, now))
    waiting = _waiting_for_us(parent, view)
    noted = waiting is not None and _is_watched(waiting, now)
    return Transaction(
        actor=actor,
        at=now,
        writes=(Write(None, mention), *writes),
        profiles=((waiting, _answered(waiting, now)),) if waiting and noted else (),
        seen=None if noted else waiting,
        lines=lines,
    )


def _is_watched(profile: Profile, now: datetime) -> bool:
    """Whether something waits for what its owner writes (row 4)."""
    return profile.watched_until is not None and now < profile.watched_until


def _waiting_for_us(parent: Mention | None, view: View) -> Profile | None:
    """The profile of the author whom we answer, if a wait may watch it: that of a mention in no case."""
    if parent is None or parent.case_id is not None:
        return None
    return view.profiles.get((parent.source.service, parent.author.id))


def _answered(profile: Profile, now: datetime) -> Profile:
    return profile.model_copy(update={"replied_at": now, "revision": profile.revision + 1})


def _joins(incoming: IncomingMention, last: Case | None, view: View, now: datetime) -> Case | None:
    """The open case that a message comes into: of the button that was clicked, or the author's latest."""
    if not incoming.private:
        return None
    known = view.profiles.get((incoming.source.service, incoming.author.id))
    named = [view.cases.get(case_id) for case_id in cases_named(incoming.clicked_buttons)]
    theirs = [case for case in named if case and known and known.contact_id in case.contact_ids]
    return next((case for case in (*theirs, last) if case and takes_more(case, now)), None)


def _to_its_flow(mention: Mention, case: Case | None, now: datetime) -> Mention:
    if case is None or case.flow is None or mention.case_id != case.id or not owns(case, now):
        return mention
    return mention.model_copy(update={"handled_by": HandledBy(type="flow", flow_id=case.flow.flow_id)})


def _answered_survey(incoming: IncomingMention, view: View, now: datetime) -> tuple[Case, Answer] | None:
    known = view.profiles.get((incoming.source.service, incoming.author.id))
    return survey_answered(incoming, known, view.cases, now) if view.cases_on else None


def _last_case(incoming: IncomingMention, view: View) -> Case | None:
    """The latest automatic case of the author."""
    known = view.profiles.get((incoming.source.service, incoming.author.id))
    return view.cases.get(known.case_id) if known and known.case_id else None


def _parent(incoming: IncomingMention, view: View) -> Mention | None:
    answered = incoming.source.in_reply_to_message_id
    return view.mentions.get(ids.unique_id(incoming.topic.id, answered)) if answered else None


def _open_cases_of_parent(incoming: IncomingMention, view: View) -> list[Case]:
    """The cases of the message that is answered, as far as they are not resolved."""
    parent = _parent(incoming, view)
    return _open(parent.case_ids, view) if parent else []


def _open(case_ids: Sequence[str], view: View) -> list[Case]:
    cases = [view.cases.get(case_id) for case_id in case_ids]
    return [case for case in cases if case and case.status != "resolved"]


def _in_cases(mention: Mention, case_ids: Sequence[str]) -> Mention:
    own, *others = case_ids or (None,)
    return mention.model_copy(update={"case_id": own, "other_case_ids": tuple(others)})


def _done(kind: str, actor: Actor, now: datetime) -> LastAction:
    return LastAction(type=kind, by=actor.kind, by_id=actor.id, at=now)


def _stored(incoming: IncomingMention, contact_id: str | None, arrived: LastAction) -> Mention:
    unique_id = ids.unique_id(incoming.topic.id, incoming.id)
    posted = {name: getattr(incoming, name) for name in IncomingMention.model_fields if name != "date"}
    return Mention(
        **posted,
        unique_id=unique_id,
        status="sent" if incoming.outgoing else "new",
        assignment=Assignment(),
        case_id=None,
        contact_id=contact_id,
        permalink=f"/mentions/{unique_id}",
        date=Dates(published=incoming.date.published, added=arrived.at),
        last_action=arrived,
        revision=1,
    )


def _customer(incoming: IncomingMention, contact_id: str) -> Actor:
    return Actor(kind="customer", id=contact_id, name=incoming.author.name or incoming.author.id)
