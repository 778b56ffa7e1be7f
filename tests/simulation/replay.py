"""The histories alone must tell how every case and mention came to be what it is (rows 121-125)."""

from inbox_recipes.inbox import Case, Mention
from inbox_recipes.replay import HistoryGap, replay, state_of
from tests.fakes.store import Store
from tests.simulation.judgement import Judgement
from tests.simulation.world import Simulated


def judge_replay(sim: Simulated, found: Judgement) -> None:
    """Replay every log as it is kept, whatever the clocks said that wrote it, and compare."""
    store = sim.world.store
    items: list[Case | Mention] = [*store.cases.values(), *store.mentions.values()]
    for item in items:
        found.unexpected += _disagreements(item, store)
    for case in store.cases.values():
        open_mentions = [key for key in store.links.get(case.id, ()) if store.mentions[key].status == "new"]
        if case.status == "resolved" and open_mentions:
            found.lost.append(f"{case.id} was resolved without its mentions {open_mentions}")


def _disagreements(item: Case | Mention, store: Store) -> list[str]:
    log, item_id = ("case", item.id) if isinstance(item, Case) else ("mention", item.unique_id)
    lines = store.history(log, item_id)  # type: ignore[arg-type]
    try:
        told = replay(lines)
    except HistoryGap as gap:
        return [f"the history of {item_id} has a gap: {gap}"]
    if told != (state_of(item), item.revision):
        return [f"{item_id} is {state_of(item)}; its history tells of {told}"[:900]]
    return []
