"""Ours against other rule engines, in one run: `python -m tools.bench.peers`, `make bench-peers`.

All get the same rules and mentions. Answers are compared with the plain interpreter's before timing;
then the contestants run in turn, pass by pass, each in a process of its own, all on one core. A peer has
two figures: with its facts given, and from the mention, which is what its user would get. Ends with 1 when
a bar is missed by either.
"""

import json
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tools.bench import contenders, workload
from tools.bench.measuring import arguments, pin, provenance, publish, rate, table, verdict
from tools.bench.peers import contestants, neutral
from tools.bench.peers.contestants import FROM_NPM, ROOT, Contestant, GaveUp
from tools.bench.peers.forms import FORMS
from tools.bench.peers.preparation import Preparation

BARS = {100: 1.0, 1000: 20.0}
"""Recipes -> how many times ahead of every peer, whichever of its two figures is taken."""
FACTS, COMPARED = 400, 200
ROUNDS, SECONDS = 5, 1.0
FROM_MENTION = {
    "matcher": "**ours, compiled, from raw text**",
    "bare": "our interpreter without steps, from raw text",
    "explained": "our interpreter, from raw text",
}
TOLD = {"told": "ours, compiled, fields read and text cut beforehand"}
OURS = FROM_MENTION | TOLD
MAKING = "facts"
"""The contestant that makes the peers' facts."""
EXPLANATION = """\
Each engine gets the same recipes in its own form and a flat table of facts about a mention: letter case is \
folded in it, the recipes' terms and patterns that the text has are named, and so are the schedules that \
are open; recipes for all topics ask for none. No engine here finds words and phrases as recipes mean them.

- **Facts given**: only the engine's own work is timed. Its facts were made before, and for nothing. Ours \
is compared as it is, from the mention and its raw text, so it does work here that its peers are spared.
- **From the mention**: what the engine's user would get. Added to the engine's work are making the facts \
(`preparation.py`, as fast as we could write it, timed in the same passes on mentions that it has not seen) \
and handing them over in the form that the engine wants (JSON, a context, an object). For the two engines \
of Node handing over is not counted, though the facts would have to be made in JavaScript or be sent there.

Both columns are held to the same bar: ahead of every engine at 100 recipes, and by 20 times at 1,000. Two \
things favour the engines: the same {facts} facts come round again, while ours sees no mention twice; and \
the parts of "from the mention" are timed in processes of their own and added up, so that neither costs the \
other its cache. The row "fields read and text cut beforehand" is not what anybody runs: it shows ours when \
it is spared that part, but not finding the terms. Figures are mentions a second on one core, \
medians of {rounds} passes taken in turn."""


@dataclass(frozen=True)
class Figures:
    """Microseconds a mention of everybody who ran, by name, in each of the two ways."""

    given: dict[str, float]
    from_mention: dict[str, float]
    making: float


def run(size: int, folder: Path, rounds: int, seconds: float) -> list[Contestant]:
    """All contestants with one rule book, each with its passes or with why it has none."""
    running = []
    for start in (*_peers(size, folder), *_ours(size)):
        contestant = start()
        with suppress(GaveUp):
            contestant.get_ready()
        running.append(contestant)
    for _ in range(rounds):
        for contestant in running:
            with suppress(GaveUp):
                contestant.run_pass(seconds)
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
    given = {"facts": Preparation(book, names).all(asked), "expected": expected}
    for name, form in FORMS.items():
        whole = given | {"rules": [form(each) for each in rules]}
        (folder / f"{name}-{size}.json").write_text(json.dumps(whole))
    return [partial(contestants.peer, name, folder / f"{name}-{size}.json") for name in FORMS]


def _ours(size: int) -> list[Callable[[], Contestant]]:
    return [partial(contestants.ours, name, size) for name in (*OURS, MAKING)]


def versions() -> dict[str, str]:
    """The version of each engine, from the files that pin them."""
    locked = (ROOT / "requirements-peers.txt").read_text()
    pinned = dict(re.findall(r"^([a-z-]+)==(\S+)", locked, re.MULTILINE))
    packages = json.loads(Path(__file__).with_name("package.json").read_text())["dependencies"]
    return {**pinned, **packages, "json-logic": pinned["panzi-json-logic"]}


def figures(by_name: dict[str, Contestant]) -> Figures:
    """What everybody took. Peers pay for their facts from the mention on; ours makes what it needs itself."""
    taken = {name: median(each.passes) for name, each in by_name.items() if each.passes}
    making = taken.pop(MAKING)
    from_mention = {name: taken[name] for name in FROM_MENTION}
    for name in FORMS.keys() & taken.keys():
        from_mention[name] = making + median(by_name[name].handing) + taken[name]
    given = {name: took for name, took in taken.items() if name not in FROM_MENTION}
    return Figures(given, from_mention, making)


def _title(name: str, known: dict[str, str]) -> str:
    origin = "npm" if name in FROM_NPM else "PyPI"
    return OURS.get(name) or f"{name} {known[name]} ({origin})"


def _table(by_name: dict[str, Contestant], found: Figures) -> str:
    """One row for each contestant; a figure that it does not have is left out."""
    ours, known = found.from_mention["matcher"], versions()
    rows = []
    for name in (*OURS, *FORMS):
        cells = [_title(name, known)]
        for taken in (found.given.get(name), found.from_mention.get(name)):
            cells += ["", ""] if taken is None else [rate(taken), f"{taken / ours:,.1f}×"]
        rows.append([*cells, by_name[name].remark])
    return table(
        ["engine", "facts given", "ours is ahead", "from the mention", "ours is ahead", "answers"], rows
    )


def leads(size: int, found: Figures) -> list[tuple[str, bool]]:
    """How far ahead of the fastest peer ours is, in words, and whether that is enough: in both ways."""
    ours, bar = found.from_mention["matcher"], BARS[size]
    said = []
    for way, taken in (("facts given", found.given), ("from the mention", found.from_mention)):
        closest = min(FORMS.keys() & taken.keys(), key=lambda name: taken[name])
        ahead = taken[closest] / ours
        held = f"bar {bar:.0f}×: {verdict(ahead, bar, at_least=True)}; the closest is {closest}"
        line = f"- At {size:,} recipes, {way}: ahead of every one by {ahead:.1f}× or more ({held})."
        said.append((line, ahead >= bar))
    return said


def _options() -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="passes of each contestant")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long a pass takes")
    return arguments(parser)


def main() -> None:
    """Measure, print, and write the page when asked to."""
    options = _options()
    pin()
    sections, held = [], []
    with TemporaryDirectory() as folder:
        for size in BARS:
            ran = run(size, Path(folder), options.rounds, options.seconds)
            by_name = {each.name: each for each in ran}
            found = figures(by_name)
            making = f"Making the facts of a mention takes {found.making:.1f} µs."
            sections += [f"**{size:,} recipes.** {making}", _table(by_name, found)]
            held += leads(size, found)
    text = "\n\n".join((
        provenance(options.date, "make bench-peers"), EXPLANATION.format(rounds=options.rounds, facts=FACTS),
        *sections, "\n".join(line for line, _ in held),
    ))  # fmt: skip
    publish("peers", text, write=options.write)
    sys.exit(0 if all(met for _, met in held) else 1)


if __name__ == "__main__":
    main()
