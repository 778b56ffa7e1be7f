"""A filter's answer and the steps that explain it: path, wanted, got (rows 11-15)."""

from datetime import datetime
from typing import Any

import pytest

from inbox_recipes import filters
from inbox_recipes.errors import EvaluationError
from inbox_recipes.filters import Group
from inbox_recipes.filters.fields import FIELDS, Field
from inbox_recipes.filters.operators import Operator
from inbox_recipes.verdicts import Answer, Step
from tests.builders import a_mention, a_scene, condition, group

FACEBOOK = condition("source.service", "is", "facebook")
TWITTER = condition("source.service", "is", "twitter")
BROKEN = condition("author.name", "is", "x")
SCENE = a_scene(a_mention())


def answer(filter_: dict[str, Any]) -> tuple[Answer, list[Step]]:
    return filters.evaluate(Group.model_validate(filter_), SCENE, "filter")


@pytest.mark.parametrize(
    ("filter_", "holds"),
    [
        (group("and"), True),
        (group("and", negated=True), False),
        (group("and", FACEBOOK, FACEBOOK), True),
        (group("and", FACEBOOK, TWITTER), False),
        (group("or", TWITTER, FACEBOOK), True),
        (group("or", TWITTER, TWITTER), False),
        (group("or", TWITTER, TWITTER, negated=True), True),
        (group("and", FACEBOOK, group("or", TWITTER, group("and", FACEBOOK))), True),
        (group("and", FACEBOOK, group("or", FACEBOOK, negated=True)), False),
    ],
)
def test_groups_join_their_rules(filter_: dict[str, Any], holds: bool) -> None:
    assert answer(filter_)[0] == Answer(ok=holds)


def test_every_rule_leaves_a_step_whose_path_mirrors_the_filter() -> None:
    _, steps = answer(group("or", TWITTER, group("and", FACEBOOK, negated=True)))

    assert [(step.path, step.wanted, step.got, step.ok) for step in steps] == [
        ("filter", "any of 2", "0 of 2", False),
        ("filter/rules/0", {"source.service": {"is": "twitter"}}, "facebook", False),
        ("filter/rules/1", "not (all of 1)", "1 of 1", False),
        ("filter/rules/1/rules/0", {"source.service": {"is": "facebook"}}, "facebook", True),
    ]


@pytest.fixture
def _a_broken_field(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(got: Any, wanted: Any) -> tuple[bool, Any]:
        raise EvaluationError("author.name", "cannot be answered")

    operator = Operator("is", None, "", breaks)

    class Broken(Field):
        @property
        def operators(self) -> dict[str, Operator]:
            return {"is": operator}

    monkeypatch.setitem(FIELDS, "author.name", Broken("author.name", "name", lambda _: None))


@pytest.mark.usefixtures("_a_broken_field")
@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("and", FACEBOOK, BROKEN), "author.name: cannot be answered"),
        (("and", TWITTER, BROKEN), None),
        (("or", TWITTER, BROKEN), "author.name: cannot be answered"),
        (("or", FACEBOOK, BROKEN), None),
    ],
)
def test_an_error_matters_only_where_it_could_change_the_answer(
    rules: tuple[Any, ...], expected: str | None, now: datetime
) -> None:
    combinator, *others = rules
    ready = [Group.model_validate(group("and", other)) for other in others if other is not BROKEN]
    broken = filters.Condition.model_construct(field="author.name", operator="is", value=None)
    whole = Group.model_construct(combinator=combinator, negated=False, rules=(*ready, broken))

    found, steps = filters.evaluate(whole, SCENE, "filter")

    assert found.error == expected
    assert steps[-1] == Step(
        path=f"filter/rules/{len(ready)}",
        wanted={"author.name": {"is": None}},
        got=None,
        ok=False,
        error="author.name: cannot be answered",
    )
