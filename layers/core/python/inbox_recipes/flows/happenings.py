"""Finding what an explanation is about: something that happened, and the item as it was then."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from inbox_recipes.arrivals import View, admit
from inbox_recipes.changes import Change
from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.inbox import Case, Contact, IncomingMention, Mention, Subject
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, Ledger
from inbox_recipes.recipes import Recipe
from inbox_recipes.triggers import Occurrence, detect, meets

LINES_SEARCHED = 100
MOMENTS_SEARCHED = 10

OF_A_MENTION = re.compile(r"mention:(?P<id>.+):mention_arrived:1")
OF_A_CASE = re.compile(
    r"case:(?P<id>[^:]+):(?P<kind>case_created|tag_added|status_changed):\d+(?::(?P<detail>.+))?"
)

Basis = Literal["event_record", "present_state", "given"]


@dataclass(frozen=True)
class Happening:
    """Something that happened, and the item that it happened to as it was then."""

    occurrence: Occurrence
    subject: Subject
    based_on: Basis


def arriving(incoming: IncomingMention, recipe: Recipe, now: datetime, *, cases_on: bool = True) -> Happening:
    """The mention as if it arrived now from somebody new; a private one would open a case (A40: if on)."""
    transaction = admit(incoming, View(cases_on=cases_on), now)
    items = [write.after for write in transaction.writes]
    occurrences = [
        occurrence
        for item in items
        for occurrence in detect(Change(before=None, after=item, at=now, actor=transaction.actor, chain=()))
    ]
    wanted = next((each for each in occurrences if meets(recipe.trigger, each)), occurrences[0])
    [(_, contact)] = transaction.contacts or ((None, None),)
    return Happening(wanted, _together(items, contact), "given")


def arrived(unique_id: str, inbox: Inbox, ledger: Ledger) -> Happening:
    """The arrival of a mention as it was recorded, else of the mention as it is now."""
    mention = _mention(unique_id, inbox)
    if mention.erased:
        raise NotFound("mention whose contact was not erased", unique_id)
    recorded = _find(f"mention:{unique_id}:mention_arrived:1", [mention.date.added], ledger)
    if recorded is not None:
        return recorded
    author = Actor(kind="customer", id=mention.contact_id or mention.author.id, name=mention.author.name)
    first = mention.model_copy(update={"revision": 1})
    change = Change(before=None, after=first, at=mention.date.added, actor=author, chain=())
    cases = inbox.cases([mention.case_id] if mention.case_id else [])
    contacts = inbox.contacts([mention.contact_id] if mention.contact_id else [])
    subject = _together([mention, *cases.values()]).known_by(contacts)
    return Happening(detect(change)[0], subject, "present_state")


def recorded(occurrence_id: str, inbox: Inbox, ledger: Ledger) -> Happening:
    """An occurrence as it was recorded."""
    of_mention, of_case = OF_A_MENTION.fullmatch(occurrence_id), OF_A_CASE.fullmatch(occurrence_id)
    if of_mention:
        moments = [_mention(of_mention["id"], inbox).date.added]
    elif of_case:
        moments = _moments(of_case, inbox, ledger)
    else:
        allowed = ("mention:<unique_id>:mention_arrived:1", "case:<id>:<what happened>:<revision>[:<detail>]")
        raise InvalidInput([Problem("/occurrence_id", "This is not the id of an occurrence.", allowed)])
    found = _find(occurrence_id, moments, ledger)
    if found is None:
        raise NotFound("event record of an occurrence", occurrence_id)
    return found


def _moments(wanted: re.Match[str], inbox: Inbox, ledger: Ledger) -> list[datetime]:
    """When it may have happened: the moments of the history lines that tell of such a change."""
    case = inbox.cases([wanted["id"]]).get(wanted["id"])
    if case is None:
        raise NotFound("case", wanted["id"])
    if wanted["kind"] == "case_created":
        return [case.date.added]
    lines = ledger.history("case", case.id, LINES_SEARCHED, None).data
    telling = [line.date.added for line in lines if _tells(line.detail, wanted["detail"])]
    return list(dict.fromkeys(telling))[:MOMENTS_SEARCHED]


def _tells(detail: dict[str, Any], word: str) -> bool:
    return detail.get("status") == word or word in detail.get("added", ())


def _find(occurrence_id: str, moments: Iterable[datetime], ledger: Ledger) -> Happening | None:
    for moment in moments:
        for record in ledger.records(moment):
            if record["occurrence"]["id"] == occurrence_id:
                if record.get("erased"):
                    raise NotFound(
                        "event record, for its contact was erased, of an occurrence", occurrence_id
                    )
                occurrence = Occurrence.model_validate(record["occurrence"])
                return Happening(occurrence, Subject.model_validate(record["subject"]), "event_record")
    return None


def _mention(unique_id: str, inbox: Inbox) -> Mention:
    mention = inbox.mentions([unique_id]).get(unique_id)
    if mention is None:
        raise NotFound("mention", unique_id)
    return mention


def _together(items: Iterable[Mention | Case], contact: Contact | None = None) -> Subject:
    found = list(items)
    return Subject(
        mention=next((item for item in found if isinstance(item, Mention)), None),
        case=next((item for item in found if isinstance(item, Case)), None),
        contact=contact,
    )
