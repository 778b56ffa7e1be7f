"""The sample's conversations, from their short form in YAML to dated steps with full mentions.

Pure: it posts nothing and reads no clock. The short form is explained at the top of
`sample/conversations.yaml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

BETWEEN_MESSAGES = timedelta(minutes=2)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
ENTITIES = {"hashtag": r"(?<!\w)#(\w+)", "url": r"https?://\S+", "user": r"(?<!\S)@(\w+)"}


@dataclass(frozen=True)
class Step:
    """What happens `after` the start: a mention comes in, or an agent sets its case's status."""

    after: timedelta
    mention: Json
    case_status: str | None = None

    @property
    def unique_id(self) -> str:
        return f"{self.mention['topic']['id']}_{self.mention['id']}"


def steps(book: Json, topics: list[Json], run: str, start: datetime) -> list[Step]:
    """Every step of every conversation in the order of time; `run` goes before each id.

    The same run gives the same ids of messages and people, so posting it twice adds nothing;
    another run is other people who write the same words.
    """
    known = {topic["id"]: topic for topic in topics}
    happened = [
        step
        for conversation in book["conversations"]
        for step in _conversation(conversation, book["us"], known[conversation["topic"]], run, start)
    ]
    return sorted(happened, key=lambda step: step.after)


def _conversation(told: Json, us: Json, topic: Json, run: str, start: datetime) -> list[Step]:
    """The steps of one conversation.

    A message replies to the other side's latest one, else (in public) to the thread's first.
    """
    found: list[Step] = []
    after, published = timedelta(0), start - duration(told["ago"])
    first: str | None = None
    latest: dict[bool, str] = {}  # by who wrote: True is us
    for number, step in enumerate(told["steps"], 1):
        if "pause" in step:
            after += duration(step["pause"])
            published = start + after
            continue
        if "agent" in step:
            found.append(Step(after, found[-1].mention, step["agent"]["case"]))
            continue
        ours = "us" in step
        id_ = f"{run}{told['id']}{number:02}"
        mention = _mention(told, step, us[told["service"]], topic, run)
        mention["id"] = mention["source"]["id"] = id_
        thread = None if told.get("private") else first
        mention["source"]["in_reply_to_message_id"] = latest.get(not ours, thread)
        mention["message"]["type"] = _type(told, reply=first is not None)
        mention["date"] = {"published": _rfc3339(published)}
        found.append(Step(after, mention))
        first = first or id_
        latest[ours] = id_
        published += BETWEEN_MESSAGES if not after else timedelta(seconds=1)
    return found


def _mention(told: Json, step: Json, us: Json, topic: Json, run: str) -> Json:
    """The mention of one message, all but what depends on its place in the conversation."""
    ours = "us" in step
    text = step["us"] if ours else step["text"]
    customer = step.get("by") or told["customer"]
    person = us if ours else {**customer, "id": f"{run}{customer['id']}"}
    return {
        "topic": {"id": topic["id"], "name": topic["name"]},
        "project": topic["project"],
        "message": _known(
            title=step.get("title"),
            content=text.strip(),
            language=told.get("language", "fr"),
            sentiment=None if ours else step.get("sentiment", "neutral"),
            entities={kind: re.findall(pattern, text) for kind, pattern in ENTITIES.items()},
            attachments=[_attachment(name) for name in step.get("attachments", [])],
        ),
        "source": {"service": told["service"], "profile": us["profile"]},
        "author": _known(
            id=person["id"],
            name=person["name"],
            fullname=person["fullname"],
            managed=ours,
            followers=person.get("followers"),
        ),
        "location": {"country": told.get("country", "FR")},
        "private": bool(told.get("private")),
        "tags": [],
    }


def _known(**facts: object) -> Json:
    """What is known: a fact without a value is left out, as services do."""
    return {name: value for name, value in facts.items() if value is not None}


def _type(told: Json, *, reply: bool) -> str:
    if told.get("private"):
        return "privatemessage"
    if told["service"] == "facebook":
        return "comment"
    return "reply" if reply else "post"


def _attachment(name: str) -> Json:
    kind = "image" if name.endswith((".png", ".jpg")) else "file"
    return {"type": kind, "name": name, "url": f"https://files.orvane.example/{name}"}


def duration(text: str) -> timedelta:
    """`90s`, `12m`, `3h`."""
    return timedelta(**{UNITS[text[-1]]: int(text[:-1])})


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
