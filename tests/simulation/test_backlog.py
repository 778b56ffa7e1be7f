"""Consumers that stood still, and one record among thousands that nobody can evaluate (R7, R26).

`BACKLOG` is how many mentions pile up: 2,000 in every test run, 50,000 in `make soak`, which shows how fast
they were drained.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from inbox_recipes.account import Account, Budgets
from inbox_recipes.flows.evaluate import evaluate_changes
from inbox_recipes.inbox import Mention
from tests.builders import ARRIVAL, a_recipe, a_rule_book, add_tags, an_incoming, condition, group
from tests.fakes import World
from tests.simulation.history import History
from tests.simulation.judge import judge

MANY = 10_000
BATCH = 100
POISON = 4_321
BACKLOG = int(os.environ.get("BACKLOG", "2000"))
AGAIN = 10
"""Records of a batch that come once more with the next one."""


@pytest.mark.parametrize("seed", range(6))
def test_what_piled_up_in_an_hour_is_all_done_when_consumers_are_back(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R26, R1, R4: people go on for an hour while nothing is evaluated, carried out or swept."""
    history = History(seed, steps=0)
    with monkeypatch.context() as off:
        off.setattr(history.platform, "ready", list)
        for _ in range(480):
            history.people.act()
            history.sim.world.now += timedelta(seconds=7.5)
    waiting = len(history.sim.world.store.changes)
    assert (waiting > 100, history.sim.world.store.runs) == (True, {})

    judgement = judge(history.play())

    assert judgement.is_good, judgement
    assert judgement.ok > 50


def test_one_poison_record_in_ten_thousand_hurts_only_itself(now: datetime) -> None:
    """R7: the other 9,999 are done, and it lies in quarantine with the reason."""
    only_french = group("and", condition("content.language", "is", "fr"))
    recipe = a_recipe(filter=only_french, trigger=ARRIVAL, actions=[add_tags("seen")])
    account = Account(budgets=Budgets(actions_per_recipe=MANY))
    world = World(a_rule_book(recipe, account=account), now)
    for start in range(0, MANY, BATCH):
        numbers = range(start, start + BATCH)
        world.take_in(
            *(an_incoming(str(each), message__language="fr", author__id=f"u{each}") for each in numbers)
        )
    change = world.store.changes[POISON]
    assert isinstance(change.after, Mention)
    unreadable = change.after.model_copy(
        update={"message": change.after.message.model_copy(update={"language": 5})}
    )
    world.store.changes[POISON] = replace(change, after=unreadable)
    world.store.mentions[unreadable.unique_id] = unreadable

    quarantined = 0
    for start in range(0, MANY, BATCH):
        batch = world.store.changes[start : start + BATCH]
        quarantined += evaluate_changes(
            batch, world.inbox, world.rule_books, world.ledger, world.queue, world.matchers, now
        ).quarantined
    world.work()

    assert quarantined == 1
    [(identifier, (_, reason))] = world.store.quarantined.items()
    assert identifier == f"mention:46283_{POISON}:mention_arrived:1"
    assert reason
    assert [each.id for each in world.ledger.quarantined(10, None).data] == [identifier]
    done = [mention for mention in world.store.mentions.values() if mention.tags == ("seen",)]
    assert len(done) == MANY - 1
    assert {run.status for run in world.store.runs.values()} == {"done"}


def test_thousands_that_piled_up_in_an_hour_are_drained_each_once_and_in_order(
    now: datetime, record_property: Callable[[str, object], None]
) -> None:
    """R26, R1, R3, R4: batches and messages come again while the backlog is worked off."""
    actions = [add_tags("one"), {"type": "edit", "property": "language", "value": "de"}, add_tags("two")]
    account = Account(budgets=Budgets(actions_per_recipe=3 * BACKLOG))
    world = World(a_rule_book(a_recipe(trigger=ARRIVAL, actions=actions), account=account), now)
    for number in range(BACKLOG):
        world.take_in(an_incoming(str(number), author__id=f"u{number % 1000}"))
        world.now += timedelta(hours=1) / BACKLOG
    begun = time.process_time()

    for start in range(0, BACKLOG, BATCH):
        world.seen = start
        batch = world.store.changes[max(0, start - AGAIN) : start + BATCH]
        evaluate_changes(
            batch, world.inbox, world.rule_books, world.ledger, world.queue, world.matchers, world.now
        )
    for message in world.queue.waiting()[::7]:
        world.queue.groups[message.group].append(message)  # type: ignore[union-attr]
    done = world.work()

    seconds = time.process_time() - begun
    record_property("drained", f"{BACKLOG:,} mentions with {done:,} messages in {seconds:.0f} s of one core")
    assert {mention.tags for mention in world.store.mentions.values()} == {("one", "two")}
    assert {run.status for run in world.store.runs.values()} == {"done"}
    assert len(world.store.runs) == BACKLOG
    effects = Counter(each.claim[0] for each in world.store.journal if each.claim)
    assert set(effects.values()) == {len(actions)}
    for mention in world.store.mentions.values():
        told = [line.position for line in world.mention_history(mention.unique_id) if line.run_id]
        assert told == [0, 1, 2]
