"""assign_case (rows 81, 82, 93; A22, A23)"""

from datetime import datetime
from typing import Any

import pytest

from inbox_recipes.actions.assign_case import AssignCase
from inbox_recipes.effects import Give, Nothing
from inbox_recipes.errors import InvalidInput
from inbox_recipes.inbox import Assignment, Object, Subject
from inbox_recipes.validation import validated
from tests.builders import a_case, a_mention

ACTION = AssignCase(type="assign_case", users=("omar",), teams=("team_1",), mode="one")


@pytest.mark.parametrize("about", ["mention", "case"])
@pytest.mark.parametrize("had", [Assignment(), Assignment(users=("nora",))])
def test_the_case_goes_to_those_listed_also_when_somebody_has_it(
    now: datetime, about: Object, had: Assignment
) -> None:
    """Rows 81, 82, 93"""
    case = a_case(assignment=had)

    effect = ACTION.decide(Subject(mention=a_mention(), case=case), about, now)

    assert effect == Give(case, users=("omar",), teams=("team_1",), mode="one")


def test_a_resolved_case_of_a_mention_is_left_alone(now: datetime) -> None:
    """A22"""
    subject = Subject(mention=a_mention(), case=a_case(status="resolved"))

    assert ACTION.decide(subject, "mention", now) == Nothing(
        "the case is resolved, and a resolved case receives nothing more", {"case_id": "cas_1"}
    )
    assert isinstance(ACTION.decide(subject, "case", now), Give)


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({}, "/teams"),
        ({"users": ["nora"], "mode": "some"}, "/mode"),
        ({"users": ["n o r a"]}, "/users/0"),
        ({"users": ["nora"], "user": "omar"}, "/user"),
    ],
)
def test_what_cannot_be_is_refused(sent: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        validated(AssignCase, {"type": "assign_case", **sent})

    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_users_and_teams_are_looked_up_when_the_recipe_is_saved() -> None:
    assert ACTION.references() == {"users": ("omar",), "teams": ("team_1",)}
