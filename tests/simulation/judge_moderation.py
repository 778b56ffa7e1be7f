"""Moderation: nothing unasked, nothing after an objection, nothing forgotten (R3, R5, rows 44-50)."""

from collections import Counter, defaultdict
from datetime import datetime

from inbox_recipes.actions.remove_from_service import RemoveFromService
from inbox_recipes.budgets import hour
from inbox_recipes.inbox import Mention
from inbox_recipes.moderations import Moderation
from tests.simulation.history import History
from tests.simulation.judgement import Judgement
from tests.simulation.services import Effect
from tests.simulation.world import Simulated

type Told = list[tuple[int, Moderation]]
"""How an act stood, and after how many transactions."""

OVER = ("done", "undone", "failed", "dismissed", "cancelled")
GONE = "it was gone from the service already"
CALLED_OFF = (
    "objected to", "the recipe was", "it was shown on the service again", "the account is paused",
)  # fmt: skip


def judge_moderation(history: History, found: Judgement) -> None:
    """What the page has done, what the records and histories tell of it, and that each says the other."""
    acts: dict[str, Told] = defaultdict(list)
    for index, transaction in enumerate(history.sim.world.store.journal):
        if transaction.moderation:
            acts[transaction.moderation[1].id].append((index, transaction.moderation[1]))
    if not acts and not history.platforms.facebook.effects:
        return
    about: dict[str, list[Told]] = defaultdict(list)
    for told in acts.values():
        about[told[0][1].unique_id].append(told)
    effects: dict[str, list[Effect]] = defaultdict(list)
    for effect in history.platforms.facebook.effects:
        effects[effect.about].append(effect)
        _judge_asked_for(effect, [told for each in about.values() for told in each], found)
    for told in acts.values():
        alone = len(about[told[0][1].unique_id]) == 1
        _judge_end(history, told, effects, found, alone=alone)
        _judge_lines(history.sim, told, found)
    _judge_ceilings(history.sim, acts, found)


def _of(effect: Effect, act: Moderation) -> bool:
    whom = act.author_id if effect.act == "block_author" else act.unique_id.split("_", 1)[1]
    return effect.about == whom


def _judge_asked_for(effect: Effect, acts: list[Told], found: Judgement) -> None:
    """Each effect belongs to an act that was under way when its message began, and had said so before.

    Hiding or deleting again is right only as long as nobody knows what came of the last time (class B).
    """
    what = f"{effect.act} of {effect.about} after {effect.after} transactions"
    mine = [told for told in acts if _of(effect, told[0][1])]
    called = [told for told in mine if _calling(effect, told)]
    if not called:
        found.unexpected.append(f"{what}, for which no act had called")
        return
    if all(_was_over(effect, told) for told in called):
        found.duplicated.append(f"{what}, when that was done already")
    if effect.act != "unhide" and all(_was_objected_to(effect, told) for told in called):
        found.unexpected.append(f"{what}, after somebody had objected")


def _calling(effect: Effect, told: Told) -> bool:
    """Whether the act stood as calling for this at some time from when its message began."""
    return any(
        act.state == "calling" and act.call == effect.act and index < effect.after for index, act in told
    )


def _was_over(effect: Effect, told: Told) -> bool:
    """Whether it had come to its end when the message began, and was not called for again."""
    before = [act for index, act in told if index < effect.begun]
    after = [act for index, act in told if effect.begun <= index < effect.after]
    if not before or any(act.call == effect.act and act.state == "calling" for act in after):
        return False
    return not (before[-1].call == effect.act and before[-1].state == "calling")


def _was_objected_to(effect: Effect, told: Told) -> bool:
    """Whether somebody had objected before its message began."""
    return any(act.objection and index < effect.begun for index, act in told)


def _judge_end(
    history: History, told: Told, effects: dict[str, list[Effect]], found: Judgement, *, alone: bool
) -> None:
    """Every act comes to its end, which is true. Two acts on one message may overtake each other."""
    act, page = told[-1][1], history.platforms.facebook
    native = act.unique_id.split("_", 1)[1]
    what = f"{act.id} ({act.what} of {native}) is {act.state}: {act.reason}"
    mine = [effect for each in effects.values() for effect in each if _of(effect, act)]
    did = {effect.act for effect in mine}
    if act.state not in (*OVER, "held"):
        found.lost.append(what)
    gone = (act.reason or "").startswith(GONE)
    if act.state == "done" and not gone and act.what not in did:
        found.lost.append(f"{what}, and the page has done nothing")
    if act.state == "done" and act.what == "delete" and not gone and native in page.messages:
        found.lost.append(f"{what}, and it is still there")
    if act.state == "undone" and "unhide" not in did:
        found.lost.append(f"{what}, and was never shown again")
    if alone and act.state in ("held", "dismissed") and did - {"block_author"}:
        found.unexpected.append(f"{what}, and the page has done {did}")
    if act.state == "cancelled" and not (act.reason or "").startswith(CALLED_OFF):
        found.unexpected.append(what)
    if act.state in ("done", "undone") and alone and not gone:
        _judge_shown(history, act, native, what, found)


def _judge_shown(history: History, act: Moderation, native: str, what: str, found: Judgement) -> None:
    """The inbox shows what is so on the page (row 49)."""
    mention, message = history.sim.world.store.mentions[act.unique_id], history.platforms.facebook.messages
    so = "deleted" if native not in message else "hidden" if message[native].hidden else None
    if mention.on_service != so:
        found.unexpected.append(f"{what}; the mention is called {mention.on_service} and is {so}")
    if act.what == "block_author" and not mention.author_blocked:
        found.lost.append(f"{what}; the mention does not say so")


def _judge_lines(sim: Simulated, told: Told, found: Judgement) -> None:
    """R23: how an act comes to rest is told in the history of its mention, and nothing else is."""
    act = told[-1][1]
    lines = [
        line for line in sim.world.store.history("mention", act.unique_id)
        if line.detail.get("moderation_id") == act.id
    ]  # fmt: skip
    said = Counter(line.detail["state"] for line in lines)
    stood = Counter(each.state for _, each in told)
    rested = Counter(each.state for _, each in told if each.state in (*OVER, "held", "quarantined"))
    found.lost += [f"the line that says that {act.id} is {state}" for state in rested - said]
    found.unexpected += [f"a line that says that {act.id} is {state}" for state in said - stood]
    written = [
        write.after.on_service
        for transaction in sim.world.store.journal
        if transaction.moderation and transaction.moderation[1].id == act.id
        for write in transaction.writes
        if isinstance(write.after, Mention)
    ]
    if len(written) > len(lines):
        found.lost.append(f"the lines about what {act.id} has changed")


def _judge_ceilings(sim: Simulated, acts: dict[str, Told], found: Judgement) -> None:
    """No recipe does more of it in an hour by the clock than it may; what is held was one too many."""
    by_hour: Counter[tuple[str, datetime]] = Counter()
    held = set()
    for told in acts.values():
        first = told[0][1]
        if first.run_id is None:
            continue
        key = (first.by.id, hour(first.created_at))
        if first.state == "held":
            held.add(key)
        else:
            by_hour[key] += 1
    for (recipe_id, at), times in by_hour.items():
        if times > _most(sim, recipe_id):
            found.unexpected.append(f"{recipe_id} did {times} acts from {at} on")
    drawn = sim.world.store.budgets
    found.unexpected += [
        f"{recipe_id} is held from {at} on, and its ceiling was not reached" for recipe_id, at in held
        if drawn.get(("moderation", recipe_id, at), 0) < _most(sim, recipe_id)
    ]  # fmt: skip


def _most(sim: Simulated, recipe_id: str) -> int:
    editions = [each.recipe for each in sim.editions if each.recipe_id == recipe_id and each.recipe]
    actions = [action for recipe in editions for action in recipe.actions]
    return max(each.most_per_hour for each in actions if isinstance(each, RemoveFromService))
