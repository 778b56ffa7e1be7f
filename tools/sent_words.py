"""What a played Facebook was really sent, as entries that stand in the timeline beside the history's own.

Pure. Only calls that change something are told: Facebook is also asked what it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tools.platform_sandbox.played import Call

Json = dict[str, Any]


def sent(calls: Iterable[Call], topic: str) -> dict[str, list[Json]]:
    """Newest first by the unique id of the mention that each call made or is about, as histories are."""
    entries: defaultdict[str, list[Json]] = defaultdict(list)
    for call in calls:
        if call.called.method != "GET" and call.answer is not None:
            native, type_, detail = _deed(call)
            outcome = "done" if call.answer.status < 300 else "failed"
            entry = {
                "id": f"{native}-{call.at.isoformat()}", "type": type_, "outcome": outcome, "detail": detail,
                "by": {"kind": "platform", "name": call.service.capitalize()},
                "date": {"added": call.at.isoformat()},
            }  # fmt: skip
            entries[f"{topic}_{native}"].insert(0, entry)
    return dict(entries)


def _deed(call: Call) -> tuple[str, str, Json]:
    """The message that it is about, the type of the entry, and what was sent."""
    body: Json = call.called.body
    made: Json = call.answer.body if call.answer else {}
    about = call.called.path.rsplit("/", 1)[-1]
    match body:
        case {"message": str(text)}:
            return str(made.get("id", about)), "was_sent_publicly", {"text": _line(text)}
        case {"message": {"text": text} as message}:
            buttons = [each["title"] for each in message.get("quick_replies", [])]
            return (
                str(made.get("message_id", about)),
                "was_sent_privately",
                {"text": _line(text), "buttons": buttons},
            )
        case {"is_hidden": hidden}:
            return about, "was_told_to_hide" if hidden else "was_told_to_show", {}
        case _:
            return about, f"was_sent_{call.called.method}", {"path": call.called.path, **body}


def _line(text: str) -> str:
    return " ".join(text.split())
