"""The evaluator's bench gives the real handler what it needs, both ways."""

import cProfile
from collections.abc import Callable, Sequence

import pytest

from inbox_recipes.bootstrap import Evaluating
from inbox_recipes.observability import metrics
from inbox_recipes.rule_book import RuleBook
from tools.bench import evaluator, measuring, silent, workload
from tools.bench.mentions import Asked


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize("way", [silent.without_ports, silent.without_calls])
def test_the_handler_takes_what_the_bench_gives_it(
    way: Callable[[RuleBook, Sequence[Asked]], Evaluating], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "namespace", "InboxRecipesTests")
    monkeypatch.setattr(evaluator, "WARM", 1)
    monkeypatch.setattr(measuring, "SHOWN", 1000)
    asked = workload.mentions(6, of=60)
    batches = [
        {"Records": [silent.stream_record(one) for one in asked[part : part + 2]]} for part in (0, 2, 4)
    ]
    profile = cProfile.Profile()

    taken = evaluator.measure(way(workload.rule_book(60), asked), batches, profile)

    assert taken > 0
    assert "evaluate.decide" in measuring.where_it_goes(profile)
