"""Histories as lines that a care team's lead can read: when, what, who did it, and why not.

Pure: it takes what the API answered and gives text. It fetches nothing and decides nothing; how one
entry is worded stands in `entry_words`.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import count
from typing import Any

from tools.entry_words import said, value_words
from tools.webhook_receiver import Received

Json = dict[str, Any]

WIDTH = 120
COLOURS = {"done": 32, "skipped": 33, "failed": 31, "unknown": 31, "shadow": 36}


@dataclass(frozen=True)
class Sample:
    """What one run of the sample left behind.

    `history` holds each mention's and case's entries by id, newest first as the API gives them;
    `posted` counts the answers to posted mentions; `webhooks` are those that came in.
    """

    mentions: list[Json]
    cases: list[Json]
    history: dict[str, list[Json]]
    posted: Counter[str]
    webhooks: list[Received]


def timeline(sample: Sample, zone: tzinfo | None = None, *, colour: bool = False) -> list[str]:
    """All conversations in the order posted, then the summary; times in `zone` or the local one."""
    entries = [entry for log in sample.history.values() for entry in log]
    column = min(40, max((len(_who(entry)) for entry in entries), default=0))
    cases = {case["id"]: case for case in sample.cases}
    lines: list[str] = []
    for mentions in _conversations(sample.mentions):
        case = cases.get(mentions[0].get("case_id"))
        labels = {m["unique_id"]: f"m{n}" for m, n in zip(mentions, count(1), strict=False)}
        lines += _header(mentions, case, labels)
        if case:
            labels[case["id"]] = "case"
        for at, label, entry in _in_time_order(sample.history, labels):
            when = at.astimezone(zone).strftime("%H:%M:%S")
            start = f"  {when}  {label:4}  {_short(_who(entry), column):{column}}  "
            outcome = f"{_outcome(entry):7}"
            text = textwrap.wrap(said(entry, labels, zone), WIDTH - len(start) - len(outcome) - 2)
            indent = " " * (len(start) + len(outcome) + 2)
            lines.append(f"{start}{_coloured(outcome, colour=colour)}  {text[0]}")
            lines += [indent + more for more in text[1:]]
        lines.append("")
    return [*lines, *_arrived(sample.webhooks, zone), *_summary(sample, entries)]


def opening(mention: Json, length: int) -> str:
    """The first words of a mention, on one line."""
    return _short(" ".join(mention["message"]["content"].split()), length)


def _conversations(mentions: list[Json]) -> Iterator[list[Json]]:
    """The mentions of one case, or of one public thread of replies, together."""
    by_native = {(m["topic"]["id"], m["id"]): m for m in mentions}
    together: defaultdict[str, list[Json]] = defaultdict(list)
    for mention in mentions:
        first, seen = mention, {mention["id"]}
        while parent := by_native.get((first["topic"]["id"], _parent_id(first))):
            if parent["id"] in seen:
                break
            seen.add(parent["id"])
            first = parent
        together[mention.get("case_id") or first["unique_id"]].append(mention)
    yield from together.values()


def _header(mentions: list[Json], case: Json | None, labels: dict[str, str]) -> Iterator[str]:
    first = mentions[0]
    kind = "CASE" if case else "THREAD" if len(mentions) > 1 else "MENTION"
    topic = first["topic"].get("name") or first["topic"]["id"]
    yield _short(" | ".join([kind, first["source"]["service"], _name(first), topic]), WIDTH)
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
        who = "us" if mention["author"].get("managed") else _name(mention)
        start = f"  {labels[mention['unique_id']]:4}{who}: "
        end = f" [{files} attached]" if files else ""
        yield start + opening(mention, WIDTH - len(start) - len(end)) + end


def _in_time_order(
    history: dict[str, list[Json]], labels: dict[str, str]
) -> list[tuple[datetime, str, Json]]:
    """The entries of several logs as one, oldest first; at one instant in their log's order."""
    found = [
        (datetime.fromisoformat(entry["date"]["added"]), label, entry)
        for id_, label in labels.items()
        for entry in reversed(history.get(id_, []))
    ]
    return sorted(found, key=lambda row: row[0])


def _arrived(webhooks: list[Received], zone: tzinfo | None) -> Iterator[str]:
    """What the receiver got: when, at which address, about whom."""
    if not webhooks:
        return
    yield "WEBHOOKS, as they arrived"
    for each in webhooks:
        body = each.body if isinstance(each.body, dict) else {}
        mention = body.get("mention", body)
        about = f"{_name(mention)}: {opening(mention, WIDTH)}" if mention else "-"
        checked = "signature verified" if each.refusal is None else f"refused: {each.refusal}"
        start = f"  {each.at.astimezone(zone):%H:%M:%S}  {_short(each.path, 20):20}  "
        line = f"{checked:18}  {'the case of ' if 'case' in body else ''}{about}"
        yield _short(start + line, WIDTH)
    yield ""


def _summary(sample: Sample, entries: list[Json]) -> list[str]:
    statuses = Counter(case["status"] for case in sample.cases)
    refused = Counter(each.refusal for each in sample.webhooks if each.refusal is not None)
    held = len(sample.webhooks) - refused.total()
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    runs: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry["by"]["kind"] == "recipe":
            rows[_who(entry)][entry["outcome"]] += 1
            runs[_who(entry)].add(entry.get("run_id") or entry["id"])
    outcomes = [*COLOURS, *sorted({o for row in rows.values() for o in row} - COLOURS.keys())]
    lines = [
        "SUMMARY",
        f"  mentions  {sum(sample.posted.values())} posted: {_counts(sample.posted)}",
        f"  cases     {len(sample.cases)}: {_counts(statuses)}",
        f"  webhooks  {len(sample.webhooks)} received: {held} with a verified signature",
        *(_short(f"            {n} refused: {why}", WIDTH) for why, n in refused.items()),
        "",
        _row("recipe", "runs", *outcomes),
    ]
    for name, row in rows.items():
        lines.append(_row(name, len(runs[name]), *(row[outcome] for outcome in outcomes)))
    everything = sum(rows.values(), Counter[str]())
    times = sum(map(len, runs.values()))
    return [*lines, _row("all", times, *(everything[outcome] for outcome in outcomes))]


def _row(name: str, *cells: object) -> str:
    return f"  {_short(name, 40):40}" + "".join(f"  {cell:>7}" for cell in cells)


def _who(entry: Json) -> str:
    """Who did it: a recipe by its name, everybody else by what they are."""
    by = entry["by"]
    name = by.get("name") or by.get("id") or ""
    if by["kind"] == "recipe":
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


def _name(mention: Json) -> str:
    author = mention["author"]
    return str(author.get("fullname") or author.get("name") or author["id"])


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _parent_id(mention: Json) -> str | None:
    parent: str | None = mention["source"].get("in_reply_to_message_id")
    return parent
