"""assign (rows 25-28, 84; A3 mode `all`, A31)"""

from datetime import datetime

import pytest

from inbox_recipes.actions.assign import Assign
from inbox_recipes.effects import Change, Edit, Nothing
from inbox_recipes.errors import InvalidInput
from inbox_recipes.inbox import Assignment, Object, Subject
from inbox_recipes.validation import validated
from tests.builders import a_case, a_mention

HAD = Assignment(users=("nora",), teams=("team_1",))
BOTH = Subject(mention=a_mention(assignment=HAD), case=a_case(assignment=HAD))


def assign(users: tuple[str, ...] = (), teams: tuple[str, ...] = ()) -> Assign:
    return Assign(type="assign", users=users, teams=teams)


@pytest.mark.parametrize("about", ["mention", "case"])
def test_those_listed_replace_those_who_had_it(now: datetime, about: Object) -> None:
    effect = assign(users=("omar",), teams=("team_2",)).decide(BOTH, about, now)

    item = BOTH.mention if about == "mention" else BOTH.case
    assert item
    detail = {
        "users": ["omar"],
        "teams": ["team_2"],
        "previous": {"users": ["nora"], "teams": ["team_1"]},
    }
    assert effect == Change((Edit(item, users=("omar",), teams=("team_2",), detail=detail),))


def test_assigning_to_users_takes_it_from_the_team(now: datetime) -> None:
    effect = assign(users=("nora",)).decide(BOTH, "mention", now)

    assert isinstance(effect, Change)
    assert (effect.edits[0].users, effect.edits[0].teams) == (("nora",), ())


def test_the_same_assignees_in_another_order_are_no_change(now: datetime) -> None:
    had = Assignment(users=("nora", "omar"))
    subject = Subject(mention=a_mention(assignment=had), case=None)

    effect = assign(users=("omar", "nora")).decide(subject, "mention", now)

    assert effect == Nothing("it is already assigned so", {"users": ["nora", "omar"], "teams": []})


def test_without_the_item_there_is_nothing_to_assign(now: datetime) -> None:
    effect = assign(users=("nora",)).decide(Subject(mention=None, case=None), "case", now)

    assert effect == Nothing("there is no case to assign")


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
