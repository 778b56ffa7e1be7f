"""Mentions in: find or open the contact and the case, and write all of it in one transaction.

A mention that is already there gives the same answer and changes nothing (R2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from inbox_recipes import ids
from inbox_recipes.arrivals import View, admit, opens_a_case
from inbox_recipes.durations import HoursOf, no_hours
from inbox_recipes.errors import InvalidInput, Problem, Stale
from inbox_recipes.inbox import MENTION_LIMIT, IncomingMention, TopicRef
from inbox_recipes.ports import Inbox, Transaction
from inbox_recipes.quick_replies import cases_named
from inbox_recipes.topics import Topic
from inbox_recipes.validation import validated

TRIES = 8
"""How often a mention is read and decided again when others write the same conversation."""


@dataclass(frozen=True)
class Ingested:
    """What became of one mention."""

    unique_id: str
    result: Literal["created", "duplicate"]


def parsed(posted: Any, topics: Mapping[str, Topic], at: str = "") -> IncomingMention:
    """A posted mention, checked; topic and project get the names that the account gave them.

    Raises InvalidInput, which names every field at fault and what is allowed there; pointers start at
    `at`.
    """
    mention = validated(IncomingMention, posted, at)
    size = len(mention.model_dump_json().encode())
    if size > MENTION_LIMIT:
        detail = f"A mention has at most {MENTION_LIMIT} bytes of JSON; this one has {size}."
        raise InvalidInput([Problem(at, detail)])
    topic = topics.get(mention.topic.id)
    if topic is None:
        detail = f"There is no topic with the id {mention.topic.id!r}."
        raise InvalidInput([Problem(f"{at}/topic/id", detail, tuple(sorted(topics)))])
    named = TopicRef(id=mention.topic.id, name=topic.name)
    return mention.model_copy(update={"topic": named, "project": topic.project})


def ingest(
    incoming: Sequence[IncomingMention], inbox: Inbox, now: datetime,
    hours_of: HoursOf = no_hours, *, cases_on: bool = True,
) -> list[Ingested]:  # fmt: skip
    """Take mentions in, in their order. Topics must have been checked and named before.

    Without `cases_on`, the account's cases feature, they open and join no case (A40).

    A case that is opened takes the next number of the account; one that then comes to nothing leaves a gap.

    Raises Stale when a conversation is written so busily that a mention could not be fitted in; the
    caller sends it again, and what was taken in meanwhile answers as a duplicate.
    """
    view = _read(incoming, inbox)
    view.cases_on = cases_on
    return [_take_in(mention, view, inbox, now, hours_of) for mention in incoming]


def _take_in(
    mention: IncomingMention, view: View, inbox: Inbox, now: datetime, hours_of: HoursOf
) -> Ingested:
    unique_id = ids.unique_id(mention.topic.id, mention.id)
    number = None
    for attempt in range(TRIES):
        if unique_id in view.mentions:
            return Ingested(unique_id, "duplicate")
        if number is None and opens_a_case(mention, view, now):
            number = inbox.next_case_number()
        transaction = admit(mention, view, now, number, hours_of)
        try:
            if inbox.commit(transaction) == "repeated":
                return Ingested(unique_id, "duplicate")
        except Stale:
            if attempt == TRIES - 1:
                raise
            view.take(_read([mention], inbox))
            continue
        _remember(transaction, view)
        return Ingested(unique_id, "created")
    raise AssertionError("unreachable: the last try either returns or raises")


def _read(incoming: Sequence[IncomingMention], inbox: Inbox) -> View:
    """Everything that deciding about these mentions needs, in three or four batched reads."""
    keys = [(mention.source.service, other) for mention in incoming if (other := mention.customer_id)]
    own = [ids.unique_id(mention.topic.id, mention.id) for mention in incoming]
    parents = {
        ids.unique_id(mention.topic.id, mention.source.in_reply_to_message_id): mention.outgoing
        for mention in incoming
        if mention.source.in_reply_to_message_id
    }
    answers = [key for key, ours in parents.items() if ours]
    profiles = inbox.profiles(keys)
    mentions = inbox.mentions([*own, *parents])
    case_ids = [profile.case_id for profile in profiles.values() if profile.case_id]
    case_ids += [case_id for mention in mentions.values() for case_id in mention.case_ids]
    case_ids += [case_id for mention in incoming for case_id in cases_named(mention.clicked_buttons)]
    answered = [mentions[key] for key in answers if key in mentions and not mentions[key].case_id]
    if answered:
        profiles |= inbox.profiles((each.source.service, each.author.id) for each in answered)
    return View(mentions=mentions, cases=inbox.cases(case_ids), profiles=profiles)


def _remember(transaction: Transaction, view: View) -> None:
    for write in transaction.writes:
        view.put(write.after)
    for _, profile in transaction.profiles:
        view.profiles[profile.service, profile.author_id] = profile
