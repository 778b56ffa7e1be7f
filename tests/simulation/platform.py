"""What AWS does: streams in shards, queues and schedules, each delivering at least once, in a legal order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zlib import crc32

from inbox_recipes.changes import Change
from inbox_recipes.deliveries import Answer
from inbox_recipes.errors import RecipeEngineError
from inbox_recipes.flows.evaluate import evaluate_changes
from inbox_recipes.flows.execute import execute
from inbox_recipes.ports import Ports, RunQueue
from inbox_recipes.webhook_requests import Request
from tests.fakes import NO_ANSWER, Crash, FakeWebhooks, answered
from tests.simulation.world import Simulated

SHARDS = 3
HIDDEN = timedelta(seconds=600)
"""For how long a message that was received and not deleted cannot be seen."""


class Receivers(FakeWebhooks):
    """Other people's servers: most answer, some do not, and some took it all the same."""

    def __init__(self, rng: Random) -> None:
        super().__init__()
        self._rng = rng
        self.taken: set[str] = set()
        self.healthy = False

    def send(self, request: Request, delivery_id: str, at: datetime) -> Answer:
        super().send(request, delivery_id, at)
        dice = 1.0 if self.healthy else self._rng.random()
        if dice < 0.005:
            return answered(410)
        if dice > 0.35 or dice < 0.1:
            self.taken.add(delivery_id)
        return NO_ANSWER if dice < 0.35 else answered(200)


class Platform:
    """Delivers. `again` counts what was delivered more than once."""

    def __init__(self, simulated: Simulated, ports: Ports, queue: RunQueue) -> None:
        self._sim, self._ports, self._queue = simulated, ports, queue
        self._shards: list[list[Change]] = [[] for _ in range(SHARDS)]
        self._streamed = 0
        self._busy: set[str] = set()
        self._hidden: dict[str, datetime] = {}
        self.again = 0

    def ready(self) -> list[Callable[[], None]]:
        """What could be delivered now, in a fixed order."""
        self._read_stream()
        world, now = self._sim.world, self._sim.now
        doings: list[Callable[[], None]] = []
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
        return doings

    def next_moment(self) -> datetime | None:
        """When something can be delivered next that cannot be now; nothing: there is nothing left."""
        world = self._sim.world
        moments = [schedule.at for schedule in world.timers.armed.values()]
        moments += [delayed.due for delayed in world.retries.delayed]
        moments += [
            self._hidden[g] for g, messages in world.queue.groups.items() if messages and g in self._hidden
        ]
        return min(moments, default=None)

    def waits_that_nothing_will_end(self) -> set[str]:
        """Armed waits for which neither a schedule nor a message is there, between two deliveries."""
        world = self._sim.world
        messages = [schedule.message for schedule in world.timers.armed.values()] + world.queue.waiting()
        waits = {message.wait_id for message in messages if message.type == "wait_due"}
        runs = {message.run_id for message in messages if message.type == "run"}
        return {
            f"{wait.wait_id} of {wait.recipe_id} lost its schedule"
            for wait in world.store.waits.values()
            if wait.state == "armed" and wait.wait_id not in waits and wait.run_id not in runs
        }

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
            return
        finally:
            self._busy.discard(f"shard {shard}")
        if not self._comes_again():
            del self._shards[shard][: len(batch)]

    def _work(self, group: str) -> None:
        messages = self._sim.world.queue.groups[group]
        self._busy.add(group)
        done = self._done(messages[0])
        self._busy.discard(group)
        if done and not self._comes_again():
            messages.popleft()
        else:
            self._hidden[group] = self._sim.now + HIDDEN

    def _retry(self) -> None:
        """A standard queue: no order, and nothing keeps two deliveries of one message apart."""
        retries = self._sim.world.retries
        due = [delayed for delayed in retries.delayed if delayed.due <= self._sim.now]
        chosen = self._sim.rng.choice(due)
        at_the_same_time = self._comes_again(0.3)
        if not at_the_same_time:
            retries.delayed.remove(chosen)
        if not self._done(chosen.message) or self._comes_again():
            retries.delayed.append(replace(chosen, due=self._sim.now + HIDDEN))

    def _fire(self) -> None:
        """Within the minute, at least once, into the conversation's group."""
        timers = self._sim.world.timers
        name = self._sim.rng.choice(timers.due(self._sim.now))
        schedule = timers.armed[name]
        self._sim.tell(f"a schedule fires: {schedule.message.model_dump_json()}")
        self._sim.world.queue.put(schedule.message, schedule.conversation)
        if self._comes_again():
            timers.armed[name] = replace(schedule, at=self._sim.now + timedelta(minutes=6))
        else:
            del timers.armed[name]

    def _done(self, message: Any) -> bool:
        self._sim.tell(f"works on {message.model_dump_json(exclude={'occurrence'})}")
        try:
            execute(message, self._ports, self._sim.clock())
        except (Crash, RecipeEngineError) as error:
            self._sim.tell(f"comes again: {error!r}")
            self.again += 1
            return False
        return True
