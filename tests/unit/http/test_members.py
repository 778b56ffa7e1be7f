"""What every kind of configuration answers: create, read, list, replace, delete."""

from typing import Any

import pytest

from tests.unit.http.client import CLAIMS, Client, recipe

BODIES: dict[str, dict[str, Any]] = {
    "recipes": recipe(),
    "saved-filters": {"name": "All", "filter": {"combinator": "and", "rules": []}},
    "schedules": {
        "name": "Late",
        "timezone": "UTC",
        "periods": [{"dayofweek": 1, "start": "1800", "end": "2400"}],
    },
    "topics": {"name": "Shop"},
    "users": {"name": "Omar", "email": "omar@example.com"},
    "teams": {"name": "Logistics"},
    "categories": {"name": "Invoices"},
    "roles": {"name": "Scribe", "permissions": ["inbox.read", "recipes.read", "recipes.write"]},
}


@pytest.mark.parametrize("route", BODIES)
def test_a_member_lives_from_its_creation_to_its_deletion(client: Client, route: str) -> None:
    made = client.call("POST", f"/{route}", BODIES[route])
    member_id = made.body["id"]
    url = f"/{route}/{member_id}"
    assert (made.status, made.headers["ETag"], made.headers["Location"]) == (201, '"1"', url)
    assert made.body["name"] == BODIES[route]["name"]
    assert set(made.body) > set(BODIES[route])
    assert (made.body["version"], made.body["by"]["id"]) == (1, "nora")

    read = client.call("GET", url)
    assert (read.status, read.body, read.headers["ETag"]) == (200, made.body, '"1"')
    assert member_id in [each["id"] for each in client.call("GET", f"/{route}").body["data"]]

    changed = client.call("PUT", url, {**BODIES[route], "name": "Other"}, headers={"If-Match": '"1"'})
    assert (changed.status, changed.headers["ETag"], changed.body["name"]) == (200, '"2"', "Other")

    gone = client.call("DELETE", url, headers={"If-Match": '"2"'})
    assert (gone.status, gone.body) == (204, None)
    assert client.call("GET", url).status == 404


@pytest.mark.parametrize("route", BODIES)
def test_ids_made_here_are_ids_that_others_can_name(client: Client, route: str) -> None:
    made = client.call("POST", f"/{route}", BODIES[route]).body["id"]
    assert client.call("PUT", f"/{route}/{made}", BODIES[route], headers={"If-Match": "*"}).status == 200


def test_an_id_of_the_callers_choice_is_created_once(client: Client) -> None:
    again = client.call("PUT", "/teams/billing", {"name": "B"}, headers={"If-None-Match": "*"})
    assert (again.status, again.body["type"]) == (412, "urn:inbox-recipes:problem:stale")
    assert "already a team" in again.body["detail"]


def test_an_id_that_does_not_fit_names_what_is_allowed(client: Client) -> None:
    reply = client.call("PUT", "/topics/a_b", {"name": "B"}, headers={"If-None-Match": "*"})
    assert (reply.status, reply.pointers) == (422, ["{id}"])


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("PUT", "/teams/billing"),
        ("DELETE", "/teams/billing"),
        ("PATCH", "/recipes/rec_1"),
        ("PUT", "/recipes/order"),
    ],
)
def test_a_change_says_which_version_it_is_based_on(client: Client, method: str, url: str) -> None:
    client.create("recipes", "rec_1", recipe())
    reply = client.call(method, url, {"name": "B"})
    assert (reply.status, reply.body["title"]) == (428, "If-Match is missing")
    assert ("If-None-Match: *" in reply.body["detail"]) == (method == "PUT")


@pytest.mark.parametrize("tag", ['"2"', '"0"', 'W/"7"', "abc", '"1", "2"'])
def test_a_change_based_on_another_version_is_refused(client: Client, tag: str) -> None:
    for method in ("PUT", "DELETE"):
        reply = client.call(method, "/users/nora", {"name": "N"}, headers={"If-Match": tag})
        assert (reply.status, reply.body["title"]) == (412, "Changed meanwhile")
    assert client.call("GET", "/users/nora").body["version"] == 1


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "1", "*"])
def test_a_version_is_named_as_clients_write_it(client: Client, tag: str) -> None:
    assert client.call("PUT", "/users/nora", {"name": "N"}, headers={"If-Match": tag}).status == 200


@pytest.mark.parametrize(("tags", "status"), [('"1"', 304), ('"7", "1"', 304), ("*", 304), ('"2"', 200)])
def test_what_the_caller_has_already_is_not_sent_again(client: Client, tags: str, status: int) -> None:
    reply = client.call("GET", "/teams/billing", headers={"If-None-Match": tags})
    assert (reply.status, reply.headers["ETag"]) == (status, '"1"')
    assert (reply.body is None) == (status == 304)


def test_what_is_in_use_is_not_deleted_and_its_users_are_named_a5(client: Client) -> None:
    client.create("recipes", "rec_1", recipe())

    reply = client.call("DELETE", "/topics/46283", headers={"If-Match": '"1"'})

    assert (reply.status, reply.body["type"]) == (409, "urn:inbox-recipes:problem:conflict")
    assert reply.body["detail"] == "The topic '46283' is in use by recipe 'Billing' (rec_1)."


def test_lists_come_in_pages_that_follow_each_other(client: Client) -> None:
    for number in range(5):
        client.create("recipes", f"rec_{number}", recipe())

    first = client.call("GET", "/recipes?limit=2").body
    second = client.call("GET", f"/recipes?limit=2&cursor={first['paging']['next']}").body
    third = client.call("GET", f"/recipes?limit=2&cursor={second['paging']['next']}").body

    pages = [[each["id"] for each in page["data"]] for page in (first, second, third)]
    assert pages == [["rec_0", "rec_1"], ["rec_2", "rec_3"], ["rec_4"]]
    assert [page["count"] for page in (first, second, third)] == [2, 2, 1]
    assert third["paging"] == {"next": None}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1e1", "٣"])
def test_a_limit_is_1_to_100(client: Client, limit: str) -> None:
    reply = client.call("GET", f"/recipes?limit={limit}")
    assert (reply.status, reply.pointers) == (422, ["?limit"])
    assert (
        client.call("GET", "/recipes?limit=1").status
        == client.call("GET", "/recipes?limit=100").status
        == 200
    )


@pytest.mark.parametrize("cursor", ["x", "%", "bm9uc2Vuc2U=", "WyIvcmVjaXBlcyIsM10=", "W10=", "MQ==", "é"])
def test_a_cursor_that_we_did_not_give_is_refused(client: Client, cursor: str) -> None:
    reply = client.call("GET", f"/recipes?cursor={cursor}")
    assert (reply.status, reply.pointers) == (422, ["?cursor"])


def test_a_cursor_belongs_to_its_list(client: Client) -> None:
    for number in range(3):
        client.create("recipes", f"rec_{number}", recipe())
    cursor = client.call("GET", "/recipes?limit=1").body["paging"]["next"]

    assert client.call("GET", f"/teams?cursor={cursor}").status == 422
    client.call("DELETE", "/recipes/rec_0", headers={"If-Match": "*"})
    assert "start the list again" in client.call("GET", f"/recipes?cursor={cursor}").body["detail"]


@pytest.mark.parametrize("body", [[], "x", 3, None])
def test_a_member_is_an_object(client: Client, body: Any) -> None:
    assert client.call("POST", "/teams", raw="null" if body is None else None, body=body).status == 422


def test_nobody_changes_anything_without_a_login_r15(client: Client) -> None:
    client.claims = None
    reply = client.call("POST", "/teams", {"name": "B"})
    assert (reply.status, reply.body["title"]) == (401, "Nobody is logged in")


@pytest.mark.parametrize(
    ("claims", "actor"),
    [
        ({"sub": "3f1c", "username": "nora"}, ("nora", "Nora")),
        ({"sub": "3f1c", "username": "zoe"}, ("zoe", "zoe")),
        ({"sub": "machine", "client_id": "machine", "cognito:groups": ""}, ("machine", None)),
        ({"client_id": "machine", "cognito:groups": ""}, ("machine", None)),
    ],
)
def test_who_changed_something_comes_from_the_token_never_from_the_body(
    client: Client, claims: dict[str, str], actor: tuple[str, str | None]
) -> None:
    scopes = {name: CLAIMS[name] for name in ("scope", "cognito:groups")}
    client.claims = scopes | claims
    by = client.call("POST", "/teams", {"name": "B"}).body["by"]
    assert (by["kind"], by["id"], by["name"]) == ("agent", *actor)
    assert client.call("POST", "/teams", {"name": "B", "by": "idris"}).pointers == ["/by"]
