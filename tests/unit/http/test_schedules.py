"""Saving a schedule with the holidays of a country, and asking whether it is open."""

import pytest

from tests.unit.http.client import Client

PERIODS = [{"dayofweek": day, "start": "0900", "end": "1800"} for day in range(1, 6)]
FRANCE = {
    "name": "France",
    "timezone": "Europe/Paris",
    "periods": PERIODS,
    "holidays": {"country": "FR", "years": 2},
}


def test_the_dates_of_a_countrys_holidays_are_found_when_the_schedule_is_saved(client: Client) -> None:
    saved = client.create("schedules", "france", FRANCE).body

    assert saved["holidays"] == {
        "country": "FR",
        "subdivision": None,
        "years": 2,
        "dates": [
            {"date": "2026-01-01", "name": "Jour de l'an"},
            {"date": "2027-01-01", "name": "Jour de l'an"},
        ],
    }
    again = {key: saved[key] for key in FRANCE}
    reply = client.call("PUT", "/schedules/france", again, headers={"If-Match": "*"})
    assert (reply.status, reply.body["holidays"]) == (200, saved["holidays"])


def test_a_country_that_is_not_known_is_refused(client: Client) -> None:
    reply = client.call("POST", "/schedules", FRANCE | {"holidays": {"country": "XX"}})

    assert (reply.status, reply.pointers) == (422, ["/holidays/country"])
    assert reply.body["errors"][0]["allowed"] == ["FR"]


def test_whether_it_is_open_is_told_with_why_and_until_when(client: Client) -> None:
    client.create("schedules", "france", FRANCE)

    assert client.call("GET", "/schedules/france/open").body == {
        "at": "2026-11-22T12:00:00Z",
        "open": False,
        "local_time": "Sunday 13:00 CET",
        "because": "Sunday: closed",
        "next_change": "2026-11-23T08:00:00Z",
    }
    holiday = client.call("GET", "/schedules/france/open?at=2027-01-01T09:00:00Z").body
    assert (holiday["open"], holiday["because"]) == (False, "holiday Jour de l'an: closed")


@pytest.mark.parametrize(
    "at", ["yesterday", "", "2026-11-22T12:00:00", "10000-01-01T00:00:00Z", "9999-12-31T23:00:00Z"]
)
def test_a_moment_that_is_none_is_refused(client: Client, at: str) -> None:
    reply = client.call("GET", f"/schedules/office/open?at={at}")

    assert (reply.status, reply.pointers) == (422, ["?at"])


def test_a_schedule_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.call("GET", "/schedules/night/open").status == 404
