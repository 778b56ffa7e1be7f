"""Who handled a contact, as found in what is written (A6)."""

from datetime import datetime
from typing import Any

from inbox_recipes.handling import Hand, Handled, acts
from inbox_recipes.inbox import Assignment, Case, Mention
from inbox_recipes.people import Actor
from inbox_recipes.ports import Transaction, Write
from tests.builders import CUSTOMER, NOON, NORA, a_case, a_mention

RECIPE = Actor(kind="recipe", id="rec_1", name="Route", version=1)
TEAM = Assignment(teams=("team_1",))


def changed[Item: (Mention, Case)](item: Item, **to: Any) -> Write:
    return Write(item, item.model_copy(update={**to, "revision": item.revision + 1}))


def hands(*writes: Write, actor: Actor = NORA) -> dict[str, list[tuple[str, str, str]]]:
    """By contact: kind, id and deed of everybody who handled it."""
    found = acts(Transaction(actor=actor, at=NOON, writes=writes))
    return {who: [(hand.kind, hand.id, hand.did) for hand in act.hands] for who, act in found.items()}


def test_an_agent_who_resolves_has_handled_the_contact_and_so_has_the_team(now: datetime) -> None:
    nora = [("user", "nora", "resolved")]

    assert hands(changed(a_mention(), status="done")) == {"con_1": nora}
    with_team = hands(changed(a_case(assignment=TEAM), status="resolved"))
    assert with_team == {"con_1": [*nora, ("team", "team_1", "resolved")]}


def test_an_agent_who_replies_has_handled_the_contact() -> None:
    reply = a_mention("1002", incoming={"author__managed": True})
    case = changed(a_case(assignment=TEAM), last_message_by="us")

    assert hands(Write(None, reply), case) == {"con_1": [("user", "nora", "replied")]}


def test_whoever_is_assigned_has_handled_the_contact_whoever_did_it() -> None:
    """A6: of what recipes do, only the assignment counts."""
    write = changed(a_mention(assignment=TEAM), assignment=Assignment(users=("omar",), teams=("team_1",)))

    omar = {"con_1": [("user", "omar", "was assigned")]}
    assert hands(write) == omar
    assert hands(write, actor=RECIPE) == omar


def test_nothing_else_counts() -> None:
    """A6"""
    resolved = changed(a_case(), status="resolved")
    assert hands(resolved, actor=RECIPE) == {}
    assert hands(changed(a_case(), status="unresolved"), actor=CUSTOMER) == {}
    assert hands(changed(a_case(), status="pending", tags=("a",))) == {}
    assert hands(changed(a_mention(status="done"), tags=("a",))) == {}
    assert hands(changed(a_case(assignment=TEAM), assignment=Assignment())) == {}
    assert hands(Write(None, a_mention()), actor=CUSTOMER) == {}
    assert hands(changed(a_mention(contact_id=None), status="done")) == {}


def test_what_changes_together_is_one_act_told_of_the_first_item() -> None:
    both = changed(a_case(), status="resolved"), changed(a_mention(), status="done")
    other = changed(a_mention("1002", contact_id="con_2"), status="done")

    found = acts(Transaction(actor=NORA, at=NOON, writes=(*both, other)))

    nora = (Hand(kind="user", id="nora", did="resolved"),)
    assert found == {
        "con_1": Handled(at=NOON, about="case", item_id="cas_1", revision=2, hands=nora),
        "con_2": Handled(at=NOON, about="mention", item_id="46283_1002", revision=2, hands=nora),
    }


def test_one_change_may_have_several_hands() -> None:
    write = changed(a_mention(), status="done", assignment=Assignment(users=("omar",)))

    assert hands(write) == {"con_1": [("user", "nora", "resolved"), ("user", "omar", "was assigned")]}
