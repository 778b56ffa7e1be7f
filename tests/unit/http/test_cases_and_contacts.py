"""Cases opened by hand and contacts over HTTP: what is taken, what is refused, what lists choose."""

from typing import Any

import pytest

from tests.unit.http.client import Client, Reply

NEW: dict[str, Any] = {"topic": {"id": "46283"}, "title": "Recall", "priority": "high", "note": "Ask legal"}


def opened(client: Client, **changed: Any) -> Reply:
    return client.call("POST", "/cases", NEW | changed)


def test_a_case_is_opened_by_hand_and_holds_what_is_put_into_it(client: Client) -> None:
    first, second = client.take_in("1"), client.take_in("2", author__id="u2")

    reply = opened(client, mentions=[first])

    assert (reply.status, reply.headers["Location"]) == (201, f"/cases/{reply.body['id']}")
    assert (reply.body["number"], reply.body["title"], reply.body["manual"]) == (3, "#3 Recall", True)
    at = f"/cases/{reply.body['id']}"
    linked = client.call("POST", f"{at}/mentions", {"unique_ids": [second]})
    assert linked.status == 200
    held = client.call("GET", f"{at}/mentions?limit=1").body
    rest = client.call("GET", f"{at}/mentions?cursor={held['paging']['next']}").body
    assert [each["unique_id"] for each in held["data"] + rest["data"]] == [first, second]
    stale = client.call("DELETE", f"{at}/mentions/{second}", headers={"If-Match": '"1"'})
    assert stale.status == 412
    gone = client.call("DELETE", f"{at}/mentions/{second}")
    assert gone.body["other_contact_ids"] == []
    assert client.call("GET", f"{at}/mentions").body["count"] == 1
    told = client.call("GET", f"{at}/history").body["data"]
    assert {line["type"] for line in told} == {"case_created", "mentions_linked", "mentions_unlinked"}
    assert [line["revision"] for line in sorted(told, key=lambda line: line["revision"])] == [1, 2, 3]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"priority": None}, "/priority"),
        ({"title": " "}, "/title"),
        ({"topic": {"id": "404"}}, "/topic/id"),
        ({"mentions": ["46283_404"]}, "/mentions/0"),
        ({"contacts": ["con_404"]}, "/contacts/0"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_wrong_with_a_new_case_is_named(
    client: Client, changed: dict[str, Any], pointer: str
) -> None:
    reply = opened(client, **changed)

    assert (reply.status, reply.pointers) == (422, [pointer])


def test_a_case_is_opened_once_for_one_key(client: Client) -> None:
    """R2, A36"""
    key = {"Idempotency-Key": "click-1"}

    made = client.call("POST", "/cases", NEW, headers=key)
    again = client.call("POST", "/cases", NEW, headers=key)
    other = client.call("POST", "/cases", NEW | {"title": "Other"}, headers=key)
    without = client.call("POST", "/cases", NEW)

    assert (made.status, again.status, other.status, without.status) == (201, 200, 409, 201)
    assert again.body == made.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert sorted(case["number"] for case in client.call("GET", "/cases").body["data"]) == [1, 2]


@pytest.mark.parametrize("users", [["nora", "nora"], ["nora"]])
def test_nobody_is_assigned_twice(client: Client, users: list[str]) -> None:
    at = f"/mentions/{client.take_in()}"

    patch = {"assignment": {"users": users, "teams": ["billing", "billing"]}}
    reply = client.call("PATCH", at, patch, headers={"If-Match": "*"})

    assert reply.body["assignment"] == {"users": ["nora"], "teams": ["billing"]}


def test_an_automatic_case_takes_nothing_by_hand(client: Client) -> None:
    first, second = client.take_in("1"), client.take_in("2", author__id="u2")
    case_id = client.call("GET", f"/mentions/{first}").body["case_id"]

    assert client.call("POST", f"/cases/{case_id}/mentions", {"unique_ids": [second]}).status == 409
    assert client.call("POST", "/cases/cas_404/mentions", {"unique_ids": [second]}).status == 404


def test_lists_are_chosen_from_by_status_people_and_tags(client: Client) -> None:
    ids = [client.take_in(str(number), author__id=f"u{number}") for number in range(6)]
    for unique_id in ids[:4:2]:
        body = {"status": "done", "tags": ["VIP"], "assignment": {"users": ["nora"], "teams": ["billing"]}}
        client.call("PATCH", f"/mentions/{unique_id}", body, headers={"If-Match": "*"})

    def chosen(query: str) -> list[str]:
        return [each["unique_id"] for each in client.call("GET", f"/mentions?{query}").body["data"]]

    assert chosen("status=done") == [ids[2], ids[0]]
    assert len(chosen("status=new")) == 4
    assert len(chosen("status=new&status=done")) == 6
    assert chosen("user_id=nora&team_id=billing&tag=vip") == [ids[2], ids[0]]
    assert chosen("user_id=omar") == []
    first = client.call("GET", "/mentions?status=done&limit=1").body
    rest = client.call("GET", f"/mentions?status=done&cursor={first['paging']['next']}").body
    assert [each["unique_id"] for each in first["data"] + rest["data"]] == [ids[2], ids[0]]
    other = client.call("GET", f"/mentions?status=new&cursor={first['paging']['next']}")
    assert (other.status, other.pointers) == (422, ["?cursor"])
    wrong = client.call("GET", "/cases?status=done")
    assert (wrong.status, wrong.pointers) == (422, ["?status"])
    assert client.call("GET", "/cases?status=unresolved").body["count"] == 6


def test_a_tag_is_the_same_however_its_accents_were_typed(client: Client) -> None:
    """A33: NFD, as some keyboards and file systems give it, and NFC."""
    at = f"/mentions/{client.take_in()}"

    client.call("PATCH", at, {"add_tags": ["e\u0301te\u0301"]}, headers={"If-Match": "*"})
    again = client.call("PATCH", at, {"add_tags": ["\u00c9t\u00e9"]}, headers={"If-Match": "*"})

    assert again.body["tags"] == ["\u00e9t\u00e9"]
    assert client.call("GET", "/mentions?tag=E\u0301t\u00e9").body["count"] == 1


def test_a_contact_is_found_read_and_written_down(client: Client) -> None:
    client.take_in("1", author__id="ada", author__name="Ada")
    [found] = client.call("GET", "/contacts?service=facebook&profile_id=ada").body["data"]
    at = f"/contacts/{found['id']}"

    patch = {"company": "Orvane", "tags": ["vip"], "customattributes": {"plan": "gold"}}
    changed = client.call("PATCH", at, patch, headers={"If-Match": '"1"'})

    assert (changed.status, changed.headers["ETag"]) == (200, '"2"')
    read = client.call("GET", at)
    assert (read.body["company"], read.body["customattributes"]) == ("Orvane", {"plan": "gold"})
    assert read.body["socialprofiles"] == [{"service": "facebook", "id": "ada"}]
    assert client.call("GET", at, headers={"If-None-Match": '"2"'}).status == 304
    assert client.call("PATCH", at, patch).status == 428
    assert client.call("PATCH", at, {"email": "x"}, headers={"If-Match": "*"}).pointers == ["/email"]
    assert client.call("GET", "/contacts/con_404").status == 404
    assert client.call("GET", "/contacts?service=facebook").pointers == ["?profile_id"]
    assert client.call("GET", "/contacts?service=facebook&profile_id=nobody").body["count"] == 0
    assert client.call("GET", "/contacts").body["count"] == 1


def test_two_contacts_are_merged_and_the_old_id_still_leads_there(client: Client) -> None:
    client.take_in("1", author__id="ada")
    client.take_in("2", author__id="ben")
    ada, ben = (each["id"] for each in reversed(sorted_contacts(client)))

    merged = client.call("POST", f"/contacts/{ada}/merge", {"contact_ids": [ben]})

    assert (merged.status, merged.body["merged"]) == (200, [ben])
    assert client.call("GET", f"/contacts/{ben}").body["id"] == ada
    assert client.call("GET", f"/contacts/{ben}/cases").body["count"] == 2
    assert client.call("GET", "/contacts").body["count"] == 1
    wrong = client.call("POST", f"/contacts/{ada}/merge", {"contact_ids": ["con_404"]})
    assert (wrong.status, wrong.pointers) == (422, ["/contact_ids/0"])


def sorted_contacts(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.call("GET", "/contacts").body["data"]
    return found
