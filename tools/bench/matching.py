"""The compiled matcher against the plain interpreter: `python -m tools.bench.matching`, `make bench`.

Every rule book is measured in a process of its own (`passes`, `readiness`); here are the bars, and the
tables of docs/performance.md. Ends with 1 when a bar is missed.
"""

import cProfile
import json
import subprocess
import sys
from itertools import islice
from math import log10
from statistics import median

from inbox_recipes.matching import Matcher
from tools.bench import contenders, workload
from tools.bench.measuring import (
    arguments,
    microseconds,
    provenance,
    publish,
    rate,
    table,
    verdict,
    where_it_goes,
)  # fmt: skip
from tools.bench.passes import COMPARED, MENTIONS, WARM

RATIO = {1000: 30.0, 10_000: 170.0}
EXPONENT = {"fixed": 0.30, "constant": 0.15}
READY = {1000: 15.0, 10_000: 150.0}
CHANGED = {10_000: 10.0}
MEMORY = {10_000: 40.0}
FRESHLY: tuple[tuple[str, str, dict[int, float]], ...] = (
    ("ready", "ms", READY),
    ("changed", "ms", CHANGED),
    ("memory", "MiB", MEMORY),
)
FRESH = 3
"""Processes whose median is taken, where a process can be measured only once."""
MINUTES = 5

type Figures = dict[str, float]


def run(module: str, *asked: object) -> Figures:
    """The figures of a process of its own."""
    command = [sys.executable, "-m", f"tools.bench.{module}", *map(str, asked)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60 * MINUTES)
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)}\n{ended.stderr}")
    figures: Figures = json.loads(ended.stdout)
    return figures


def speeds(growth: str, by_size: dict[int, Figures]) -> tuple[str, list[bool]]:
    """The table of speeds of one way to grow, and which bars were met."""
    met = []
    rows = []
    for size, figures in by_size.items():
        ratio = figures["explained"] / figures["matcher"]
        bar = ""
        if growth == "fixed" and size in RATIO:
            bar = f"{RATIO[size]:.0f}×: {verdict(ratio, RATIO[size], at_least=True)}"
            met.append(ratio >= RATIO[size])
        rows.append([
            f"{size:,}", f"{figures['matches']:.2f}", f"{figures['matcher']:.1f}", rate(figures["matcher"]),
            rate(figures["explained"]), f"{ratio:,.0f}×",
            rate(figures["bare"]), f"{figures['bare'] / figures['matcher']:,.0f}×", bar,
        ])  # fmt: skip
    heads = ["recipes", "matches", "µs a mention", "mentions/s", "interpreter/s", "ratio",
             "without steps/s", "ratio", "bar"]  # fmt: skip
    exponent = log10(by_size[10_000]["matcher"] / by_size[1000]["matcher"])
    most = EXPONENT[growth]
    met.append(exponent <= most)
    told = f"exponent {exponent:.2f} (bar {most:.2f}: {verdict(exponent, most)})"
    grown = f"Growth of the time from 1,000 to 10,000: {told}."
    return f"{table(heads, rows)}\n\n{grown}", met


def readiness() -> tuple[str, list[bool]]:
    """The table of getting ready and of memory, and which bars were met."""
    rows = []
    met = []
    for size in READY:
        runs = [run("readiness", size) for _ in range(FRESH)]
        figures = {name: median(each[name] for each in runs) for name in runs[0]}
        row = [f"{size:,}", f"{figures['compiled']:.1f} ms"]
        for named, unit, bars in FRESHLY:
            figure = figures[named]
            shown = f"{figure:.1f} {unit}"
            if size in bars:
                shown += f" ({bars[size]:.0f}: {verdict(figure, bars[size])})"
                met.append(figure <= bars[size])
            row.append(shown)
        rows.append(row)
    return table(["recipes", "compiled", "first match", "one recipe changed", "memory"], rows), met


def profiled() -> str:
    """Where a mention's time goes with 1,000 recipes, once the matcher is warm."""
    book, asked = workload.rule_book(1000), workload.endless(1000)
    matching = contenders.compiled(Matcher(book))
    microseconds(matching, islice(asked, WARM), 60)
    profile = cProfile.Profile()
    for one in islice(asked, MENTIONS):
        profile.runcall(matching, one.occurrence, one.subject, one.now)
    return where_it_goes(profile)


def main() -> None:
    """Measure, print, and write the page when asked to."""
    options = arguments()
    fixed = {size: run("passes", "fixed", size) for size in (10, 100, 1000, 10_000)}
    constant = {size: run("passes", "constant", size) for size in (1000, 10_000)}
    fixed_table, fixed_met = speeds("fixed", fixed)
    constant_table, constant_met = speeds("constant", constant)
    ready_table, ready_met = readiness()
    compared = ", ".join(f"{figures['compared']:.0f} at {size:,}" for size, figures in fixed.items())
    text = "\n\n".join((
        provenance(options.date, "make bench"),
        f"Answers compared before timing on {COMPARED} mentions; by the explaining interpreter: {compared}.",
        "**The same words and topics for all recipes: matches grow with them**", fixed_table,
        "**Words and topics grow with the recipes: a mention matches as many as before**", constant_table,
        "**Getting ready**", ready_table,
        "**Where it goes** (1,000 recipes; the profiler makes small functions look larger)", profiled(),
    ))  # fmt: skip
    publish("matching", text, write=options.write)
    sys.exit(0 if all((*fixed_met, *constant_met, *ready_met)) else 1)


if __name__ == "__main__":
    main()
