"""What AWS does: streams in shards, queues and schedules, each delivering at least once, in a legal order."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from inbox_recipes.changes import Change
from inbox_recipes.errors import RecipeEngineError
from inbox_recipes.flows.evaluate import evaluate_changes
from inbox_recipes.flows.execute import execute
from inbox_recipes.flows.outbox_sweep import sweep_outbox
from inbox_recipes.flows.sweep import OVERDUE, end_flows, remind, sweep
from inbox_recipes.messages import pause_after
from inbox_recipes.ports import Ports, RunQueue
from inbox_recipes.triggers import detect
from tests.fakes import Crash
from tests.simulation.world import Simulated

SHARDS = 3
HIDDEN = timedelta(seconds=600)
"""For how long a message that was received and not deleted cannot be seen, if the function has died."""
STREAM_TRIES = 4
"""After these the mapping gives a batch up: once, and three retries (template.yaml)."""
SWEEP = timedelta(minutes=5)
CLOCKS = timedelta(seconds=6)
"""By how much a clock is off at most, and a second."""


class Platform:
    """Delivers. `again` counts what was delivered more than once."""

    def __init__(self, simulated: Simulated, ports: Ports, queue: RunQueue) -> None:
        self._sim, self._ports, self._queue = simulated, ports, queue
        self._shards: list[list[Change]] = [[] for _ in range(SHARDS)]
        self._streamed = 0
        self._busy: set[str] = set()
        self._hidden: dict[str, datetime] = {}
        self._failed: Counter[str] = Counter()
        simulated.world.store.swept_until = simulated.now - SWEEP
        self._next_sweep = simulated.now + SWEEP
        self.given_up: list[Change] = []
        self.undelivered: set[str] = set()
        self._unended: set[str] = set()
        self.again = 0

    def ready(self) -> list[Callable[[], object]]:
        """What could be delivered now, in a fixed order."""
        self._read_stream()
        world, now = self._sim.world, self._sim.now
        doings: list[Callable[[], object]] = []
        for shard, changes in enumerate(self._shards):
            if changes and f"shard {shard}" not in self._busy:
                doings.append(lambda shard=shard: self._evaluate(shard))  # type: ignore[misc]
        for group, messages in world.queue.groups.items():
            if messages and group not in self._busy and self._hidden.get(group, now) <= now:
                doings.append(lambda group=group: self._work(group))  # type: ignore[misc]
        if any(delayed.due <= now for delayed in world.retries.delayed):
            doings.append(self._retry)
        if world.timers.due(now):
            doings.append(self._fire)
        if self._next_sweep <= now and "sweep" not in self._busy:
            doings.append(self.sweep)
        return doings

    def next_moment(self) -> datetime | None:
        """When something can be delivered next that cannot be now; nothing: there is nothing left."""
        world = self._sim.world
        moments = [schedule.at for schedule in world.timers.armed.values()]
        moments += [delayed.due for delayed in world.retries.delayed]
        moments += [
            self._hidden[g] for g, messages in world.queue.groups.items() if messages and g in self._hidden
        ]
        left = [act.due_at for act in world.store.moderations.values() if act.due_at]
        unended = (world.store.cases[case_id].flow for case_id in sorted(self._unended))
        left += [flow.until for flow in unended if flow]
        lost = (world.store.waits[wait_id] for wait_id in sorted(self.undelivered))
        left += [wait.due_at for wait in lost if wait.state == "armed"]
        moments += [max(self._next_sweep, due + OVERDUE + CLOCKS) for due in left]
        return min(moments, default=None)

    def waits_that_nothing_will_end(self) -> set[str]:
        """Armed waits for which neither a schedule nor a message is there, between two deliveries."""
        world = self._sim.world
        armed = [wait for wait in world.store.waits.values() if wait.state == "armed"]
        if not armed:
            return set()
        messages = [schedule.message for schedule in world.timers.armed.values()] + world.queue.waiting()
        waits = {message.wait_id for message in messages if message.type == "wait_due"}
        runs = {message.run_id for message in messages if message.type == "run"}
        return {
            f"{wait.wait_id} of {wait.recipe_id} lost its schedule"
            for wait in armed
            if wait.wait_id not in waits and wait.wait_id not in self.undelivered and wait.run_id not in runs
        }

    def sweep(self) -> int:
        """What EventBridge does every five minutes. How much was set going again."""
        self._next_sweep = self._sim.now + SWEEP
        self._busy.add("sweep")
        ports = self._ports
        try:
            swept = sweep(
                ports.inbox, ports.rule_books, ports.ledger, self._queue, self._sim.world.matchers,
                self._sim.clock(),
            )  # fmt: skip
            messages = sweep_outbox(ports.outbox, self._queue, self._sim.clock())
            acts = remind(ports.moderations, self._queue, self._sim.clock())
            flows = end_flows(ports.inbox, self._queue, self._sim.clock())
        except (Crash, RecipeEngineError) as error:
            self._sim.tell(f"the sweep breaks: {error!r}")
            self.again += 1
            return 1
        finally:
            self._busy.discard("sweep")
        found = swept.waits + swept.evaluated + swept.runs + messages + acts + flows
        if found:
            self._sim.tell(f"the sweep finds {swept}, {messages} messages, {acts} acts, {flows} flows")
        self.again += found
        return found

    def never_evaluated(self) -> set[str]:
        """Mentions and new cases that no event record tells of (R1)."""
        store = self._sim.world.store
        known = {record["occurrence"]["id"] for page in store.pages.values() for record in page}
        arrived = [change for change in store.changes if change.before is None]
        return {each.id for change in arrived for each in detect(change)} - known

    def redrive(self) -> bool:
        """What an operator does with what the stream gave up: it is still in the stream. Whether any was."""
        any_left = bool(self.given_up)
        for change in self.given_up:
            self._shards[crc32(change.id.encode()) % SHARDS].append(change)
        self.given_up = []
        return any_left

    def _read_stream(self) -> None:
        changes = self._sim.world.store.changes
        for change in changes[self._streamed :]:
            self._shards[crc32(change.id.encode()) % SHARDS].append(change)
        self._streamed = len(changes)

    def _comes_again(self, chance: float = 0.06) -> bool:
        again = not self._sim.calm and self._sim.happens(chance)
        self.again += again
        return again

    def _evaluate(self, shard: int) -> None:
        batch = self._shards[shard][: self._sim.rng.randint(1, 4)]
        self._sim.tell(f"shard {shard} evaluates {[f'{c.id} r{c.after.revision}' for c in batch]}")
        self._busy.add(f"shard {shard}")
        try:
            evaluate_changes(
                batch, self._ports.inbox, self._ports.rule_books, self._ports.ledger, self._queue,
                self._sim.world.matchers, self._sim.clock(),
            )  # fmt: skip
        except (Crash, RecipeEngineError):
            self.again += 1
            self._failed[f"shard {shard}"] += 1
            if self._failed[f"shard {shard}"] >= STREAM_TRIES or self._sim.gives_up():
                self._sim.tell(f"shard {shard} gives up {[c.id for c in batch]}")
                self.given_up += batch
                del self._shards[shard][: len(batch)]
                self._failed[f"shard {shard}"] = 0
            return
        finally:
            self._busy.discard(f"shard {shard}")
        self._failed[f"shard {shard}"] = 0
        if not self._comes_again():
            del self._shards[shard][: len(batch)]

    def _work(self, group: str) -> None:
        messages = self._sim.world.queue.groups[group]
        self._busy.add(group)
        hidden = self._carry_out(messages[0])
        self._busy.discard(group)
        if hidden is None and not self._comes_again():
            messages.popleft()
        else:
            self._hidden[group] = self._sim.now + (hidden or HIDDEN)

    def _retry(self) -> None:
        """A standard queue: no order, and nothing keeps two deliveries of one message apart."""
        retries = self._sim.world.retries
        due = [delayed for delayed in retries.delayed if delayed.due <= self._sim.now]
        chosen = self._sim.rng.choice(due)
        at_the_same_time = self._comes_again(0.3)
        if not at_the_same_time:
            retries.delayed.remove(chosen)
        hidden = self._carry_out(chosen.message)
        if hidden or self._comes_again():
            retries.delayed.append(replace(chosen, due=self._sim.now + (hidden or HIDDEN)))

    def _fire(self) -> None:
        """Within the minute, at least once, into the conversation's group."""
        timers = self._sim.world.timers
        name = self._sim.rng.choice(timers.due(self._sim.now))
        schedule = timers.armed[name]
        if schedule.message.type in ("wait_due", "moderation", "flow_over") and self._sim.loses_a_schedule():
            self._sim.tell("a schedule never comes:", schedule.message)
            del timers.armed[name]
            if schedule.message.type == "wait_due":
                self.undelivered.add(schedule.message.wait_id)
            if schedule.message.type == "flow_over":
                self._unended.add(schedule.message.case_id)
            return
        self._sim.tell("a schedule fires:", schedule.message)
        self._sim.world.queue.put(schedule.message, schedule.conversation)
        if self._comes_again():
            timers.armed[name] = replace(schedule, at=self._sim.now + timedelta(minutes=6))
        else:
            del timers.armed[name]

    def _carry_out(self, message: Any) -> timedelta | None:
        """Nothing when it is done; else how long it is hidden: shorter if the function could say so."""
        self._sim.tell("works on", message)
        self._sim.working.append(len(self._sim.world.store.journal))
        try:
            execute(message, self._ports, self._sim.clock())
        except (Crash, RecipeEngineError) as error:
            self._sim.tell(f"comes again: {error!r}")
            self.again += 1
            self._failed[message.model_dump_json()] += 1
            tries = self._failed[message.model_dump_json()]
            return HIDDEN if isinstance(error, Crash) else timedelta(seconds=pause_after(tries))
        finally:
            self._sim.working.pop()
        return None
