"""Ours against other rule engines, in one run: `python -m tools.bench.peers`, `make bench-peers`.

All get the same rules and mentions. Answers are compared with the plain interpreter's before timing;
then the contestants run in turn, pass by pass, each in a process of its own, all on one core. Ends with
1 when a bar is missed.
"""

import json
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tools.bench import contenders, workload
from tools.bench.measuring import arguments, pin, provenance, publish, rate, table, verdict
from tools.bench.peers import contestants, neutral
from tools.bench.peers.contestants import FROM_NPM, ROOT, Contestant, GaveUp
from tools.bench.peers.forms import FORMS

BARS = {100: 1.0, 1000: 20.0}
"""Recipes -> how many times ahead of every peer."""
FACTS, COMPARED = 400, 200
ROUNDS, SECONDS = 5, 1.0
OURS = {
    "matcher": "**ours, compiled, from raw text**",
    "told": "ours, compiled, fields read and text cut beforehand",
    "bare": "our interpreter without steps, from raw text",
    "explained": "our interpreter, from raw text",
}
EXPLANATION = """\
Each engine gets the same recipes in its own form, and more than ours: letter case is folded for it, the \
recipes' terms and patterns that the text has are found for it, the schedules that are open are named to it, \
recipes for all topics ask for none, and none of that is timed. Ours starts from the mention and its raw \
text, and sees no mention twice; the second row, which is not what anybody runs, has its fields read and its \
text cut before timing too, but not the terms found. Figures are mentions a second on one core, medians of \
{rounds} passes taken in turn."""


def run(size: int, folder: Path) -> list[Contestant]:
    """All contestants with one rule book, each with its passes or with why it has none."""
    running = []
    for start in (*_peers(size, folder), *_ours(size)):
        contestant = start()
        with suppress(GaveUp):
            contestant.get_ready()
        running.append(contestant)
    for _ in range(ROUNDS):
        for contestant in running:
            with suppress(GaveUp):
                contestant.run_pass(SECONDS)
    for contestant in running:
        contestant.stop()
    return running


def _peers(size: int, folder: Path) -> list[Callable[[], Contestant]]:
    book = workload.rule_book(size)
    asked = workload.mentions(FACTS, size, seed=2)
    names = neutral.terms(book)
    rules = [neutral.rule(recipe, book, names) for recipe in book.recipes]
    matching = contenders.explained(book)
    numbers = {recipe.id: number for number, recipe in enumerate(book.recipes)}
    expected = [
        [numbers[recipe.id] for recipe in matching(one.occurrence, one.subject, one.now)]
        for one in asked[:COMPARED]
    ]
    given = {"facts": neutral.facts(asked, book, names), "expected": expected}
    for name, form in FORMS.items():
        whole = given | {"rules": [form(each) for each in rules]}
        (folder / f"{name}-{size}.json").write_text(json.dumps(whole))
    return [partial(contestants.peer, name, folder / f"{name}-{size}.json") for name in FORMS]


def _ours(size: int) -> list[Callable[[], Contestant]]:
    return [partial(contestants.ours, name, size) for name in OURS]


def versions() -> dict[str, str]:
    """The version of each engine, from the files that pin them."""
    locked = (ROOT / "requirements-peers.txt").read_text()
    pinned = dict(re.findall(r"^([a-z-]+)==(\S+)", locked, re.MULTILINE))
    packages = json.loads(Path(__file__).with_name("package.json").read_text())["dependencies"]
    return {**pinned, **packages, "json-logic": pinned["panzi-json-logic"]}


def _row(name: str, by_size: dict[int, Contestant], ours: dict[int, float]) -> list[str]:
    known = versions()
    origin = "npm" if name in FROM_NPM else "PyPI"
    cells = [OURS.get(name) or f"{name} {known[name]} ({origin})"]
    for size, contestant in by_size.items():
        if contestant.passes:
            taken = median(contestant.passes)
            cells += [rate(taken), f"{taken / ours[size]:,.1f}×"]
        else:
            cells += ["none", "none"]
    return [*cells, *(contestant.remark for contestant in by_size.values())]


def lead(size: int, by_name: dict[str, Contestant]) -> tuple[str, bool]:
    """How far ahead of the fastest peer ours is, in words, and whether that is enough."""
    taken = {name: median(by_name[name].passes) for name in FORMS if by_name[name].passes}
    closest = min(taken, key=lambda name: taken[name])
    ahead, level = (taken[closest] / median(by_name[name].passes) for name in ("matcher", "told"))
    bar = BARS[size]
    told = f"bar {bar:.0f}×: {verdict(ahead, bar, at_least=True)}; the closest is {closest}"
    line = f"- At {size:,} recipes ahead of every one by {ahead:.1f}× or more ({told})"
    return f"{line}; by {level:.1f}× with fields read and text cut beforehand.", ahead >= bar


def main() -> None:
    """Measure, print, and write the page when asked to."""
    options = arguments()
    pin()
    with TemporaryDirectory() as folder:
        found = {size: {each.name: each for each in run(size, Path(folder))} for size in BARS}
    ours = {size: median(by_name["matcher"].passes) for size, by_name in found.items()}
    rows = [_row(name, {size: found[size][name] for size in BARS}, ours) for name in (*OURS, *FORMS)]
    heads = ["engine"]
    for size in BARS:
        heads += [f"{size:,} recipes", "ours is ahead"]
    heads += [f"answers at {size:,}" for size in BARS]
    leads = [lead(size, by_name) for size, by_name in found.items()]
    text = "\n\n".join((
        provenance(options.date, "make bench-peers"), EXPLANATION.format(rounds=ROUNDS),
        table(heads, rows), "\n".join(line for line, _ in leads),
    ))  # fmt: skip
    publish("peers", text, write=options.write)
    sys.exit(0 if all(met for _, met in leads) else 1)


if __name__ == "__main__":
    main()
