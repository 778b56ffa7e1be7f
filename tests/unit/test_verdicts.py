"""And, or, not over answers: an error spreads only where it could have changed the answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_recipes.verdicts import Answer, Step, Verdict, all_of, any_of, negated

YES, NO, OPEN, ALSO_OPEN = Answer(ok=True), Answer(ok=False), Answer(ok=False, error="e"), Answer(True, "f")
answers = st.lists(st.sampled_from([YES, NO, OPEN, ALSO_OPEN]), max_size=6)


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        ([], YES),
        ([YES], YES),
        ([NO], NO),
        ([YES, NO], NO),
        ([OPEN], OPEN),
        ([YES, OPEN], OPEN),
        ([NO, OPEN], NO),
        ([OPEN, NO], NO),
        ([ALSO_OPEN], Answer(False, "f")),
        ([OPEN, ALSO_OPEN], OPEN),
    ],
)
def test_and_is_decided_by_a_clean_no(together: list[Answer], expected: Answer) -> None:
    assert all_of(together) == expected


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        ([], NO),
        ([YES], YES),
        ([NO], NO),
        ([YES, NO], YES),
        ([OPEN], OPEN),
        ([NO, OPEN], OPEN),
        ([YES, OPEN], YES),
        ([OPEN, YES], YES),
        ([ALSO_OPEN], Answer(False, "f")),
    ],
)
def test_or_is_decided_by_a_clean_yes(together: list[Answer], expected: Answer) -> None:
    assert any_of(together) == expected


@pytest.mark.parametrize(("answer", "expected"), [(YES, NO), (NO, YES), (OPEN, OPEN), (ALSO_OPEN, ALSO_OPEN)])
def test_not_turns_a_clean_answer_and_leaves_an_open_one_open(answer: Answer, expected: Answer) -> None:
    assert negated(answer) == expected


@given(answers)
def test_the_answer_does_not_hang_on_the_order(together: list[Answer]) -> None:
    for join in (all_of, any_of):
        forward, backward = join(together), join(reversed(together))
        assert (forward.ok, forward.error is None) == (backward.ok, backward.error is None)


@given(answers)
def test_and_and_or_mirror_each_other(together: list[Answer]) -> None:
    """De Morgan, for open answers too."""
    mirrored, direct = negated(any_of([negated(answer) for answer in together])), all_of(together)
    assert (mirrored.ok, mirrored.error is None) == (direct.ok, direct.error is None)


@given(answers)
def test_an_open_answer_is_never_a_yes(together: list[Answer]) -> None:
    for join in (all_of, any_of):
        answer = join(together)
        assert not (answer.ok and answer.error)


@given(answers)
def test_whatever_an_open_answer_turns_out_to_be_a_clean_result_stands(together: list[Answer]) -> None:
    for join in (all_of, any_of):
        answer = join(together)
        if answer.error is None:
            for settled in (YES, NO):
                assert join([settled if each.error else each for each in together]) == answer


def test_a_verdict_is_stopped_by_its_first_step_that_failed() -> None:
    steps = tuple(
        Step(path=path, wanted=1, got=1, ok=ok)
        for path, ok in [("mode", True), ("topics", False), ("hours", False)]
    )
    verdict = Verdict(
        recipe_id="r", recipe_version=1, occurrence_id="o", matched=False, error=None, steps=steps
    )

    assert verdict.stopped_by == steps[1]
    assert verdict.model_copy(update={"steps": steps[:1]}).stopped_by is None


def test_a_condition_that_did_not_hold_stops_nothing_when_its_filter_holds() -> None:
    steps = tuple(
        Step(path=path, wanted=1, got=1, ok=ok)
        for path, ok in [("filter", True), ("filter/rules/0", False), ("hours", False)]
    )
    verdict = Verdict(
        recipe_id="r", recipe_version=1, occurrence_id="o", matched=False, error=None, steps=steps
    )

    assert verdict.stopped_by == steps[2]
