"""How soon a rule book can be used, in a process of its own: `python -m tools.bench.readiness 1000`.

From a rule book to the first answer, with nothing warm but the modules; memory once every topic has
been asked; and from one changed recipe to the next answer about one of its topics. Prints JSON.
"""

import gc
import json
import os
import sys
from pathlib import Path
from time import process_time

from inbox_recipes.matching import Matcher
from inbox_recipes.rule_book import topic_of
from tools.bench import contenders, workload
from tools.bench.measuring import pin
from tools.bench.mentions import Asked

ASKED = 3000


def measure(recipes: int) -> dict[str, float]:
    """Milliseconds to the first answer and after a change; mebibytes that the process grew by."""
    pin()
    warm_book = workload.rule_book(3, seed=2)
    warm = Matcher(warm_book)
    asked = workload.mentions(ASKED, recipes)
    book = workload.rule_book(recipes)
    next_book = workload.changed(book, recipes // 2)
    concerned = next(one for one in asked if _topic(one) in next_book.recipes[recipes // 2].topics)
    _ask(warm, asked[0])
    gc.collect()
    before = _mebibytes()
    began = process_time()
    matcher = Matcher(book)
    compiled = process_time()
    _ask(matcher, asked[0])
    ready = process_time()
    for one in asked:
        _ask(matcher, one)
    gc.collect()
    memory = _mebibytes() - before
    changing = process_time()
    matcher = matcher.updated(next_book)
    _ask(matcher, concerned)
    changed = process_time()
    return {
        "compiled": (compiled - began) * 1e3,
        "ready": (ready - began) * 1e3,
        "changed": (changed - changing) * 1e3,
        "memory": memory,
    }


def _ask(matcher: Matcher, one: Asked) -> None:
    contenders.compiled(matcher)(one.occurrence, one.subject, one.now)


def _topic(one: Asked) -> str | None:
    return topic_of(one.occurrence, one.subject)


def _mebibytes() -> float:
    """What the process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
