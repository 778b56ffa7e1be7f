"""Webhooks over the API: credentials go in and never out, the log, replays, receivers (R9, R12, R13)."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from inbox_recipes.deliveries import Delivery
from inbox_recipes.endpoints import Endpoint, Notice, after_failure
from inbox_recipes.messages import DeliveryMessage
from inbox_recipes.notifications import Recipient
from inbox_recipes.webhook_requests import Request
from tests.builders import NOON, webhook
from tests.unit.http.client import Client, recipe

CANARY = "canary-4711-sk-abcdef0123456789"
BEARER = f"Bearer {CANARY}"
HINT = {"set": True, "hint": "…6789"}


def with_webhook(**changed: Any) -> dict[str, Any]:
    return recipe(actions=[webhook(**changed)])


def forms(text: str) -> list[str]:
    return [text, base64.b64encode(text.encode()).decode()[:-4], quote(text, safe=""), json.dumps(text)[1:-1]]


def test_credentials_go_into_the_store_and_never_come_out(client: Client) -> None:
    """Row 118; A16, R9"""
    made = client.create("recipes", "it", with_webhook(authorization=BEARER, x_signature=CANARY))
    patched = client.call("PATCH", "/recipes/it", {"name": "Renamed"}, headers={"If-Match": "*"})
    answers = [
        made,
        patched,
        client.call("GET", "/recipes/it"),
        client.call("GET", "/recipes"),
        client.call("GET", "/recipes/it/versions"),
        client.call("GET", "/recipes/it/versions/1"),
        client.call("GET", "/recipes/it/versions/2"),
        client.call(
            "POST", "/explain", {"recipe": with_webhook(authorization=BEARER), "unique_id": client.take_in()}
        ),
    ]

    assert made.body["actions"][0]["authorization"] == HINT
    assert patched.body["actions"][0]["x_signature"] == HINT
    for answer in answers:
        assert not [form for form in forms(CANARY) if form in json.dumps(answer.body, ensure_ascii=False)]
        assert "sec_" not in json.dumps(answer.body), "nor where they are kept"
    stored = [member.model_dump_json() for member in client.configuration.past.values()]
    assert not any(CANARY in text for text in stored)
    assert sorted(client.secrets.kept.values()) == [BEARER, CANARY]


def test_a_recipe_that_is_sent_back_as_it_was_shown_keeps_its_credentials(client: Client) -> None:
    client.create("recipes", "it", with_webhook(authorization=BEARER))
    shown = client.call("GET", "/recipes/it").body
    body = {name: shown[name] for name in recipe()} | {"name": "Renamed"}

    put = client.call("PUT", "/recipes/it", body, headers={"If-Match": '"1"'})

    assert put.status == 200
    kept = [client.configuration.past["recipe", "it", n].body["actions"][0]["authorization"] for n in (1, 2)]
    assert kept[0] == kept[1]
    assert list(client.secrets.kept.values()) == [BEARER]


@pytest.mark.parametrize("url", ["https://elsewhere.example/hook", "https://example.com:8443/hook"])
def test_credentials_do_not_follow_a_webhook_to_another_place(client: Client, url: str) -> None:
    """Whoever may edit a recipe must not be able to have its credentials sent to themselves."""
    client.create("recipes", "it", with_webhook(authorization=BEARER))

    put = client.call(
        "PUT", "/recipes/it", with_webhook(url=url, authorization=HINT), headers={"If-Match": "*"}
    )

    assert (put.status, put.pointers) == (422, ["/actions/0/authorization"])


def test_credentials_of_another_recipe_cannot_be_named(client: Client) -> None:
    client.create("recipes", "it", with_webhook(authorization=BEARER))
    [name] = client.secrets.kept

    stolen = client.call(
        "PUT", "/recipes/mine", with_webhook(authorization={**HINT, "secret": name}),
        headers={"If-None-Match": "*"},
    )  # fmt: skip

    assert (stolen.status, stolen.pointers) == (422, ["/actions/0/authorization"])


def test_a_recipe_that_is_restored_has_the_credentials_of_then(client: Client) -> None:
    client.create("recipes", "it", with_webhook(authorization=BEARER))
    other = {"If-Match": "*"}
    client.call("PUT", "/recipes/it", with_webhook(authorization="Bearer another-one-of-ours"), headers=other)

    client.call("POST", "/recipes/it/versions/1/restore", headers=other)

    bodies = [client.configuration.past["recipe", "it", n].body["actions"][0] for n in (1, 3)]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    "secret", [{"authorization": BEARER}, {"url": f"https://example.com/{CANARY}", "url_secret": True}]
)
def test_a_recipe_that_comes_back_after_its_deletion_has_its_credentials(
    client: Client, secret: dict[str, Any]
) -> None:
    """Row 118; A16, R24: old versions keep theirs, so that they can be restored."""
    client.create("recipes", "it", with_webhook(**secret))
    client.call("DELETE", "/recipes/it", headers={"If-Match": "*"})

    restored = client.call("POST", "/recipes/it/versions/1/restore")

    assert restored.status == 200, restored.body
    bodies = [client.configuration.past["recipe", "it", n].body["actions"][0] for n in (1, 3)]
    assert bodies[0] == bodies[1]


def test_what_cannot_be_saved_leaves_nothing_in_the_store(client: Client) -> None:
    refused = client.call(
        "PUT", "/recipes/it", {**with_webhook(authorization=BEARER), "topics": ["nowhere"]},
        headers={"If-None-Match": "*"},
    )  # fmt: skip
    client.create("recipes", "it", recipe())
    stale = client.call("PUT", "/recipes/it", with_webhook(authorization=BEARER), headers={"If-Match": '"7"'})

    assert (refused.status, stale.status) == (422, 412)
    assert client.secrets.kept == {}


def test_only_a_local_stack_takes_the_addresses_of_its_machine(client: Client) -> None:
    """R10"""
    local = with_webhook(url="http://127.0.0.1:8000/")
    refused = client.call("PUT", "/recipes/it", local, headers={"If-None-Match": "*"})

    assert (refused.status, refused.pointers) == (422, ["/actions/0/url"])


def a_delivery(delivery_id: str, **changed: Any) -> Delivery:
    whole: dict[str, Any] = {
        "id": delivery_id, "kind": "recipe", "webhook": "Tell IT", "endpoint_id": "end_1",
        "endpoint_url": "https://example.com/x", "method": "POST",
        "url": "https://example.com/x?from=***", "recipe_id": "rec_1", "recipe_name": "R", "run_id": "run_1",
        "position": 0, "about": "mention", "item_id": "46283_1001", "created_at": NOON, "updated_at": NOON,
    }  # fmt: skip
    return Delivery(**whole | changed)


def log(client: Client, delivery: Delivery) -> None:
    client.deliveries.create(
        delivery,
        Request(method="POST", url="https://example.com/x?from=abc", shown_url=delivery.url,
                content_type="application/json", body='{"text":"déjà"}', authorization="sec_1"),
    )  # fmt: skip


def test_the_log_shows_what_was_sent_and_hides_what_is_secret(client: Client) -> None:
    log(client, a_delivery("msg_1", state="failed"))

    shown = client.call("GET", "/deliveries/msg_1").body

    assert shown["request"] == {
        "method": "POST", "url": "https://example.com/x?from=***", "content_type": "application/json",
        "authorization": True, "body": '{"text":"déjà"}',
    }  # fmt: skip
    assert "abc" not in json.dumps(shown)
    assert "sec_1" not in json.dumps(shown)
    assert client.call("GET", "/deliveries/msg_9").status == 404


def test_deliveries_are_listed_by_state_receiver_and_time(client: Client) -> None:
    log(client, a_delivery("msg_1", state="failed"))
    log(client, a_delivery("msg_2", state="delivered", endpoint_id="end_2"))

    def ids(query: str) -> list[str]:
        return [each["id"] for each in client.call("GET", f"/deliveries{query}").body["data"]]

    assert ids("") == ["msg_2", "msg_1"]
    assert ids("?state=failed") == ids("?endpoint_id=end_1") == ["msg_1"]
    assert ids("?since=2026-11-22T12:00:01Z") == ids("?until=2026-11-22T12:00:00Z") == []
    assert client.call("GET", "/deliveries?state=lost").pointers == ["?state"]
    for none in ("yesterday", "0.5", "1763812800", "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"):
        assert client.call("GET", f"/deliveries?since={none}").pointers == ["?since"]


def test_one_delivery_or_all_that_failed_can_be_sent_again(client: Client) -> None:
    """R12"""
    for number in range(3):
        log(client, a_delivery(f"msg_{number}", state="failed" if number else "delivered"))

    one = client.call("POST", "/deliveries/msg_0/replay")
    again = client.call("POST", "/deliveries/msg_0/replay")
    rest = client.call("POST", "/deliveries/replay?limit=1", {"since": "2026-11-22T00:00:00Z"})
    following = rest.body["paging"]["next"]
    last = client.call(
        "POST", f"/deliveries/replay?limit=1&cursor={following}", {"since": "2026-11-22T00:00:00Z"}
    )

    assert (one.status, one.body["state"], one.body["replays"]) == (202, "pending", 1)
    assert again.status == 409
    assert [page.body["data"][0]["id"] for page in (rest, last)] == ["msg_2", "msg_1"]
    assert last.body["paging"]["next"] is None
    queued = [delayed.message for delayed in client.retries.delayed]
    assert [(each.delivery_id, each.replay) for each in queued if isinstance(each, DeliveryMessage)] == [
        ("msg_0", 1),
        ("msg_2", 1),
        ("msg_1", 1),
    ]
    before = client.call("POST", "/deliveries/replay", {"since": "1999-09-01T00:00:00Z"})
    assert (before.status, before.body["data"]) == (202, [])
    assert client.call("POST", "/deliveries/msg_9/replay").status == 404


def test_what_cannot_be_sent_again_does_not_keep_the_others_from_it(client: Client) -> None:
    """R12, R20: the requests of an erased contact are gone, and somebody else may be faster."""
    for number in range(4):
        log(client, a_delivery(f"msg_{number}", state="failed"))
    client.deliveries.erase("msg_3", NOON)
    listed = client.deliveries.listed

    def meanwhile(*asked: Any, **chosen: Any) -> Any:
        page = listed(*asked, **chosen)
        client.call("POST", "/deliveries/msg_1/replay")
        return page

    client.deliveries.listed = meanwhile  # type: ignore[method-assign]

    rest = client.call("POST", "/deliveries/replay", {"since": "2026-11-22T00:00:00Z"})

    assert (rest.status, [each["id"] for each in rest.body["data"]]) == (202, ["msg_2", "msg_0"])


def test_a_webhook_can_be_tried_out_before_and_after_it_is_saved(client: Client) -> None:
    client.create(
        "recipes", "it", with_webhook(authorization=BEARER, variables=["mention.content", "recipe.name"])
    )
    unique_id = client.take_in(text="Ça plante")

    saved = client.call("POST", "/deliveries/test", {"recipe_id": "it", "unique_id": unique_id})
    unsaved = client.call("POST", "/deliveries/test", {"action": webhook(preset="slack")})

    assert (saved.status, saved.body["kind"], saved.headers["Location"]) == (
        202, "test", f"/deliveries/{saved.body['id']}",
    )  # fmt: skip
    body = client.call("GET", f"/deliveries/{saved.body['id']}").body["request"]["body"]
    assert json.loads(body) == {"mention.content": "Ça plante", "recipe.name": "Billing"}
    assert client.deliveries.requests[saved.body["id"]].authorization in client.secrets.kept
    assert unsaved.status == 202
    assert len(client.retries.delayed) == 2


@pytest.mark.parametrize(
    ("trial", "status", "pointer"),
    [
        ({}, 422, ""),
        ({"recipe_id": "it", "action": webhook()}, 422, ""),
        ({"recipe_id": "gone"}, 404, None),
        ({"recipe_id": "it", "position": 3}, 422, "/position"),
        ({"recipe_id": "it", "unique_id": "46283_9"}, 404, None),
        ({"action": webhook(authorization=BEARER)}, 422, "/action"),
        ({"action": webhook(url="https://10.0.0.1/")}, 422, "/action/url"),
    ],
)
def test_a_trial_of_nothing_is_refused(
    client: Client, trial: dict[str, Any], status: int, pointer: str | None
) -> None:
    client.create("recipes", "it", with_webhook())

    answer = client.call("POST", "/deliveries/test", trial)

    assert answer.status == status
    assert pointer is None or answer.pointers == [pointer]
    assert client.retries.delayed == []


def test_receivers_are_shown_switched_off_and_on_again(client: Client) -> None:
    """R13"""
    client.deliveries.save_endpoint(None, Endpoint(id="end_1", url="https://example.com/x", failures=3))

    listed = client.call("GET", "/endpoints").body["data"]
    off = client.call("POST", "/endpoints/end_1/disable").body
    on = client.call("POST", "/endpoints/end_1/enable").body

    assert [(each["id"], each["state"], each["failures"]) for each in listed] == [("end_1", "closed", 3)]
    assert (off["state"], off["reason"]) == ("disabled", "by Nora")
    assert (on["state"], on["failures"]) == ("closed", 0)
    assert client.call("GET", "/endpoints/end_1").body == on
    assert client.call("POST", "/endpoints/end_9/enable").status == 404


def test_who_reads_a_recipe_sees_which_of_its_receivers_is_switched_off_and_why(client: Client) -> None:
    """R13"""
    client.create(
        "recipes",
        "it",
        recipe(
            actions=[
                {"type": "add_tags", "tags": ["it"]},
                webhook("Gone", url="https://example.com/gone?team=it"),
                webhook("Fine", url="https://example.com/fine"),
            ]
        ),
    )
    [gone, fine] = client.call("GET", "/recipes/it/receivers").body["data"]
    assert [(each["position"], each["state"]) for each in (gone, fine)] == [(1, "closed"), (2, "closed")]
    known = Endpoint(id=gone["endpoint_id"], url=gone["url"])
    why = "the receiver answered 410: it wants no more of these"
    client.deliveries.save_endpoint(None, after_failure(known, NOON, why, gone=True))

    [gone, fine] = client.call("GET", "/recipes/it/receivers").body["data"]

    assert (gone["webhook"], gone["url"]) == ("Gone", "https://example.com/gone")
    assert (gone["state"], gone["reason"], gone["disabled_at"]) == ("disabled", why, "2026-11-22T12:00:00Z")
    assert fine["state"] == "closed"
    assert client.call("GET", "/recipes/nothing/receivers").status == 404


def test_nobodys_address_is_shown_with_a_receiver(client: Client) -> None:
    """R9, R20: who is told of it goes by their name."""
    nora = Recipient(user_id="nora", name="Nora", channel="email", to="nora@example.com", outcome="done")
    notice = Notice(kind="failing", at=NOON, recipients=(nora,))
    known = Endpoint(id="end_1", url="https://example.com/", notice=notice)
    client.deliveries.save_endpoint(None, known)

    answers = [client.call("GET", "/endpoints"), client.call("GET", "/endpoints/end_1")]
    answers += [client.call("POST", f"/endpoints/end_1/{change}") for change in ("disable", "enable")]

    assert [answer.status for answer in answers] == [200] * 4
    assert answers[1].body["notice"]["recipients"] == [
        {"user_id": "nora", "name": "Nora", "outcome": "done", "reason": None}
    ]
    assert "nora@example.com" not in json.dumps([answer.body for answer in answers])


@pytest.mark.parametrize("selection", ["state=failed", "endpoint_id=end_1", "since=2026-11-01T00:00:00Z"])
def test_a_cursor_of_one_selection_is_none_of_another(client: Client, selection: str) -> None:
    for number in range(3):
        log(client, a_delivery(f"msg_{number}", state="failed"))
    first = client.call("GET", f"/deliveries?{selection}&limit=1").body
    rest = f"limit=2&cursor={first['paging']['next']}"

    assert client.call("GET", f"/deliveries?{selection}&{rest}").status == 200
    for other in ("", "state=delivered&", f"{selection}&endpoint_id=end_2&"):
        refused = client.call("GET", f"/deliveries?{other}{rest}")
        assert (refused.status, refused.pointers) == (422, ["?cursor"])


def test_a_cursor_of_one_time_sends_nothing_again_of_another(client: Client) -> None:
    """R12"""
    for number in range(3):
        log(client, a_delivery(f"msg_{number}", state="failed"))
    first = client.call("POST", "/deliveries/replay?limit=1", {"since": "2026-11-22T00:00:00Z"}).body
    rest = f"/deliveries/replay?limit=1&cursor={first['paging']['next']}"

    refused = client.call("POST", rest, {"since": "2026-11-21T00:00:00Z"})

    assert (refused.status, refused.pointers) == (422, ["?cursor"])
    assert len(client.retries.delayed) == 1
