"""Effects: each once, in order, with its line, none by a recipe that is off (R3, R4, R23, R25)."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from inbox_recipes.actions import ACTIONS
from inbox_recipes.actions.wait import WaitAction
from inbox_recipes.ids import delivery_id
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.moderations import Moderation
from inbox_recipes.ports import Transaction
from inbox_recipes.rule_book import MAX_HOPS
from inbox_recipes.runs import Run
from tests.simulation.history import History
from tests.simulation.judgement import Judgement
from tests.simulation.world import Simulated

CLOCKS = timedelta(seconds=11)
"""Two clocks that are five seconds off, each in its direction, and a second."""
CHANGING = {name for name, action in ACTIONS.items() if action.effect_class == "A"}
"""Actions that change mentions and cases."""
OUT_OF_LINE = ("webhook", "reply", "send_private_reply", "remove_from_service")
"""Actions whose later attempts go by themselves."""


def name(item: Mention | Case) -> tuple[str, str]:
    """An item as histories name it."""
    return ("case", item.id) if isinstance(item, Case) else ("mention", item.unique_id)


def judge_effects(sim: Simulated, found: Judgement) -> None:
    """R3, R4: an action is closed once, after those before it, and all of them are closed."""
    store = sim.world.store
    closed: dict[str, list[int]] = defaultdict(list)
    for transaction in store.journal:
        if transaction.claim and transaction.claim[1].state == "closed":
            run_id, claim = transaction.claim
            closed[run_id].append(claim.position)
        if transaction.actor.kind == "recipe" and transaction.writes:
            _judge_switch(sim, transaction, found)
    for run in store.runs.values():
        positions = closed[run.run_id]
        for position, times in Counter(positions).items():
            if times > 1:
                found.duplicated.append(f"{run.run_id}, action {position} was done {times} times")
        _judge_order(sim, run, positions, found)


def _judge_order(sim: Simulated, run: Run, positions: list[int], found: Judgement) -> None:
    actions = sim.world.rule_books.recipe_at(run.recipe_id, run.recipe_version).actions
    in_line = [each for each in positions if actions[each].type not in OUT_OF_LINE]
    if in_line != sorted(in_line):
        found.unexpected.append(f"{run.run_id} did its actions in the order {in_line}")
    waits = [index for index, action in enumerate(actions) if isinstance(action, WaitAction)]
    due = range(len(actions) if run.status == "done" else 0)
    missing = [index for index in due if index not in positions]
    if missing:
        found.lost.append(f"{run.run_id} of {run.recipe_id}: actions {missing} (waits at {waits})")
    still_open = [key for key, claim in sim.world.store.claims.items()
                  if key[0] == run.run_id and claim.state == "open"]  # fmt: skip
    found.lost += [f"{key[0]}, action {key[1]} was begun and never ended" for key in still_open]


def _judge_switch(sim: Simulated, transaction: Transaction, found: Judgement) -> None:
    """R25: off means off, from the moment on that every clock agrees about."""
    at = transaction.at
    if transaction.outbox:  # written down when the platform has said so
        at = transaction.outbox[1].begun_at or at
    if transaction.moderation and transaction.moderation[0]:
        before = transaction.moderation[0]
        if before.approved:  # off or not: a person wanted it
            return
        at = _called_at(sim, before)
    mine = [e for e in sim.editions if e.recipe_id == transaction.actor.id]
    known = [edition for edition in mine if edition.at <= at - CLOCKS]
    late = [e for e in mine if at - CLOCKS < e.at]
    modes = {edition.recipe.mode if edition.recipe else "deleted" for edition in [*known[-1:], *late]}
    if modes and "enabled" not in modes:
        found.unexpected.append(f"{transaction.actor.id} acted at {transaction.at}, being {modes}")


def _called_at(sim: Simulated, act: Moderation) -> datetime:
    """When the act was last said to be under way; somebody may have objected to it since."""
    steps = [each.moderation for each in sim.world.store.journal if each.moderation]
    begun = [
        after.updated_at
        for before, after in steps
        if after.id == act.id
        and after.revision <= act.revision
        and after.state == "calling"
        and (before is None or before.state != "calling")
    ]
    return begun[-1] if begun else act.updated_at


def judge_chains(sim: Simulated, found: Judgement) -> None:
    """R6: recipes set each other off five times in a row at most, and none itself."""
    for change in sim.world.store.changes:
        if len(change.chain) > MAX_HOPS or len(set(change.chain)) < len(change.chain):
            found.unexpected.append(f"{change.id} was changed by {' after '.join(reversed(change.chain))}")


def judge_lines(sim: Simulated, found: Judgement) -> None:
    """R23: every effect has its line and every line its effect, and every end has a reason."""
    store = sim.world.store
    for transaction in store.journal:
        told = Counter((line.log, line.item_id) for line in transaction.lines if line.entry.outcome == "done")
        written = Counter(name(write.after) for write in transaction.writes)
        missing = [key for key in written if key not in told]
        found.lost += [f"the line about a change of {key[1]} at {transaction.at}" for key in missing]
        if transaction.actor.kind == "recipe" and written and told != written and not transaction.outbox:
            found.unexpected.append(f"lines {dict(told)} about changes {dict(written)}")
        for line in transaction.lines:
            if store.logs.get((line.log, line.item_id), {}).get(line.entry.id) != line.entry:
                found.lost.append(f"line {line.entry.id} of {line.item_id} was overwritten")
    explained = {
        entry.run_id for log in store.logs.values() for entry in log.values() if entry.outcome == "skipped"
    }
    for run in store.runs.values():
        if run.status == "cancelled" and run.run_id not in explained:
            found.lost.append(f"the reason why {run.run_id} of {run.recipe_id} was cancelled")


def judge_bijection(sim: Simulated, found: Judgement) -> None:
    """R23: every change of an item has one line, and no line tells of a change that was not made."""
    store = sim.world.store
    changes: Counter[tuple[str, str, int]] = Counter(
        (*name(write.after), write.after.revision)
        for transaction in store.journal
        for write in transaction.writes
    )
    told: Counter[tuple[str, str, int]] = Counter(
        (log, item_id, entry.revision)
        for (log, item_id), log_entries in store.logs.items()
        for entry in log_entries.values()
        if entry.revision is not None
    )
    found.lost += [f"the line about {key[1]} at revision {key[2]}" for key in changes - told]
    found.unexpected += [f"a line about {key[1]} at revision {key[2]}" for key in told - changes]
    found.unexpected += [
        f"{entry.by.id} tells of {entry.type} on {item_id}, and changed nothing"
        for (_, item_id), log_entries in store.logs.items()
        for entry in log_entries.values()
        if entry.type in CHANGING
        and entry.outcome == "done"
        and entry.by.kind == "recipe"
        and entry.revision is None
    ]


def judge_repeats(sim: Simulated, found: Judgement) -> None:
    """R3: no action changes an item twice, whatever its claims say.

    A survey is asked and then sent, a comment hidden and then deleted: those are two changes.
    """
    changed = Counter(
        (
            line.entry.run_id,
            line.entry.position,
            line.item_id,
            line.entry.type,
            line.entry.detail.get("state"),
        )
        for transaction in sim.world.store.journal
        if transaction.actor.kind == "recipe" and transaction.writes
        for line in transaction.lines
        if line.entry.outcome == "done" and line.entry.run_id
    )
    found.duplicated += [
        f"{run_id}, action {position} changed {item_id} {times} times"
        for (run_id, position, item_id, _, _), times in changed.items()
        if times > 1
    ]


def judge_claims(sim: Simulated, found: Judgement) -> None:
    """R23: every action that is over has its line."""
    store = sim.world.store
    there = {
        (entry.run_id, entry.position, entry.outcome) for log in store.logs.values() for entry in log.values()
    }
    for (run_id, position), claim in store.claims.items():
        if claim.action == "flow_step":  # of no run: `judge_flows` asks for its line
            continue
        if claim.state == "closed" and (run_id, position, claim.outcome) not in there:
            found.lost.append(f"the line about {run_id}, action {position}, that is {claim.outcome}")


def judge_deliveries(history: History, found: Judgement) -> None:
    """R3: class B at least once, with one id and one body."""
    store = history.sim.world.store
    expected = {delivery_id(run_id, position): claim for (run_id, position), claim in store.claims.items()}
    bodies: dict[str, set[str]] = defaultdict(set)
    for sent in history.receivers.sent:
        bodies[sent.delivery_id].add(str(sent.request))
    for delivery, different in bodies.items():
        if len(different) > 1:
            found.duplicated.append(f"{delivery} was sent with {len(different)} bodies")
        if delivery not in expected:
            found.unexpected.append(f"{delivery} belongs to no action")
    for delivery, claim in expected.items():
        if claim.action == "webhook" and claim.outcome == "done" and delivery not in history.receivers.taken:
            found.lost.append(f"{delivery} is called delivered and nobody got it")
