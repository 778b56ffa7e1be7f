"""resolve and set_case_status (rows 22-24, 85, 95, 96; A8, A23, A25)"""

from datetime import datetime
from typing import Literal

import pytest

from inbox_recipes.actions.resolve import Resolve
from inbox_recipes.actions.set_case_status import SetCaseStatus
from inbox_recipes.effects import Change, Edit, Nothing
from inbox_recipes.inbox import Subject
from tests.builders import a_case, a_mention

RESOLVE = Resolve(type="resolve")


def test_a_mention_is_resolved_without_its_case(now: datetime) -> None:
    """A8"""
    mention = a_mention(case_id="cas_1")

    effect = RESOLVE.decide(Subject(mention=mention, case=a_case()), "mention", now)

    detail = {"status": "resolved", "previous": "new"}
    assert effect == Change((Edit(mention, put={"status": "done"}, detail=detail),))


def test_a_case_is_resolved_with_its_mentions(now: datetime) -> None:
    """A8"""
    case = a_case()

    effect = RESOLVE.decide(Subject(mention=a_mention(), case=case), "case", now)

    detail = {"status": "resolved", "previous": "unresolved"}
    assert effect == Change(
        (Edit(case, put={"status": "resolved"}, detail=detail),), resolves_mentions_of="cas_1"
    )


@pytest.mark.parametrize(
    ("status", "reason"), [("done", "it is already resolved"), ("sent", "it is a message of ours")]
)
def test_a_mention_that_is_not_new_is_left_alone(now: datetime, status: str, reason: str) -> None:
    effect = RESOLVE.decide(Subject(mention=a_mention(status=status), case=None), "mention", now)

    assert effect == Nothing(reason)


def test_without_the_item_there_is_nothing_to_resolve(now: datetime) -> None:
    nobody = Subject(mention=None, case=None)

    assert RESOLVE.decide(nobody, "mention", now) == Nothing("there is no mention to resolve")
    assert RESOLVE.decide(nobody, "case", now) == Nothing("there is no case")


@pytest.mark.parametrize(
    ("status", "to", "reason"),
    [
        ("unresolved", "pending", None),
        ("unresolved", "resolved", None),
        ("pending", "resolved", None),
        ("pending", "pending", "the case is already pending"),
        ("resolved", "resolved", "the case is already resolved"),
        ("resolved", "pending", "the case is resolved, and a resolved case stays so"),
    ],
)
def test_a_case_goes_where_it_is_sent_unless_it_is_there_or_resolved(
    now: datetime, status: str, to: Literal["pending", "resolved"], reason: str | None
) -> None:
    """A23, A25"""
    action = SetCaseStatus(type="set_case_status", status=to)

    effect = action.decide(Subject(mention=None, case=a_case(status=status)), "case", now)

    if reason:
        assert effect == Nothing(reason)
    else:
        assert isinstance(effect, Change)
        assert effect.edits[0].put == {"status": to}
        assert effect.resolves_mentions_of == ("cas_1" if to == "resolved" else None)
