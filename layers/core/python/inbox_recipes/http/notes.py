"""Notes on mentions and cases, and what they ask to be done."""

from inbox_recipes.flows.notes import NewNote, NotePatch, add_note, patch_note
from inbox_recipes.http.inbox import agent, plain
from inbox_recipes.http.request import Answer, Request, versioned
from inbox_recipes.inbox import Object
from inbox_recipes.validation import validated


def note_mention(request: Request) -> Answer:
    """Write a note on a mention."""
    return _add(request, "mention", request.path["unique_id"])


def note_case(request: Request) -> Answer:
    """Write a note on a case."""
    return _add(request, "case", request.path["id"])


def change_mention_note(request: Request) -> Answer:
    """Say that what a mention's note asks for is done, or not."""
    return _change(request, "mention", request.path["unique_id"])


def change_case_note(request: Request) -> Answer:
    """Say that what a case's note asks for is done, or not."""
    return _change(request, "case", request.path["id"])


def _add(request: Request, log: Object, item_id: str) -> Answer:
    new = validated(NewNote, request.json())
    note, item, known = add_note(log, item_id, new, request.idempotency_key, agent(request))
    if known:
        return versioned(plain(note), item.revision).repeated()
    location = f"/{log}s/{item_id}/notes/{note.id}"
    return versioned(plain(note), item.revision, 201, location)


def _change(request: Request, log: Object, item_id: str) -> Answer:
    seen = request.seen()
    patch = validated(NotePatch, request.json())
    note, item = patch_note(log, item_id, request.path["note_id"], patch, seen, agent(request))
    return versioned(plain(note), item.revision)
