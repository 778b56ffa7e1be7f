"""Notifications: nobody gets one twice, every arrival is told of once, what is unknown is said (R3, A7)."""

from collections import Counter, defaultdict

from inbox_recipes.actions.notify import Notify
from inbox_recipes.history import HistoryEntry
from inbox_recipes.notifications import LISTED
from tests.simulation.history import History
from tests.simulation.judgement import Judgement

ADDRESS = "{}@example.com"

type Told = dict[str, dict[str, HistoryEntry]]
"""By run and notification: what the history of its item says of it."""


def judge_notifications(history: History, found: Judgement) -> None:
    """Class C: at most once to each; at the end nothing is left that should have been sent."""
    for (digest, to), times in Counter(history.post.taken).items():
        if times > 1:
            found.duplicated.append(f"{digest} went {times} times to {to}")
    told = _told(history)
    for run_id, entries in told.items():
        if len(entries) > 1:
            found.duplicated.append(f"{run_id} is told of in {sorted(entries)}")
        for digest, entry in entries.items():
            _judge_said(history, digest, entry, found)
    _judge_counted(history, told, found)
    _judge_rest(history, found)


def _told(history: History) -> Told:
    told: Told = defaultdict(dict)
    for log in history.sim.world.store.logs.values():
        for entry in log.values():
            if "notification_id" in entry.detail and entry.run_id:
                told[entry.run_id][entry.detail["notification_id"]] = entry
    return told


def _judge_counted(history: History, told: Told, found: Judgement) -> None:
    """What was counted waits, or was told of: by a line of its own, or among the others of a long list."""
    store = history.sim.world.store
    waiting = {counted.run_id for counted in store.counted.values()}
    counted = {
        run_id
        for (run_id, _), claim in store.claims.items()
        if claim.action == "notify" and claim.outcome == "done"
    }
    items = {digest: entry.detail["items"] for entries in told.values() for digest, entry in entries.items()}
    others = sum(max(0, each - LISTED) for each in items.values())
    untold = sorted(counted - waiting - told.keys())
    if len(untold) != others:
        found.lost.append(f"{untold} were counted, and notifications tell of {others} more than they list")


def _judge_said(history: History, digest: str, entry: HistoryEntry, found: Judgement) -> None:
    """What history says of each recipient is what the service knows, or that nobody knows."""
    for who in entry.detail["recipients"]:
        taken = (digest, ADDRESS.format(who["user"])) in history.post.taken
        if who["outcome"] == "done" and not taken:
            found.lost.append(f"{digest} is called sent to {who['user']}, who never got it")
        if who["outcome"] not in ("done", "unknown") and taken:
            found.unexpected.append(f"{digest} is called {who['outcome']} for {who['user']}, who got it")


def _judge_rest(history: History, found: Judgement) -> None:
    """A recipe that was always on has sent all that is due: being switched on again sends nothing yet."""
    store = history.sim.world.store
    off = {each.recipe_id for each in history.sim.editions if each.recipe and each.recipe.mode != "enabled"}
    for recipe in history.sim.world.rule_books.current().recipes:
        for position, action in enumerate(recipe.actions):
            if not isinstance(action, Notify) or recipe.id in off:
                continue
            left = [each for each in store.counted.values() if each.recipe_id == recipe.id]
            if len(left) >= action.threshold:
                found.lost.append(f"{len(left)} wait for the notification of {recipe.id}")
            tray = store.trays.get((recipe.id, position))
            if tray and tray.digest:
                found.lost.append(f"{tray.digest.id} was begun and never ended")
