"""`make soak SEEDS=1000000`: so many seeds, recorded; it may be stopped, and goes on where it was.

The record lists runs: of which code, how many seeds from 0 on, how many steps they choose from, and the
numbers they gave. A run counts only for the very code that it names: when the product or the simulator has
changed, another one is begun. A seed that goes wrong is written down, its shortest history is printed, and
the run goes on.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tests.simulation.judgement import NUMBERS, in_words
from tests.simulation.smallest import smallest
from tests.simulation.tally import LENGTHS, judged_short, tally

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "soak.json"
PLAYED = ("layers/core/python/inbox_recipes", "tests/simulation", "tests/fakes")
"""What decides over a history."""
CHUNK = 100


def code_digest() -> str:
    """A digest of everything that decides over a history."""
    digest = hashlib.sha256()
    files = [file for place in PLAYED for file in sorted((ROOT / place).rglob("*.py"))]
    for file in [*files, ROOT / "tests" / "builders.py"]:
        if not file.name.startswith(("test_", "soak")):
            digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def commit() -> str:
    """What is checked out; `-dirty` when files differ from it."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],  # noqa: S607 - found on PATH
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return told.stdout.strip()


type Run = dict[str, Any]


def runs_so_far() -> list[Run]:
    """All that is recorded; the last one is of the code as it is, and may be empty yet."""
    runs: list[Run] = json.loads(RECORD.read_text()) if RECORD.exists() else []
    code = code_digest()
    if not runs or runs[-1]["code"] != code:
        nothing = dict.fromkeys(("histories", *NUMBERS), 0)
        runs.append(
            {"commit": commit(), "code": code, "steps": LENGTHS, **nothing, "wrong": [], "seconds": 0}
        )
    return runs


def add(run: Run, numbers: Counter[str], wrong: list[int], seconds: float) -> None:
    """Take the next seeds into the run."""
    for name in ("histories", *NUMBERS):
        run[name] += numbers[name]
    run["wrong"] += wrong
    run["seconds"] = round(run["seconds"] + seconds, 1)
    run["a_second"] = round(run["histories"] / max(run["seconds"], 0.1), 1)
    run["until"] = datetime.now(UTC).isoformat(timespec="seconds")


def write(runs: list[Run]) -> None:
    """All at once: who is stopped meanwhile leaves what was there."""
    fresh = RECORD.with_suffix(".new")
    fresh.write_text(json.dumps(runs, indent=2) + "\n")
    fresh.replace(RECORD)


def soak(until: int, processes: int | None) -> Run:
    """Play all seeds below `until` that the run of this code does not have yet. Ctrl-C ends it early."""
    runs = runs_so_far()
    run, last = runs[-1], time.monotonic()
    starts = range(run["histories"], until, CHUNK)
    chunks = [range(start, min(start + CHUNK, until)) for start in starts]
    ignoring = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(processes, initializer=ignoring) as pool:
        try:
            for numbers, wrong in pool.map(partial(tally, play=judged_short), chunks):
                now = time.monotonic()
                add(run, numbers, wrong, now - last)
                write(runs)
                told = [smallest(seed) for seed in wrong]
                told.append(f"{in_words(Counter({name: run[name] for name in ('histories', *NUMBERS)}))}; "
                            f"{run['a_second']} a second\n")  # fmt: skip
                sys.stdout.write("\n".join(told))
                sys.stdout.flush()
                last = now
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
    return run


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    played = soak(int(sys.argv[1]), int(os.environ.get("PROCESSES", "0")) or None)
    sys.stdout.write(f"{RECORD.relative_to(ROOT)} has {played['histories']:,} of this code\n")
    sys.exit(played["wrong"] != [])
