"""The evaluator's own work: `python -m tools.bench.evaluator`, a part of `make bench`.

The real handler gets batches of stream records, each batch seen once. Two ways: with ports that do
nothing, which is the work from stream record to messages, and with the real adapters over a client that
makes no calls, which adds decoding cases, compressing the event page and writing the messages as JSON.
Both also without a single recipe, which is what everything but deciding takes. Ends with 1 when the bar
is missed.
"""

import cProfile
import gc
import io
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from itertools import batched, islice
from statistics import median
from time import process_time
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from functions.evaluator import app
from inbox_recipes.bootstrap import Evaluating
from inbox_recipes.observability import metrics
from inbox_recipes.rule_book import RuleBook
from tools.bench import silent, workload
from tools.bench.measuring import arguments, pin, provenance, publish, table, verdict, where_it_goes
from tools.bench.mentions import Asked

RECIPES, RECORDS, BAR = 1000, 100, 60.0
BATCHES, WARM = 40, 10
SECONDS = 30.0
"""For each way, however few batches that is."""
CONTEXT = SimpleNamespace(
    function_name="evaluator",
    memory_limit_in_mb=1024,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:evaluator",
    aws_request_id="1",
)
WAYS: dict[str, Callable[[RuleBook, Sequence[Asked]], Evaluating]] = {
    "ports that do nothing": silent.without_ports,
    "real adapters, a client that makes no calls": silent.without_calls,
}


def measure(ports: Evaluating, batches: Sequence[dict[str, Any]], profile: cProfile.Profile) -> float:
    """Microseconds of processor a mention; the profile is taken of batches after the timed ones."""
    taken: list[float] = []
    gc.collect()
    gc.freeze()
    began = process_time()
    with patch.object(app, "ports", lambda: ports), redirect_stdout(io.StringIO()):
        for event in batches[:-WARM]:
            start = process_time()
            app.handler(event, CONTEXT)
            taken.append((process_time() - start) / RECORDS * 1e6)
            if process_time() - began > SECONDS:
                break
        for event in batches[-WARM:]:
            profile.runcall(app.handler, event, CONTEXT)
            if process_time() - began > SECONDS:
                break
    gc.unfreeze()
    return median(taken[WARM:] or taken)


def main() -> None:
    """Measure, print, and write the page when asked to."""
    options = arguments()
    pin()
    logging.disable(logging.CRITICAL)
    metrics.namespace = "bench"
    asked = list(islice(workload.endless(RECIPES), RECORDS * (BATCHES + 2 * WARM)))
    batches = [
        {"Records": list(part)} for part in batched(map(silent.stream_record, asked), RECORDS, strict=True)
    ]
    rows, profiles, met = [], [], True
    for name, way in WAYS.items():
        profile = cProfile.Profile()
        taken = measure(way(workload.rule_book(RECIPES), asked), batches, profile)
        rest = measure(way(workload.rule_book(0), asked), batches, cProfile.Profile())
        met = met and taken <= BAR
        rows.append([name, f"{taken:.1f} µs", f"{BAR:.0f} µs: {verdict(taken, BAR)}", f"{rest:.1f} µs"])
        profiles.append(f"Where it goes, {name}:\n\n{where_it_goes(profile)}")
    text = "\n\n".join((
        provenance(options.date, "make bench"),
        f"{RECIPES:,} recipes, {RECORDS} records a batch, processor time a mention, AWS calls not counted.",
        table(["evaluator's own work", "a mention", "bar", "without recipes"], rows), *profiles,
    ))  # fmt: skip
    publish("evaluator", text, write=options.write)
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
