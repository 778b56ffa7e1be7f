"""How conversations go through flows, and who has them meanwhile (row 90; domain 1.2, `handled_by`). Pure."""

from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.arrivals import View, admit, admit_ours, opens_a_case
from inbox_recipes.durations import no_hours
from inbox_recipes.flow_definition import Flow
from inbox_recipes.flow_walk import MOST_SAID, begun, buttons, handed, saying, step_on
from inbox_recipes.inbox import Case, HandledBy, IncomingMention, InFlow, Mention, Profile
from inbox_recipes.ports import Transaction
from tests.builders import NOON, NORA, a_case, a_mention, a_private, our_reply

KNOWN = Profile(service="facebook", author_id="u77", contact_id="con_1", case_id="cas_1", revision=1)
HOUR = timedelta(hours=1)

ORDERS = Flow.model_validate(
    {
        "type": "flow",
        "fallback": "Please choose.",
        "minutes": 60,
        "steps": [
            {"id": "start", "text": "What is it about?", "buttons": [
                {"title": "My order", "next": "order", "tags": ["order"]},
                {"title": "A person", "next": "bye", "hand_over": True},
                {"title": "Nothing"}]},
            {"id": "order", "text": "Which one?", "buttons": [
                {"title": "Back", "next": "start"},
                {"title": "All is well", "next": "bye", "status": "resolved"},
                {"title": "Leave it open", "next": "bye", "status": "unresolved"}]},
            {"id": "bye", "text": "Good bye!"},
        ],
    }
)  # fmt: skip
AT_START = begun("orders", ORDERS, NOON)


def typed(text: str) -> Mention:
    return a_mention("2001", text)


def clicked(title: str, step: str = "start", flow: str = "orders") -> Mention:
    button = {"title": title, "payload": f"flow/cas_1/{flow}/{step}"}
    return a_mention("2001", title, incoming={"clicked_buttons": [button]})


def go(said: Mention, at: InFlow = AT_START, flow: Flow | None = ORDERS) -> Any:
    return step_on(at, flow, "cas_1", said, NOON + HOUR / 2)


@pytest.mark.parametrize("said", [clicked("My order"), typed("my order"), typed("1"), typed("1.")])
def test_a_click_its_words_and_its_number_lead_on(said: Mention) -> None:
    move = go(said)

    assert (move.step.id, move.button.tags, move.end) == ("order", ("order",), None)
    assert move.leaves == InFlow(flow_id="orders", step="order", until=NOON + HOUR * 1.5, said=2)


def test_a_flow_may_go_in_circles_each_round_by_a_click() -> None:
    state = AT_START
    for n in range(1, MOST_SAID):
        at_start = state.step == "start"
        state = go(clicked("My order" if at_start else "Back", state.step), state).leaves
        assert state.said == n + 1

    move = go(clicked("Back", state.step), state)

    assert (move.step, move.leaves, move.end) == (None, None, "handed_over")
    assert "50 messages" in move.reason


@pytest.mark.parametrize(
    ("title", "step", "last_word", "end"),
    [
        ("A person", "start", "bye", "handed_over"),
        ("Nothing", "start", None, "finished"),
        ("All is well", "order", "bye", "finished"),
        ("Leave it open", "order", "bye", "finished"),
    ],
)
def test_a_flow_ends_at_an_agent_at_a_last_word_or_with_nothing(
    title: str, step: str, last_word: str | None, end: str
) -> None:
    move = go(clicked(title, step), AT_START.model_copy(update={"step": step}))

    assert (move.step and move.step.id, move.end, move.leaves) == (last_word, end, None)


def test_an_earlier_button_still_leads_on_from_its_own_step() -> None:
    later = AT_START.model_copy(update={"step": "order"})

    assert go(clicked("My order", "start"), later).step.id == "order"
    assert go(clicked("My order", "start", flow="another"), later).fallback


def test_something_else_is_answered_once_and_then_left_to_agents() -> None:
    first = go(typed("Hello?"))
    again = go(typed("Hello??"), first.leaves)
    then = go(typed("My order"), first.leaves)

    assert (first.fallback, first.step.id, first.leaves.fell_back) == (True, "start", True)
    assert (again.step, again.end) == (None, "handed_over")
    assert (then.step.id, then.leaves.fell_back) == ("order", False)


@pytest.mark.parametrize("flow", [None, ORDERS])
def test_what_is_no_longer_in_the_flow_is_left_to_agents(flow: Flow | None) -> None:
    """Conversations go on with the flow as it is now, as waits do (A30)."""
    gone = AT_START.model_copy(update={"step": "gone"})

    assert go(typed("1"), gone, flow).end == "handed_over"


def test_who_has_the_conversation_stands_in_the_case() -> None:
    case = a_case(flow=AT_START, handled_by="flow")

    assert handed(case, go(typed("1")))["handled_by"] == HandledBy(type="flow", flow_id="orders")
    assert handed(case, go(clicked("A person"))) == {"flow": None, "handled_by": HandledBy(type="agent")}
    assert handed(case, go(clicked("Nothing"))) == {"flow": None, "handled_by": None}


def test_buttons_say_which_case_flow_and_step_they_belong_to() -> None:
    [first, *_] = buttons(ORDERS.steps[0], "orders", "cas_1")

    assert (first.title, first.payload) == ("My order", "flow/cas_1/orders/start")


def come_in(incoming: IncomingMention, case: Case) -> Transaction:
    view = View(cases={case.id: case}, profiles={("facebook", "u77"): KNOWN})
    number = 2 if opens_a_case(incoming, view, NOON) else None
    return admit(incoming, view, NOON, number)


def after(transaction: Transaction) -> tuple[Case, Mention]:
    cases = [write.after for write in transaction.writes if isinstance(write.after, Case)]
    mentions = [write.after for write in transaction.writes if isinstance(write.after, Mention)]
    return cases[0], mentions[0]


def in_flow(**changed: Any) -> Case:
    return a_case(**{"status": "pending", "flow": AT_START, "handled_by": "flow", **changed})


def test_what_is_written_to_a_flow_opens_nothing_and_says_whose_it_is() -> None:
    """A26: the flow says what comes of it; the customer has written all the same, and breaks a wait (A1)."""
    case, mention = after(come_in(a_private("2001", "My order"), in_flow()))

    assert (case.status, case.fence, case.last_message_by) == ("pending", 2, "customer")
    assert (mention.handled_by, mention.status) == (HandledBy(type="flow", flow_id="orders"), "new")


def test_after_its_time_a_flow_has_nothing_and_the_case_opens_again() -> None:
    case, mention = after(come_in(a_private("2001", "1"), in_flow(flow=begun("orders", ORDERS, NOON - HOUR))))

    assert (case.status, case.flow, case.handled_by, mention.handled_by) == ("unresolved", None, None, None)


def test_a_click_comes_into_the_case_of_its_button() -> None:
    """Also one that was opened by hand, and is not the author's latest."""
    by_hand = in_flow(id="cas_2", manual=True)
    click = a_private(
        "2001", "My order", clicked_buttons=[{"title": "My order", "payload": "flow/cas_2/orders/start"}]
    )
    view = View(cases={"cas_1": a_case(), "cas_2": by_hand}, profiles={("facebook", "u77"): KNOWN})
    stranger = {("facebook", "u77"): KNOWN.model_copy(update={"contact_id": "con_9"})}

    case, mention = after(admit(click, view, NOON))
    others, _ = after(admit(click, View(cases=view.cases, profiles=stranger), NOON))

    assert (case.id, mention.case_id, mention.handled_by is not None) == ("cas_2", "cas_2", True)
    assert others.id == "cas_1"


def test_a_click_on_an_old_button_in_a_resolved_case_is_a_new_conversation() -> None:
    """Domain 1.3, rule 5."""
    case, mention = after(come_in(a_private("2001", "1"), in_flow(status="resolved")))

    assert (case.id != "cas_1", mention.handled_by) == (True, None)


@pytest.mark.parametrize(("text", "ends"), [("What is it about?", False), ("I am Nora, hello", True)])
def test_what_an_agent_writes_ends_a_flow_and_what_the_flow_itself_wrote_does_not(
    text: str, ends: bool
) -> None:
    """Platforms tell of both alike."""
    state = saying(AT_START, "What is it about?")
    case = in_flow(flow=state)
    parent = a_mention("1001", case_id="cas_1", incoming={"private": True})
    ours = our_reply("3001", "1001", message__content=text)
    view = View(mentions={parent.unique_id: parent}, cases={"cas_1": case})

    now, _ = after(admit_ours(ours, view, NORA, NOON, no_hours))

    assert (now.flow is None, now.handled_by and now.handled_by.type) == (ends, "agent" if ends else "flow")
