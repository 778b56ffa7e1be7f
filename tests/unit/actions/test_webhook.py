"""webhook (rows 51, 92, 102, 105, 107-120; A15-A17)"""

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from inbox_recipes.actions.webhook import Webhook
from inbox_recipes.effects import Call
from inbox_recipes.errors import InvalidInput, Permanent
from inbox_recipes.inbox import Mention, Object, Subject
from inbox_recipes.presets import PRESETS
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.validation import validated
from inbox_recipes.variables import Facts
from inbox_recipes.webhook_requests import LARGEST_BODY, LONGEST_URL, Request
from tests.builders import ARRIVAL, IN_CASE, TO_PENDING, a_case, a_mention, an_occurrence, webhook

TEXT = 'Ça "bloque" & <b>50 %</b> \\ 📱\nsuite'
MENTION, CASE = a_mention(text=TEXT, tags=("vip", "panne")), a_case()


def sent(action: dict[str, Any], about: Object = "mention", mention: Mention | None = MENTION) -> Request:
    """What a webhook sends about the mention or the case."""
    effect = validated(Webhook, action).decide(Subject(mention=mention, case=CASE), about, CASE.date.added)
    assert isinstance(effect, Call)
    return effect.draft.filled(Facts(effect.subject, an_occurrence(), "rec_1", "Crashes", effect.name))


def refused(action: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as error:
        validated(Webhook, action)
    [problem] = error.value.problems
    return problem.pointer, problem.detail


def test_a_recipe_about_a_mention_sends_the_whole_mention() -> None:
    """A17, rows 92, 105, 115; real characters as the product sends them (domain 1.2)"""
    request = sent(webhook())

    assert json.loads(request.body) == MENTION.model_dump(mode="json")
    assert "📱" in request.body
    assert (request.method, request.content_type) == ("POST", "application/json")


@pytest.mark.parametrize("mention", [MENTION, None])
def test_a_recipe_about_a_case_sends_the_case_and_the_mention(mention: Mention | None) -> None:
    """Row 102"""
    body = json.loads(sent(webhook(), "case", mention).body)

    assert body["case"]["id"] == "cas_1"
    assert (body["mention"] or {}).get("unique_id") == (mention and "46283_1001")


def test_chosen_variables_make_a_json_object_a_form_or_lines() -> None:
    """Row 116"""
    chosen: dict[str, Any] = {"variables": ["mention.content", "[mention.tags]", "case", "event.id"]}

    body = json.loads(sent(webhook(**chosen)).body)
    assert body["mention.content"] == TEXT
    assert body["mention.tags"] == ["vip", "panne"]
    assert body["case"]["id"] == "cas_1"
    assert body["event.id"] == "mention:mention_arrived:1"

    form = sent(webhook(**chosen, content_type="application/x-www-form-urlencoded"))
    assert dict(parse_qsl(form.body))["mention.content"] == TEXT
    assert form.content_type == "application/x-www-form-urlencoded"

    assert sent(webhook(variables=["author.id"], content_type="text/plain")).body == "author.id: u77"


def test_a_get_carries_its_variables_in_the_url_and_has_no_body() -> None:
    """Rows 112, 116; A15"""
    request = sent(
        webhook(method="GET", url="https://example.com/t?key=1", variables=["mention.content", "mention.id"])
    )

    query = parse_qs(urlsplit(request.url).query)
    assert query == {"key": ["1"], "mention.content": [TEXT], "mention.id": ["1001"]}
    assert (request.body, request.content_type) == ("", None)
    assert request.url.isascii()


def test_a_variable_in_the_path_is_one_part_of_it() -> None:
    request = sent(webhook(url="https://example.com/[mention.content]/x"))

    assert urlsplit(request.url).path.count("/") == 2
    assert urlsplit(request.url).netloc == "example.com"


def test_values_that_the_author_wrote_into_the_query_are_masked_where_people_look() -> None:
    """R9"""
    request = sent(webhook(url="https://example.com/x?from=abc&about=[mention.id]&flag"))

    assert request.url == "https://example.com/x?from=abc&about=1001&flag"
    assert request.shown_url == "https://example.com/x?from=***&about=1001&flag"


def test_what_would_be_too_large_fails_and_says_how_large_it_is() -> None:
    """A15, R14"""
    long = a_mention(text="é" * LONGEST_URL)
    with pytest.raises(Permanent, match=f"{LONGEST_URL} are the most"):
        sent(webhook(method="GET", variables=["mention.content"]), mention=long)

    huge = a_mention(text="x" * 60_000)
    body = " ".join(["[mention.content]"] * 5)
    with pytest.raises(Permanent, match=f"{LARGEST_BODY} are the most"):
        sent(webhook(body=body, content_type="text/plain"), mention=huge)


@pytest.mark.parametrize("about", ["mention", "case"])
@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_json_whatever_the_customer_wrote(name: str, about: Object) -> None:
    """Row 106"""
    nasty = a_mention(text='"}]} <!channel> @everyone \\' * 2000, incoming={"author__name": None})
    body = sent(webhook(preset=name), about, nasty)

    said = json.loads(body.body)
    longest = PRESETS[name].longest_value
    assert all(len(text) <= (longest or 10**6) * 2 + 200 for text in _texts(said))
    if name == "discord":
        assert said["allowed_mentions"] == {"parse": []}
        assert len(said["content"]) <= 2000
    if name == "slack":
        assert {block.get("text", {}).get("type", "plain_text") for block in said["blocks"]} == {"plain_text"}
        assert all(0 < len(block["text"]["text"]) <= 3000 for block in said["blocks"] if "text" in block)
    if name == "zapier":
        assert not any(isinstance(value, dict | list) for value in said.values()), "flat"


def _texts(said: Any) -> list[str]:
    if isinstance(said, dict):
        return [text for value in said.values() for text in _texts(value)]
    if isinstance(said, list):
        return [text for value in said for text in _texts(value)]
    return [said] if isinstance(said, str) else []


@pytest.mark.parametrize(
    ("action", "pointer", "said"),
    [
        ({"body": "[mention.contnet]"}, "/body", "Did you mean [mention.content]?"),
        ({"url": "https://example.com/[mention.idd]"}, "/url", "Did you mean [mention.id]?"),
        ({"variables": ["mention.id", "mention.contant"]}, "/variables/1", "Did you mean 'mention.content'?"),
        ({"body": '{"a": [mention.content'}, "/body", "this is not JSON"),
        ({"body": '{"a": "x" [mention.id]}'}, "/body", "this is not JSON"),
        ({"method": "PUT"}, "/method", ""),
        ({"method": "GET", "body": "x"}, "/body", "no body"),
        ({"method": "GET", "x_signature": "longsecret"}, "/x_signature", "no body"),
        ({"preset": "slack", "variables": ["case"]}, "/preset", "one of"),
        ({"preset": "irc"}, "/preset", ""),
        ({"content_type": "json"}, "/content_type", ""),
        ({"content_type": "text/plain\r\nx-evil: 1"}, "/content_type", ""),
        ({"variables": ["case"], "content_type": "text/xml"}, "/body", "XML"),
    ],
)
def test_what_cannot_be_sent_is_refused_when_it_is_saved(
    action: dict[str, Any], pointer: str, said: str
) -> None:
    found, detail = refused(webhook(**action))

    assert found == pointer
    assert said in detail


@pytest.mark.parametrize(
    "given", ["Basic abc=", "Bearer xyz", "ApiKey a b", "X-Custom.v1_2 ~", "a " + "x" * 4000]
)
def test_credentials_have_a_scheme_a_space_and_something(given: str) -> None:
    """A16, rows 118, 119"""
    kept = validated(Webhook, webhook(authorization=given)).authorization

    assert kept is not None
    assert kept.value is not None
    assert kept.value.get_secret_value() == given


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Bearer  xyz", " Bearer xyz", "Bearer xyz ", "1Basic abc", "Béarer xyz",
     "Bearer x\r\ny: z", "Bearer x\ty", "Bearer é", "Basic\tabc", "Bearer " + "x" * 5000],
)  # fmt: skip
def test_other_credentials_are_refused_without_being_quoted(given: str) -> None:
    """A16, R9"""
    pointer, detail = refused(webhook(authorization=given))

    assert pointer == "/authorization"
    assert "one space" in detail
    assert detail == refused(webhook(authorization="?"))[1], "the same words whatever was given"


def test_credentials_are_shown_by_a_hint_and_never_by_themselves() -> None:
    """A16, R9"""
    action = validated(
        Webhook, webhook(authorization="Bearer sk-0123456789abcdef4f2a", x_signature="short-one")
    )

    dumped = action.model_dump_json() + repr(action) + str(action)
    assert action.authorization is not None
    assert action.authorization.hint == "…4f2a"
    assert action.x_signature is not None
    assert action.x_signature.hint == "…", "too short to spare four characters"
    assert "0123456789" not in dumped
    assert "short-one" not in dumped


@pytest.mark.parametrize(
    ("trigger", "changed", "pointer"),
    [
        (ARRIVAL, {"name": None}, "/actions/0/name"),
        (IN_CASE, {"method": "GET"}, "/actions/0/method"),
        (TO_PENDING, {"content_type": "text/plain"}, "/actions/0/content_type"),
        (TO_PENDING, {"variables": ["case.id"]}, "/actions/0/variables"),
        (IN_CASE, {"body": "[mention]"}, "/actions/0/body"),
    ],
)
def test_case_updates_ask_less_and_arrivals_ask_for_a_name(
    trigger: Any, changed: dict[str, Any], pointer: str
) -> None:
    """Rows 108-117"""
    recipe = {"name": "x", "trigger": trigger, "topics": ["46283"], "actions": [webhook(**changed)]}

    with pytest.raises(InvalidInput) as error:
        validated(RecipeDefinition, recipe)

    assert error.value.problems[0].pointer == pointer


def test_on_a_case_update_a_webhook_needs_no_more_than_its_url(now: datetime) -> None:
    """Rows 110, 113-115"""
    action = {"type": "webhook", "url": "https://hooks.example.com/x"}
    recipe = {"name": "x", "trigger": TO_PENDING, "topics": ["46283"], "actions": [action]}

    [made] = validated(RecipeDefinition, recipe).actions
    effect = made.decide(Subject(mention=MENTION, case=CASE), "case", now)

    assert isinstance(effect, Call)
    assert effect.name == "hooks.example.com"
    assert (effect.draft.method, effect.draft.content_type) == ("POST", "application/json")


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://example.com/hook?x=1", True),
        ("http://127.0.0.1:8000/", True),
        ("http://example.com/", False),
        ("ftp://example.com", False),
        ("https://", False),
        ("example.com", False),
        ("https://user:secret@example.com", False),
        ("https://@example.com", False),
        ("https://example.com:8443/crème?q=ü", True),
        ("https://example.com:99999/", False),
        ("https://example.com:abc/", False),
        ("https://[::1", False),
        ("https://exam ple.com/", False),
        ("https://example.com/\n", False),
        ("https://example.com/#part", False),
        ("https://10.0.0.1/", False),
        ("https://[fd00::1]/", False),
        ("https://2130706433/", False),
        ("https://0x7f.1/", False),
        ("https://127.1/", False),
        ("https://api.localhost/", False),
        ("https://instance.internal./", False),
        ("https://8.8.8.8/", True),
        ("https://[2606:4700::1111]/", True),
        ("https://1password.com/", True),
        ("https://example.com/" + "x" * 2028, True),
        ("https://example.com/" + "x" * 2029, False),
    ],
)
def test_a_url_is_https_on_the_public_internet_without_credentials(url: str, fits: bool) -> None:
    """R10"""
    if fits:
        assert validated(Webhook, webhook(url=url)).url == url
        return
    with pytest.raises(InvalidInput) as error:
        validated(Webhook, webhook(url=url))
    assert error.value.problems[0].pointer == "/url"
    assert "Value error" not in str(error.value)
    assert "secret" not in str(error.value)


def test_a_webhook_name_is_no_empty_text() -> None:
    """Row 109"""
    assert refused(webhook(name="  "))[0] == "/name"
