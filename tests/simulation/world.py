"""One simulated history: a seed owns the clock, the order of everything, and all that goes wrong.

Real flows over the fakes. People act, the platform delivers at least once, and between any two calls of
a port others may get in: somebody writes, another shard is evaluated, a retry runs beside its run.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from inbox_recipes.errors import Stale
from inbox_recipes.inbox import Frozen
from inbox_recipes.recipes import Recipe
from tests.builders import NOON, a_rule_book
from tests.fakes import Crash, World
from tests.replies import a_profile
from tests.simulation.recipes import RESPONSES, USERS, some_recipes

FAULTS = (3, 8, 16)
"""Crashes, lost answers and conflicts in one history; after them, everything works."""

CROWDS = (0.3, 0.7, 1.5)
"""How much more often than usual others get in between, in one history."""

AT_ONCE = (1, 1, 1, 3)
"""How much of others happens then, unless that is in the middle of what others do already."""


OFTEN = {"inbox.commit": 0.25, "webhooks.send": 0.4, "ledger.finish": 0.02, "rule_books.current": 0.02}
"""Where it matters who gets in between: the chance that somebody does."""


WHILES = tuple(timedelta(milliseconds=1 + each) for each in range(30))
"""How long an ordinary call may take."""

FRAIL = {"timers.arm": 0.15, "retries.send_later": 0.05, "queue.send": 0.02}
"""Where a crash before the call hurts most: its chance."""


STARTS = (NOON, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC))
"""An ordinary day, and the days before clocks in Paris go forward and back."""


@dataclass(frozen=True)
class Edition:
    """A recipe as somebody left it (nothing: deleted), and how many transactions had been done by then."""

    after: int
    at: datetime
    recipe_id: str
    recipe: Recipe | None


@dataclass
class Simulated:
    """The world of one seed, and what is told of it. `only` names the recipes that there may be."""

    seed: int
    only: tuple[str, ...] = ()
    rng: Random = field(init=False)
    world: World = field(init=False)
    _told: list[tuple[datetime, int, str, Frozen | None]] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)
    faults_left: int = field(init=False)
    crowd: float = field(init=False)
    calm: bool = False
    deep: int = 0
    working: list[int] = field(default_factory=list)
    """How many transactions had been done when each message began that is being worked on."""

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)  # noqa: S311 - chance that can be repeated
        long_ago = STARTS[1] - timedelta(days=1)
        chosen = some_recipes(self.rng, self.only)
        recipes = [each.model_copy(update={"on_since": long_ago}) for each in chosen]
        book = a_rule_book(
            *recipes, users=USERS, responses=RESPONSES, profiles={"facebook": a_profile("facebook")}
        )
        start = self.rng.choice(STARTS) + timedelta(minutes=self.rng.randint(0, 24 * 60))
        self.world = World(book, start)
        self.faults_left, self.crowd = self.rng.choice(FAULTS), self.rng.choice(CROWDS)
        self.editions = [Edition(0, self.now, recipe.id, recipe) for recipe in book.recipes]

    @property
    def now(self) -> datetime:
        """The true time."""
        return self.world.now

    def clock(self) -> datetime:
        """The time on some function's clock, up to five seconds off (R5), to the millisecond."""
        return self.now + timedelta(milliseconds=int(self.rng.random() * 10_001) - 5000)

    def tick(self) -> None:
        """Every call takes a while; some take long."""
        chance = self.rng.random()
        if chance < 0.01:
            self.world.now += timedelta(milliseconds=int(5_000 + 3_500_000 * chance))
        else:
            self.world.now += WHILES[int(30 * chance)]

    def happens(self, chance: float) -> bool:
        """Whether something of that chance happens now."""
        return self.rng.random() < chance

    def gives_up(self) -> bool:
        """Whether a batch that failed is given up at once: four failures in a row are rare."""
        return not self.calm and self.happens(0.15)

    def loses_a_schedule(self) -> bool:
        """Whether a schedule that is due never comes: lost, or ended in dead letters (R5)."""
        return not self.calm and self.happens(0.04)

    def tell(self, what: str, message: Frozen | None = None) -> None:
        """Add to the story, for the case that it ends badly."""
        self._told.append((self.now, self.deep, what, message))

    @property
    def trace(self) -> list[str]:
        """The story: most are never read, so it is put into words when somebody asks."""
        return [
            f"{at:%d %H:%M:%S.%f} {'    ' * deep}{what}"
            + (f" {message.model_dump_json(exclude={'occurrence'})}" if message else "")
            for at, deep, what, message in self._told
        ]


class Disturbances:
    """Looks on at every call: lets others in, and breaks calls before, within or after they are made."""

    def __init__(self, simulated: Simulated, others: "Others") -> None:
        self._sim, self._others = simulated, others

    def before(self, point: str) -> None:
        sim = self._sim
        sim.tick()
        if sim.calm:
            return
        if sim.deep < 2 and sim.rng.random() < sim.crowd * OFTEN.get(point, 0.05):
            sim.deep += 1
            for _ in range(sim.rng.choice(AT_ONCE) if sim.deep == 1 else 1):
                self._others.somebody_acts()
            sim.deep -= 1
        if point == "inbox.commit" and self._breaks(0.02):
            sim.tell(f"conflict at {point}")
            raise Stale("TransactionConflict")
        if self._breaks(FRAIL.get(point, 0.006)):
            sim.tell(f"crash before {point}")
            raise Crash(point)

    def after(self, point: str) -> None:
        if not self._sim.calm and self._breaks(0.012):
            self._sim.tell(f"crash after {point}")
            raise Crash(point)

    def part(self, point: str, length: int) -> int | None:
        if length > 1 and self._breaks(0.05):
            through = self._sim.rng.randint(1, length - 1)
            self._sim.tell(f"crash within {point}: {through} of {length} got through")
            return through
        return None

    def _breaks(self, chance: float) -> bool:
        sim = self._sim
        if sim.calm or sim.faults_left == 0:
            return False
        breaks = sim.rng.random() < chance
        sim.faults_left -= breaks
        return breaks


class Others:
    """Who else may act while a call is being made. Filled in by `history`."""

    def somebody_acts(self) -> None:
        """Nobody, by default."""
