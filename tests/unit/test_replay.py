"""Two histories that always agree with the state (rows 121-125), over generated lives."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox_recipes.history import Change
from inbox_recipes.inbox import Case, CaseTimestamps, LastAction, Mention
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.replay import (
    NOT_IN_A_CASE,
    NOT_IN_A_MENTION,
    TOLD_BY_THE_LINE,
    HistoryGap,
    changes,
    replay,
    state_of,
    with_changes,
)  # fmt: skip
from tests.builders import NOON, NORA, a_case, a_mention, a_note, a_private, our_reply
from tests.fakes import World
from tests.lives import STEPS, Life, Step, a_busy_rule_book


@given(st.lists(STEPS, min_size=3, max_size=25))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_replaying_a_history_gives_the_present_state(steps: list[Step]) -> None:
    """Arrivals, agents, recipes and merges, two writers at a time: every item is what its lines tell."""
    life = Life(World(a_busy_rule_book(), NOON))

    life.live(steps)

    assert life.disagreements() == []


def test_the_lives_are_rich() -> None:
    """All that a history can tell does happen in some life."""
    life = Life(World(a_busy_rule_book(), NOON))
    for number, kind in enumerate((0, 1, 7, 3, 8, 11, 5, 6, 9, 10, 1, 4, 5, 6, 8, 10)):
        life.live([(kind, which, (which + number) % 8, which == 3) for which in range(8)])

    logs = life.world.store.logs.values()
    kinds = {entry.type for log in logs for entry in log.values() if entry.revision is not None}
    assert kinds >= {
        "arrived", "case_created", "mention_added", "replied", "status_changed", "add_tags", "remove_tags",
        "assign", "edit", "mentions_linked", "mentions_unlinked", "linked", "unlinked", "contact_merged",
    }  # fmt: skip
    assert life.disagreements() == []


def a_history() -> tuple[World, str]:
    world = World(a_busy_rule_book(), NOON)
    world.take_in(a_private(), our_reply("1002", to="1001"))
    world.settle()
    world.patch_case(status="pending", tags=["a"])
    return world, world.case().id


def test_a_line_that_is_missing_is_noticed() -> None:
    world, case_id = a_history()
    lines = world.case_history(case_id)

    for missing in [line for line in lines if line.revision is not None][:-1]:
        with pytest.raises(HistoryGap):
            replay([line for line in lines if line is not missing])


def test_a_line_that_was_changed_is_noticed() -> None:
    world, case_id = a_history()
    lines = sorted(
        (line for line in world.case_history(case_id) if line.revision), key=lambda x: x.revision or 0
    )
    first = lines[0].changes or {}
    forged = lines[0].model_copy(update={"changes": first | {"status": Change(after="resolved")}})

    with pytest.raises(HistoryGap, match="status was"):
        replay([forged, *lines[1:]])


@pytest.mark.parametrize("model", [Mention, Case])
def test_every_property_is_either_told_or_never_changes(model: Any) -> None:
    """A new property is told without anybody thinking of it; what is left out stands here by name."""
    left_out = TOLD_BY_THE_LINE | (NOT_IN_A_CASE if model is Case else NOT_IN_A_MENTION)
    item = a_case() if model is Case else a_mention()
    full: dict[str, Any] = {
        "case_id": "cas_1", "other_case_ids": ("cas_2",), "notes": (a_note(),), "tags": ("a",),
    }  # fmt: skip
    told = {path.split("/")[0] for path in state_of(item.model_copy(update=full))}

    assert left_out <= set(model.model_fields)
    assert told & left_out == set()


def test_notes_are_told_one_by_one() -> None:
    """A long list of notes does not make every later line long."""
    before = a_case(notes=tuple(a_note(str(number)) for number in range(50)))
    after = before.model_copy(update={"notes": (*before.notes, a_note("new"))})

    assert list(changes(before, after)) == ["notes/50"]


def test_a_line_tells_what_came_out_different_and_nothing_else() -> None:
    before = a_case(tags=("a",))
    done = LastAction(type="x", by="agent", by_id="nora", at=NOON)
    after = before.model_copy(
        update={"tags": ("a", "b"), "revision": 2, "last_action": done,
                "timestamps": CaseTimestamps(handled_since=NOON)}
    )  # fmt: skip
    world = World(a_busy_rule_book(), NOON)
    world.take_in(a_private())
    line = Transaction(actor=NORA, at=NOON, lines=world.store.journal[0].lines[1:2]).lines[0]
    mine = line.model_copy(update={"item_id": before.id})

    told = with_changes(Transaction(actor=NORA, at=NOON, writes=(Write(before, after),), lines=(mine,)))

    entry = told.lines[0].entry
    assert entry.revision == 2
    assert {path: (each.before, each.after) for path, each in (entry.changes or {}).items()} == {
        "tags": (["a"], ["a", "b"]), "timestamps/handled_since": (None, "2026-11-22T12:00:00Z"),
    }  # fmt: skip
