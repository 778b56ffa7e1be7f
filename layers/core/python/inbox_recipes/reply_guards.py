"""What keeps automatic replies from going wrong: who is never answered, and how often is too often (A9, R6).

Pure. What was written before is read by `flows.writing`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from inbox_recipes.account import Replies
from inbox_recipes.inbox import Mention
from inbox_recipes.outbox import Mark, OutboxItem
from inbox_recipes.platforms.base import from_native_id, is_never_read
from inbox_recipes.profiles import ConnectedProfile, profile_of

LONGEST = timedelta(days=7)
"""How far back is looked at most: marks are kept for a day longer."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def never_answered(mention: Mention) -> str | None:
    """Why no recipe answers the message, whatever its filter says (A9)."""
    if mention.author.managed:
        return "it is a message of ours, which no recipe answers"
    if mention.source.auto_submitted:
        return "a machine wrote it (RFC 3834), and machines are not answered"
    if mention.source.service == "email" and is_never_read(from_native_id(mention.author.id)):
        return "nobody reads mail to this address (no-reply or bounce)"
    return None


def unanswerable(mention: Mention, profiles: Mapping[str, ConnectedProfile]) -> str | None:
    """Why no recipe answers the message by the profile that it came to."""
    refusal = never_answered(mention)
    if refusal is None and profile_of(mention, profiles) is None:
        return f"no profile of {mention.source.service} is connected that it came to"
    return refusal


def too_often(
    item: OutboxItem, in_conversation: Sequence[Mark], to_contact: Sequence[Mark], limits: Replies,
    now: datetime,
) -> str | None:  # fmt: skip
    """Why the item is one too many, given what recipes have written before. What the same run wrote is one.

    Of what goes out by itself there is also a limit for the conversation and for the contact. The steps of
    a flow do not count: each answers a message of the customer, and a flow has a limit of its own.
    """
    pause = timedelta(hours=limits.hours_between)
    mine = [mark for mark in in_conversation if mark.recipe_id == item.recipe_id]
    before = [mark for mark in mine if mark.run_id != item.run_id and now - mark.at < pause]
    if before:
        return (
            "this recipe has written to this conversation before: "
            f"at most once in {limits.hours_between} hours"
        )
    if item.mode != "immediate":
        return None
    if _sent(in_conversation, now - HOUR) >= limits.per_conversation:
        return f"{limits.per_conversation} automatic replies to this conversation within an hour are the most"
    if _sent(to_contact, now - DAY) >= limits.per_contact:
        return f"{limits.per_contact} automatic replies to this contact within a day are the most"
    return None


def _sent(marks: Sequence[Mark], since: datetime) -> int:
    by_themselves = [mark for mark in marks if mark.recipe_id is not None and mark.mode == "immediate"]
    return sum(mark.at > since for mark in by_themselves)


def agent_answered(to_contact: Sequence[Mark], since: datetime) -> bool:
    """Whether an agent has written to the contact since then, to be sent at once."""
    return any(not mark.automatic and mark.mode == "immediate" and mark.at > since for mark in to_contact)
