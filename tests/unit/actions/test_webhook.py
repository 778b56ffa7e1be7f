"""webhook (rows 51, 92, 102, 105, 109, 111, 114; A17)"""

from datetime import datetime

import pytest

from inbox_recipes.actions.webhook import Webhook
from inbox_recipes.effects import Call
from inbox_recipes.errors import InvalidInput
from inbox_recipes.inbox import Subject
from inbox_recipes.validation import validated
from tests.builders import a_case, a_mention, webhook

ACTION = Webhook.model_validate(webhook())
MENTION, CASE = a_mention(text="Ça bloque"), a_case()


def test_a_recipe_about_a_mention_sends_the_whole_mention(now: datetime) -> None:
    """A17, rows 92, 105"""
    effect = ACTION.decide(Subject(mention=MENTION, case=CASE), "mention", now)

    assert effect == Call("Tell IT", "https://example.com/hook", MENTION.model_dump(mode="json"))


@pytest.mark.parametrize("mention", [MENTION, None])
def test_a_recipe_about_a_case_sends_the_case_and_the_mention(now: datetime, mention: None) -> None:
    """Row 102"""
    effect = ACTION.decide(Subject(mention=mention, case=CASE), "case", now)

    assert isinstance(effect, Call)
    assert effect.body["case"]["id"] == "cas_1"
    assert (effect.body["mention"] or {}).get("unique_id") == (mention and "46283_1001")


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://example.com/hook?x=1", True),
        ("http://127.0.0.1:8000/", True),
        ("ftp://example.com", False),
        ("https://", False),
        ("example.com", False),
        ("https://user:secret@example.com", False),
        ("https://example.com:8443/crème?q=ü", True),
        ("https://example.com:99999/", False),
        ("https://example.com:abc/", False),
        ("https://[::1", False),
        ("https://exam ple.com/", False),
        ("https://example.com/\n", False),
        ("https://example.com/" + "x" * 2028, True),
        ("https://example.com/" + "x" * 2029, False),
    ],
)
def test_a_url_is_http_with_a_host_and_without_credentials(url: str, fits: bool) -> None:
    if fits:
        assert validated(Webhook, webhook(url=url)).url == url
        return
    with pytest.raises(InvalidInput) as refused:
        validated(Webhook, webhook(url=url))
    assert refused.value.problems[0].pointer == "/url"
    assert "Value error" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_webhook_has_a_name() -> None:
    """Row 109"""
    with pytest.raises(InvalidInput) as refused:
        validated(Webhook, webhook(name="  "))

    assert refused.value.problems[0].pointer == "/name"
