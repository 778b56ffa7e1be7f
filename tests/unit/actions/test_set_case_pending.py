"""set_case_pending (rows 58, 59; A22, A23, A25)"""

from datetime import datetime

import pytest

from inbox_recipes.actions.set_case_pending import SetCasePending
from inbox_recipes.effects import Change, Edit, Nothing
from inbox_recipes.inbox import CaseStatus, Subject
from tests.builders import a_case, a_mention

ACTION = SetCasePending(type="set_case_pending")


def test_the_case_of_the_mention_becomes_pending(now: datetime) -> None:
    """Row 58"""
    case = a_case()

    effect = ACTION.decide(Subject(mention=a_mention(), case=case), "mention", now)

    detail = {"status": "pending", "previous": "unresolved"}
    assert effect == Change((Edit(case, put={"status": "pending"}, detail=detail),))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("pending", "the case is already pending"),
        ("resolved", "the case is resolved, and a resolved case receives nothing more"),
    ],
)
def test_a_pending_case_is_left_alone_and_a_resolved_one_stays_so(
    now: datetime, status: CaseStatus, reason: str
) -> None:
    """A23: no change, so no event either."""
    effect = ACTION.decide(Subject(mention=a_mention(), case=a_case(status=status)), "mention", now)

    assert isinstance(effect, Nothing)
    assert effect.reason == reason


def test_a_mention_without_a_case_is_said_to_be_so(now: datetime) -> None:
    effect = ACTION.decide(Subject(mention=a_mention(), case=None), "mention", now)

    assert effect == Nothing("the mention is in no case")
