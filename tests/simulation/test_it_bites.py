"""The judge is worth its seat only if it notices: each safeguard is taken away, and a seed must fail soon."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

import pytest

from inbox_recipes import ids, rule_book, waits
from inbox_recipes.flows import (
    acting,
    dispatching,
    edits,
    execute,
    notifying,
    sending,
    waiting,
)  # fmt: skip
from inbox_recipes.flows.acting import Acting, closed
from inbox_recipes.flows.sweep import Swept
from inbox_recipes.matching import gates
from inbox_recipes.messages import NotificationMessage, WaitDueMessage
from inbox_recipes.notifications import Tray
from inbox_recipes.openings import Openings
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.ports import Ports, Transaction
from inbox_recipes.recipes import Recipe
from inbox_recipes.runs import Run
from inbox_recipes.triggers import Occurrence
from inbox_recipes.waits import Guard
from tests.fakes import FakeLedger
from tests.simulation import platform
from tests.simulation.history import History
from tests.simulation.judge import judge
from tests.simulation.judgement import Judgement

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

    patch.setattr(gates, "held_back", held_back)


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


def without_the_mark_of_a_reply(patch: Patch) -> None:
    """Who finds a reply that was begun and not ended sends it again, and does not call it unknown."""

    def again(item: OutboxItem, ports: Ports, now: datetime) -> None:
        queued = item.next(now, state="queued")
        ports.inbox.commit(Transaction(actor=item.by, at=now, outbox=(item, queued)))
        dispatching.go_on(queued, ports, now)

    patch.setattr(dispatching, "_interrupted", again)


def without_the_time_of_a_schedule(patch: Patch) -> None:
    """A notification's schedule is taken to have come early, by a clock that is slow."""
    real = notifying.settle

    def settle(message: NotificationMessage, ports: Ports, now: datetime) -> None:
        real(message.model_copy(update={"due": None}), ports, now)

    patch.setitem(execute.WORK, NotificationMessage, settle)


def no_patch(_: Patch) -> None:
    """What is taken away is a condition of the tables."""


class Safeguard(NamedTuple):
    """How it is taken away, the number that then is not 0, and the recipes that it takes, if not any."""

    take_away: Callable[[Patch], None]
    number: str
    condition: str | None = None
    only: tuple[str, ...] = ()


SAFEGUARDS = {
    "the fence": Safeguard(without_the_fence, "unexpected"),
    "the guard after a wait": Safeguard(without_the_guard, "unexpected"),
    "the status that began a wait": Safeguard(without_the_status, "unexpected"),
    "the schedule that a crash lost": Safeguard(without_a_second_schedule, "lost", only=("in_two_steps",)),
    "the switch": Safeguard(without_the_switch, "unexpected"),
    "the mark that a recipe has acted": Safeguard(without_the_mark_of_the_occurrence, "duplicated"),
    "the cursor": Safeguard(without_the_cursor, "lost"),
    "one id for all attempts": Safeguard(without_one_id_for_all_attempts, "unexpected"),
    "history": Safeguard(without_history, "lost"),
    "the end of runs": Safeguard(without_ends, "lost"),
    "the hop limit": Safeguard(without_the_hop_limit, "unexpected"),
    "one transaction for claim and effect": Safeguard(without_one_transaction, "lost"),
    "the sweeper": Safeguard(without_the_sweeper, "lost"),
    "the watch on a mention's author": Safeguard(without_watching_authors, "unexpected"),
    "the condition on revisions": Safeguard(no_patch, "unexpected", condition="revision"),
    "the condition on claims": Safeguard(no_patch, "duplicated", condition="claim"),
    "the condition on turns": Safeguard(no_patch, "duplicated", condition="turn"),
    "the condition on new mentions": Safeguard(no_patch, "duplicated", condition="new mention"),
    "the condition on a profile that was read": Safeguard(
        no_patch, "unexpected", condition="seen", only=("quiet_mention",)
    ),
    "the claim in the transaction of its effect": Safeguard(
        without_the_claim_in_the_transaction, "duplicated"
    ),
    "the mark that a sending was begun": Safeguard(
        without_the_mark_of_a_sending, "duplicated", only=("notifies",)
    ),
    "the mark that a reply was begun": Safeguard(
        without_the_mark_of_a_reply, "duplicated", only=("answers",)
    ),
    "the time of a notification's schedule": Safeguard(
        without_the_time_of_a_schedule, "lost", only=("notifies",)
    ),
}


def judged(seed: int, safeguard: Safeguard) -> Judgement:
    history = History(seed, only=safeguard.only)
    if safeguard.condition:
        history.sim.world.store.conditions -= {safeguard.condition}
    judgement = judge(history.play())
    history.take_apart()
    return judgement


@pytest.mark.parametrize("name", SAFEGUARDS)
def test_a_safeguard_that_is_missing_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    safeguard = SAFEGUARDS[name]
    safeguard.take_away(monkeypatch)

    noticed = any(getattr(judged(seed, safeguard), safeguard.number) for seed in range(SOON))

    assert noticed, f"{SOON} seeds without {name}, and {safeguard.number} was 0 in all of them"
