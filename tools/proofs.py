"""What stands outside the histories: records of acts on a platform, and webhooks as they arrived. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from tools.entry_words import value_words
from tools.lines import WIDTH, author_name, opening, short
from tools.webhook_receiver import Received

Json = dict[str, Any]


def removed(records: list[Json], zone: tzinfo | None) -> Iterator[str]:
    """The record of each act on a platform: how it stands, by whom, and what was found in which words."""
    if not records:
        return
    yield "REMOVED FROM A PLATFORM, by the record of each act"
    indent = " " * 12
    for each in records:
        at = datetime.fromisoformat(each["created_at"]).astimezone(zone)
        by = each["by"].get("name") or each["by"]["id"]
        yield short(f"  {at:%H:%M:%S}  {each['what']}, {each['state']}, by {by}: {each['text']}", WIDTH)
        reasons = ", ".join(map(_clause, each["clauses"])) or each["note"] or "no reason was given"
        yield from textwrap.wrap(f"because {reasons}", WIDTH, initial_indent=indent, subsequent_indent=indent)
    yield ""


def _clause(clause: Json) -> str:
    """A condition that led to an act, and in brackets what was found."""
    [(field_name, asked)] = clause["wanted"].items()
    [(operator, value)] = asked.items()
    words = f"{operator.replace('_', ' ')} {value_words(value, {})}".strip()
    return f"{field_name} {words} ({value_words(clause['got'], {}) or 'nothing'})"


def arrived(webhooks: list[Received], zone: tzinfo | None) -> Iterator[str]:
    """What the receiver got: when, at which address, about whom."""
    if not webhooks:
        return
    yield "WEBHOOKS, as they arrived"
    for each in webhooks:
        body = each.body if isinstance(each.body, dict) else {}
        mention = body.get("mention", body)
        about = f"{author_name(mention)}: {opening(mention, WIDTH)}" if mention else "-"
        checked = "signature verified" if each.refusal is None else f"refused: {each.refusal}"
        start = f"  {each.at.astimezone(zone):%H:%M:%S}  {short(each.path, 20):20}  "
        line = f"{checked:18}  {'the case of ' if 'case' in body else ''}{about}"
        yield short(start + line, WIDTH)
    yield ""
