"""Notes on mentions and cases, and what they ask to be done (rows 121, 122; A25, A36)."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from inbox_recipes.errors import Conflict, NotFound, Stale
from inbox_recipes.flows.notes import MOST_BYTES, NewNote, NotePatch, add_note, patch_note
from inbox_recipes.inbox import Object
from inbox_recipes.replay import replay, state_of
from tests.builders import a_private, a_rule_book
from tests.fakes import Meanwhile, World

MENTION = "46283_1001"


@pytest.fixture
def world(now: datetime) -> World:
    world = World(a_rule_book(), now)
    world.take_in(a_private())
    return world


def noted(world: World, text: str = "Call her", key: str = "k1", **new: object) -> str:
    wanted = NewNote.model_validate({"text": text, **new})
    note, _, _ = add_note("mention", MENTION, wanted, key, world.agent())
    return note.id


@pytest.mark.parametrize("log", ["mention", "case"])
def test_a_note_is_kept_with_its_author_and_told_in_the_items_own_history(world: World, log: Object) -> None:
    """Rows 122, 124."""
    item_id = MENTION if log == "mention" else world.case().id

    note, item, known = add_note(log, item_id, NewNote(text=" Call her ", todo="open"), "k", world.agent())

    assert (note.text, note.todo, note.by.id, note.by.name, note.date.added) == (
        "Call her", "open", "nora", "Nora", world.now,
    )  # fmt: skip
    assert (item.notes, item.revision, known) == ((note,), 2, False)
    line = world.store.history(log, item_id)[-1]
    assert (line.type, line.detail) == ("note", {"note_id": note.id, "todo": "open"})
    assert item.last_action
    assert item.last_action.type == "note"
    assert replay(world.store.history(log, item_id)) == (state_of(item), 2)


def test_the_same_key_is_the_same_note_a36(world: World) -> None:
    first = noted(world)
    note, item, known = add_note("mention", MENTION, NewNote(text="Call her"), "k1", world.agent())

    assert (note.id, item.revision, known) == (first, 2, True)
    assert noted(world, key="k2") != first
    with pytest.raises(Conflict, match="another text"):
        noted(world, text="Call him")


def test_a_note_overwrites_nobody_and_nobody_overwrites_it(world: World) -> None:
    meanwhile = Meanwhile("inbox.commit", lambda: noted(world, "First", "k0"))

    add_note("mention", MENTION, NewNote(text="Second"), "k1", world.agent(world.ports(meanwhile)))

    assert [note.text for note in world.mention(MENTION).notes] == ["First", "Second"]


def test_what_a_note_asks_for_is_done_once_a25(world: World) -> None:
    note_id = noted(world, todo="open")
    world.pass_time(minutes=5)

    note, item = patch_note("mention", MENTION, note_id, NotePatch(todo="done"), 2, world.agent())

    assert (note.todo, note.date.updated > note.date.added, item.revision) == ("done", True, 3)
    line = world.mention_history(MENTION)[-1]
    assert (line.type, line.detail) == (
        "note_todo", {"note_id": note_id, "todo": "done", "previous": "open"},
    )  # fmt: skip
    assert patch_note("mention", MENTION, note_id, NotePatch(todo="done"), 3, world.agent())[1].revision == 3
    assert replay(world.mention_history(MENTION)) == (state_of(world.mention(MENTION)), 3)


def test_a_note_that_is_not_there_and_a_version_that_is_gone(world: World) -> None:
    note_id = noted(world)
    with pytest.raises(NotFound, match="note with the id 'note_x'"):
        patch_note("mention", MENTION, "note_x", NotePatch(todo="done"), 2, world.agent())
    with pytest.raises(NotFound, match="case with the id 'cas_x'"):
        add_note("case", "cas_x", NewNote(text="x"), "k", world.agent())
    with pytest.raises(Stale):
        patch_note("mention", MENTION, note_id, NotePatch(todo="done"), 1, world.agent())


def test_notes_have_limits_that_are_said_r17(world: World) -> None:
    with pytest.raises(ValidationError):
        NewNote(text="x" * 4001)
    for number in range(MOST_BYTES // 4000):
        noted(world, "x" * 4000, f"k{number}")
    with pytest.raises(Conflict, match="at most 100 notes, with 40000 bytes"):
        noted(world, "x", "more")
