"""Variables in brackets: replaced and nothing else (A17, A28; R19)."""

import html
import json
import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_recipes.inbox import Contact, Subject
from inbox_recipes.templates import fill, fill_message, named, unknown
from inbox_recipes.variables import VARIABLES, Facts, values
from tests.builders import a_case, a_mention, an_occurrence

NASTY = 'Dit "non" \\ à 100 % [case.title] <b>&amp;</b>\r\n{{x}} é📱'
MENTION = a_mention(text=NASTY, tags=("vip", "à voir"))
FACTS = Facts(
    Subject(mention=MENTION, case=a_case(), contact=Contact(id="con_1", name="Zoé")),
    an_occurrence(), "rec_1", "Crashes", "Tell IT",
)  # fmt: skip


def filled(text: str, context: str = "plain", facts: Facts = FACTS) -> str:
    return fill(text, values(named(text), facts), context)  # type: ignore[arg-type]


def test_each_value_is_escaped_for_where_it_lands() -> None:
    body = filled('{"text": "[mention.content]", "raw": [mention.content]}', "json")
    assert json.loads(body) == {"text": NASTY, "raw": NASTY}
    assert "é📱" in body, "real characters, no \\u escapes"
    assert unquote(filled("[mention.content]", "url")) == NASTY
    assert not re.search(r"[^\w.~%-]", filled("[mention.content]", "url"))
    assert filled("<p>[mention.content]</p>", "markup") == f"<p>{html.escape(NASTY)}</p>"
    assert filled("[mention.content]") == NASTY


def test_whole_objects_are_json_where_json_is_and_escaped_in_a_string() -> None:
    assert json.loads(filled("[mention]", "json")) == MENTION.model_dump(mode="json")
    both = json.loads(filled('{"m": [mention], "c": [case], "text": "[case]"}', "json"))
    assert both["m"]["unique_id"] == MENTION.unique_id
    assert json.loads(both["text"]) == both["c"] == a_case().model_dump(mode="json")


def test_a_value_that_is_missing_is_empty_and_a_whole_object_is_null() -> None:
    nobody = Facts(Subject(mention=None, case=None), an_occurrence(), "rec_1", "Crashes")
    template = '{"m": [mention], "t": "[mention.title]", "n": [mention.tags], "name": "[contact.name]"}'

    assert json.loads(filled(template, "json", nobody)) == {"m": None, "t": "", "n": "", "name": ""}
    assert filled("[case] [webhook.name].", facts=nobody) == "null ."


def test_lists_are_arrays_or_have_commas() -> None:
    assert json.loads(filled('{"a": [mention.tags], "b": "[mention.tags]"}', "json")) == {
        "a": ["vip", "à voir"],
        "b": "vip, à voir",
    }


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_can_be_read_with_and_without_everything(name: str) -> None:
    nobody = Facts(Subject(mention=None, case=None), an_occurrence(), "rec_1", "Crashes")
    for facts in (FACTS, nobody):
        json.loads(filled(f'{{"x": [{name}], "y": "[{name}]"}}', "json", facts))


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("[mention.contnet]", "mention.content"),
        ("[author.nom]", "author.name"),
        ("[mention content]", "mention.content"),
        ("[Mention.Content]", "mention.content"),
        ("[autor.fullname]", "author.fullname"),
        ("[ case.status ]", "case.status"),
        ("[topic]", "topic.id"),
    ],
)
def test_a_misspelled_variable_is_found_with_the_name_that_was_meant(text: str, near: str) -> None:
    [found] = unknown(f"Hello {text}, [mention.id]")

    assert found.bracket == text
    assert found.near[0] == near
    assert f"Did you mean [{near}]?" in found.detail


@pytest.mark.parametrize(
    "text", ['["case", 1]', "[1, 2]", "[see below]", "[]", "[[x]]", "[sic.]", "[", "a.b]"]
)
def test_other_brackets_are_text(text: str) -> None:
    assert unknown(text) == []
    assert filled(text) == filled(text, "json") == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bonjour [contact.name], merci", "Bonjour Zoé, merci"),
        ("Bonjour [mention.title], merci", "Bonjour, merci"),
        ("Bonjour [mention.title] et merci", "Bonjour et merci"),
        ("[mention.title] merci [mention.title]", "merci"),
        ("A [mention.title] [mention.title] b", "A b"),
        ("Ligne\n[mention.title]\nfin", "Ligne\n\nfin"),
        ("[mention.title]", ""),
    ],
)
def test_where_a_value_is_missing_the_spaces_are_tidied(text: str, said: str) -> None:
    """A28"""
    assert fill_message(text, values(named(text), FACTS)) == said


TEMPLATES = st.lists(
    st.sampled_from(["[mention.content]", "[author.name]", "[", "]", '"', "\\", "{{x}}", "[case.tags]", "é"])
    | st.text(max_size=5)
).map("".join)


@given(template=TEMPLATES, content=st.text(max_size=30), name=st.text(max_size=30))
def test_nothing_but_the_template_and_its_escaped_values_comes_out(
    template: str, content: str, name: str
) -> None:
    """R19: what a value brings in is never read again, in any context."""
    mention = a_mention(text=content, incoming={"author__name": name})
    facts = Facts(Subject(mention=mention, case=a_case()), an_occurrence(), "rec_1", "x")
    parts = re.split(r"(\[mention\.content\]|\[author\.name\]|\[case\.tags\])", template)
    known = {"[mention.content]": content, "[author.name]": name, "[case.tags]": ""}

    assert filled(template, facts=facts) == "".join(known.get(part, part) for part in parts)
    shown = "".join(html.escape(known[part]) if part in known else part for part in parts)
    assert filled(template, "markup", facts) == shown


@given(content=st.text(max_size=60), title=st.text(max_size=20))
def test_a_json_template_stays_json_whatever_is_put_in(content: str, title: str) -> None:
    """R19"""
    mention = a_mention(text=content, incoming={"message__title": title})
    facts = Facts(Subject(mention=mention, case=None), an_occurrence(), "rec_1", "x")
    body = filled('{"a\\"": "x [mention.content] \\\\", "b": [mention.title]}', "json", facts)

    assert json.loads(body) == {'a"': f"x {content} \\", "b": title}
