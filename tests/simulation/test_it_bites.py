"""The judge is worth its seat only if it notices: each safeguard is taken away, and a seed must fail soon."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

import pytest

from inbox_recipes import arrivals, case_life, flow_walk, ids, response_guards, rule_book, waits
from inbox_recipes.budgets import Budget
from inbox_recipes.errors import Stale
from inbox_recipes.flows import (
    acting,
    dispatching,
    edits,
    execute,
    flow_ends,
    moderating,
    moderation_records,
    notifying,
    sending,
    waiting,
)
from inbox_recipes.flows.acting import Acting, closed
from inbox_recipes.flows.sweep import Swept
from inbox_recipes.matching import gates
from inbox_recipes.messages import (
    FlowOverMessage,
    ModerationMessage,
    NotificationMessage,
    WaitDueMessage,
)
from inbox_recipes.moderations import Moderation, Remark
from inbox_recipes.notifications import Tray
from inbox_recipes.openings import Openings
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.ports import Ports, Transaction
from inbox_recipes.recipes import Recipe
from inbox_recipes.runs import Run
from inbox_recipes.triggers import Occurrence
from inbox_recipes.waits import Guard
from tests.fakes import FakeBudgets, FakeLedger
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


def without_the_objection(patch: Patch) -> None:
    """It is written down, and what is in quarantine is deleted all the same."""
    real = Moderation.object

    def object_to(self: Moderation, remark: Remark) -> Moderation:
        after = real(self, remark)
        going_on = {"state": self.state, "call": self.call, "due_at": self.due_at}
        return after.model_copy(update=going_on) if self.state == "quarantined" else after

    patch.setattr(Moderation, "object", object_to)
    without_the_objection_to_a_call(patch)


def without_the_objection_to_a_call(patch: Patch) -> None:
    """Who finds a call that was begun and not ended makes it again, whatever was said meanwhile."""
    real = moderating._finish

    def finish(act: Moderation, ports: Ports, now: datetime) -> None:
        real(act.model_copy(update={"objection": None}), ports, now)

    patch.setattr(moderating, "_finish", finish)


def without_the_ceiling(patch: Patch) -> None:
    real = FakeBudgets.take

    def take(self: FakeBudgets, budget: Budget, amount: int, now: datetime) -> bool:
        return real(self, budget, amount, now) or budget.setting == "moderation"

    patch.setattr(FakeBudgets, "take", take)


def without_the_sweep_of_acts(patch: Patch) -> None:
    patch.setattr(platform, "remind", lambda *_: 0)


def without_the_sweep_of_flows(patch: Patch) -> None:
    patch.setattr(platform, "end_flows", lambda *_: 0)


def without_the_schedule_of_a_flow(patch: Patch) -> None:
    patch.setattr(flow_ends, "arm", lambda *_: None)


def without_the_end_of_an_act(patch: Patch) -> None:
    """Who finds an act that is done does it again."""
    real = moderating.look

    def look(message: ModerationMessage, ports: Ports, now: datetime) -> None:
        act = ports.moderations.get(message.moderation_id)
        if act and act.state == "done":
            moderating._asked(act, ports, now)
        real(message, ports, now)

    patch.setitem(execute.WORK, ModerationMessage, look)


def without_another_try_to_begin(patch: Patch) -> None:
    """A conflict is taken to mean that an earlier message of the run has written the act."""

    def begun(act: Moderation, ports: Ports, now: datetime, *, told: bool) -> Moderation | None:
        with suppress(Stale):
            moderation_records.write(None, act, ports.inbox, ports.rule_books, now, act.by, told=told)
        return ports.moderations.get(act.id)

    patch.setattr(moderating, "_begun", begun)


def without_the_lines_of_acts(patch: Patch) -> None:
    """What is called off is not told."""
    written = moderation_records.write

    def write(*args: Any, told: bool = True, **shown: Any) -> Moderation:
        return written(*args, told=told and args[1].state != "cancelled", **shown)

    patch.setattr(moderating, "write", write)


def without_knowing_surveys(patch: Patch) -> None:
    """Recipes ask again what a case was asked."""
    patch.setattr(response_guards, "already", lambda *_: None)


def without_knowing_answers(patch: Patch) -> None:
    """A click on a score is a message as any other."""
    patch.setattr(arrivals, "_answered_survey", lambda *_: None)


def without_earlier_steps(patch: Patch) -> None:
    """What was clicked is looked for in the last step only."""
    patch.setattr(flow_walk, "_clicked_step", lambda at, *_: at.step)


def without_knowing_our_words(patch: Patch) -> None:
    """What the platform tells of a flow's own message is taken for an agent's."""
    patch.setattr(case_life, "fingerprint", lambda text: "")


def without_the_end_of_a_flow(patch: Patch) -> None:
    patch.setitem(execute.WORK, FlowOverMessage, lambda *_: None)


def without_the_time_of_a_flow(patch: Patch) -> None:
    """The schedule of a flow is taken to have come early, by a clock that is slow."""

    def over(message: FlowOverMessage, ports: Ports, now: datetime) -> None:
        early = datetime.min.replace(tzinfo=now.tzinfo)
        flow_ends.over(message.model_copy(update={"scheduled_for": early}), ports, now)

    patch.setitem(execute.WORK, FlowOverMessage, over)


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
    "the guard after a wait": Safeguard(without_the_guard, "unexpected", only=("quiet_mention",)),
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
    "the objection": Safeguard(without_the_objection, "unexpected", only=("quarantines",)),
    "the objection to a call": Safeguard(
        without_the_objection_to_a_call, "unexpected", only=("quarantines", "removes")
    ),
    "the ceiling": Safeguard(without_the_ceiling, "unexpected", only=("quarantines",)),
    "the sweep of acts": Safeguard(without_the_sweep_of_acts, "lost", only=("quarantines",)),
    "the end of an act": Safeguard(without_the_end_of_an_act, "duplicated", only=("removes",)),
    "another try to begin an act": Safeguard(without_another_try_to_begin, "lost", only=("removes",)),
    "the lines of acts": Safeguard(without_the_lines_of_acts, "lost", only=("quarantines",)),
    "one survey of a kind": Safeguard(without_knowing_surveys, "duplicated", only=("surveys", "asks")),
    "answers to surveys": Safeguard(without_knowing_answers, "lost", only=("surveys",)),
    "the steps before": Safeguard(without_earlier_steps, "lost", only=("guides",)),
    "the words of a flow": Safeguard(without_knowing_our_words, "unexpected", only=("guides",)),
    "the schedule of a flow": Safeguard(without_the_schedule_of_a_flow, "lost", only=("guides",)),
    "the sweep of flows": Safeguard(without_the_sweep_of_flows, "lost", only=("guides",)),
    "the end of a flow": Safeguard(without_the_end_of_a_flow, "lost", only=("guides",)),
    "the time of a flow's schedule": Safeguard(without_the_time_of_a_flow, "lost", only=("guides",)),
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
