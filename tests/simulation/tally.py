"""Many histories, one after the other: their five numbers together, and the seeds that went wrong."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from tests.simulation.history import History
from tests.simulation.judge import judge
from tests.simulation.judgement import Judgement

TIDIED_AFTER = 50
"""Histories after which garbage is collected: matchers freeze all there is, and it would never go."""


def judged(seed: int) -> Judgement:
    """What is said of one seed's history."""
    return judge(History(seed).play())


def judgements(
    seeds: Iterable[int], play: Callable[[int], Judgement] = judged
) -> Iterator[tuple[int, Judgement]]:
    """What is said of each of the seeds, in their order."""
    for count, seed in enumerate(seeds, start=1):
        yield seed, play(seed)
        if count % TIDIED_AFTER == 0:
            gc.unfreeze()
            gc.collect()


def tally(seeds: Iterable[int]) -> tuple[Counter[str], list[int]]:
    """The numbers of all these seeds (and `histories`, how many they were), and those that went wrong."""
    numbers: Counter[str] = Counter()
    wrong = []
    for seed, judgement in judgements(seeds):
        numbers.update(judgement.numbers | {"histories": 1})
        if not judgement.is_good:
            wrong.append(seed)
    return numbers, wrong
