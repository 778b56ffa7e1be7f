"""How a case lives: opened, joined by messages, opened again (domain 1.3, rules 1 to 6; A26). Pure."""

from collections.abc import Mapping
from datetime import datetime

from inbox_recipes import ids
from inbox_recipes.durations import HoursOf, timed
from inbox_recipes.flow_walk import fingerprint, owns
from inbox_recipes.inbox import (
    Assignment,
    Case,
    CaseDates,
    CaseTimestamps,
    HandledBy,
    LastAction,
    Mention,
)
from inbox_recipes.people import Actor

TITLE_LENGTH = 80
MOST_CASES = 10
"""Cases that one mention can be in: a message that answers it joins all that are open."""


def titled(title: str, number: int | None) -> str:
    """A title with the case's number before it; only what is tried out has none."""
    return title if number is None else f"#{number} {title}"


def opened(mention: Mention, number: int | None, last: Case | None, done: LastAction) -> Case:
    """The automatic case that a private message opens; `last` is the author's case before it."""
    said = " ".join((mention.message.title or mention.message.content).split())
    title = said if len(said) <= TITLE_LENGTH else said[: TITLE_LENGTH - 1].rstrip() + "…"
    return Case(
        id=ids.case_id(mention.unique_id),
        number=number,
        title=titled(title, number),
        topic=mention.topic,
        project=mention.project,
        status="unresolved",
        priority=None,
        tags=(),
        assignment=Assignment(),
        contact_id=mention.contact_id,
        linked_case_id=last.id if last else None,
        last_mention_id=mention.unique_id,
        last_message_by="customer",
        last_message_at=done.at,
        last_incoming_id=mention.unique_id,
        last_reply_at=None,
        fence=1,
        date=CaseDates(added=done.at, updated=done.at),
        timestamps=CaseTimestamps(status_since=done.at),
        last_action=done,
        revision=1,
    )


IN_AGENTS_HANDS: dict[str, object] = {"flow": None, "handled_by": HandledBy(type="agent")}
"""What an agent's answer changes of a case: whatever flow it was in is over."""


def left_to_agents(case: Case, mention: Mention, now: datetime) -> dict[str, object]:
    """What a message changes about who has the conversation.

    An agent's ends a flow; the flow's own, of which platforms tell too, does not. The customer's ends one
    whose time is over.
    """
    if case.flow is None:
        return {}
    if mention.author.managed:
        agents = fingerprint(mention.message.content) not in case.flow.recent
        return IN_AGENTS_HANDS if agents else {}
    return {} if owns(case, now) else {"flow": None, "handled_by": None}


def joined(case: Case, mention: Mention, actor: Actor, now: datetime, hours_of: HoursOf) -> Mention | Case:
    """The case with one more message: the customer's opens a pending one again, ours says we answered.

    What is written to a flow opens nothing: the flow says what comes of it.
    """
    if mention.author.managed:
        new: dict[str, object] = {"last_message_by": "us", "last_reply_at": now}
    else:
        new = {
            "status": case.status if owns(case, now) else "unresolved",
            "last_message_by": "customer",
            "last_incoming_id": mention.unique_id,
            "fence": case.fence + 1,
        }
        if mention.contact_id and mention.contact_id not in case.contact_ids:
            new["other_contact_ids"] = (*case.other_contact_ids, mention.contact_id)
    done = LastAction(type="mention_added", by=actor.kind, by_id=actor.id, at=now)
    always = {
        "last_mention_id": mention.unique_id,
        "last_message_at": now,
        "date": CaseDates(added=case.date.added, updated=now),
        "last_action": done,
        "revision": case.revision + 1,
        **left_to_agents(case, mention, now),
    }
    return timed(case, case.model_copy(update=new | always), done, hours_of)


def takes_more(case: Case, now: datetime) -> bool:
    """Whether a customer's next message joins the case: not a resolved one, nor one left idle too long."""
    return case.status != "resolved" and not is_stale(case, now)


def related_case(mention: Mention, cases: Mapping[str, Case]) -> Case | None:
    """The case of a mention that is in several: the newest that is not resolved (A22).

    Where all are resolved it is the newest of them, so that what is skipped can say why.
    """
    mine = [cases[case_id] for case_id in mention.case_ids if case_id in cases]
    return max(mine, key=lambda case: (case.status != "resolved", case.date.added, case.id), default=None)


def is_stale(case: Case, now: datetime, idle_days: int = 28) -> bool:
    """Whether so long nothing was added that the next message opens a new case (domain 1.3, rule 4)."""
    return (now - case.last_message_at).days >= idle_days
