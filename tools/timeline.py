"""Histories as lines that a care team's lead can read: when, what, who did it, and why not.

Pure: it takes what the API answered and gives text. It fetches nothing and decides nothing; how one
entry is worded stands in `entry_words`.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import count
from typing import Any

from tools.entry_words import said, value_words
from tools.lines import WIDTH, author_name, opening, short
from tools.proofs import arrived, removed
from tools.webhook_receiver import Received

Json = dict[str, Any]

COLOURS = {"done": 32, "skipped": 33, "failed": 31, "unknown": 31, "shadow": 36}


@dataclass(frozen=True)
class Sample:
    """What one run of the sample left behind.

    `history` holds each mention's and case's entries by id, newest first as the API gives them;
    `posted` counts the answers to posted mentions; `webhooks` are those that came in. `answers` tells of
    what the outbox has sent what it answers, by unique ids; `sent` is what a played platform got, as entries
    like `history`'s; `moderation` are the records of what was removed.
    """

    mentions: list[Json]
    cases: list[Json]
    history: dict[str, list[Json]]
    posted: Counter[str]
    webhooks: list[Received]
    answers: dict[str, str] = field(default_factory=dict)
    sent: dict[str, list[Json]] = field(default_factory=dict)
    moderation: list[Json] = field(default_factory=list)


def timeline(sample: Sample, zone: tzinfo | None = None, *, colour: bool = False) -> list[str]:
    """All conversations in the order posted, then the summary; times in `zone` or the local one."""
    entries = [entry for log in sample.history.values() for entry in log]
    got = [entry for log in sample.sent.values() for entry in log]
    column = min(40, max((len(_who(entry)) for entry in (*entries, *got)), default=0))
    cases = {case["id"]: case for case in sample.cases}
    lines: list[str] = []
    for mentions in _conversations(sample):
        case = cases.get(mentions[0].get("case_id"))
        labels = {m["unique_id"]: f"m{n}" for m, n in zip(mentions, count(1), strict=False)}
        lines += _header(mentions, case, labels)
        if case:
            labels[case["id"]] = "case"
        for at, label, entry in _in_time_order((sample.history, sample.sent), labels):
            when = at.astimezone(zone).strftime("%H:%M:%S")
            start = f"  {when}  {label:4}  {short(_who(entry), column):{column}}  "
            outcome = f"{_outcome(entry):7}"
            text = textwrap.wrap(said(entry, labels, zone), WIDTH - len(start) - len(outcome) - 2)
            indent = " " * (len(start) + len(outcome) + 2)
            lines.append(f"{start}{_coloured(outcome, colour=colour)}  {text[0]}")
            lines += [indent + more for more in text[1:]]
        lines.append("")
    proofs = [*removed(sample.moderation, zone), *arrived(sample.webhooks, zone)]
    return [*lines, *proofs, *_summary(sample, entries)]


def _conversations(sample: Sample) -> Iterator[list[Json]]:
    """The mentions of one case, or of one public thread of replies, together.

    What was sent about a resolved case is in no case: it stands with what it answers.
    """
    known = {m["unique_id"]: m for m in sample.mentions}
    together: defaultdict[str, list[Json]] = defaultdict(list)
    for mention in sample.mentions:
        first, seen = mention, {mention["unique_id"]}
        while parent := known.get(_parent_id(first) or sample.answers.get(first["unique_id"], "")):
            if parent["unique_id"] in seen:
                break
            seen.add(parent["unique_id"])
            first = parent
        together[mention.get("case_id") or first.get("case_id") or first["unique_id"]].append(mention)
    yield from together.values()


def _header(mentions: list[Json], case: Json | None, labels: dict[str, str]) -> Iterator[str]:
    first = mentions[0]
    kind = "CASE" if case else "THREAD" if len(mentions) > 1 else "MENTION"
    topic = first["topic"].get("name") or first["topic"]["id"]
    yield short(" | ".join([kind, first["source"]["service"], author_name(first), topic]), WIDTH)
    if case:
        given = case.get("assignment") or {}
        facts = [
            case["status"],
            f"priority {case.get('priority') or 'none'}",
            f"tags {value_words(case.get('tags'), {}) or 'none'}",
            f"assigned to {value_words(list(given.values()), {}) or 'nobody'}",
            case["id"],
        ]
        text = " | ".join(facts)
        yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
    for mention in mentions:
        files = len(mention["message"].get("attachments") or [])
        who = "us" if mention["author"].get("managed") else author_name(mention)
        start = f"  {labels[mention['unique_id']]:4}{who}: "
        end = f" [{files} attached]" if files else ""
        yield start + opening(mention, WIDTH - len(start) - len(end)) + end


def _in_time_order(
    logs: tuple[dict[str, list[Json]], ...], labels: dict[str, str]
) -> list[tuple[datetime, str, Json]]:
    """The entries of several logs as one, oldest first; at one instant in their log's order.

    What the outbox tells of a message in the logs of both messages and of the case is told once.
    """
    found = [
        (datetime.fromisoformat(entry["date"]["added"]), label, entry)
        for history in logs
        for id_, label in labels.items()
        for entry in reversed(history.get(id_, []))
    ]
    once: dict[object, tuple[datetime, str, Json]] = {}
    for row in found:
        once.setdefault(_deed(row[2]), row)
    return sorted(once.values(), key=lambda row: row[0])


def _deed(entry: Json) -> object:
    """What the entry tells: of a message of ours the same in whichever log it stands, else its own."""
    item = (entry.get("detail") or {}).get("outbox_id")
    return (item, entry["type"], entry["outcome"], entry["date"]["added"]) if item else id(entry)


def _summary(sample: Sample, entries: list[Json]) -> list[str]:
    statuses = Counter(case["status"] for case in sample.cases)
    refused = Counter(each.refusal for each in sample.webhooks if each.refusal is not None)
    held = len(sample.webhooks) - refused.total()
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    runs: dict[str, set[str]] = defaultdict(set)
    for entry in {_deed(entry): entry for entry in entries}.values():
        # That a message was replied to is told beside the reply itself.
        if entry["by"]["kind"] == "recipe" and entry["type"] != "replied":
            rows[_who(entry)][entry["outcome"]] += 1
            runs[_who(entry)].add(entry.get("run_id") or entry["id"])
    outcomes = [*COLOURS, *sorted({o for row in rows.values() for o in row} - COLOURS.keys())]
    lines = [
        "SUMMARY",
        f"  mentions  {sum(sample.posted.values())}: {_counts(sample.posted)}",
        f"  cases     {len(sample.cases)}: {_counts(statuses)}",
        f"  webhooks  {len(sample.webhooks)} received: {held} with a verified signature",
        *(short(f"            {n} refused: {why}", WIDTH) for why, n in refused.items()),
        "",
        _row("recipe", "runs", *outcomes),
    ]
    for name, row in rows.items():
        lines.append(_row(name, len(runs[name]), *(row[outcome] for outcome in outcomes)))
    everything = sum(rows.values(), Counter[str]())
    times = sum(map(len, runs.values()))
    return [*lines, _row("all", times, *(everything[outcome] for outcome in outcomes))]


def _row(name: str, *cells: object) -> str:
    return f"  {short(name, 40):40}" + "".join(f"  {cell:>7}" for cell in cells)


def _who(entry: Json) -> str:
    """Who did it: a recipe or a platform by its name, everybody else by what they are."""
    by = entry["by"]
    name = by.get("name") or by.get("id") or ""
    if by["kind"] in ("recipe", "platform"):
        return str(name)
    if by["kind"] == "agent" and not by.get("name"):
        return "agent, over the API"  # a program's login has an id that says nothing to a reader
    return "inbox" if by["kind"] == "system" else f"{by['kind']} {name}".strip()


def _outcome(entry: Json) -> str:
    """Left out where it says nothing: what the inbox or a person did is done."""
    plain = entry["outcome"] == "done" and entry["by"]["kind"] != "recipe"
    return "" if plain else str(entry["outcome"])


def _coloured(outcome: str, *, colour: bool) -> str:
    code = COLOURS.get(outcome.strip())
    return f"\x1b[{code}m{outcome}\x1b[0m" if colour and code else outcome


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in counter.items()) or "none"


def _parent_id(mention: Json) -> str:
    """The unique id of what it replies to; nothing without such a message."""
    native = mention["source"].get("in_reply_to_message_id")
    return f"{mention['topic']['id']}_{native}" if native else ""
