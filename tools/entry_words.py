"""One history entry in words: what was done, with what, what it was before, and why not.

Pure. Which entries there are and how they stand on the page is the timeline's business. An entry of
a type or shape that is not known here is told with all that it says.
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Any

Json = dict[str, Any]

# How a type of entry is worded, which of its details need no name beside those words, and which
# say nothing to a reader who sees the whole conversation.
SENT = ("outbox_id", "mode", "service", "profile", "attempts", "native_id", "decided_by")
"""What stands in the outbox for whoever wants to know it."""
WORDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "arrived": ("arrived", (), ("case_id",)),
    "case_created": ("case opened", (), ("title",)),
    "mention_added": ("message joins the case", ("unique_id",), ("outgoing",)),
    "status_changed": ("status", ("status",), ()),
    "reopened": ("reopened by the customer's reply", ("status",), ()),
    "replied": ("replied", ("unique_id",), ()),
    "recipe": ("the whole recipe", (), ("occurrence_id",)),
    "add_tags": ("add tags", ("tags", "added"), ("target",)),
    "remove_tags": ("remove tags", ("tags", "removed"), ()),
    "assign": ("assign to", ("users", "teams"), ("mode",)),
    "assign_case": ("assign the case to", ("users", "teams"), ("mode",)),
    "smart_assign": ("assign to who knows the customer", ("users", "teams"), ("looked_at", "within")),
    "tag_case": ("tag the case", ("tags", "added"), ()),
    "set_case_pending": ("set the case to", ("status",), ()),
    "edit": ("edit", ("property", "value"), ()),
    "resolve": ("resolve", (), ("status",)),
    "set_case_status": ("set the case to", ("status",), ()),
    "webhook": ("webhook", ("webhook", "name"), ("delivery_id",)),
    "wait": ("wait", (), ("due_at",)),
    "reply": ("reply", ("state",), SENT),
    "send_private_reply": ("private reply", ("state",), SENT),
    "send_public_reply": ("public reply", ("state",), SENT),
    "reply_edited": ("reply edited", (), (*SENT, "state", "text_changed")),
    "reply_approved": ("reply approved", (), (*SENT, "state")),
    "reply_rejected": ("reply rejected", (), (*SENT, "state")),
    "reply_sent_again": ("reply to be sent again", (), (*SENT, "state")),
    "reply_settled": ("what became of the reply", (), (*SENT, "state")),
    "remove_from_service": ("on the platform", ("what",), ("service", "profile", "state", "moderation_id")),
    "survey_asked": ("survey asked", ("survey",), ("survey_id",)),
    "survey_answered": ("survey answered", ("survey", "score"), ("survey_id",)),
    "was_sent_privately": ("was sent, in private", ("text",), ()),
    "was_sent_publicly": ("was sent, in public", ("text",), ()),
    "was_told_to_hide": ("was told to hide it", (), ()),
    "was_told_to_show": ("was told to show it again", (), ()),
    "notify": ("notify", (), ("notification_id", "recipients", "threshold", "interval_minutes")),
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def said(entry: Json, labels: dict[str, str], zone: tzinfo | None = None) -> str:
    """One entry in words; `labels` are short names of the mentions and the case it may name."""
    kind, detail = entry["type"], dict(entry.get("detail") or {})
    if kind == "status_changed" and entry["by"]["kind"] == "customer":
        kind = "reopened"
    if "with_case" in detail:
        kind, detail = "resolved with its case", {}
    if entry["outcome"] == "shadow" and detail.get("would"):
        return f"would {value_words(detail['would'], labels)}"
    text = _deed(kind, detail, labels)
    if reason := entry.get("reason"):
        text += f" - {reason if ' ' in reason else reason.replace('_', ' ')}"
    at = datetime.fromisoformat(entry["date"]["added"])
    return MOMENT.sub(lambda found: _clock(found.group(), at, zone), text)


def _deed(kind: str, detail: Json, labels: dict[str, str]) -> str:
    """A type and its details in words; what it was before stands in brackets."""
    phrase, unnamed, silent = WORDS.get(kind, (kind.replace("_", " "), (), ()))
    parts = [
        text if key in unnamed else f"{key.replace('_', ' ')} {text}"
        for key, value in detail.items()
        if key not in (*silent, "previous") and (text := value_words(value, labels))
    ]
    text = f"{phrase}: {', '.join(parts)}" if parts else phrase
    before = detail.get("previous")
    was = value_words(list(before.values()) if isinstance(before, dict) else before, labels)
    return f"{text} (was {was})" if was else text


def value_words(value: object, labels: dict[str, str]) -> str:
    """A detail's value without brackets and quotes; nothing for nothing."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, dict) and value.get("type") in WORDS:
        return _deed(value["type"], {k: v for k, v in value.items() if k != "type"}, labels)
    if isinstance(value, dict):
        return ", ".join(f"{key} {value_words(inner, labels) or 'none'}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(filter(None, (value_words(inner, labels) for inner in value)))
    return labels.get(str(value), str(value))


def _clock(moment: str, at: datetime, zone: tzinfo | None) -> str:
    """A moment as the clock on the wall shows it, with the day when it is not that of `at`."""
    local = datetime.fromisoformat(moment).astimezone(zone)
    same_day = local.date() == at.astimezone(zone).date()
    return local.strftime("%H:%M:%S" if same_day else "%d %b %H:%M:%S")
