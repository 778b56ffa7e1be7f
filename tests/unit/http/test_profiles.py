"""/profiles: what is written of their secrets goes into the secret store and never comes out (R9)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.profiles import ConnectedProfile
from tests.builders import NOON
from tests.unit.http.client import Client, an_account

TOKEN = "EAABwzLixnjYBOsecretsecret4f2a"


@pytest.fixture
def client() -> Client:
    return an_account()


def a_page(**changed: Any) -> dict[str, Any]:
    credentials = {"app_secret": "an app's own secret", "verify_token": "short", "access_token": TOKEN}
    page = {"name": "Orvane", "service": "facebook", "native_id": "77", "topic": "46283"}
    return {**page, "credentials": credentials, **changed}


def replace(client: Client, **changed: Any) -> Any:
    return client.call("PUT", "/profiles/page", a_page(**changed), headers={"If-Match": "*"})


def test_secrets_are_kept_apart_and_only_their_endings_shown(client: Client) -> None:
    """R9."""
    answer = client.create("profiles", "page", a_page())

    assert answer.body["credentials"] == {
        "access_token": {"set": True, "hint": "…4f2a"},
        "app_secret": {"set": True, "hint": "…cret"},
        "verify_token": {"set": True, "hint": "…"},
    }
    assert sorted(client.secrets.kept.values()) == sorted(a_page()["credentials"].values())
    told = [client.call("GET", url).body for url in ("/profiles", "/profiles/page")]
    everywhere = json.dumps(told) + repr(client.configuration.past)
    assert TOKEN not in everywhere
    assert "an app's own secret" not in everywhere
    assert "sec_1" not in json.dumps(told)


def test_what_is_sent_back_as_it_was_shown_or_left_out_stays(client: Client) -> None:
    shown = client.create("profiles", "page", a_page()).body["credentials"]
    before = dict(client.secrets.kept)

    assert replace(client, name="Orvane FR", credentials=shown).status == 200
    assert replace(client, name="Orvane", credentials={}).body["credentials"] == shown
    assert client.secrets.kept == before


def test_a_new_secret_takes_the_place_of_the_old_one_and_null_takes_one_away(client: Client) -> None:
    client.create("profiles", "page", a_page())

    answer = replace(client, credentials={"access_token": "a new token of sixteen", "verify_token": None})

    assert answer.body["credentials"].keys() == {"access_token", "app_secret"}
    assert sorted(client.secrets.kept.values()) == ["a new token of sixteen", "an app's own secret"]


@pytest.mark.parametrize("seen", ['"7"', '"0"'])
def test_a_change_that_fails_leaves_the_secrets_as_they_were(client: Client, seen: str) -> None:
    client.create("profiles", "page", a_page())
    before = dict(client.secrets.kept)

    assert replace(client, topic="unheard of", credentials={"access_token": "new"}).pointers == ["/topic"]
    stale = client.call("PUT", "/profiles/page", a_page(), headers={"If-Match": seen})

    assert stale.status == 412
    assert client.secrets.kept == before


def test_a_deleted_profile_takes_its_secrets_with_it(client: Client) -> None:
    client.create("profiles", "page", a_page())

    assert client.call("DELETE", "/profiles/page", headers={"If-Match": "*"}).status == 204
    assert client.secrets.kept == {}


def test_a_profile_of_another_platform_starts_without_secrets(client: Client) -> None:
    """What was meant for one platform is not sent to another."""
    client.create("profiles", "page", a_page())

    answer = replace(client, service="twitter", credentials={"app_secret": "consumer"})

    assert answer.body["credentials"].keys() == {"app_secret"}
    assert list(client.secrets.kept.values()) == ["consumer"]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"service": "myspace"}, "/service"),
        ({"topic": "7"}, "/topic"),
        ({"credentials": {"password": "x"}}, "/credentials/password"),
        ({"credentials": {"access_token": {"set": True, "hint": "…4f2a"}}}, "/credentials/access_token"),
        ({"sandbox_url": "http://10.0.0.7:80"}, "/sandbox_url"),
        ({"token_expires_at": "soon"}, "/token_expires_at"),
        ({"sns_topic_arn": "arn:aws:sns:eu-west-1:123456789012:mail"}, ""),
        ({"service": "email", "native_id": "nobody", "credentials": {}}, ""),
        ({"service": "email", "native_id": "a@b.example", "credentials": {}}, ""),
    ],
)
def test_what_is_wrong_is_named(client: Client, changed: dict[str, Any], pointer: str) -> None:
    answer = client.call("POST", "/profiles", a_page(**changed))

    assert answer.status == 422
    assert answer.pointers[0].startswith(pointer)
    assert client.secrets.kept == {}
    assert TOKEN not in json.dumps(answer.body)


FOUR = {"app_secret": "consumer", "access_token": "501-t", "api_key": "key", "access_token_secret": "s"}
"""What calls of X are signed with (OAuth 1.0a)."""


def an_account_of_x(**credentials: str | None) -> dict[str, Any]:
    return a_page(service="twitter", native_id="501", credentials=credentials)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (("app_secret", "access_token", "api_key"), ["access_token_secret"]),
        (("app_secret", "access_token", "access_token_secret"), ["api_key"]),
        (("api_key", "access_token_secret"), ["app_secret", "access_token"]),
        (("app_secret", "access_token"), []),
        (tuple(FOUR), []),
    ],
)
def test_the_keys_of_signed_calls_are_given_together(
    client: Client, given: tuple[str, ...], missing: list[str]
) -> None:
    body = an_account_of_x(**{name: FOUR[name] for name in given})

    answer = client.call("POST", "/profiles", body)

    assert answer.status == (422 if missing else 201)
    if missing:
        assert answer.pointers == [f"/credentials/{name}" for name in missing]
        assert client.secrets.kept == {}
    else:
        assert answer.body["credentials"].keys() == set(given)


def test_one_of_the_keys_of_signed_calls_cannot_be_taken_away(client: Client) -> None:
    client.create("profiles", "page", an_account_of_x(**FOUR))
    before = dict(client.secrets.kept)

    def put(**credentials: str | None) -> Any:
        return client.call("PUT", "/profiles/page", an_account_of_x(**credentials), headers={"If-Match": "*"})

    assert put(access_token_secret=None).pointers == ["/credentials/access_token_secret"]
    assert client.secrets.kept == before
    assert put(access_token_secret=None, api_key=None).body["credentials"].keys() == {
        "app_secret", "access_token",
    }  # fmt: skip
    assert put(access_token_secret="s").pointers == ["/credentials/api_key"]


@pytest.mark.parametrize("name", FOUR)
def test_any_new_key_of_signed_calls_is_a_new_try(client: Client, name: str) -> None:
    """X does not say which of the four is wrong."""
    client.create("profiles", "page", an_account_of_x(**FOUR))
    token = ConnectedProfile.model_validate(client.configuration.get("profile", "page").body).token
    client.standings.refuse("page", token or "")
    assert client.call("GET", "/profiles/page").body["status"] == "expired"

    again = client.call(
        "PUT", "/profiles/page", an_account_of_x(**{name: "another"}), headers={"If-Match": "*"}
    )
    assert again.body["status"] == "connected"


def test_a_page_is_connected_once(client: Client) -> None:
    client.create("profiles", "page", a_page())

    assert client.call("POST", "/profiles", a_page()).pointers == ["/native_id"]


def test_a_topic_that_a_profile_is_connected_to_stays(client: Client) -> None:
    client.create("profiles", "page", a_page())

    answer = client.call("DELETE", "/topics/46283", headers={"If-Match": "*"})

    assert answer.status == 409
    assert "profile 'Orvane' (page)" in answer.body["detail"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, "connected"),
        ({"token_expires_at": "2026-11-22T12:00:01Z"}, "connected"),
        ({"token_expires_at": "2026-11-22T12:00:00Z"}, "expired"),
        ({"enabled": False, "token_expires_at": "2026-11-22T12:00:00Z"}, "disabled"),
    ],
)
def test_a_profile_tells_whether_it_works(client: Client, changed: dict[str, Any], status: str) -> None:
    client.create("profiles", "page", a_page(**changed))

    assert client.call("GET", "/profiles/page").body["status"] == status
    assert client.call("GET", "/profiles").body["data"][0]["status"] == status


def test_what_the_platform_has_said_is_shown(client: Client) -> None:
    """A token that it refuses is expired until another is written; calls may have to wait."""
    client.create("profiles", "page", a_page())
    assert client.call("GET", "/profiles/page").body["held_until"] is None
    client.standings.hold("page", NOON + timedelta(minutes=1), "too many calls")
    named = client.configuration.get("profile", "page").body["credentials"]["access_token"]["secret"]
    client.standings.refuse("page", named)

    shown = [client.call("GET", "/profiles/page").body, *client.call("GET", "/profiles").body["data"]]
    assert {(each["status"], each["held_until"]) for each in shown} == {
        ("expired", "2026-11-22T12:01:00.000Z")
    }

    client.standings.hold("page", NOON, "too many calls")
    again = replace(client, credentials={"access_token": "another token of sixteen"})
    assert (again.body["status"], again.body["held_until"]) == ("connected", None)
