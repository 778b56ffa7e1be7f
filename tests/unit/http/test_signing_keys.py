"""The keys that sign webhooks over the API: new ones, and which they are (R9, R11)."""

import json

from tests.unit.http.client import Client


def test_a_new_symmetric_key_is_shown_once_and_the_old_one_signs_for_a_day(client: Client) -> None:
    made = client.call("POST", "/signing-keys/rotate", {})
    shown = client.call("GET", "/signing-keys")

    [key] = client.signing_keys.made
    assert (made.status, made.body["secret"]) == (200, key)
    assert made.headers["Cache-Control"] == "no-store"
    assert shown.body["current"]["keys"] == [
        {"type": "symmetric", "hint": f"…{key[-4:]}", "public_key": None}
    ]
    assert shown.body["previous"]["keys"] is None, "what the deployment made is known to nobody here"
    assert shown.body["previous"]["until"] == "2026-11-23T12:00:00Z"
    assert key not in json.dumps(shown.body)


def test_the_private_half_of_an_ed25519_key_is_never_shown(client: Client) -> None:
    made = client.call("POST", "/signing-keys/rotate", {"types": ["ed25519"]})

    [key] = client.signing_keys.made
    assert made.body["secret"] is None
    assert made.body["current"]["keys"][0]["public_key"].startswith("whpk_")
    assert key not in json.dumps(made.body)


def test_keys_of_both_types_can_sign_together(client: Client) -> None:
    made = client.call("POST", "/signing-keys/rotate", {"types": ["symmetric", "ed25519"]}).body

    assert [key["type"] for key in made["current"]["keys"]] == ["symmetric", "ed25519"]
    assert made["secret"] == client.signing_keys.made[0]


def test_keys_that_receivers_still_verify_with_are_not_dropped_unless_told_to(client: Client) -> None:
    client.call("POST", "/signing-keys/rotate", {})

    refused = client.call("POST", "/signing-keys/rotate", {})
    forced = client.call("POST", "/signing-keys/rotate", {"drop_previous": True})

    assert refused.status == 409
    assert "2026-11-23T12:00:00.000Z" in refused.body["detail"]
    assert forced.status == 200
    assert len(client.signing_keys.made) == 2


def test_other_types_of_keys_are_refused_by_name(client: Client) -> None:
    refused = client.call("POST", "/signing-keys/rotate", {"types": ["rsa"]})
    none = client.call("POST", "/signing-keys/rotate", {"types": []})

    assert (refused.status, refused.pointers) == (422, ["/types/0"])
    assert (none.status, none.pointers) == (422, ["/types"])
