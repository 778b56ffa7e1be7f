"""Plays one seed to its end: so many things happen, then everything is delivered until nothing is left."""

from dataclasses import dataclass
from math import ceil

from inbox_recipes.flows.sweep import AT_ONCE
from inbox_recipes.ports import Ports
from tests.fakes import watched
from tests.simulation.people import People
from tests.simulation.platform import SWEEP, Platform
from tests.simulation.services import Platforms, Post, Receivers
from tests.simulation.world import Disturbances, Others, Simulated

STEPS = 45
REST = 5_000
"""More deliveries than any history of this length can need to come to rest."""


@dataclass
class History(Others):
    """A seed, its people and its platform. `only` names the recipes that there may be, besides turns."""

    seed: int
    steps: int = STEPS
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.sim = Simulated(self.seed, self.only)
        world = self.sim.world
        self.receivers = world.webhooks = Receivers(self.sim.rng)
        self.post = world.mail = Post(self.sim.rng, world.store)
        self.platforms = world.platforms = Platforms(
            self.sim.rng,
            lambda: world.rule_books.current().profiles,
            lambda: self.sim.now,
            lambda: (len(world.store.journal), self.sim.working[-1]),
        )
        disturbances = Disturbances(self.sim, self)
        ports: Ports = world.ports(disturbances)
        queue = watched(world.queue, "queue", disturbances)
        self.people = People(self.sim, ports, queue)
        self.platform = Platform(self.sim, ports, queue)
        self.came_to_rest = self.nobody = False
        self.forgotten: set[str] = set()
        self.unseen: set[str] = set()

    def play(self) -> "History":
        """To the end. What must be true then is `judge`'s business."""
        for _ in range(self.steps):
            if self.sim.happens(0.3):
                self.people.let_time_pass()
            self.somebody_acts()
            self._look_for_forgotten_waits()
        self.sim.tell("nobody does anything more")
        self.nobody = True
        self._come_to_rest()
        self.sim.tell("nothing goes wrong any more")
        self.sim.calm, self.sim.deep = True, 2
        self.receivers.healthy = self.post.healthy = self.platforms.healthy = True
        self.people.send_what_is_unanswered()
        self.came_to_rest = self._come_to_rest()
        self._sweep_until_clean()
        self.unseen = self.platform.never_evaluated()
        if self.platform.redrive():
            self.came_to_rest &= self._come_to_rest()
            self._sweep_until_clean()
        return self

    def take_apart(self) -> None:
        """Forget all of it: what refers to each other in circles is freed at once, without a collector."""
        for each in (self.sim.world, self.sim, self):
            vars(each).clear()

    def _sweep_until_clean(self) -> None:
        """A quarter of an hour, and all that failed is found (R1, R5).

        Where time was skipped until something was due, the sweeps of that time are made up for first.
        """
        behind = self.sim.now - (self.sim.world.store.swept_until or self.sim.now)
        for _ in range(ceil(behind / AT_ONCE)):
            self.platform.sweep()
        for _ in range(3):
            self.sim.world.now += SWEEP
            self.platform.sweep()
            self.came_to_rest &= self._come_to_rest()

    def somebody_acts(self) -> None:
        """A person does something, or something is delivered. In the middle of a call, rather a person."""
        ready = self.platform.ready()
        if not self.nobody and (not ready or self.sim.happens(0.55 if self.sim.deep else 0.35)):
            self.people.act()
        elif ready:
            self.sim.rng.choice(ready)()

    def _come_to_rest(self) -> bool:
        """Deliver until nothing is left to deliver."""
        for _ in range(REST):
            ready = self.platform.ready()
            if ready:
                self.sim.rng.choice(ready)()
                self._look_for_forgotten_waits()
            elif moment := self.platform.next_moment():
                self.sim.world.now = max(self.sim.now, moment)
            else:
                return True
        return False

    def _look_for_forgotten_waits(self) -> None:
        self.forgotten |= self.platform.waits_that_nothing_will_end()
