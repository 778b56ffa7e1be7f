"""What keeps a canned response from a customer (row 90, A37), as runs and explanations ask it."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from inbox_recipes.effects import Respond
from inbox_recipes.flow_definition import Flow
from inbox_recipes.flow_walk import begun
from inbox_recipes.inbox import Case
from inbox_recipes.response_guards import unsaid
from inbox_recipes.responses import Csat
from inbox_recipes.surveys import asked
from tests.builders import NOON, a_case, a_mention, a_rule_book, a_subject
from tests.surveying import RESPONSES

ORDERS = RESPONSES["orders"].content
assert isinstance(ORDERS, Flow)
IN_FLOW: dict[str, Any] = {"flow": begun("orders", ORDERS, NOON), "handled_by": "flow"}
BOOK = a_rule_book(responses=RESPONSES)
type Kind = Literal["message", "csat", "nps", "flow"]


def said(kind: Kind, response_id: str, case: Case | None, book: Any = BOOK, **mention: Any) -> str | None:
    return unsaid(Respond(kind, response_id, a_subject(a_mention(**mention), case)), book, NOON)


def surveyed() -> Case:
    survey = asked(a_case(), "csat", Csat(type="csat", question="?"), NOON)
    return a_case(feedback=a_case().feedback.having(survey))


@pytest.mark.parametrize(
    ("kind", "response_id", "case", "reason"),
    [
        ("message", "thanks", None, None),
        ("csat", "csat", a_case(status="resolved"), None),
        ("flow", "orders", a_case(), None),
        ("flow", "orders", a_case(flow=begun("orders", ORDERS, NOON - timedelta(hours=2))), None),
        ("nps", "nps", surveyed(), None),
        ("csat", "csat", None, "the mention is in no case"),
        ("flow", "orders", None, "the mention is in no case"),
        ("csat", "csat", surveyed(), "this case got its CSAT survey on 2026-11-22T12:00:00.000Z"),
        ("csat", "nps", a_case(), "there is no csat 'nps' any more"),
        ("csat", "gone", a_case(), "there is no csat 'gone' any more"),
        ("flow", "orders", a_case(**IN_FLOW), "a flow has the conversation already"),
        ("flow", "orders", a_case(handled_by="agent"), "agents have the conversation"),
        ("flow", "orders", a_case(status="resolved"),
         "the case is resolved, and a resolved case receives nothing more"),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_said(
    kind: Kind, response_id: str, case: Case | None, reason: str | None
) -> None:
    assert said(kind, response_id, case) == reason


def test_tags_of_the_mention_or_the_case_let_it_through_whatever_their_capitals() -> None:
    """Domain 6: a flow can be limited to mentions with certain tags."""
    thanks = RESPONSES["thanks"].model_copy(update={"for_tags": ("VIP", "loud")})
    book = a_rule_book(responses={"thanks": thanks})

    assert said("message", "thanks", a_case(), book) == "'Thanks' is only for what is tagged VIP or loud"
    assert said("message", "thanks", a_case(tags=("vip",)), book) is None
    assert said("message", "thanks", None, book, tags=("Loud",)) is None
