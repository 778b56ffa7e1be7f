"""What notifications say: whole words, nothing that customers wrote as HTML, a bounded size."""

import re
from datetime import datetime
from typing import Any

import pytest

from inbox_recipes.digests import Letter, cut, excerpt, one_line, written
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.notifications import Digest
from tests.builders import a_case, a_mention

EVIL = '<script>alert("x")</script>'


def a_letter(now: datetime, *items: Mention | Case, recipe: str = "Urgent", **changed: Any) -> Letter:
    cases = sum(isinstance(item, Case) for item in items)
    counts = {"mentions": len(items) - cases, "cases": cases}
    digest = Digest(id="ntf_1", begun_at=now, **{**counts, **changed})
    return written(recipe, digest, items, "Europe/Paris", "https://inbox.example")


def test_a_letter_reads_well(now: datetime) -> None:
    mention = a_mention(incoming={"author__fullname": "Customer 77", "private": True})
    letter = a_letter(now, mention, a_case(number=12, priority="high"))

    assert letter.subject == "Urgent: 1 new mention and 1 new case"
    assert letter.text == (
        "1 new mention and 1 new case for the recipe “Urgent”:\n\n"
        "1. Customer 77 (customer77) on facebook, private\n"
        "   Where is my invoice?\n"
        "   new · Sun 22 Nov 2026, 11:00\n"
        "   https://inbox.example/mentions/46283_1001\n\n"
        "2. Case 12\n"
        "   Where is my invoice?\n"
        "   unresolved · priority high · Sun 22 Nov 2026, 13:00\n"
        "   https://inbox.example/cases/cas_1\n\n"
        "Times are those of Europe/Paris. You get this because the recipe names you or your team.\n"
    )
    assert '<a href="https://inbox.example/mentions/46283_1001">Customer 77' in letter.html
    assert letter.brief == "Customer 77 (customer77) on facebook, private: Where is my invoice?"


@pytest.mark.parametrize(
    ("published", "zone"),
    [("0001-01-01T00:00:00Z", "America/New_York"), ("9999-12-31T23:00:00Z", "Europe/Paris")],
)
def test_a_day_that_no_calendar_has_there_is_told_in_utc(now: datetime, published: str, zone: str) -> None:
    """A platform may say any time; a letter that cannot be written would keep all later ones back."""
    mention = a_mention(incoming={"date": {"published": published}})
    digest = Digest(id="ntf_1", begun_at=now, mentions=1)

    letter = written("Urgent", digest, [mention], zone, "")

    assert published.replace("Z", ".000Z") in letter.text


def test_nothing_that_a_customer_wrote_is_html(now: datetime) -> None:
    """R19: neither from the text, nor a name, a title, a topic, the recipe's name or a link."""
    evil = a_mention(
        text=f"A &lt;b&gt; &amp; {EVIL} c",
        incoming={
            "author__fullname": EVIL,
            "message__title": EVIL,
            "topic": {"id": "46283", "name": EVIL},
            "source__url": 'javascript:alert("x")',
        },
    )
    digest = Digest(id="ntf_1", begun_at=now, mentions=1)
    letter = written(EVIL, digest, [evil], "UTC", "")

    assert "<script" not in letter.html
    assert "javascript:" not in letter.html + letter.text
    assert "A <b> & alert" in letter.text


def test_a_subject_is_one_line_whatever_the_recipe_is_called(now: datetime) -> None:
    letter = a_letter(now, a_mention(), recipe="Urgent\r\nBcc: everybody@example.com\u202e " + "x " * 100)

    assert re.search(r"[\r\n\u202e]", letter.subject) is None
    assert len(letter.subject) <= 120


def test_what_is_not_listed_is_counted(now: datetime) -> None:
    letter = a_letter(now, a_mention(), mentions=41)

    assert letter.subject == "Urgent: 41 new mentions"
    assert "... and 40 more." in letter.text
    assert "… and 40 more." in letter.html


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two, three", 10, "one two…"),
        ("onetwothree", 6, "onetw…"),
        ("a verylongwordwithoutanyspace", 12, "a verylongw…"),
        ("", 5, ""),
    ],
)
def test_text_is_cut_between_words_where_there_are_any(text: str, length: int, short: str) -> None:
    assert cut(text, length) == short
    assert len(short) <= length


def test_an_excerpt_is_the_beginning_on_one_line_without_html() -> None:
    assert excerpt("<p>Dear&nbsp;team,</p><br>\n 1 < 2 <!-- no --> yes") == "Dear team, 1 < 2 yes"
    assert len(excerpt("word " * 1000)) <= 240
    assert one_line("a\tb\x00c\u2028d") == "a b c d"


def test_a_letter_of_fifty_long_messages_stays_small(now: datetime) -> None:
    """R17: of 64,000 characters each."""
    letter = a_letter(now, *(a_mention(str(n), "<b>é</b> " * 7000) for n in range(50)), mentions=5000)

    assert len(letter.html.encode()) < 100_000
