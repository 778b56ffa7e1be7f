"""Addresses that are keys (R9): which they are, how they are taken apart and put together again."""

import pytest

from inbox_recipes.secret_addresses import hint_in, is_key, pieces, presentable, sealed, whole

SLACK = "https://hooks.slack.com/services/T0000/B0000/abcdefghij4f2a"
POWER = "https://prod-1.westeurope.logic.azure.com:443/workflows/1f/triggers/manual/paths/invoke"


@pytest.mark.parametrize(
    "url",
    [
        SLACK,
        "https://HOOKS.slack.com/workflows/T0/A0/1/x",
        "https://hooks.slack-gov.com/services/T0/B0/x",
        "https://discord.com/api/webhooks/1/abc",
        "https://ptb.discordapp.com/api/v10/webhooks/1/abc",
        "https://orvane.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d",
        f"{POWER}?api-version=2016&sig=x",
        "https://default1f.02.environment.api.powerplatform.com:443/powerautomate/x?sig=y",
        "https://chat.googleapis.com/v1/spaces/AA/messages?key=x&token=y",
        "https://hooks.zapier.com/hooks/catch/123/abcdef/",
        "https://hook.eu1.make.com/abc",
        "https://maker.ifttt.com/trigger/e/with/key/k",
        "https://chat.example.com/hooks/xxx-generatedkey-xxx",
        "https://example.com/mattermost/hooks/abc",
        "https://n8n.example.com/webhook/0b1c2d3e-0000-4000-8000-000000000000",
        "https://fn.azurewebsites.net/api/take?code=abc",
        "https://example.com/x?Access_Token=abc",
    ],
)
def test_known_receivers_addresses_are_keys(url: str) -> None:
    assert is_key(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook",
        "https://example.com/hooks",
        "https://slack.com/hook",
        "https://hooks.slack.com.example.com/services",
        "https://discord.com/channels/1",
        "https://example.com/x?token=[mention.id]&key=",
        "https://example.com/webhook/orders",
    ],
)
def test_others_are_not(url: str) -> None:
    assert not is_key(url)


@pytest.mark.parametrize(
    ("url", "shown", "secret"),
    [
        (SLACK, "https://hooks.slack.com/…4f2a", SLACK),
        (f"{SLACK}/", "https://hooks.slack.com/…4f2a", f"{SLACK}/"),
        ("https://example.com/hooks/abc", "https://example.com/…", "https://example.com/hooks/abc"),
        (
            f"{POWER}?sp=%2Frun&about=[topic.id]&sig=aB-cd_90&by=[author.name]",
            "https://prod-1.westeurope.logic.azure.com:443/…cd90?about=[topic.id]&by=[author.name]",
            f"{POWER}?sp=%2Frun&sig=aB-cd_90",
        ),
        (f"{SLACK}?a=[topic.id]", "https://hooks.slack.com/…4f2a?a=[topic.id]", SLACK),
    ],
)
def test_an_address_is_taken_apart_and_put_together(url: str, shown: str, secret: str) -> None:
    apart = sealed(url)

    assert apart is not None
    assert (apart.shown, apart.secret) == (shown, secret)
    assert hint_in(shown) == shown.split("/")[3].split("?", maxsplit=1)[0]
    assert sorted(whole(secret, shown).split("?")[-1].split("&")) == sorted(
        url.rsplit("?", maxsplit=1)[-1].split("&")
    )


def test_a_variable_before_the_query_would_be_kept_with_it() -> None:
    assert sealed("https://hooks.zapier.com/hooks/catch/[topic.id]/a") is None
    assert presentable("https://hooks.zapier.com/hooks/catch/[topic.id]/a") == "https://hooks.zapier.com/…"


def test_what_people_see_of_an_address_says_nothing_of_a_key() -> None:
    assert (
        presentable(SLACK) == presentable("https://hooks.slack.com/…4f2a") == "https://hooks.slack.com/…4f2a"
    )
    assert presentable("https://example.com/hook?a=b") == "https://example.com/hook?a=b"
    assert hint_in("https://example.com/hook") is None
    assert hint_in("https://example.com/…4f2a/more") is None


def test_the_parts_of_a_key_that_must_not_be_seen_are_its_path_and_every_long_part() -> None:
    assert pieces("https://h.example/hooks/abcdefghijkl?sig=mno%2Bpqrstuvwxyz") == (
        "/hooks/abcdefghijkl?sig=mno%2Bpqrstuvwxyz", "/hooks/abcdefghijkl", "mno%2Bpqrstuvwxyz",
        "mno+pqrstuvwxyz", "abcdefghijkl",
    )  # fmt: skip
