"""Waits: never against the customer, never early, never forgotten, never cancelled for nothing (R5, A1)."""

from datetime import datetime, timedelta

from inbox_recipes.actions.wait import WaitAction
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.opening_times import after_open
from inbox_recipes.ports import Transaction
from inbox_recipes.runs import Wait
from tests.simulation.judgement import Judgement
from tests.simulation.world import Simulated

CLOCKS = timedelta(seconds=11)
"""A reply of ours in the same seconds as the end of the wait may come too late to start it again."""


def judge_waits(sim: Simulated, found: Judgement) -> None:
    """Every wait that was begun, and every case that was resolved after one."""
    for wait in sim.world.store.waits.values():
        if wait.state == "armed":
            found.lost.append(f"{wait.wait_id} of {wait.recipe_id} waits for ever")
    for index, transaction in enumerate(sim.world.store.journal):
        if transaction.wait and transaction.wait[1].state == "cancelled":
            _judge_reason(sim, index, transaction.wait[1], found)
        if transaction.actor.kind == "recipe" and transaction.claim:
            _judge_effects_after(sim, index, found)


def _judge_effects_after(sim: Simulated, index: int, found: Judgement) -> None:
    transaction = sim.world.store.journal[index]
    for write in transaction.writes:
        before, after = write.before, write.after
        if isinstance(before, Case) and isinstance(after, Case) and after.status == "resolved":
            _judge_resolving(sim, index, before, found)
        if isinstance(before, Mention) and transaction.actor.id == "quiet_mention":
            _judge_quiet(sim, index, before, found)
        if isinstance(before, Case) and transaction.actor.id == "nobody_answers":
            _judge_unanswered(sim, index, before, found)


def _armed(sim: Simulated, run_id: str, before: int) -> tuple[int, Wait] | None:
    """The last wait that the run began, and when."""
    return next(
        (
            (index, transaction.wait[1])
            for index, transaction in reversed(list(enumerate(sim.world.store.journal[:before])))
            if transaction.wait and transaction.claim and transaction.claim[0] == run_id
        ),
        None,
    )


def _states(sim: Simulated, case_id: str, since: int, until: int) -> list[Case]:
    """The case as it was at `since` and after every change up to `until`."""
    writes = [
        (index, write.after)
        for index, transaction in enumerate(sim.world.store.journal[:until])
        for write in transaction.writes
        if isinstance(write.after, Case) and write.after.id == case_id
    ]
    first = [case for index, case in writes if index < since][-1:]
    return first + [case for index, case in writes if index >= since]


def _judge_resolving(sim: Simulated, index: int, before: Case, found: Judgement) -> None:
    transaction: Transaction = sim.world.store.journal[index]
    run_id = transaction.claim[0] if transaction.claim else ""
    begun = _armed(sim, run_id, index)
    if begun is None:
        return
    since, wait = begun
    what = f"{before.id} was resolved by {wait.recipe_id} at {transaction.at}"
    states = _states(sim, before.id, since, index)
    if states[0].fence != states[-1].fence:
        found.unexpected.append(f"{what}, after a message of the customer")
    if before.last_message_by == "customer":
        found.unexpected.append(f"{what}, although the customer wrote last")
    occurrence = sim.world.store.runs[run_id].occurrence
    if occurrence.kind == "status_changed" and before.status != occurrence.detail:
        found.unexpected.append(f"{what}, being {before.status} and not {occurrence.detail}")
    replies = [case.last_reply_at for case in states if case.last_reply_at]
    in_time = [at for at in replies if at < transaction.at - CLOCKS]
    start = max([wait.armed_at, *in_time[-1:]])
    if transaction.at < _earliest(sim, wait, start):
        found.unexpected.append(f"{what}, too early")


def _judge_quiet(sim: Simulated, index: int, before: Mention, found: Judgement) -> None:
    """Row 4: resolved only if its author has written nothing since the wait began."""
    transaction = sim.world.store.journal[index]
    begun = _armed(sim, transaction.claim[0] if transaction.claim else "", index)
    if begun is None:
        return
    written = [
        write.after.unique_id
        for between in sim.world.store.journal[begun[0] + 1 : index]
        for write in between.writes
        if isinstance(write.after, Mention)
        and write.before is None
        and write.after.author == before.author
        and (write.after.last_action is None or write.after.last_action.type != "survey_answered")
    ]
    if written:
        found.unexpected.append(f"{before.unique_id} was resolved although its author wrote {written}")
    if transaction.at < _earliest(sim, begun[1], begun[1].armed_at):
        found.unexpected.append(f"{before.unique_id} was resolved too early")


def _judge_unanswered(sim: Simulated, index: int, before: Case, found: Judgement) -> None:
    """A1: only if we have not replied since the wait began."""
    transaction = sim.world.store.journal[index]
    begun = _armed(sim, transaction.claim[0] if transaction.claim else "", index)
    if begun and before.last_reply_at != begun[1].replied_at:
        found.unexpected.append(
            f"{before.id} is called unanswered, and was answered at {before.last_reply_at}"
        )


def _earliest(sim: Simulated, wait: Wait, start: datetime) -> datetime:
    """When the shortest wait that was ever asked for is over."""
    if wait.recipe_id != "in_business_hours":
        return start + _shortest(sim, wait)
    schedule = sim.world.rule_books.current().schedules["sch_1"]
    return after_open(schedule, start, _shortest(sim, wait)) or start


def _shortest(sim: Simulated, wait: Wait) -> timedelta:
    """The shortest that the wait has ever been."""
    actions = [
        edition.recipe.actions[wait.position]
        for edition in sim.editions
        if edition.recipe and edition.recipe_id == wait.recipe_id
    ]
    return timedelta(minutes=min(action.minutes for action in actions if isinstance(action, WaitAction)))


def _judge_reason(sim: Simulated, index: int, wait: Wait, found: Judgement) -> None:
    """A wait that is cancelled names something that is true."""
    begun = _armed(sim, wait.run_id, index)
    since = begun[0] if begun else 0
    states, reason = _states(sim, wait.case_id or "", since, index), wait.reason or ""
    editions = [edition for edition in sim.editions if edition.recipe_id == wait.recipe_id]
    true = {
        "the customer replied": any(
            case.fence > wait.fence or case.last_message_by == "customer" for case in states
        ),
        "the last message is the customer's": any(case.last_message_by == "customer" for case in states),
        "the case is no longer": any(case.status != wait.status for case in states),
        "the recipe was deleted": any(edition.recipe is None for edition in editions),
        "the recipe was switched": any(e.recipe and e.recipe.mode != "enabled" for e in editions),
        "hours no longer holds": wait.recipe_id == "at_night",
        "we replied": any(case.last_reply_at != wait.replied_at for case in states),
        "cancelled by hand": True,
        "cancelled when the recipe was changed": len(editions) > 1,
    }
    if wait.case_id is None:
        late = sim.world.store.journal[index].at >= wait.due_at + timedelta(hours=23)
        true |= {"the customer replied": True, "the mention is no longer": True, "this comes so late": late}
    if not any(reason.startswith(start) and holds for start, holds in true.items()):
        found.unexpected.append(f"{wait.wait_id} of {wait.recipe_id} was cancelled: {reason}")
