"""Writing how an act of moderation stands: with its mention, its history and its run's claim, at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from inbox_recipes.clock import stamp
from inbox_recipes.durations import timed
from inbox_recipes.effects import Removal
from inbox_recipes.flows.acting import closed
from inbox_recipes.history import HistoryDate, HistoryEntry, Line, Outcome
from inbox_recipes.inbox import LastAction
from inbox_recipes.messages import ModerationMessage
from inbox_recipes.moderations import TEXT_KEPT, Moderation, State
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, RuleBooks, Transaction, Write
from inbox_recipes.runs import Claim

ACTION = "remove_from_service"
"""What histories call it, whoever does it."""

TOLD: Mapping[State, Outcome] = {
    "held": "skipped",
    "failed": "failed",
    "dismissed": "skipped",
    "cancelled": "skipped",
}
"""How an act stands -> how history says it, where it does not say `done`."""


def begun(
    moderation_id: str, removal: Removal, profile: str, by: Actor, now: datetime, state: State, **known: Any
) -> Moderation:
    """A new act on a mention, by that profile of ours."""
    mention = removal.mention
    return Moderation(
        id=moderation_id,
        what=removal.what,
        call="hide" if removal.quarantine_hours else removal.what,
        quarantine_hours=removal.quarantine_hours,
        unique_id=mention.unique_id,
        topic_id=mention.topic.id,
        service=mention.source.service,
        profile=profile,
        author_id=mention.author.id,
        author_name=mention.author.name,
        text=mention.message.content[:TEXT_KEPT],
        by=by,
        state=state,
        settled=state == "held",
        due_at=None if state == "held" else now,
        created_at=now,
        updated_at=now,
        **known,
    )


def write(
    before: Moderation | None, after: Moderation, inbox: Inbox, books: RuleBooks, now: datetime, by: Actor,
    *, shown: Mapping[str, Any] | None = None, told: bool = True,
) -> Moderation:  # fmt: skip
    """Write it. `shown` is what the mention tells of it from now on, `told` whether history does.

    Raises Stale when the act or the mention has moved on.
    """
    writes = _on_the_mention(after, shown, inbox, books, now, by) if shown else ()
    transaction = Transaction(
        actor=by,
        at=now,
        chain=(by.id,) if by.kind == "recipe" else (),
        moderation=(before, after),
        writes=writes,
        lines=(_line(after, now, by),) if told or writes else (),
        claim=_claim(before, after),
    )
    if inbox.commit(transaction) == "repeated":
        # The run was stopped meanwhile, and its claim is closed: what was done is told all the same.
        inbox.commit(replace(transaction, claim=None))
    return after


def message_for(act: Moderation, now: datetime) -> ModerationMessage:
    """What has an act looked at when something is due in it."""
    return ModerationMessage(moderation_id=act.id, unique_id=act.unique_id, due=act.due_at or now)


def _on_the_mention(
    act: Moderation, shown: Mapping[str, Any], inbox: Inbox, books: RuleBooks, now: datetime, by: Actor
) -> tuple[Write, ...]:
    """The mention stays where it is and shows what was done to it on its platform (row 49)."""
    mention = inbox.mentions([act.unique_id]).get(act.unique_id)
    if mention is None or all(getattr(mention, name) == value for name, value in shown.items()):
        return ()
    done = LastAction(type=ACTION, by=by.kind, by_id=by.id, at=now)
    edited = mention.model_copy(update={**shown, "last_action": done, "revision": mention.revision + 1})
    return (Write(mention, timed(mention, edited, done, books.current().business_time)),)


def _line(act: Moderation, now: datetime, by: Actor) -> Line:
    detail: dict[str, Any] = {
        "moderation_id": act.id,
        "what": act.what,
        "state": act.state,
        "service": act.service,
        "profile": act.profile,
    }
    if act.attempts:
        detail["attempts"] = act.attempts
    entry = HistoryEntry(
        id=f"{stamp(now)}#{act.id}#{act.revision:04d}",
        type=ACTION,
        outcome=TOLD.get(act.state, "done"),
        by=by,
        reason=act.reason,
        detail=detail,
        run_id=act.run_id,
        position=act.position,
        date=HistoryDate(added=now),
    )
    return Line(log="mention", item_id=act.unique_id, entry=entry)


def _claim(before: Moderation | None, after: Moderation) -> tuple[str, Claim] | None:
    """The run's action is over when its act first comes to rest."""
    if after.run_id is None or after.position is None or not after.settled or (before and before.settled):
        return None
    outcome = TOLD.get(after.state, "done")
    return after.run_id, closed(after.position, ACTION, outcome, after.attempts)
