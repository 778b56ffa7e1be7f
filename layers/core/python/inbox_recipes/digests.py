"""What a notification says: subject, text and HTML of the e-mail, title and body of the push. Pure.

Everything that customers wrote is cut at a word, kept to one line, and escaped where it is HTML.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from zoneinfo import ZoneInfo

from inbox_recipes.clock import stamp
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.notifications import Digest

SUBJECT_LENGTH = 120
EXCERPT_LENGTH = 240
PUSH_LENGTH = 160
TAGS = re.compile(r"<(?:/?[A-Za-z][^>]*|!--.*?--)>", re.DOTALL)
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""Control characters, and those that turn the direction of the text after them."""

STATUS = {"new": "new", "done": "resolved", "sent": "sent by us"}


@dataclass(frozen=True)
class Entry:
    """One item as it is listed."""

    heading: str
    excerpt: str
    facts: str
    link: str | None


@dataclass(frozen=True)
class Letter:
    """A notification, written."""

    subject: str
    text: str
    html: str
    brief: str
    link: str | None


def written(
    recipe: str, digest: Digest, items: Sequence[Mention | Case], timezone: str, inbox_url: str
) -> Letter:
    """The notification about the items (those listed that are still there), with times in a time zone.

    `inbox_url` is where the inbox is opened; permalinks are put after it. Without one, links lead to the
    platform.
    """
    entries = [_entry(item, ZoneInfo(timezone), inbox_url) for item in items]
    subject = cut(f"{one_line(recipe)}: {_how_many(digest)}", SUBJECT_LENGTH)
    more = digest.count - len(entries)
    first = entries[0] if entries else None
    return Letter(
        subject=subject,
        text=_text(recipe, digest, entries, more, timezone),
        html=_html(recipe, digest, entries, more, timezone),
        brief=cut(f"{first.heading}: {first.excerpt}", PUSH_LENGTH) if first else subject,
        link=first.link if first and digest.count == 1 else inbox_url or None,
    )


def one_line(text: str) -> str:
    """The text without line breaks and other characters that are not printed."""
    return " ".join(UNPRINTABLE.sub(" ", text).split())


def cut(text: str, length: int) -> str:
    """At most so many characters, cut between words where there are any."""
    if len(text) <= length:
        return text
    whole, _, rest = text[:length].rpartition(" ")
    kept = whole if whole and len(rest) <= length // 2 else text[: length - 1]
    return kept.rstrip(" ,;:.") + "…"


def excerpt(content: str) -> str:
    """The beginning of a message, without its HTML."""
    return cut(one_line(unescape(TAGS.sub(" ", content))), EXCERPT_LENGTH)


def _how_many(digest: Digest) -> str:
    parts = [
        f"{count} new {word}{'' if count == 1 else 's'}"
        for count, word in ((digest.mentions, "mention"), (digest.cases, "case"))
        if count
    ]
    return " and ".join(parts)


def _entry(item: Mention | Case, zone: ZoneInfo, inbox_url: str) -> Entry:
    if isinstance(item, Case):
        number = f"Case {item.number}" if item.number else "Case"
        facts = [item.status, item.priority and f"priority {item.priority}", _at(item.date.added, zone)]
        link = f"{inbox_url}/cases/{item.id}" if inbox_url else None
        return Entry(number, cut(one_line(item.title), EXCERPT_LENGTH), _listed(facts), link)
    author, message = item.author, item.message
    name = one_line(author.fullname or author.name or author.id)
    handle = f" ({one_line(author.name)})" if author.fullname and author.name else ""
    kind = f"{item.source.service}{', private' if item.private else ''}"
    title = f"{message.title}: " if message.title else ""
    link = f"{inbox_url}{item.permalink}" if inbox_url else _web(item.source.url)
    facts = [
        STATUS[item.status],
        _at(item.date.published, zone),
        item.topic.name and one_line(item.topic.name),
    ]
    return Entry(f"{name}{handle} on {kind}", excerpt(f"{title}{message.content}"), _listed(facts), link)


def _web(url: str | None) -> str | None:
    """The platform's own address, if it is one that a browser opens as a page."""
    return url if url and url.startswith(("https://", "http://")) and url.isprintable() else None


def _at(at: datetime, zone: ZoneInfo) -> str:
    """The reader's day and time; in UTC where they would lie before the year 1 or after 9999."""
    try:
        local = at.astimezone(zone)
    except OverflowError:
        return stamp(at)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def _listed(facts: Sequence[str | None]) -> str:
    return " · ".join(fact for fact in facts if fact)


def _text(recipe: str, digest: Digest, entries: Sequence[Entry], more: int, timezone: str) -> str:
    lines = [f"{_how_many(digest)} for the recipe “{one_line(recipe)}”:", ""]
    for number, entry in enumerate(entries, 1):
        lines += [f"{number}. {entry.heading}", f"   {entry.excerpt}", f"   {entry.facts}"]
        lines += [f"   {entry.link}", ""] if entry.link else [""]
    lines += [f"... and {more} more.", ""] if more else []
    lines.append(f"Times are those of {timezone}. You get this because the recipe names you or your team.")
    return "\n".join(lines) + "\n"


def _html(recipe: str, digest: Digest, entries: Sequence[Entry], more: int, timezone: str) -> str:
    rows = "".join(_row(entry) for entry in entries)
    rest = f"<p>… and {more} more.</p>" if more else ""
    return (
        '<!doctype html><html><head><meta charset="utf-8"></head>'
        '<body style="font-family:sans-serif;color:#222;max-width:40em">'
        f"<p><strong>{_how_many(digest)}</strong> for the recipe “{escape(one_line(recipe))}”:</p>"
        f'<ol style="padding-left:1.5em">{rows}</ol>{rest}'
        f'<p style="color:#666;font-size:85%">Times are those of {escape(timezone)}. '
        "You get this because the recipe names you or your team.</p></body></html>"
    )


def _row(entry: Entry) -> str:
    heading = escape(entry.heading)
    if entry.link:
        heading = f'<a href="{escape(entry.link)}">{heading}</a>'
    return (
        f'<li style="margin-bottom:1em"><strong>{heading}</strong><br>{escape(entry.excerpt)}<br>'
        f'<span style="color:#666;font-size:85%">{escape(entry.facts)}</span></li>'
    )
