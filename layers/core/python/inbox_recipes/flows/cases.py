"""Cases that people open by hand, and the mentions that they put into them or take out (domain 1.3, A21).

Such a case may be about mentions of any topic, network and contact, or of none yet. Mentions come and go by
hand, and with the answers to those that are in it; automatic cases take and keep what arrives.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from inbox_recipes.case_contents import (
    authors,
    conversation,
    done_by,
    incoming,
    line_of,
    moving,
    put_in,
    regrouped,
    taken_out,
)
from inbox_recipes.case_life import MOST_CASES, titled
from inbox_recipes.errors import Conflict, InvalidInput, NotFound, Problem, Stale
from inbox_recipes.fitting import CASES_OFF
from inbox_recipes.ids import digest
from inbox_recipes.inbox import (
    Assignment,
    Case,
    CaseDates,
    CaseTimestamps,
    Frozen,
    Mention,
    Note,
    NoteAuthor,
    NoteDates,
    NoteText,
    Priority,
    TopicRef,
)  # fmt: skip
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, RuleBooks, Transaction, Write

TRIES = 8
MOST_AT_ONCE = 20
"""Mentions linked by one call: each takes four of a transaction's hundred places."""
MOST_IN_A_CASE = 500
"""Mentions that a case opened by hand can hold: all are read when one comes or goes."""

UniqueIds = Annotated[tuple[str, ...], AfterValidator(lambda ids: tuple(dict.fromkeys(ids)))]


class NewCase(Frozen):
    """What a person says of a case that they open: its title gets the account's next number before it."""

    topic: TopicRef
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    priority: Priority
    note: NoteText | None = None
    mentions: Annotated[UniqueIds, Field(max_length=MOST_AT_ONCE)] = ()
    contacts: Annotated[UniqueIds, Field(max_length=10)] = ()


class LinkedMentions(Frozen):
    """The mentions that are to be in the case."""

    unique_ids: Annotated[UniqueIds, Field(min_length=1, max_length=MOST_AT_ONCE)]


def create_case(
    new: NewCase, case_id: str, actor: Actor, inbox: Inbox, books: RuleBooks, now: datetime
) -> tuple[Case, bool]:
    """Open a case by hand, and whether it was there already.

    Raises InvalidInput, which names what does not exist; Conflict without the cases feature (A40), or when
    the id is that of a case which was opened with other words.
    """
    book = books.current()
    if (known := _opened_before(case_id, new, inbox)) is not None:
        return known, True
    if not book.account.cases:
        raise Conflict(f"No case can be opened: {CASES_OFF}.")
    topics = book.topics
    topic = topics.get(new.topic.id)
    if topic is None:
        detail = f"There is no topic with the id {new.topic.id!r}."
        raise InvalidInput([Problem("/topic/id", detail, tuple(sorted(topics)))])
    contact_ids = _contacts(new.contacts, inbox)
    number: int | None = None
    for attempt in range(TRIES):
        mentions = _found(new.mentions, "/mentions", inbox)
        number = inbox.next_case_number() if number is None else number
        own, *others = dict.fromkeys((*contact_ids, *_authors(mentions, inbox))) or (None,)
        case = Case(
            id=case_id,
            number=number,
            manual=True,
            title=titled(new.title, number),
            topic=TopicRef(id=new.topic.id, name=topic.name),
            project=topic.project,
            status="unresolved",
            priority=new.priority,
            tags=(),
            assignment=Assignment(),
            contact_id=own,
            other_contact_ids=tuple(others),
            linked_case_id=None,
            **conversation(mentions, now),
            fence=len(incoming(mentions)),
            date=CaseDates(added=now, updated=now),
            timestamps=CaseTimestamps(status_since=now, handled_since=now),
            last_action=done_by("case_created", actor, now),
            notes=(_first_note(case_id, new.note, actor, now),) if new.note else (),
            revision=1,
        )
        told = {"title": case.title, "priority": case.priority, "unique_ids": list(new.mentions)}
        line = line_of("case", case.id, 1, "case_created", actor, now, told)
        try:
            inbox.commit(moving(Write(None, case), mentions, put_in, line, actor, now))
        except Stale:
            if attempt == TRIES - 1:
                raise
            if (known := _opened_before(case_id, new, inbox)) is not None:
                return known, True
            continue
        return case, False
    raise AssertionError("unreachable: the last try either returns or raises")


def _opened_before(case_id: str, new: NewCase, inbox: Inbox) -> Case | None:
    known = inbox.cases([case_id]).get(case_id)
    if known and (known.topic.id, known.title) != (new.topic.id, titled(new.title, known.number)):
        raise Conflict("This Idempotency-Key has been used for another case.")
    return known


def _first_note(case_id: str, text: str, actor: Actor, now: datetime) -> Note:
    return Note(
        id=f"note_{digest(case_id)}",
        text=text,
        by=NoteAuthor(id=actor.id, name=actor.name),
        date=NoteDates(added=now, updated=now),
    )


def link_mentions(
    case_id: str, unique_ids: Sequence[str], seen: int | None, actor: Actor, inbox: Inbox, now: datetime
) -> Case:
    """Put mentions into a case that was opened by hand; those that are in it already stay as they are."""

    def linked(case: Case) -> Transaction | None:
        if case.status == "resolved":
            raise Conflict("A resolved case receives nothing more: open a new one.")
        wanted = _found(unique_ids, "/unique_ids", inbox, case.id)
        new = [mention for mention in wanted if case.id not in mention.case_ids]
        if not new:
            return None
        present = _all_in(case, inbox)
        if len(present) + len(new) > MOST_IN_A_CASE:
            raise Conflict(f"A case opened by hand holds {MOST_IN_A_CASE} mentions at most.")
        contacts = dict.fromkeys((*case.contact_ids, *_authors(new, inbox)))
        told = {"unique_ids": [mention.unique_id for mention in new]}
        return regrouped(
            case, [*present, *new], tuple(contacts), case.fence + len(incoming(new)),
            new, put_in, "mentions_linked", told, actor, now,
        )  # fmt: skip

    return _change(case_id, seen, inbox, linked)


def unlink_mention(
    case_id: str, unique_id: str, seen: int | None, actor: Actor, inbox: Inbox, now: datetime
) -> Case:
    """Take a mention out of a case that was opened by hand; its author too, if nothing else is theirs."""

    def unlinked(case: Case) -> Transaction:
        present = _all_in(case, inbox)
        gone = [mention for mention in present if mention.unique_id == unique_id]
        if not gone:
            raise NotFound(f"mention of the case {case_id}", unique_id)
        rest = [mention for mention in present if mention.unique_id != unique_id]
        leaving = set(_authors(gone, inbox)) - set(_authors(rest, inbox))
        contacts = tuple(each for each in case.contact_ids if each not in leaving)
        told = {"unique_ids": [unique_id]}
        return regrouped(
            case, rest, contacts, case.fence, gone, taken_out, "mentions_unlinked", told, actor, now
        )

    return _change(case_id, seen, inbox, unlinked)


def _change(
    case_id: str, seen: int | None, inbox: Inbox, decide: Callable[[Case], Transaction | None]
) -> Case:
    """Decide on the case as it is now, again when others write it; not if the caller named a version."""
    for attempt in range(TRIES):
        case = inbox.cases([case_id]).get(case_id)
        if case is None:
            raise NotFound("case", case_id)
        if not case.manual:
            raise Conflict(
                "An automatic case holds what its customer and we wrote; nothing is put in by hand."
            )
        if seen not in (None, case.revision):
            raise Stale(f"It is at version {case.revision} by now, not {seen}.")
        transaction = decide(case)
        if transaction is None:
            return case
        try:
            inbox.commit(transaction)
        except Stale:
            if seen is not None or attempt == TRIES - 1:
                raise
            continue
        return next(write.after for write in transaction.writes if isinstance(write.after, Case))
    raise AssertionError("unreachable: the last try either returns or raises")


def _all_in(case: Case, inbox: Inbox) -> list[Mention]:
    found: list[Mention] = []
    page = inbox.mentions_of_case(case.id, 100, None)
    while True:
        found += page.data
        if page.next is None:
            return found
        page = inbox.mentions_of_case(case.id, 100, page.next)


def _found(wanted: Sequence[str], at: str, inbox: Inbox, case_id: str = "") -> list[Mention]:
    """The mentions, each of which must be there and have a place left for one more case."""
    known = inbox.mentions(wanted)
    problems = []
    for index, unique_id in enumerate(wanted):
        mention = known.get(unique_id)
        if mention is None:
            problems.append(Problem(f"{at}/{index}", f"There is no mention {unique_id!r}."))
        elif case_id not in mention.case_ids and len(mention.case_ids) >= MOST_CASES:
            detail = f"{unique_id!r} is in {MOST_CASES} cases already, and that is the most."
            problems.append(Problem(f"{at}/{index}", detail))
    if problems:
        raise InvalidInput(problems)
    return [known[unique_id] for unique_id in wanted]


def _authors(mentions: Sequence[Mention], inbox: Inbox) -> list[str]:
    """The mentions' contacts as they are known now: mentions keep the ids of before a merge (domain 1.5)."""
    named = authors(mentions)
    known = inbox.contacts(named)
    return [known[each].id if each in known else each for each in named]


def _contacts(wanted: Sequence[str], inbox: Inbox) -> list[str]:
    known = inbox.contacts(wanted)
    problems = [
        Problem(f"/contacts/{index}", f"There is no contact {contact_id!r}.")
        for index, contact_id in enumerate(wanted)
        if contact_id not in known
    ]
    if problems:
        raise InvalidInput(problems)
    return [known[contact_id].id for contact_id in wanted]
