"""What a dead receiver does to the others (R13).

One in five webhooks goes to a receiver that takes calls and never answers. Real sender, real breaker, real
flows; tables and queues in memory, executors as threads that take what is queued as the functions do: runs
ten at a time, retries one by one. Time-outs are shorter than in earnest, in proportion to the run.
`make bench-dead-receiver` prints the p99 of the other receivers without it and with it.
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import Empty, Queue

from inbox_recipes.adapters.http_sender import HttpSender
from inbox_recipes.flows.execute import execute
from inbox_recipes.messages import DeliveryMessage, QueueMessage
from tests.builders import a_recipe, a_rule_book, an_incoming, condition, group, webhook
from tests.fakes import World
from tests.fakes.queues import Delayed
from tests.receiver import Receiver, listening

RECEIVERS = 5
EXECUTORS = 20
AT_ONCE = 10
PATIENCE = 1.5
PER_SECOND = 60
ALLOWED = 1.2
"""How much longer the other receivers' p99 may become (R13)."""


@dataclass
class Bench:
    """One run of so many seconds; `dead`: whether the first receiver never answers."""

    seconds: int
    dead: bool
    came: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    stopped: bool = False

    def p99(self) -> float:
        """Seconds from a run's arrival to the end of its webhook, of all receivers but the first."""
        with listening() as receiver:
            self._drive(receiver)
        ordered = sorted(self.took)
        return ordered[int(len(ordered) * 0.99)]

    def _drive(self, receiver: Receiver) -> None:
        paths = ["stall" if self.dead else "ok", *(f"ok/{n}" for n in range(1, RECEIVERS))]
        recipes = [
            a_recipe(
                f"rec_{n}",
                actions=[webhook(url=f"{receiver.url}/{path}")],
                filter=group("and", condition("content.text", "contains_any", [f"word{n}"])),
            )
            for n, path in enumerate(paths)
        ]
        world = World(a_rule_book(*recipes), datetime.now(UTC))
        keys = ("whsec_" + "a" * 44,)
        sender = HttpSender(lambda: keys, lambda _: "", ("127.0.0.0/8",), total_seconds=PATIENCE)
        world.webhooks = sender  # type: ignore[assignment]
        runs: Queue[QueueMessage] = Queue()
        retries: Queue[QueueMessage] = Queue()
        work = [(runs, AT_ONCE)] * EXECUTORS + [(retries, 1)] * EXECUTORS
        threads = [threading.Thread(target=self._executor, args=(world, *each), daemon=True) for each in work]
        for thread in threads:
            thread.start()
        self._feed(world, runs, retries)
        self.stopped = True
        for thread in threads:
            thread.join(PATIENCE + 1)

    def _feed(self, world: World, runs: "Queue[QueueMessage]", retries: "Queue[QueueMessage]") -> None:
        begun = time.monotonic()
        for number in range(self.seconds * PER_SECOND):
            time.sleep(max(0.0, begun + number / PER_SECOND - time.monotonic()))
            world.now = datetime.now(UTC)
            text = f"word{number % RECEIVERS} please"
            world.take_in(an_incoming(str(number), text, author__id=f"u{number}"))
            world.evaluate()
            for waiting in world.queue.groups.values():
                while waiting:
                    message = waiting.popleft()
                    if number % RECEIVERS and message.type == "run":
                        self.came[message.run_id] = time.monotonic()
                    runs.put(message)
            self._bring_back(world, retries)

    def _bring_back(self, world: World, retries: "Queue[QueueMessage]") -> None:
        due: Callable[[Delayed], bool] = lambda each: each.due <= world.now  # noqa: E731
        for delayed in [each for each in list(world.retries.delayed) if due(each)]:
            world.retries.delayed.remove(delayed)
            retries.put(delayed.message)

    def _executor(self, world: World, queue: "Queue[QueueMessage]", at_once: int) -> None:
        ports = world.ports()
        while not self.stopped:
            batch: list[QueueMessage] = []
            while len(batch) < at_once:
                try:
                    batch.append(queue.get(timeout=0.05) if not batch else queue.get_nowait())
                except Empty:
                    break
            for message in batch:
                execute(message, ports, datetime.now(UTC))
                if not isinstance(message, DeliveryMessage) and message.type == "run":
                    began = self.came.pop(message.run_id, None)
                    if began is not None:
                        self.took.append(time.monotonic() - began)


def main(arguments: list[str]) -> int:
    """Print both figures; 1 when the dead receiver costs the others more than allowed."""
    seconds = int(arguments[0]) if arguments else 60
    without, with_it = Bench(seconds, dead=False).p99(), Bench(seconds, dead=True).p99()
    sys.stdout.write(
        f"p99 of the other receivers: {without * 1000:.0f} ms without a dead one, {with_it * 1000:.0f} ms"
        f" with one ({with_it / without:.2f} times, {ALLOWED} allowed)\n"
    )
    return 0 if with_it <= without * ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
