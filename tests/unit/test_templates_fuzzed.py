"""Templates only put values in (R19): whatever they and the values are, the text is theirs and no more.

The expected text is put together here by splitting, not by the code's own expression.
"""

import html
import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from inbox_recipes.actions.webhook import Webhook
from inbox_recipes.templates import fill, in_words, named
from inbox_recipes.variables import VARIABLES
from tests.builders import webhook

NAMES = sorted(VARIABLES)
HOSTILE = st.sampled_from(
    ["[mention.content]", "[case]", "{{7*7}}", "${jndi:x}", "%0d%0aSet-Cookie: x", "\r\nX: y", '"', "\\",
     "\\u0022", "<script>", "'", "`id`", "{% for i in r %}", "__class__", "[", "]", "[[mention.content]]",
     "\x00", "&amp;"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(HOSTILE, st.text(max_size=20)), max_size=6).map("".join)
PIECES = st.lists(st.one_of(st.sampled_from(NAMES).map(lambda name: f"[{name}]"), TEXTS), max_size=12)
VALUES = st.one_of(TEXTS, st.none(), st.integers(), st.booleans(), st.lists(TEXTS, max_size=3))

ESCAPES: dict[str, Any] = {
    "url": lambda value: quote(value, safe=""),
    "markup": html.escape,
    "plain": lambda value: value,
}


def expected(text: str, values: dict[str, Any], context: str) -> str:
    """Every bracket that names a variable, from the left, in its place the escaped value."""
    parts, rest = [], text
    while rest:
        starts = [(rest.find(f"[{name}]"), name) for name in NAMES if f"[{name}]" in rest]
        if not starts:
            break
        at, name = min(starts)
        value = values[name]
        words = "null" if value is None and VARIABLES[name].whole else in_words(value)
        parts += [rest[:at], ESCAPES[context](words)]
        rest = rest[at + len(name) + 2 :]
    return "".join([*parts, rest])


@given(PIECES, st.data(), st.sampled_from(sorted(ESCAPES)))
def test_a_text_is_what_stood_there_and_the_escaped_values(
    pieces: list[str], data: st.DataObject, context: str
) -> None:
    text = "".join(pieces)
    values = {name: data.draw(VALUES, name) for name in named(text)}

    assert fill(text, values, context) == expected(text, values, context)  # type: ignore[arg-type]


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), st.data())
def test_json_with_hostile_values_is_the_json_that_was_meant(names: list[str], data: st.DataObject) -> None:
    values = {name: data.draw(VALUES, name) for name in set(names)}
    template = json.dumps({str(n): f"a [{name}] b" for n, name in enumerate(names)})

    read = json.loads(fill(template, values, "json"))

    for number, name in enumerate(names):
        value = values[name]
        words = "null" if value is None and VARIABLES[name].whole else in_words(value)
        assert read[str(number)] == f"a {words} b"


@given(st.sampled_from(NAMES), VALUES)
def test_a_value_in_an_address_can_neither_leave_its_place_nor_end_the_line(name: str, value: Any) -> None:
    address = fill(f"https://example.com/x?a=[{name}]&b=1", {name: value}, "url")

    assert address.startswith("https://example.com/x?a=")
    assert address.endswith("&b=1")
    assert re.fullmatch(r"[\w.~%-]*", address[len("https://example.com/x?a=") : -len("&b=1")], re.ASCII)


@pytest.mark.parametrize("nasty", ["a\r\nX: y", "a\nb", "a\rb", "\x00", "a\x0bb", "a\u2028b"])
@pytest.mark.parametrize("field", ["authorization", "x_signature", "url"])
def test_nothing_that_would_begin_another_header_is_taken(field: str, nasty: str) -> None:
    """CR and LF in what becomes a header, or the request's first line."""
    value = f"https://example.com/{nasty}" if field == "url" else nasty
    with pytest.raises(ValidationError):
        Webhook.model_validate(webhook(**{field: value}))
