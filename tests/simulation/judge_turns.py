"""Turns: one after the other, each used up once, whatever ran at the same time (A3, R3)."""

from inbox_recipes.clock import stamp
from tests.simulation.judgement import Judgement
from tests.simulation.world import Simulated


def judge_turns(sim: Simulated, found: Judgement) -> None:
    """Of two who are always there, no one has two turns in a row."""
    last = None
    for transaction in sim.world.store.journal:
        if transaction.turn is None:
            continue
        before, after = transaction.turn
        if after.id == last:
            since = f", seen as of {stamp(before.at)}" if before else ""
            found.duplicated.append(f"the turn of {after.id} at {stamp(after.at)}{since}")
        last = after.id
