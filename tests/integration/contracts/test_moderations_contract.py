"""What every Moderations shows: an act as it was last written, lists, what is overdue (R3, R5)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.adapters.dynamo_moderations import DynamoModerations
from inbox_recipes.clauses import Clause
from inbox_recipes.errors import Stale
from inbox_recipes.moderations import Moderation, Remark
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, Moderations, Transaction
from inbox_recipes.runs import Claim
from tests.builders import NOON, NORA
from tests.fakes import FakeInbox, FakeModerations, Store
from tests.integration.contracts.test_inbox_contract import walked

RECIPE = Actor(kind="recipe", id="rec_1", name="No swearing", version=3)


@dataclass(frozen=True)
class Kept:
    """Acts, and the inbox whose transactions write them."""

    inbox: Inbox
    acts: Moderations

    def write(self, before: Moderation | None, after: Moderation, **also: Any) -> str:
        transaction = Transaction(actor=after.by, at=NOON, moderation=(before, after), **also)
        return self.inbox.commit(transaction)


@pytest.fixture(params=["fake", "dynamo"])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "fake":
        store = Store()
        return Kept(FakeInbox(store), FakeModerations(store))
    aws = request.getfixturevalue("aws")
    return Kept(aws.inbox, DynamoModerations(aws.dynamo, aws.named("Ledger")))


def an_act(number: int = 1, **changed: Any) -> Moderation:
    whole: dict[str, Any] = {
        "id": f"mod_{number}", "what": "hide", "call": "hide", "unique_id": f"46283_{number}",
        "topic_id": "46283", "service": "facebook", "profile": "page", "author_id": "u77",
        "author_name": "Ana 📱", "text": "=1+1 é", "by": RECIPE, "state": "pending",
        "clauses": (Clause(path="filter/rules/0", wanted={"content.text": {"is": "é"}}, got=["é"]),),
        "due_at": NOON, "created_at": NOON + timedelta(minutes=number - 10), "updated_at": NOON,
    }  # fmt: skip
    return Moderation(**whole | changed)


def test_an_act_is_kept_as_it_was_last_written(kept: Kept) -> None:
    first = an_act(objection=Remark(by=NORA, reason="é", at=NOON))
    assert kept.acts.get("mod_1") is None

    kept.write(None, first)
    assert kept.acts.get("mod_1") == first
    after = first.cancelled("off", NOON)
    kept.write(first, after)

    assert kept.acts.get("mod_1") == after


def test_whoever_read_an_older_one_writes_nothing(kept: Kept) -> None:
    """The race of an objection and a deletion rests on this."""
    first = an_act()
    kept.write(None, first)
    kept.write(first, first.calls(NOON))

    for before in (None, first):
        with pytest.raises(Stale):
            kept.write(before, first.object(Remark(by=NORA, reason="no", at=NOON)))
    found = kept.acts.get("mod_1")
    assert found is not None
    assert (found.state, found.objection) == ("calling", None)


def test_a_claim_that_is_closed_is_told_and_nothing_is_written(kept: Kept) -> None:
    claim = ("run_1", Claim(position=0, action="remove_from_service", state="closed", outcome="done"))

    assert kept.write(None, an_act(1), claim=claim) == "done"
    assert kept.write(None, an_act(2), claim=claim) == "repeated"
    assert kept.acts.get("mod_2") is None


def test_acts_are_listed_newest_first_and_chosen_from(kept: Kept) -> None:
    for number in range(1, 6):
        kept.write(None, an_act(number, topic_id="7" if number == 1 else "46283"))
    kept.write(None, an_act(6, by=NORA, state="held", due_at=None))
    kept.write(None, an_act(7, created_at=NOON - timedelta(days=3), state="failed"))

    def ids(**chosen: Any) -> list[str]:
        found: list[Moderation] = walked(lambda cursor: kept.acts.listed(2, cursor, **chosen))
        return [act.id for act in found]

    assert ids() == ["mod_6", "mod_5", "mod_4", "mod_3", "mod_2", "mod_1", "mod_7"]
    assert ids(recipe_id="rec_1", topic_id="46283") == ["mod_5", "mod_4", "mod_3", "mod_2", "mod_7"]
    assert ids(state="held") == ["mod_6"]
    assert ids(since=NOON - timedelta(minutes=6)) == ["mod_6", "mod_5", "mod_4"]
    assert ids(until=NOON - timedelta(minutes=8)) == ["mod_1", "mod_7"]


def test_what_is_overdue_is_found_the_longest_due_first_until_it_is_over(kept: Kept) -> None:
    """R5"""
    soon = an_act(1, due_at=NOON - timedelta(minutes=6))
    sooner = an_act(2, due_at=NOON - timedelta(hours=1))
    for act in (soon, sooner, an_act(3, due_at=NOON + timedelta(hours=1)), an_act(4, due_at=None)):
        kept.write(None, act)

    assert [act.id for act in kept.acts.overdue(NOON, 10)] == ["mod_2", "mod_1"]
    assert [act.id for act in kept.acts.overdue(NOON, 1)] == ["mod_2"]
    kept.write(sooner, sooner.succeeded(NOON))
    kept.write(soon, soon.failed("an outage", NOON, again=True))
    assert list(kept.acts.overdue(NOON, 10)) == []
    later = NOON + timedelta(hours=2)
    assert [act.id for act in kept.acts.overdue(later, 10)] == ["mod_1", "mod_3"]
