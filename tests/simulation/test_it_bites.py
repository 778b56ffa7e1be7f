"""The judge is worth its seat only if it notices: each safeguard is taken away, and a seed must fail soon."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

import pytest

from inbox_recipes import ids, rule_book, waits
from inbox_recipes.flows import (
    acting,
    edits,
    evaluate,
    execute,
    notifying,
    sending,
    waiting,
)  # fmt: skip
from inbox_recipes.flows.acting import Acting, closed
from inbox_recipes.flows.sweep import Swept
from inbox_recipes.messages import NotificationMessage, WaitDueMessage
from inbox_recipes.notifications import Tray
from inbox_recipes.openings import Openings
from inbox_recipes.ports import Ports, Transaction
from inbox_recipes.recipes import Recipe
from inbox_recipes.runs import Run
from inbox_recipes.triggers import Occurrence
from inbox_recipes.waits import Guard, Standing
from tests.fakes import FakeLedger
from tests.simulation import platform
from tests.simulation.history import History
from tests.simulation.judge import judge
from tests.simulation.judgement import Judgement
from tests.simulation.tally import judgements

SOON = 1000
"""Seeds: the bar of reliability's section 4."""

type Patch = pytest.MonkeyPatch


def without_the_fence(patch: Patch) -> None:
    patch.setattr(waits, "guard", lambda wait, action: Guard(status=wait.status))


def without_the_guard(patch: Patch) -> None:
    patch.setattr(waiting, "guard_after", lambda *_: None)


def without_the_status(patch: Patch) -> None:
    patch.setattr(waiting, "_counted_on", lambda _, __, stands: stands.item.status)


def without_a_second_schedule(patch: Patch) -> None:
    real = waiting.resume

    def resume(message: WaitDueMessage, ports: Ports, now: Any) -> Acting | None:
        wait = ports.ledger.wait(message.wait_id)
        return None if wait and message.scheduled_for < wait.scheduled_for else real(message, ports, now)

    patch.setattr(waiting, "resume", resume)


def without_the_switch(patch: Patch) -> None:
    patch.setattr(execute, "_stop", lambda *_: None)


def without_the_mark_of_the_occurrence(patch: Patch) -> None:
    def start(self: FakeLedger, run: Run) -> Run:
        known = self.run(run.run_id)
        if known is None:
            self.finish(run)
        return known or run

    patch.setattr(FakeLedger, "start", start)


def without_the_cursor(patch: Patch) -> None:
    real = FakeLedger.run

    def run(self: FakeLedger, run_id: str) -> Run | None:
        known = real(self, run_id)
        return known and known.model_copy(update={"claims": ()})

    patch.setattr(FakeLedger, "run", run)


def without_one_id_for_all_attempts(patch: Patch) -> None:
    numbers = count()
    patch.setattr(ids, "delivery_id", lambda run_id, position: f"{run_id}{position}{next(numbers)}")


def without_history(patch: Patch) -> None:
    real = edits._transaction
    patch.setattr(edits, "_transaction", lambda *args: replace(real(*args), lines=()))


def without_ends(patch: Patch) -> None:
    patch.setattr(acting.Acting, "finish", lambda *_: None)


def without_the_hop_limit(patch: Patch) -> None:
    patch.setattr(rule_book, "_loop", lambda *_: rule_book._step("loop", "anything", "anything", ok=True))
    real = rule_book.held_back

    def held_back(recipe: Recipe, occurrence: Occurrence, openings: Openings) -> rule_book.Gate | None:
        return real(recipe, occurrence.model_copy(update={"chain": ()}), openings)

    patch.setattr(evaluate, "held_back", held_back)


def without_one_transaction(patch: Patch) -> None:
    """Claim and history first, then the effect: somebody may die in between."""
    real = edits.make

    def make(acting: Acting, position: int, change: Any) -> None:
        claim = closed(position, acting.recipe.actions[position].type, "done")
        first = Transaction(actor=acting.actor, at=acting.now, claim=(acting.run.run_id, claim))
        acting.ports.inbox.commit(first)
        patched = replace(acting, run=acting.run.model_copy(update={"run_id": f"{acting.run.run_id}x"}))
        real(patched, position, change)

    patch.setattr(edits, "make", make)


def without_the_sweeper(patch: Patch) -> None:
    patch.setattr(platform, "sweep", lambda *args: Swept(0, 0, 0, args[-1]))


def without_watching_authors(patch: Patch) -> None:
    patch.setattr(waiting, "_watched", lambda *_: ())


def without_the_claim_in_the_transaction(patch: Patch) -> None:
    """The effect first, then the claim: who dies in between does it twice when the message comes again."""
    made = edits.make

    def apart(transaction: Transaction, **parts: Any) -> Transaction:
        return replace(transaction, **{name: part for name, part in parts.items() if name != "claim"})

    def make(acting: Acting, position: int, change: Any) -> None:
        made(acting, position, change)
        claim = closed(position, acting.recipe.actions[position].type, "done")
        over = Transaction(actor=acting.actor, at=acting.now, claim=(acting.run.run_id, claim))
        acting.ports.inbox.commit(over)

    patch.setattr(edits, "replace", apart)
    patch.setattr(edits, "make", make)


def without_the_mark_of_a_sending(patch: Patch) -> None:
    """Who finds a sending that was begun and not ended sends again."""
    real = sending.send

    def send(tray: Tray, recipe: Recipe, ports: Ports) -> tuple[Tray, int]:
        digest = tray.digest
        for index in range(len(digest.recipients) if digest else 0):
            digest = digest and digest.told(index, begun=False)
        return real(tray.model_copy(update={"digest": digest}), recipe, ports)

    patch.setattr(sending, "send", send)


def without_the_time_of_a_schedule(patch: Patch) -> None:
    """A notification's schedule is taken to have come early, by a clock that is slow."""
    real = notifying.settle

    def settle(message: NotificationMessage, ports: Ports, now: datetime) -> None:
        real(message.model_copy(update={"due": None}), ports, now)

    patch.setattr(notifying, "settle", settle)


def without_doubt_about_what_comes_late(patch: Patch) -> None:
    """As if the messages of a mention's author were counted for ever."""
    patch.setattr(acting, "Standing", lambda item, profile=None, unwatched=False: Standing(item, profile))


def no_patch(_: Patch) -> None:
    """What is taken away is a condition of the tables."""


SAFEGUARDS: dict[str, tuple[Callable[[Patch], None], str | None, str]] = {
    "the fence": (without_the_fence, None, "unexpected"),
    "the guard after a wait": (without_the_guard, None, "unexpected"),
    "the status that began a wait": (without_the_status, None, "unexpected"),
    "the schedule that a crash lost": (without_a_second_schedule, None, "lost"),
    "the switch": (without_the_switch, None, "unexpected"),
    "the mark that a recipe has acted": (without_the_mark_of_the_occurrence, None, "duplicated"),
    "the cursor": (without_the_cursor, None, "lost"),
    "one id for all attempts": (without_one_id_for_all_attempts, None, "unexpected"),
    "history": (without_history, None, "lost"),
    "the end of runs": (without_ends, None, "lost"),
    "the hop limit": (without_the_hop_limit, None, "unexpected"),
    "one transaction for claim and effect": (without_one_transaction, None, "lost"),
    "the sweeper": (without_the_sweeper, None, "lost"),
    "the watch on a mention's author": (without_watching_authors, None, "unexpected"),
    "the condition on revisions": (no_patch, "revision", "unexpected"),
    "the condition on claims": (no_patch, "claim", "duplicated"),
    "the condition on turns": (no_patch, "turn", "duplicated"),
    "the condition on new mentions": (no_patch, "new mention", "duplicated"),
    "the condition on a profile that was read": (no_patch, "seen", "unexpected"),
    "the claim in the transaction of its effect": (without_the_claim_in_the_transaction, None, "duplicated"),
    "the mark that a sending was begun": (without_the_mark_of_a_sending, None, "duplicated"),
    "the time of a notification's schedule": (without_the_time_of_a_schedule, None, "lost"),
    "the doubt about what comes late": (without_doubt_about_what_comes_late, None, "unexpected"),
}


def judged(seed: int, condition: str | None) -> Judgement:
    history = History(seed)
    if condition:
        history.sim.world.store.conditions -= {condition}
    return judge(history.play())


@pytest.mark.parametrize("name", SAFEGUARDS)
def test_a_safeguard_that_is_missing_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    patch, condition, number = SAFEGUARDS[name]
    patch(monkeypatch)
    play = partial(judged, condition=condition)

    bad = next((each for _, each in judgements(range(SOON), play) if not each.is_good), None)

    assert bad, f"{SOON} seeds without {name}, and nothing was noticed"
    assert getattr(bad, number), f"without {name}: {bad}"
