"""One rule book, measured in a process of its own: `python -m tools.bench.passes fixed 1000`.

The compiled matcher and the two plain interpreters answer the same mentions in turn, pass by pass; no
pass sees a mention that another has seen. Answers are compared before anything is timed. Prints JSON.
"""

import json
import sys
from collections.abc import Iterable
from itertools import islice
from statistics import median
from time import process_time

from inbox_recipes.matching import Matcher
from tools.bench import contenders, workload
from tools.bench.measuring import Matching, microseconds, pin
from tools.bench.mentions import Asked
from tools.bench.workload import Growth

PASSES = 7
WARM = 1500
"""Mentions before the first pass: by then the matcher has met every topic."""
MENTIONS = 600
"""In a pass, for the matcher."""
SECONDS = 1.0
"""For an interpreter's pass, whatever it gets done."""
COMPARED, COMPARING = 300, 8.0
"""Mentions whose answers are compared, and seconds after which only the bare interpreter is asked."""


def measure(growth: Growth, recipes: int) -> dict[str, float]:
    """Microseconds a mention of each contestant, how many recipes matched, how many were compared."""
    pin()
    book = workload.rule_book(recipes, growth)
    asked = workload.endless(recipes, growth)
    compiled = contenders.compiled(Matcher(book))
    explained, bare = contenders.explained(book), contenders.bare(book)
    compared = compare(compiled, bare, explained, islice(asked, COMPARED))
    microseconds(compiled, islice(asked, WARM), COMPARING)
    taken: dict[str, list[float]] = {"matcher": [], "explained": [], "bare": []}
    matched = 0
    for _ in range(PASSES):
        part = list(islice(asked, MENTIONS))
        taken["matcher"].append(microseconds(compiled, part, 60))
        taken["explained"].append(microseconds(explained, part, SECONDS))
        taken["bare"].append(microseconds(bare, part, SECONDS))
        matched += sum(len(compiled(one.occurrence, one.subject, one.now)) for one in part)
    figures = {name: median(each) for name, each in taken.items()}
    return figures | {"matches": matched / PASSES / MENTIONS, "compared": compared}


def compare(compiled: Matching, bare: Matching, explained: Matching, asked: Iterable[Asked]) -> int:
    """How many mentions the explaining interpreter was asked too; the rest only the bare one, which agreed.

    Raises when answers differ: wrong ones are not timed.
    """
    by_explained = 0
    ends = process_time() + COMPARING
    for one in asked:
        answer, expected = (_ids(each, one) for each in (compiled, bare))
        if process_time() < ends:
            by_explained += 1
            if _ids(explained, one) != expected:
                raise AssertionError(f"the bare interpreter is wrong on {one.occurrence.id}")
        if answer != expected:
            raise AssertionError(f"the matcher on {one.occurrence.id}: {answer}, not {expected}")
    return by_explained


def _ids(matching: Matching, one: Asked) -> list[str]:
    return [recipe.id for recipe in matching(one.occurrence, one.subject, one.now)]


if __name__ == "__main__":
    growth: Growth = "constant" if sys.argv[1] == "constant" else "fixed"
    print(json.dumps(measure(growth, int(sys.argv[2]))))
