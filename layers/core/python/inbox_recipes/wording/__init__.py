"""History in sentences, French or English, made from what each entry holds (rows 121-125). Pure.

An entry stays as it is: the sentence is made when somebody reads it. `deeds` has a row for each type of
entry, `reasons` one for each reason that the code gives. What has no row is told as it stands, in English;
the tests' store refuses such an entry, so that whoever adds a type or a reason words it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal, get_args

from inbox_recipes.clock import stamp
from inbox_recipes.history import HistoryEntry
from inbox_recipes.people import Actor
from inbox_recipes.wording.deeds import deed, without_words
from inbox_recipes.wording.reasons import in_french
from inbox_recipes.wording.terms import MONTHS

type Language = Literal["en", "fr"]
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")

WHO: dict[Language, dict[str, str]] = {
    "en": {
        "recipe": "recipe “{name}”",
        "agent": "{name}",
        "customer": "customer {name}",
        "system": "Inbox Recipes",
    },
    "fr": {
        "recipe": "recette « {name} »",
        "agent": "{name}",
        "customer": "client {name}",
        "system": "Inbox Recipes",
    },
}


@dataclass(frozen=True)
class Reader:
    """Whom a sentence is for: language, time zone of the clocks, and what users and teams are called."""

    language: Language
    zone: tzinfo
    names: Mapping[str, str] = field(default_factory=dict)


def sentence(entry: HistoryEntry, reader: Reader) -> str:
    """When, who, what and why."""
    language = reader.language
    who, colon = _who(entry.by, language), " :" if language == "fr" else ":"
    text = f"{stamp(entry.date.added)} - {who}{colon} {deed(entry, language, reader.names)}"
    if entry.reason:
        text += f" - {_reason(entry.reason, language)}"
    return STAMP.sub(lambda found: _clock(found.group(), reader), text)


def unworded(entry: HistoryEntry) -> str | None:
    """What of an entry there are no words for, if something."""
    kind = without_words(entry)
    if kind is not None:
        return f"the type {kind!r}"
    by_a_person = entry.detail.get("state") == "dismissed"  # in that person's words
    if entry.reason and not by_a_person and in_french(entry.reason) is None:
        return f"the reason {entry.reason!r}"
    return None


def preferred(accepted: str) -> Language:
    """The language that an `Accept-Language` asks for: of those there are, the one it likes best."""
    wished: dict[str, float] = {}
    for part in accepted.split(","):
        tag, _, quality = part.replace(" ", "").partition(";q=")
        if not quality or re.fullmatch(r"[01](\.\d{0,3})?", quality):
            wished.setdefault(tag.split("-")[0].lower(), float(quality or 1))
    known: tuple[Language, ...] = get_args(Language.__value__)
    best = max(known, key=lambda each: wished.get(each, 0))
    return best if wished.get(best) else "en"


def _who(actor: Actor, language: Language) -> str:
    return WHO[language][actor.kind].format(name=actor.name or actor.id)


def _reason(reason: str, language: Language) -> str:
    return (in_french(reason) or reason) if language == "fr" else reason


def _clock(moment: str, reader: Reader) -> str:
    """The reader's day and time. What only looks like a moment, in a customer's name say, stays as it is."""
    try:
        local = datetime.fromisoformat(moment).astimezone(reader.zone)
    except (ValueError, OverflowError):
        return moment
    return f"{local.day} {MONTHS[reader.language][local.month - 1]} {local:%Y, %H:%M:%S}"


def worded(entry: HistoryEntry, reader: Reader) -> dict[str, Any]:
    """An entry as JSON, with its sentence."""
    return {**entry.model_dump(mode="json"), "text": sentence(entry, reader)}
