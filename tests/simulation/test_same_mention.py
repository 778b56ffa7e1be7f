"""One mention, posted by up to fifty at once: it is one mention, with one run of each recipe (R2)."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

import pytest

from inbox_recipes.flows.ingest import ingest
from tests.builders import IN_CASE, NOON, a_private, a_recipe, a_rule_book, add_tags, an_incoming
from tests.fakes import Crash, World, watched

ROUNDS = 200
PARTS = 4
MOST = 50


class Senders:
    """Who has still to post. Whoever is about to read or write may be overtaken by the next of them."""

    def __init__(self, seed: int, world: World) -> None:
        self.rng = Random(seed)  # noqa: S311 - chance that can be repeated
        self.inbox = watched(world.inbox, "inbox", self)
        self.incoming = self.rng.choice([an_incoming, a_private])()
        self.results: Counter[str] = Counter()
        self.waiting: list[Callable[[], None]] = []

    def before(self, point: str) -> None:
        """Somebody gets in between."""
        if point in ("inbox.mentions", "inbox.commit") and self.waiting and self.rng.random() < 0.6:
            self.waiting.pop()()

    def after(self, point: str) -> None:
        """The answer may be lost, also that of the one call that took the mention in."""
        if point == "inbox.commit" and self.rng.random() < 0.1:
            raise Crash(point)

    def part(self, point: str, length: int) -> None:
        """Everything gets through."""

    def post(self) -> None:
        """Until there is an answer."""
        while True:
            try:
                [ingested] = ingest([self.incoming], self.inbox, NOON)
            except Crash:
                self.results["lost"] += 1
                continue
            self.results[ingested.result] += 1
            return


@pytest.mark.parametrize("part", range(PARTS))
def test_the_same_mention_posted_by_many_at_once_is_one(part: int) -> None:
    overtaken = 0
    for seed in range(part, ROUNDS, PARTS):
        many = 2 + seed % (MOST - 1)
        in_case = a_recipe("rec_2", trigger=IN_CASE, actions=[add_tags("x", target="case")])
        world = World(a_rule_book(a_recipe(), in_case), NOON)
        known = world.take_in(an_incoming("1000")) if seed % 3 else []
        senders = Senders(seed, world)
        senders.waiting = [partial(senders.post) for _ in range(many)]
        while senders.waiting:
            senders.waiting.pop()()
        world.evaluate()
        world.evaluate(again=len(world.store.changes))
        world.work()

        assert senders.results["created"] + senders.results["duplicate"] == many
        assert senders.results["created"] + senders.results["lost"] >= 1
        assert senders.results["created"] <= 1
        assert len(world.store.mentions) == len(known) + 1
        written = [
            write.after.id for each in world.store.journal for write in each.writes if not write.before
        ]
        assert written.count("1001") == 1
        inserted = [change.entity for change in world.store.changes if change.before is None]
        assert inserted.count("mention") == len(known) + 1
        assert inserted.count("case") == senders.incoming.private
        runs = Counter((run.recipe_id, run.occurrence.id) for run in world.store.runs.values())
        assert set(runs.values()) == {1}
        overtaken += world.store.numbers > 1
    assert overtaken, "nobody ever overtook anybody"
