"""Class B effects on platforms: hiding, deleting, blocking, and showing again (rows 44-50; A12, A13).

Each of them, done twice, comes to the same, so what has no clear answer is done again. The act stands in the
ledger as `calling` before its platform is asked: an objection that was written before that wins, and a later
one is told what came of the call. What follows from what is decided in `moderations`; what people ask for
is in `flows.moderating_by_hand`.
"""

from contextlib import suppress
from datetime import datetime
from math import ceil

from inbox_recipes import filters, ids
from inbox_recipes.budgets import Budget
from inbox_recipes.clauses import Clause, clauses
from inbox_recipes.clock import stamp
from inbox_recipes.effects import Removal
from inbox_recipes.errors import NotFound, Permanent, Retryable, Stale, Unclear
from inbox_recipes.filters import Scene
from inbox_recipes.flows.acting import CLOCKS_DIFFER, TRIES, Acting, close
from inbox_recipes.flows.calls import LONGEST_QUEUE_DELAY
from inbox_recipes.flows.happenings import arrived
from inbox_recipes.flows.moderation_records import ACTION, begun, message_for, write
from inbox_recipes.messages import ModerationMessage
from inbox_recipes.moderations import Ended, Moderation, refusal
from inbox_recipes.platforms import connector
from inbox_recipes.platforms.outcomes import Gone
from inbox_recipes.ports import Ports
from inbox_recipes.profiles import profile_of
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.runs import Claim

SHOWN = "it was shown on the service again meanwhile"


def first(acting: Acting, position: int, removal: Removal) -> None:
    """Do it for the first time, or go on with what an earlier message of the run began."""
    ports, moderation_id = acting.ports, ids.moderation_id(acting.run.run_id, position)
    opened = Claim(position=position, action=ACTION, state="open", attempts=1)
    if not ports.ledger.open_claim(acting.run.run_id, opened):
        return
    act = ports.moderations.get(moderation_id) or _decided(acting, position, removal, moderation_id)
    if act and act.state == "calling" and not act.settled:
        _finish(act, ports, acting.now)


def look(message: ModerationMessage, ports: Ports, now: datetime) -> None:
    """Do what is due in an act if it still is to be done, however often this comes and however late."""
    if message.due > now + CLOCKS_DIFFER:
        raise Retryable(f"the message for {stamp(message.due)} came before its time")
    now = max(now, message.due)
    for _ in range(TRIES):
        act = ports.moderations.get(message.moderation_id)
        if act is None or act.due_at is None or (act.due_at > now and act.state != "calling"):
            return
        with suppress(Stale):
            off = _called_off(act, ports)
            if off:
                write(
                    act,
                    act.cancelled(off, now, shown=off == SHOWN),
                    ports.inbox,
                    ports.rule_books,
                    now,
                    act.by,
                )
                return
            if act.state != "calling":
                called = act.calls(now)
                write(act, called, ports.inbox, ports.rule_books, now, act.actor, told=False)
                act = called
            _finish(act, ports, now)
            return
    raise Retryable(f"{message.moderation_id} is being changed too busily; trying again")


def _decided(acting: Acting, position: int, removal: Removal, moderation_id: str) -> Moderation | None:
    """The new act: to be done now, or held above the ceiling; nothing where it cannot be done."""
    ports, now, recipe = acting.ports, acting.now, acting.recipe
    book = ports.rule_books.current()
    profile = profile_of(removal.mention, book.profiles)
    why = refusal(removal, profile)
    if why or profile is None:
        detail = {"what": removal.what, "service": removal.mention.source.service}
        close(acting, position, "skipped", why, detail)
        return None
    ceiling = Budget("moderation", recipe.id, "by this recipe", removal.most_per_hour)
    room = ports.budgets.take(ceiling, 1, now)
    met, untold = _clauses(acting, book)
    act = begun(
        moderation_id,
        removal,
        profile,
        acting.actor,
        now,
        "calling" if room else "held",
        reason=None if room else _held(removal.most_per_hour),
        run_id=acting.run.run_id,
        position=position,
        clauses=met,
        note=untold and f"its conditions can no longer be told: {untold}",
    )
    act = _begun(act, ports, now, told=not room)
    if not room and ports.budgets.take(Budget("moderation_notice", recipe.id, "", 1), 1, now):
        ports.notices.acts_held(recipe, removal.most_per_hour)
    return act


def _begun(act: Moderation, ports: Ports, now: datetime, *, told: bool) -> Moderation:
    """The act, once it is written; or as an earlier message of the run has left it, that had got as far."""
    for _ in range(TRIES):
        with suppress(Stale):
            return write(None, act, ports.inbox, ports.rule_books, now, act.by, told=told)
        known = ports.moderations.get(act.id)
        if known is not None:
            return known
    raise Retryable(f"{act.id} could not be written down; trying again")


def _held(most: int) -> str:
    return f"held for a person to decide: the recipe's ceiling of {most} in an hour is reached"


def _clauses(acting: Acting, book: RuleBook) -> tuple[tuple[Clause, ...], str | None]:
    """The conditions that the mention met: the same filter, of what was recorded when it came in.

    Or why they can no longer be told. A run may have waited for weeks: by then its contact may be erased, or
    the recipe edited (A30) and what its filter referred to deleted.
    """
    occurrence, ports = acting.run.occurrence, acting.ports
    recipe = ports.rule_books.recipe_at(acting.run.recipe_id, acting.run.recipe_version)
    try:
        seen = arrived(occurrence.mention_id or "", ports.inbox, ports.ledger)
    except NotFound:
        return (), "what came in is no longer kept"
    try:
        asked = book.group(recipe.filter)
    except KeyError:
        return (), "a saved filter of them was deleted"
    _, steps = filters.evaluate(asked, Scene(seen.subject, occurrence, occurrence.at), "filter")
    return clauses(steps), None


def _called_off(act: Moderation, ports: Ports) -> str | None:
    """Off means off (R25): for a recipe that was stopped nothing more is done, but what takes it back.

    And whoever has shown a message again during its quarantine has objected to what comes after it.
    """
    if act.hidden and act.call == "delete":
        mention = ports.inbox.mentions([act.unique_id]).get(act.unique_id)
        if mention is not None and mention.on_service is None:
            return SHOWN
    if not act.decided_by_recipe or act.call == "unhide" or act.objection:
        return None
    return ports.rule_books.current().stopped(act.by.id)


def _finish(act: Moderation, ports: Ports, now: datetime) -> None:
    """Ask the platform, and write what came of it onto the act as it is by then. Raises Stale.

    A call that a message has begun and never ended is not made again where somebody has objected since.
    """
    if act.objection and act.call != "unhide":
        after = act.interrupted(now)
        told = after.state != "pending"
        write(act, after, ports.inbox, ports.rule_books, now, act.objection.by, told=told)
        look(message_for(after, now), ports, now)
        return
    ended = _asked(act, ports, now)
    for _ in range(TRIES):
        present = ports.moderations.get(act.id)
        if present is None or present.state != "calling" or present.call != act.call:
            return  # the same message was worked on twice, and the other one was faster
        with suppress(Stale):
            after, shown = ended.of(present), ended.shown(present)
            told = after.state != "pending"
            write(present, after, ports.inbox, ports.rule_books, now, present.actor, shown=shown, told=told)
            _see_to(after, ports, now)
            return
    raise Retryable(f"what came of {act.id} could not be written; trying again")


def _asked(act: Moderation, ports: Ports, now: datetime) -> Ended:
    """One try of the call, and what came of it."""
    try:
        _call(act, ports, now)
    except Gone as error:
        return Ended(now, str(error), gone=act.call in ("hide", "delete"))
    except Retryable as error:
        return Ended(now, str(error), again=True, retry_after=error.retry_after)
    except Unclear as error:
        return Ended(now, str(error), again=True)
    except (Permanent, NotFound) as error:
        return Ended(now, str(error))
    return Ended(now)


def _call(act: Moderation, ports: Ports, now: datetime) -> None:
    """Raises as `Platforms` does; Gone where the platform no longer has the message."""
    mention = ports.inbox.mentions([act.unique_id]).get(act.unique_id)
    if mention is None:
        raise Permanent("the mention is no longer in the inbox")
    if mention.erased and act.call == "block_author":
        raise Permanent("its author was erased")
    connection = ports.platforms.connection(act.profile, now)
    ports.platforms.call(connection, connector(act.service).moderate(act.call, connection, mention), now)


def _see_to(act: Moderation, ports: Ports, now: datetime) -> None:
    """Have what is due next done when it is. If this is lost, the sweeper finds it."""
    if act.due_at is None:
        return
    message, seconds = message_for(act, now), ceil((act.due_at - now).total_seconds())
    if seconds <= 0:
        ports.queue.send([message])
    elif seconds <= LONGEST_QUEUE_DELAY:
        ports.retries.send_later(message, seconds)
    else:
        ports.timers.arm(act.due_at, message, message.group)
