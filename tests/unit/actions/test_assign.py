"""assign (rows 25-28, 84)"""

from datetime import datetime
from typing import Literal

import pytest

from inbox_recipes.actions.assign import Assign
from inbox_recipes.effects import Give, Nothing
from inbox_recipes.errors import InvalidInput
from inbox_recipes.inbox import Assignment, Object, Subject
from inbox_recipes.validation import validated
from tests.builders import a_case, a_mention

HAD = Assignment(users=("nora",), teams=("team_1",))
BOTH = Subject(mention=a_mention(assignment=HAD), case=a_case(assignment=HAD))


def assign(
    users: tuple[str, ...] = (), teams: tuple[str, ...] = (), mode: Literal["all", "one"] = "all"
) -> Assign:
    return Assign(type="assign", users=users, teams=teams, mode=mode)


@pytest.mark.parametrize("about", ["mention", "case"])
@pytest.mark.parametrize("mode", ["all", "one"])
def test_what_arrived_goes_to_those_listed(now: datetime, about: Object, mode: Literal["all", "one"]) -> None:
    """Rows 25-28"""
    effect = assign(users=("omar",), teams=("team_2",), mode=mode).decide(BOTH, about, now)

    item = BOTH.mention if about == "mention" else BOTH.case
    assert item
    assert effect == Give(item, users=("omar",), teams=("team_2",), mode=mode)


def test_without_the_item_there_is_nothing_to_assign(now: datetime) -> None:
    nothing_here = Subject(mention=None, case=None)

    assert assign(users=("nora",)).decide(nothing_here, "case", now) == Nothing("there is no case")
    assert assign(users=("nora",)).decide(nothing_here, "mention", now) == Nothing("there is no mention")


def test_somebody_must_be_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        validated(Assign, {"type": "assign"})

    [problem] = refused.value.problems
    assert (problem.pointer, problem.detail) == ("/teams", "assign needs at least one user or team.")


def test_users_and_teams_are_looked_up_when_the_recipe_is_saved() -> None:
    assert assign(users=("nora",), teams=("team_1",)).references() == {
        "users": ("nora",),
        "teams": ("team_1",),
    }
