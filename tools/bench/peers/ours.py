"""Our contestants in a process of their own: `python -m tools.bench.peers.ours matcher 1000`.

They start from the mention and its raw text, but for the one that is `told`, and no pass sees a mention
of another. `facts` is what peers need besides: it makes their facts and matches nothing. Speaks as
`worker` does.
"""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from statistics import median

from inbox_recipes.filters import Scene
from inbox_recipes.inbox import Subject
from inbox_recipes.matching import Matcher
from inbox_recipes.matching.atoms import Feature
from inbox_recipes.matching.reading import Reading
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook, held_back
from inbox_recipes.triggers import Occurrence
from tools.bench import contenders, workload
from tools.bench.measuring import Asking, Matching, microseconds
from tools.bench.mentions import Asked
from tools.bench.peers import neutral
from tools.bench.peers.neutral import FACTS
from tools.bench.peers.preparation import Preparation

MENTIONS = 1000
SPLIT = 3
COMPARED = 200
WARM, WARMING = 1500, 4.0
"""Mentions, and seconds at most, before the first pass: by then the matcher has met every topic."""


TEXT = Feature("words", "content.text")
READ_BEFORE: list[str | Feature] = [
    *(field for field in FACTS if field != "author.followers"), Feature("number", "author.followers"),
    Feature("moment", "source.published_at"), Feature("age", "source.published_at"), TEXT,
]  # fmt: skip


class Told:
    """The matcher with what the peers get for nothing: fields read and folded, the text cut into words.

    Not all of it: which terms the text has it still finds by itself.
    """

    def __init__(self, book: RuleBook) -> None:
        self._matcher = Matcher(book)
        self._told: dict[str, Reading] = {}

    def tell(self, asked: Iterable[Asked]) -> None:
        """Read these mentions beforehand."""
        self._told.clear()
        for one in asked:
            reading = self._matcher.reading(one.occurrence, Scene(one.subject, one.occurrence, one.now))
            for each in READ_BEFORE:
                reading[each]  # looks it up, and so reads it
            reading[TEXT].folded, reading[TEXT].cut
            self._told[one.occurrence.id] = reading

    def __call__(self, occurrence: Occurrence, _: Subject, __: datetime) -> list[Recipe]:
        found = self._matcher.found(self._told[occurrence.id])
        openings = self._matcher.openings
        return [recipe for recipe in found if held_back(recipe, occurrence, openings) is None]


MATCHING: dict[str, Callable[[RuleBook], Matching]] = {
    "matcher": lambda book: contenders.compiled(Matcher(book)),
    "told": Told,
    "explained": contenders.explained,
    "bare": contenders.bare,
}


def compare(matching: Matching, reference: Matching, size: int) -> tuple[int, list[int]]:
    """How many answers were compared with the reference's, and which were wrong."""
    asked = workload.mentions(COMPARED, size, seed=2)
    if isinstance(matching, Told):
        matching.tell(asked)
    answers, expected = (
        [each(one.occurrence, one.subject, one.now) for one in asked] for each in (matching, reference)
    )
    return COMPARED, [number for number in range(COMPARED) if answers[number] != expected[number]]


def take(matching: Asking, asked: Iterable[Asked], seconds: float) -> float:
    """Microseconds a mention; what is told beforehand is not timed."""
    part = list(asked)
    if isinstance(matching, Told):
        matching.tell(part)
    return microseconds(matching, part, seconds)


def main() -> None:
    """Build, then time passes until there is nothing more to read."""
    name, size = sys.argv[1], int(sys.argv[2])
    book = workload.rule_book(size)
    asked = workload.endless(size)
    contestant: Asking = Preparation(book, neutral.terms(book)) if name == "facts" else MATCHING[name](book)
    compared, wrong = 0, list[int]()
    if name not in ("facts", "explained"):
        compared, wrong = compare(MATCHING[name](book), contenders.explained(book), size)
    take(contestant, islice(asked, WARM), WARMING)
    print(json.dumps({"compared": compared, "wrong": wrong}), flush=True)
    for line in sys.stdin:
        taken = [take(contestant, islice(asked, MENTIONS), float(line) / SPLIT) for _ in range(SPLIT)]
        print(json.dumps({"microseconds": median(taken), "handing": 0}), flush=True)


if __name__ == "__main__":
    main()
