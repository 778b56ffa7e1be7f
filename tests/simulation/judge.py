"""What must be true when a history is over: nothing lost, nothing twice, nothing that should not be.

Judged from what can be seen from outside: what was posted, the stream, the event records, the list of
transactions, the histories and what receivers got; never from how the code got there.
"""

import json
from collections import Counter, defaultdict

from inbox_recipes import ids
from inbox_recipes.flows.evaluate import decide
from inbox_recipes.inbox import Mention, Subject
from inbox_recipes.matching import Matchers
from inbox_recipes.triggers import Occurrence, detect
from tests.simulation.history import History
from tests.simulation.judge_effects import (
    judge_bijection,
    judge_chains,
    judge_claims,
    judge_deliveries,
    judge_effects,
    judge_lines,
    judge_repeats,
)
from tests.simulation.judge_flows import judge_flows
from tests.simulation.judge_moderation import judge_moderation
from tests.simulation.judge_notifications import judge_notifications
from tests.simulation.judge_replies import judge_replies
from tests.simulation.judge_surveys import judge_surveys
from tests.simulation.judge_turns import judge_turns
from tests.simulation.judge_waits import judge_waits
from tests.simulation.judgement import Judgement
from tests.simulation.replay import judge_replay


def judge(history: History) -> Judgement:
    """All of it."""
    found = Judgement(recovered=history.platform.again + history.people.sent_again)
    if not history.came_to_rest:
        found.unexpected.append("the history never comes to rest")
    _judge_mentions(history, found)
    _judge_occurrences(history, found)
    judge_effects(history.sim, found)
    judge_repeats(history.sim, found)
    judge_lines(history.sim, found)
    judge_bijection(history.sim, found)
    judge_claims(history.sim, found)
    judge_chains(history.sim, found)
    judge_deliveries(history, found)
    judge_notifications(history, found)
    judge_replies(history, found)
    judge_moderation(history, found)
    judge_surveys(history, found)
    judge_flows(history, found)
    found.lost += sorted(history.forgotten)
    found.lost += [f"{each} was not found by the sweeper" for each in sorted(history.unseen)]
    judge_waits(history.sim, found)
    judge_turns(history.sim, found)
    judge_replay(history.sim, found)
    return found


def _judge_mentions(history: History, found: Judgement) -> None:
    """R1, R2: what was posted is there, once."""
    written = Counter(
        write.after.unique_id
        for transaction in history.sim.world.store.journal
        for write in transaction.writes
        if isinstance(write.after, Mention) and write.before is None
    )
    for unique_id in history.people.posted:
        if written[unique_id] == 0:
            found.lost.append(f"mention {unique_id}")
        if written[unique_id] > 1:
            found.duplicated.append(f"mention {unique_id} was written {written[unique_id]} times")
    sent = {item.sent_as for item in history.sim.world.store.outbox.values()}
    found.unexpected += [
        f"mention {key}" for key in written if key not in history.people.posted.keys() | sent
    ]


def _judge_occurrences(history: History, found: Judgement) -> None:
    """R1, R3: every occurrence is evaluated, and each recipe that matched has exactly one run.

    A batch that comes again may be decided by a newer rule book: what it says last must be done, what an
    earlier pass said may have been.
    """
    store, books = history.sim.world.store, history.sim.world.rule_books
    happened = {occurrence.id for change in store.changes for occurrence in detect(change)}
    may_run: dict[str, set[str]] = defaultdict(set)
    must_run: dict[str, set[str]] = {}
    matchers = Matchers()
    for record in (record for page in store.pages.values() for record in page):
        occurrence = Occurrence.model_validate(record["occurrence"])
        book = books.past[record["revision"]]
        [again] = decide(
            occurrence, Subject.model_validate(record["subject"]), book, matchers.of(book)
        ).records
        if json.loads(again) != record:
            found.unexpected.append(f"the decision about {occurrence.id} cannot be computed again")
        matched = [book.recipe(each["recipe_id"]) for each in record["verdicts"] if each["matched"]]
        enabled = [
            recipe for recipe in matched if recipe and recipe.mode == "enabled" and not record["paused"]
        ]
        may_run[occurrence.id] |= {ids.run_id(r.id, r.version, occurrence.id) for r in enabled}
        must_run[occurrence.id] = {recipe.id for recipe in enabled}
    found.lost += [f"occurrence {each} was never evaluated" for each in sorted(happened - may_run.keys())]
    found.unexpected += [
        f"evaluation of {each}, which never was" for each in sorted(may_run.keys() - happened)
    ]
    found.ok = len(happened & may_run.keys())
    _judge_runs(history, may_run, must_run, found)


def _judge_runs(
    history: History, may_run: dict[str, set[str]], must_run: dict[str, set[str]], found: Judgement
) -> None:
    started: Counter[tuple[str, str]] = Counter()
    for run in history.sim.world.store.runs.values():
        started[run.recipe_id, run.occurrence.id] += 1
        if run.finished_at is None:
            found.lost.append(f"{run.run_id} of {run.recipe_id} is still {run.status}")
        if run.run_id not in may_run[run.occurrence.id]:
            found.unexpected.append(f"{run.recipe_id} ran for {run.occurrence.id} and never matched")
    for key, times in started.items():
        if times > 1:
            found.duplicated.append(f"{key[0]} ran {times} times for {key[1]}")
    wanted = [(recipe_id, occurrence) for occurrence, each in must_run.items() for recipe_id in sorted(each)]
    found.lost += [f"{key[0]} matched {key[1]} and never ran" for key in wanted if not started[key]]
