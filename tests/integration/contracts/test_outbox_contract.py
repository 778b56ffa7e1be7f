"""What every Outbox shows: an item once, at its revision, in lists; and the marks of recipes (A9, R3, R6)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.adapters import dynamo_outbox
from inbox_recipes.adapters.dynamo_outbox import DynamoOutbox
from inbox_recipes.errors import Stale
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, Outbox, Transaction
from inbox_recipes.runs import Claim
from tests.builders import NOON, NORA, an_outbox_item
from tests.fakes import FakeInbox, FakeOutbox, Store, outbox
from tests.integration.contracts.test_inbox_contract import walked


@dataclass(frozen=True)
class Box:
    """An outbox, and the inbox whose transactions write it."""

    inbox: Inbox
    outbox: Outbox

    def write(self, before: OutboxItem | None, after: OutboxItem, **more: Any) -> str:
        return self.inbox.commit(Transaction(actor=NORA, at=NOON, outbox=(before, after), **more))


@pytest.fixture(params=["fake", "dynamo"])
def box(request: pytest.FixtureRequest) -> Box:
    if request.param == "fake":
        store = Store()
        return Box(FakeInbox(store), FakeOutbox(store))
    aws = request.getfixturevalue("aws")
    return Box(aws.inbox, DynamoOutbox(aws.dynamo, aws.named("Ledger")))


def test_an_item_is_written_once_and_then_at_its_revision(box: Box) -> None:
    item = an_outbox_item(text="é 📱")
    assert box.outbox.get("out_1") is None
    assert box.write(None, item) == "done"
    assert box.write(None, an_outbox_item(text="another")) == "repeated"
    assert box.outbox.get("out_1") == item

    later = item.next(NOON + timedelta(minutes=1), state="queued", decided_by=NORA)
    box.write(item, later)
    with pytest.raises(Stale):
        box.write(item, item.next(NOON, state="rejected"))
    assert box.outbox.get("out_1") == later
    assert (later.revision, later.automatic) == (2, False)


def test_an_item_and_the_claim_of_its_action_are_written_together(box: Box) -> None:
    over = Claim(position=0, action="reply", state="closed", outcome="done")
    box.write(None, an_outbox_item(), claim=("run_1", over))

    assert box.write(None, an_outbox_item("out_2"), claim=("run_1", over)) == "repeated"
    assert box.outbox.get("out_2") is None


def ids_of(box: Box, limit: int, **asked: Any) -> list[str]:
    found: list[OutboxItem] = walked(lambda cursor: box.outbox.listed(limit, cursor, **asked))
    return [each.id for each in found]


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_items_are_listed_newest_first_of_states_and_of_what_else_is_asked(box: Box, limit: int) -> None:
    recipe = Actor(kind="recipe", id="rec_2", name="S", version=1)
    different: tuple[dict[str, Any], ...] = (
        {"state": "sent", "case_id": "cas_1"},
        {"state": "draft", "profile": "other"},
        {"state": "sent", "by": recipe},
        {"state": "unknown", "approver": "nora"},
        {"state": "draft", "by": NORA},
    )
    for number, changed in enumerate(different):
        at = NOON + timedelta(hours=30 * number)
        box.write(None, an_outbox_item(f"out_{number}", date={"added": at, "updated": NOON}, **changed))

    assert ids_of(box, limit) == ["out_4", "out_3", "out_2", "out_1", "out_0"]
    assert ids_of(box, limit, states=("draft",)) == ["out_4", "out_1"]
    assert ids_of(box, limit, states=("sent", "unknown")) == ["out_3", "out_2", "out_0"]
    assert ids_of(box, limit, profile="other") == ["out_1"]
    assert ids_of(box, limit, recipe_id="rec_1") == ["out_3", "out_1", "out_0"]
    assert ids_of(box, limit, approver="nora") == ["out_3"]
    assert ids_of(box, limit, case_id="cas_1", states=("sent",)) == ["out_0"]
    assert ids_of(box, limit, states=("rejected",)) == []


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_a_page_looks_at_so_many_items_and_says_where_to_go_on(
    box: Box, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R17: asking for few of very many may not read everything that was ever sent."""
    monkeypatch.setattr(dynamo_outbox, "LOOKED_AT", 4)
    monkeypatch.setattr(outbox, "LOOKED_AT", 4)
    wanted = (0, 1, 7, 10)
    for number in range(11):
        at = NOON + timedelta(minutes=number)
        state = ("sent", "draft", "queued")[number % 3]
        case_id = "cas_1" if number in wanted else "cas_2"
        dated = {"added": at, "updated": NOON}
        box.write(None, an_outbox_item(f"out_{number}", date=dated, state=state, case_id=case_id))
    pages, cursor = [box.outbox.listed(limit, None, case_id="cas_1")], None
    while (cursor := pages[-1].next) is not None:
        pages.append(box.outbox.listed(limit, cursor, case_id="cas_1"))

    assert [each.id for page in pages for each in page.data] == [f"out_{n}" for n in reversed(wanted)]
    assert len(pages) == {1: 5, 2: 3, 20: 3}[limit]
    assert all(len(page.data) <= limit for page in pages)


def test_what_was_written_is_marked_for_the_conversation_and_the_contact(box: Box) -> None:
    """A9, R6: and by whom, a recipe or an agent."""
    written = an_outbox_item(mode="immediate", state="queued", conversation="cas_1")
    box.write(None, written)
    box.write(written, written.next(NOON, state="sent"))
    late = {"added": NOON + timedelta(seconds=1), "updated": NOON}
    box.write(None, an_outbox_item("out_2", by=NORA, conversation="cas_1", date=late, contact_id=None))

    mark, agents = box.outbox.marks("cas_1", NOON)
    assert (agents.item_id, agents.recipe_id, agents.automatic) == ("out_2", None, False)
    assert mark.automatic
    assert (mark.item_id, mark.recipe_id, mark.run_id, mark.mode) == ("out_1", "rec_1", "run_1", "immediate")
    assert list(box.outbox.marks("con_1", NOON)) == [mark]
    assert list(box.outbox.marks("cas_1", NOON + timedelta(seconds=1))) == [agents]
    assert list(box.outbox.marks("cas_2", NOON)) == []


AS_WRITTEN: tuple[dict[str, Any], ...] = (
    {"state": "queued", "decided_by": NORA},
    {"state": "draft", "mode": "draft"},
    {"state": "failed"},
)


@pytest.mark.parametrize("mode", ["immediate", "draft"])
@pytest.mark.parametrize("changed", AS_WRITTEN)
def test_a_mark_stays_as_it_was_written_whatever_becomes_of_the_item(
    box: Box, mode: str, changed: dict[str, Any]
) -> None:
    """A9, R6: what an agent lets go is no answer of an agent's; what was to be sent at once stays so."""
    item = an_outbox_item(mode=mode, state="draft", conversation="cas_1")
    box.write(None, item)
    written = list(box.outbox.marks("cas_1", NOON))
    box.write(item, item.next(NOON, **changed))

    assert list(box.outbox.marks("cas_1", NOON)) == written
    assert [(mark.automatic, mark.mode) for mark in written] == [(True, mode)]


def test_a_mark_stays_when_what_was_written_is_erased(box: Box) -> None:
    """R20: of what it is of, it tells nothing."""
    item = an_outbox_item(conversation="cas_1")
    box.write(None, item)
    box.write(item, item.erased(NOON))

    assert [mark.item_id for of in ("cas_1", "con_1") for mark in box.outbox.marks(of, NOON)] == ["out_1"] * 2
