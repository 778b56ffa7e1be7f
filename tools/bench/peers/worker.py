"""A contestant from PyPI in a process of its own: `python -m tools.bench.peers.worker ENGINE FILE`.

The file holds rules, facts and the right answers, as JSON. First line out: how long building took, how
many answers were compared and which were wrong. Then, for each line in (seconds), one timed pass, and
what it takes to hand the facts of a mention to the engine in the form that it wants.
"""

import json
import sys
from itertools import count
from pathlib import Path
from time import process_time

from tools.bench.peers.engines import ENGINES

COMPARING = 15.0


def main() -> None:
    """Build, compare, then time passes until there is nothing more to read."""
    engine, path = sys.argv[1:]
    given = json.loads(Path(path).read_text())
    began = process_time()
    ready, matching = ENGINES[engine](given["rules"])
    built = process_time() - began
    facts = [ready(each) for each in given["facts"]]
    wrong, compared = [], 0
    ends = process_time() + COMPARING
    for number, expected in enumerate(given["expected"]):
        if matching(facts[number]) != expected:
            wrong.append(number)
        compared += 1
        if process_time() > ends:
            break
    print(json.dumps({"built": built, "compared": compared, "wrong": wrong}), flush=True)
    for line in sys.stdin:
        seconds, done = float(line), 0
        began = process_time()
        for each in given["facts"]:
            ready(each)
        handing = (process_time() - began) / len(facts) * 1e6
        began = process_time()
        for number in count():
            matching(facts[number % len(facts)])
            done += 1
            if not done % 8 and process_time() - began > seconds:
                break
        taken = (process_time() - began) / done * 1e6
        print(json.dumps({"microseconds": taken, "handing": handing}), flush=True)


if __name__ == "__main__":
    main()
