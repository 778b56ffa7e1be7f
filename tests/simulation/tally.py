"""Many histories, one after the other: their five numbers together, and the seeds that went wrong."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from random import Random

from tests.simulation.history import STEPS, History
from tests.simulation.judge import judge
from tests.simulation.judgement import Judgement

LENGTHS = (3, 4, 5, 6, 8, 12)
"""Steps of a short history. Most of what can go wrong needs few, and so many more seeds can be played."""


def judged(seed: int, steps: int = STEPS) -> Judgement:
    """What is said of one seed's history."""
    history = History(seed, steps).play()
    judgement = judge(history)
    history.take_apart()
    return judgement


def judged_short(seed: int) -> Judgement:
    """The same of a history whose length the seed chooses, among `LENGTHS`."""
    return judged(seed, Random(seed).choice(LENGTHS))  # noqa: S311 - chance that can be repeated


def judged_mixed(seed: int) -> Judgement:
    """The same of a long history, for each third seed, or a short one."""
    return judged(seed) if seed % 3 == 0 else judged_short(seed)


@contextmanager
def no_collections() -> Iterator[None]:
    """Histories that were taken apart leave nothing to collect; looking for it takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def tally(seeds: Iterable[int], play: Callable[[int], Judgement] = judged) -> tuple[Counter[str], list[int]]:
    """The numbers of all these seeds (and `histories`, how many they were), and those that went wrong."""
    numbers: Counter[str] = Counter()
    wrong = []
    with no_collections():
        for seed in seeds:
            judgement = play(seed)
            numbers.update(judgement.numbers | {"histories": 1})
            if not judgement.is_good:
                wrong.append(seed)
    return numbers, wrong
