"""Devices of users: registered by their apps, listed without their tokens, forgotten (row 18, R9)."""

from tests.fakes import FakeDeviceRegistry
from tests.unit.http.client import CLAIMS, Client

PHONE = {"platform": "apple", "token": "secret-token", "name": "Telephone"}
SHOWN = {"id": "phone", "platform": "apple", "name": "Telephone", "date": {"added": "2026-11-22T12:00:00Z"}}


def forgotten(client: Client) -> list[str]:
    """What Amazon SNS was asked to forget."""
    registry = client.services.device_registry
    assert isinstance(registry, FakeDeviceRegistry)
    return registry.forgotten


def test_a_device_is_registered_listed_and_forgotten(client: Client) -> None:
    made = client.call("PUT", "/users/nora/devices/phone", PHONE)
    assert (made.status, made.body) == (200, SHOWN)
    assert client.call("GET", "/users/nora/devices").body["data"] == [SHOWN]

    [known] = client.services.devices.of("nora")
    assert client.call("DELETE", "/users/nora/devices/phone").status == 204
    assert forgotten(client) == [known.endpoint]
    assert client.call("GET", "/users/nora/devices").body["count"] == 0
    assert client.call("DELETE", "/users/nora/devices/phone").status == 404


def test_no_answer_shows_a_token_r9(client: Client) -> None:
    made = client.call("PUT", "/users/nora/devices/phone", PHONE)
    wrong = client.call("PUT", "/users/nora/devices/phone", {**PHONE, "token": "secret-token\n"})
    assert wrong.pointers == ["/token"]
    assert "secret-token" not in str([made.body, wrong.body, client.call("GET", "/users/nora/devices").body])


def test_what_cannot_be_registered_says_why(client: Client) -> None:
    assert client.call("PUT", "/users/nobody/devices/phone", PHONE).status == 404
    assert client.call("GET", "/users/nobody/devices").status == 404
    assert client.call("PUT", "/users/nora/devices/phone", {**PHONE, "platform": "x"}).pointers == [
        "/platform"
    ]
    assert client.call("PUT", "/users/nora/devices/a%20b", PHONE).pointers == ["/id"]
    google = client.call("PUT", "/users/nora/devices/phone", {**PHONE, "platform": "google"})
    assert (google.status, "not set up" in google.body["detail"]) == (409, True)


def test_a_user_has_ten_devices_at_most(client: Client) -> None:
    for number in range(10):
        body = {**PHONE, "token": "x" * (number + 1)}
        assert client.call("PUT", f"/users/nora/devices/d{number}", body).status == 200
    refused = client.call("PUT", "/users/nora/devices/d10", PHONE)
    assert (refused.status, "10 devices at most" in refused.body["detail"]) == (409, True)
    assert client.call("PUT", "/users/nora/devices/d9", {**PHONE, "token": "x" * 99}).status == 200


def test_everybody_registers_devices_of_ones_own_and_managers_those_of_others_r8(client: Client) -> None:
    client.claims = {**CLAIMS, "cognito:groups": "contributor"}
    assert client.call("PUT", "/me/devices/phone", PHONE).body == SHOWN
    assert client.call("GET", "/users/nora/devices").body["data"] == [SHOWN]
    assert client.call("PUT", "/users/nora/devices/phone", PHONE).status == 403
    assert client.call("DELETE", "/users/nora/devices/phone").status == 403
    assert client.call("DELETE", "/me/devices/phone").status == 204
