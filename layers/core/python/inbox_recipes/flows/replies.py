"""What agents answer to customers: a message of ours in the inbox, and in the case that it is about.

The message is kept with everything that follows from it; sending it to the platform is another step,
which `delivery` tells of.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from pydantic import StringConstraints

from inbox_recipes import ids
from inbox_recipes.arrivals import View, admit_ours
from inbox_recipes.errors import Conflict
from inbox_recipes.flows.by_hand import Agent, tried_again
from inbox_recipes.inbox import (
    Author,
    Case,
    Frozen,
    HandledBy,
    IncomingMention,
    Mention,
    Message,
    Published,
    ShortText,
    Source,
)
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.spelling import NATIVE_ID

REPLY_LENGTH = 10_000

type Answered = tuple[Mention, str | None]
"""The message that is answered, and why it cannot be, unless it has been."""


class NewReply(Frozen):
    """What to answer. `profile` is the profile of ours that says it: the one that was written to, usually."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=REPLY_LENGTH)]
    profile: ShortText | None = None


def reply_to_mention(unique_id: str, new: NewReply, key: str, agent: Agent) -> tuple[Mention, bool]:
    """The message of ours, and whether it was there already: the same key is the same message (A36).

    Raises Conflict where there is nobody to answer, or when the key was used for another text.
    """

    def answered() -> Answered:
        mention = agent.mention(unique_id)
        ours = "This is a message of ours: answer the customer's."
        return mention, ours if mention.author.managed else None

    return _reply(f"mention#{unique_id}", answered, new, key, agent)


def reply_in_case(case_id: str, new: NewReply, key: str, agent: Agent) -> tuple[Mention, bool]:
    """The same for a case, where it answers the customer's most recent message (domain 1.3, rule 6)."""

    def answered() -> Answered:
        case = agent.case(case_id)
        if case.last_incoming_id is None:
            raise Conflict("The customer has written nothing in this case that could be answered.")
        over = "A resolved case receives nothing: answer the mention itself."
        return agent.mention(case.last_incoming_id), over if case.status == "resolved" else None

    return _reply(f"case#{case_id}", answered, new, key, agent)


def _reply(
    about: str, answered: Callable[[], Answered], new: NewReply, key: str, agent: Agent
) -> tuple[Mention, bool]:
    native_id = f"reply_{ids.digest(about, key)}"

    def write() -> tuple[Mention, bool]:
        parent, refusal = answered()
        unique_id = ids.unique_id(parent.topic.id, native_id)
        known = agent.inbox.mentions([unique_id]).get(unique_id)
        if known is not None:
            return _the_same(known, new), True
        if refusal is not None:
            raise Conflict(refusal)
        view = _view(parent, agent)
        transaction = _recorded(
            admit_ours(_message(native_id, parent, new, agent), view, agent.actor, agent.now, agent.hours_of)
        )
        if agent.inbox.commit(transaction) == "repeated":
            return _the_same(agent.mention(unique_id), new), True
        return agent.mention(unique_id), False

    return tried_again(write)


def _view(parent: Mention, agent: Agent) -> View:
    """The answered mention, its cases, and of one in none the profile that a wait on it would watch."""
    author = [] if parent.case_id else [(parent.source.service, parent.author.id)]
    return View(
        mentions={parent.unique_id: parent},
        cases=agent.inbox.cases(parent.case_ids),
        profiles=agent.inbox.profiles(author),
    )


def _the_same(known: Mention, new: NewReply) -> Mention:
    if known.message.content != new.text:
        raise Conflict("This Idempotency-Key has been used for a reply with another text.")
    return known


def _message(native_id: str, parent: Mention, new: NewReply, agent: Agent) -> IncomingMention:
    """The answer in kind: private to what is private, public to what is public (A10)."""
    profile = new.profile or parent.source.profile
    kind = parent.message.type or "privatemessage" if parent.private else "reply"
    return IncomingMention(
        id=native_id,
        topic=parent.topic,
        project=parent.project,
        message=Message(content=new.text, type=kind),
        source=Source(service=parent.source.service, in_reply_to_message_id=parent.id, profile=profile),
        author=Author(id=_author_id(profile), name=profile, managed=True),
        private=parent.private,
        date=Published(published=agent.now),
    )


def _author_id(profile: str | None) -> str:
    """Profiles are named freely, authors as platforms name them."""
    if profile is None:
        return "us"
    return profile if re.fullmatch(NATIVE_ID, profile) else f"profile-{ids.digest(profile)}"


def _recorded(transaction: Transaction) -> Transaction:
    """The same with the message marked as not yet sent, and the cases as in an agent's hands."""
    return replace(
        transaction, writes=tuple(Write(each.before, _marked(each)) for each in transaction.writes)
    )


def _marked(write: Write) -> Mention | Case:
    if isinstance(write.after, Case):
        return write.after.model_copy(update={"handled_by": HandledBy(type="agent"), "flow": None})
    return write.after.model_copy(update={"delivery": "recorded"}) if write.before is None else write.after
