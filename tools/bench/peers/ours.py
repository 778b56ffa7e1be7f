"""Our contestants in a process of their own: `python -m tools.bench.peers.ours matcher 1000`.

They get no facts: they start from the mention and its raw text, and no pass sees a mention of another.
Speaks as `worker` does.
"""

import json
import sys
from collections.abc import Callable
from itertools import islice
from statistics import median

from inbox_recipes.matching import Matcher
from inbox_recipes.rule_book import RuleBook
from tools.bench import contenders, workload
from tools.bench.measuring import Matching, microseconds

MENTIONS = 1000
SPLIT = 3
COMPARED = 200
WARM, WARMING = 1500, 4.0
"""Mentions, and seconds at most, before the first pass: by then the matcher has met every topic."""


CONTENDERS: dict[str, Callable[[RuleBook], Matching]] = {
    "matcher": lambda book: contenders.compiled(Matcher(book)),
    "explained": contenders.explained,
    "bare": contenders.bare,
}


def compare(matching: Matching, reference: Matching, size: int) -> tuple[int, list[int]]:
    """How many answers were compared with the reference's, and which were wrong."""
    asked = workload.mentions(COMPARED, size, seed=2)
    answers, expected = (
        [each(one.occurrence, one.subject, one.now) for one in asked] for each in (matching, reference)
    )
    return COMPARED, [number for number in range(COMPARED) if answers[number] != expected[number]]


def main() -> None:
    """Build, then time passes until there is nothing more to read."""
    name, size = sys.argv[1], int(sys.argv[2])
    book = workload.rule_book(size)
    asked = workload.endless(size)
    matching = CONTENDERS[name](book)
    compared, wrong = (0, []) if name == "explained" else compare(matching, contenders.explained(book), size)
    microseconds(matching, islice(asked, WARM), WARMING)
    print(json.dumps({"compared": compared, "wrong": wrong}), flush=True)
    for line in sys.stdin:
        taken = [
            microseconds(matching, list(islice(asked, MENTIONS)), float(line) / SPLIT) for _ in range(SPLIT)
        ]
        print(json.dumps({"microseconds": median(taken)}), flush=True)


if __name__ == "__main__":
    main()
