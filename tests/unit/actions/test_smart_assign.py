"""smart_assign (rows 29-32; A6): what is asked for. Who it comes to is in tests/unit/test_assigning.py."""

from datetime import datetime, timedelta

import pytest

from inbox_recipes.actions.smart_assign import SmartAssign
from inbox_recipes.effects import FollowUp, Nothing
from inbox_recipes.errors import InvalidInput
from inbox_recipes.inbox import Assignment, Object, Subject
from inbox_recipes.validation import validated
from tests.builders import NOON, a_case, a_mention

BOTH = Subject(mention=a_mention(), case=a_case())


@pytest.mark.parametrize(("within", "hours"), [("3h", 3), ("24h", 24), ("2d", 48), ("3d", 72), ("1w", 168)])
@pytest.mark.parametrize("about", ["mention", "case"])
def test_there_are_five_windows_and_they_are_measured_back_from_the_arrival(
    now: datetime, within: str, hours: int, about: Object
) -> None:
    """Row 31"""
    action = validated(SmartAssign, {"type": "smart_assign", "within": within})

    effect = action.decide(BOTH, about, now + timedelta(hours=5))

    item = BOTH.mention if about == "mention" else BOTH.case
    assert item
    assert effect == FollowUp(item, within, since=NOON - timedelta(hours=hours))


@pytest.mark.parametrize("within", [None, "1h", "7d", 24])
def test_other_windows_are_refused_with_the_five(within: object) -> None:
    """Row 31"""
    with pytest.raises(InvalidInput) as refused:
        validated(SmartAssign, {"type": "smart_assign", "within": within})

    [problem] = refused.value.problems
    assert (problem.pointer, problem.allowed) == ("/within", ("3h", "24h", "2d", "3d", "1w"))


@pytest.mark.parametrize("had", [Assignment(users=("nora",)), Assignment(teams=("team_1",))])
def test_what_is_assigned_already_stays_so(now: datetime, had: Assignment) -> None:
    """A6"""
    subject = Subject(mention=a_mention(assignment=had), case=None)

    effect = SmartAssign(type="smart_assign", within="3h").decide(subject, "mention", now)

    assert effect == Nothing("it is already assigned", {"users": list(had.users), "teams": list(had.teams)})


def test_a_message_of_nobody_knows_whom_stays_as_it_is(now: datetime) -> None:
    subject = Subject(mention=a_mention(contact_id=None), case=None)

    effect = SmartAssign(type="smart_assign", within="3h").decide(subject, "mention", now)

    assert effect == Nothing("it is not known whose message this is")
