"""Consumers that stood still, and one record among thousands that nobody can evaluate (R7, R26)."""

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


@pytest.mark.parametrize("seed", range(6))
def test_what_piled_up_in_an_hour_is_all_done_when_consumers_are_back(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R26, R1, R4: people go on for an hour while nothing is evaluated, carried out or swept."""
    history = History(seed, steps=0)
    with monkeypatch.context() as off:
        off.setattr(history.platform, "ready", list)
        for _ in range(120):
            history.people.act()
            history.sim.world.now += timedelta(seconds=30)
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
