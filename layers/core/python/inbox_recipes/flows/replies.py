"""What agents answer to customers.

By a connected profile the answer goes into the outbox, and becomes a message of ours in the inbox when it is
sent. Without one it is kept as a message of ours at once, with everything that follows from it, and goes
nowhere: `delivery` is `recorded`.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from inbox_recipes import ids
from inbox_recipes.arrivals import View, admit_ours
from inbox_recipes.case_life import IN_AGENTS_HANDS, related_case
from inbox_recipes.errors import Conflict, InvalidInput, Problem
from inbox_recipes.flows.by_hand import Agent, tried_again
from inbox_recipes.flows.outbox import Desk
from inbox_recipes.inbox import (
    Author,
    Case,
    Frozen,
    IncomingMention,
    Mention,
    Message,
    Published,
    ShortText,
    Source,
    Subject,
)
from inbox_recipes.outbox import STATE_OF, Mode, OutboxDates, OutboxItem, Text
from inbox_recipes.outbox_lines import IN_WORDS, standing_lines
from inbox_recipes.people import Id
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.profiles import profile_of
from inbox_recipes.spelling import NATIVE_ID

type Answered = tuple[Mention, str | None]
"""The message that is answered, and why it cannot be, unless it has been."""


class NewReply(Frozen):
    """What to answer. `profile` is the profile of ours that says it: the one that was written to, usually.

    It is sent at once, kept as a draft, or sent when somebody approves it: the `approver`, or anybody.
    """

    text: Text
    profile: ShortText | None = None
    mode: Mode = "immediate"
    approver: Id | None = None


def reply_to_mention(
    unique_id: str, new: NewReply, key: str, agent: Agent, desk: Desk
) -> tuple[Mention | OutboxItem, bool]:
    """The answer, in the outbox or as a message of ours; and whether it was there already (A36).

    The same key is the same answer. Raises Conflict where there is nobody to answer or no way to, or when the
    key was used for another text; InvalidInput for an approver that there is not.
    """
    return _reply(f"mention#{unique_id}", lambda: _of_mention(unique_id, agent), new, key, agent, desk)


def reply_in_case(
    case_id: str, new: NewReply, key: str, agent: Agent, desk: Desk
) -> tuple[Mention | OutboxItem, bool]:
    """The same for a case, where it answers the customer's most recent message (domain 1.3, rule 6)."""
    return _reply(f"case#{case_id}", lambda: _of_case(case_id, agent), new, key, agent, desk)


def _of_mention(unique_id: str, agent: Agent) -> Answered:
    mention = agent.mention(unique_id)
    ours = "This is a message of ours: answer the customer's."
    return mention, ours if mention.author.managed else _gone(mention)


def _of_case(case_id: str, agent: Agent) -> Answered:
    case = agent.case(case_id)
    if case.last_incoming_id is None:
        raise Conflict("The customer has written nothing in this case that could be answered.")
    over = "A resolved case receives nothing: answer the mention itself."
    mention = agent.mention(case.last_incoming_id)
    return mention, over if case.status == "resolved" else _gone(mention)


def _gone(mention: Mention) -> str | None:
    return "The contact who wrote this was erased: there is nobody to answer." if mention.erased else None


def _reply(
    about: str, answered: Callable[[], Answered], new: NewReply, key: str, agent: Agent, desk: Desk
) -> tuple[Mention | OutboxItem, bool]:
    known = desk.outbox.get(ids.outbox_id(about, key))
    if known is not None:
        desk.queue_once(known)
        return _the_same(known, known.text, new), True
    parent, refusal = answered()
    profile = _profile(parent, new, agent)
    if profile is None or _recorded_before(about, key, parent, agent):
        return _kept(about, answered, new, key, agent)
    if refusal is not None:
        raise Conflict(refusal)
    known_users = agent.books.current().users
    if new.approver is not None and new.approver not in known_users:
        detail = f"There is no user {new.approver!r}."
        raise InvalidInput([Problem("/approver", detail, tuple(sorted(known_users)))])
    return _put(_item(ids.outbox_id(about, key), parent, profile, new, agent), new, agent, desk)


def _profile(parent: Mention, new: NewReply, agent: Agent) -> str | None:
    """The connected profile that can send it: the one asked for, or the one that was written to."""
    profiles = agent.books.current().profiles
    if new.profile is None:
        found = profile_of(parent, profiles)
    else:
        wanted = profiles.get(new.profile)
        found = new.profile if wanted and wanted.service == parent.source.service else None
    if found is None and new.mode != "immediate":
        raise Conflict(
            f"No profile of {parent.source.service} is connected that could send this: "
            "there are drafts and approvals only for what can be sent."
        )
    return found


def _item(item_id: str, parent: Mention, profile: str, new: NewReply, agent: Agent) -> OutboxItem:
    case = related_case(parent, agent.inbox.cases(parent.case_ids))
    return OutboxItem(
        id=item_id,
        kind="reply",
        mode=new.mode,
        state=STATE_OF[new.mode],
        service=agent.books.current().profiles[profile].service,
        profile=profile,
        unique_id=parent.unique_id,
        case_id=case.id if case else None,
        contact_id=parent.contact_id,
        conversation=Subject(mention=parent, case=case).conversation,
        text=new.text,
        by=agent.actor,
        approver=new.approver,
        queued_at=agent.now if new.mode == "immediate" else None,
        date=OutboxDates(added=agent.now, updated=agent.now),
    )


def _put(item: OutboxItem, new: NewReply, agent: Agent, desk: Desk) -> tuple[OutboxItem, bool]:
    lines = () if new.mode == "immediate" else standing_lines(item, agent.now, IN_WORDS[new.mode])
    written = Transaction(actor=agent.actor, at=agent.now, outbox=(None, item), lines=lines)
    repeated = agent.inbox.commit(written) == "repeated"
    present = desk.item(item.id)
    desk.queue_once(present)
    return _the_same(present, present.text, new), repeated


def _native_id(about: str, key: str) -> str:
    return f"reply_{ids.digest(about, key)}"


def _recorded_before(about: str, key: str, parent: Mention, agent: Agent) -> bool:
    """Whether the same answer was kept when no profile was connected."""
    unique_id = ids.unique_id(parent.topic.id, _native_id(about, key))
    return bool(agent.inbox.mentions([unique_id]))


def _kept(
    about: str, answered: Callable[[], Answered], new: NewReply, key: str, agent: Agent
) -> tuple[Mention, bool]:
    """A message of ours that goes nowhere."""
    native_id = _native_id(about, key)

    def write() -> tuple[Mention, bool]:
        parent, refusal = answered()
        unique_id = ids.unique_id(parent.topic.id, native_id)
        known = agent.inbox.mentions([unique_id]).get(unique_id)
        if known is not None:
            return _the_same(known, known.message.content, new), True
        if refusal is not None:
            raise Conflict(refusal)
        view = _view(parent, agent)
        transaction = _recorded(
            admit_ours(_message(native_id, parent, new, agent), view, agent.actor, agent.now, agent.hours_of)
        )
        if agent.inbox.commit(transaction) == "repeated":
            there = agent.mention(unique_id)
            return _the_same(there, there.message.content, new), True
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


def _the_same[T](known: T, text: str, new: NewReply) -> T:
    if text != new.text:
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
        return write.after.model_copy(update=IN_AGENTS_HANDS)
    return write.after.model_copy(update={"delivery": "recorded"}) if write.before is None else write.after
