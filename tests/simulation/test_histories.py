"""Histories from seeds: nothing lost, nothing twice, nothing unexpected (R1-R6, R23, R25).

`SIMULATION_SEEDS` sets how many; a third of them are long. A seed that fails prints the shortest history in
which it does; `PYTHONPATH=layers/core/python python -m tests.simulation <seed>` tells it again. The five
numbers of all of them together stand at the end of pytest's report.
"""

import os
from collections import Counter
from collections.abc import Callable

import pytest

from tests.simulation.history import History
from tests.simulation.judge import judge
from tests.simulation.judgement import Judgement
from tests.simulation.smallest import smallest
from tests.simulation.tally import judged, judged_mixed, judged_short, tally

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "10000"))
PARTS = 40
WENT_WRONG = (1, 26, 242, 447, 491, 497, 564, 781, 1726, 128020, 354246, 899755)
"""Seeds whose histories have gone wrong once.

A seed tells the same history only as long as the code makes the same calls. What was wrong has unit tests
and, where it can be taken away, a line in `test_it_bites`.
"""


@pytest.mark.parametrize("part", range(PARTS))
def test_no_history_goes_wrong(part: int, record_property: Callable[[str, object], None]) -> None:
    numbers, wrong = tally(range(part, SEEDS, PARTS), play=judged_mixed)

    record_property("histories", dict(numbers))
    if wrong:
        pytest.fail(f"seeds {wrong}, the first of them:\n{smallest(wrong[0])}", pytrace=False)


@pytest.mark.parametrize("play", [judged, judged_short])
@pytest.mark.parametrize("seed", WENT_WRONG)
def test_a_history_that_went_wrong_does_no_more(seed: int, play: Callable[[int], Judgement]) -> None:
    judgement = play(seed)

    assert judgement.is_good, judgement


def test_the_same_seed_is_the_same_history() -> None:
    assert History(7).play().sim.trace == History(7).play().sim.trace


def test_a_shorter_history_is_the_beginning_of_a_longer_one() -> None:
    short, long = History(7, 20).play().sim.trace, History(7).play().sim.trace
    end = next(index for index, line in enumerate(short) if "nobody does anything more" in line)

    assert long[:end] == short[:end]


def test_the_histories_are_rich() -> None:
    """Everything that is promised something about does happen in them, and often."""
    seen: Counter[str] = Counter()
    for seed in range(80):
        history = History(seed).play()
        store, judgement = history.sim.world.store, judge(history)
        seen.update(f"case {change.after.status}" for change in store.changes if change.entity == "case")
        seen.update(f"wait {wait.state}" for wait in store.waits.values())
        seen.update(f"run {run.status}" for run in store.runs.values())
        seen.update(f"claim {claim.action} {claim.outcome}" for claim in store.claims.values())
        seen.update(f"reply {item.state}" for item in store.outbox.values())
        seen.update(f"act {act.state}" for act in store.moderations.values())
        seen.update("objection" for act in store.moderations.values() if act.objection)
        seen.update(f"page {effect.act}" for effect in history.platforms.facebook.effects)
        seen.update(line.type for log in store.logs.values() for line in log.values())
        seen.update(change.actor.kind for change in store.changes)
        seen.update(line.split()[2] for line in history.sim.trace if line.split()[2] in ("crash", "conflict"))
        seen["recovered"] += judgement.recovered
        seen["hops"] = max((seen["hops"], *(len(change.chain) for change in store.changes)))

    for event, times in {
        "case resolved": 20, "case pending": 1, "wait fired": 15, "wait cancelled": 30, "run done": 300,
        "run cancelled": 50, "claim webhook done": 50, "claim webhook failed": 1,
        "claim notify done": 50, "reply sent": 3, "reply draft": 3, "crash": 50, "conflict": 5,
        "act done": 40, "act held": 4, "act undone": 2, "act cancelled": 4, "objection": 8,
        "page hide": 10, "page unhide": 5, "page delete": 10, "page block_author": 10,
        "survey_asked": 8, "survey_answered": 2, "flow_started": 2, "flow_step": 1, "flow_ended": 1,
        "customer": 100, "agent": 100, "recipe": 100, "recovered": 100, "hops": 2,
    }.items():  # fmt: skip
        assert seen[event] >= times, f"{event} was seen {seen[event]} times, of {times} at least"
