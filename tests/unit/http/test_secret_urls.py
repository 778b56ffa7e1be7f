"""Webhook URLs that are keys: they go into the secret store, and only what calls them reads them (R9)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from inbox_recipes.endpoints import Endpoint
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.http.app import build_app
from inbox_recipes.people import Actor
from inbox_recipes.webhook_requests import Request, receiver
from tests.builders import NOON, an_incoming, webhook
from tests.fakes import World
from tests.unit.http.client import Client, Reply, recipe
from tests.unit.http.test_deliveries import a_delivery

TOKEN = "Zq83kLmN02xYtRw9abcd4f2a"
SLACK = f"https://hooks.slack.com/services/T0000/B0000/{TOKEN}"
SHOWN = "https://hooks.slack.com/…4f2a"
KEPT = {"set": True, "hint": "…4f2a"}
ANY = {"If-Match": "*"}


def hooked(*urls: str, **changed: Any) -> dict[str, Any]:
    return recipe(actions=[webhook(f"Hook {place}", url=url, **changed) for place, url in enumerate(urls)])


def saved(client: Client, body: dict[str, Any], recipe_id: str = "it") -> Reply:
    return client.call("PUT", f"/recipes/{recipe_id}", body, headers=ANY)


def called(client: Client, recipe_id: str = "it") -> list[str]:
    """What the webhooks of a recipe call, as only the executor can tell."""
    world = World(client.configuration.current(), NOON)
    world.take_in(an_incoming())
    world.settle()
    sent = [each.request for each in world.webhooks.sent]
    return [
        each.address(client.secrets.read(each.url_secret)) if each.url_secret else each.url for each in sent
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"url": SLACK}, SHOWN),
        ({"url": f"https://example.com/in/{TOKEN}", "url_secret": True}, "https://example.com/…4f2a"),
        ({"url": "https://example.com/in", "url_secret": True}, "https://example.com/…"),
    ],
)
def test_a_url_that_is_a_key_goes_into_the_store(client: Client, written: Any, shown: str) -> None:
    made = client.create(
        "recipes", "it", {**hooked(SLACK), "actions": [webhook(**written)], "mode": "enabled"}
    )

    [action] = made.body["actions"]
    assert (action["url"], action["url_secret"]) == (shown, {"set": True, "hint": shown.rsplit("/", 1)[-1]})
    assert list(client.secrets.kept.values()) == [written["url"]]
    assert called(client) == [written["url"]]
    for path in (
        "/recipes",
        "/recipes/it",
        "/recipes/it/versions",
        "/recipes/it/versions/1",
        "/recipes/it/receivers",
    ):
        told = json.dumps(client.call("GET", path).body, ensure_ascii=False)
        assert shown in told
        assert TOKEN not in told
        assert "sec_" not in told
    assert TOKEN not in repr(client.configuration.past)


@pytest.mark.parametrize("declared", [{}, {"url_secret": KEPT}, {"url_secret": True}, {"url_secret": None}])
def test_a_url_that_is_sent_back_as_it_was_shown_stays(client: Client, declared: Any) -> None:
    client.create("recipes", "it", {**hooked(SLACK), "mode": "enabled"})

    answer = saved(client, {**hooked(SHOWN, **declared), "mode": "enabled", "name": "Renamed"})

    assert (answer.status, answer.body["actions"][0]["url"]) == (200, SHOWN)
    assert called(client) == [SLACK]
    assert client.secrets.made == 1


def test_urls_that_look_the_same_stay_with_the_names_of_their_webhooks(client: Client) -> None:
    first, second = "https://example.com/hooks/a", "https://example.com/hooks/b"
    client.create("recipes", "it", hooked(first, second))
    shown = client.call("GET", "/recipes/it").body["actions"]

    saved(client, {**hooked(), "actions": [shown[1], shown[0]], "mode": "enabled"})

    assert called(client) == [second, first]


@pytest.mark.parametrize("url", ["https://attacker.example/…4f2a", "https://hooks.slack.com/…ffff"])
def test_a_url_does_not_follow_to_another_host_and_cannot_be_guessed(client: Client, url: str) -> None:
    client.create("recipes", "it", hooked(SLACK))

    answer = saved(client, hooked(url))

    assert (answer.status, answer.pointers) == (422, ["/actions/0/url"])
    assert saved(client, hooked(f"{SLACK}beef")).body["actions"][0]["url"] == "https://hooks.slack.com/…beef"


def test_variables_stand_in_the_query_and_are_seen(client: Client) -> None:
    """A15: those of a GET too"""
    url = "https://hooks.zapier.com/hooks/catch/123/Zq83kLmN02?x=1&topic=[topic.id]"
    made = client.create(
        "recipes", "it", {**hooked(url, method="GET", variables=["mention.service"]), "mode": "enabled"}
    )

    assert made.body["actions"][0]["url"] == "https://hooks.zapier.com/…02x1?topic=[topic.id]"
    assert called(client) == [
        "https://hooks.zapier.com/hooks/catch/123/Zq83kLmN02?x=1&topic=46283&mention.service=facebook"
    ]


@pytest.mark.parametrize(
    ("written", "pointer"),
    [
        ({"url": "https://hooks.zapier.com/hooks/catch/[topic.id]/x"}, "/actions/0/url"),
        ({"url": "https://example.com/[topic.id]", "url_secret": True}, "/actions/0/url_secret"),
        ({"url": "https://hooks.slack.com/services/[mention.contnt]"}, "/actions/0/url"),
        ({"url": f"{SLACK}#x"}, "/actions/0/url"),
        ({"url": f"{SLACK}/{'x' * 2048}"}, "/actions/0/url"),
        ({"url": "https://example.com/in", "url_secret": "yes"}, "/actions/0/url_secret"),
        ({"url": "https://example.com/in", "url_secret": KEPT}, None),
    ],
)
def test_a_url_that_cannot_be_kept_is_refused(client: Client, written: Any, pointer: str | None) -> None:
    answer = client.call("POST", "/recipes", recipe(actions=[webhook(**written)]))

    assert answer.status == (422 if pointer else 201)
    assert pointer is None or answer.pointers == [pointer]
    assert TOKEN not in json.dumps(answer.body)
    assert bool(client.secrets.kept) == (pointer is None)


def test_a_receiver_is_one_for_all_recipes_and_its_id_tells_nothing_of_its_url(client: Client) -> None:
    client.create("recipes", "it", hooked(SLACK))
    client.create("recipes", "other", hooked(SLACK, f"{SLACK}x"))

    ids = [
        each["endpoint_id"]
        for name in ("it", "other")
        for each in client.call("GET", f"/recipes/{name}/receivers").body["data"]
    ]

    assert ids[0] == ids[1] != ids[2]
    assert receiver(SLACK)[0] not in ids, "whoever sees the id could try out what it is of"


def test_a_saved_one_is_tried_out_and_one_that_is_not_saved_is_refused(client: Client) -> None:
    client.create("recipes", "it", hooked(SLACK))

    tried = client.call("POST", "/deliveries/test", {"recipe_id": "it"})
    unsaved = client.call("POST", "/deliveries/test", {"action": webhook(url=SLACK)})

    request = client.deliveries.requests[tried.body["id"]]
    assert request.address(client.secrets.read(request.url_secret or "")) == SLACK
    assert tried.body["url"] == SHOWN
    assert (unsaved.status, unsaved.pointers) == (422, ["/action"])


@pytest.fixture
def old(client: Client) -> Client:
    """An account whose recipe was written when URLs stayed in recipes (R24)."""
    client.create("recipes", "it", {**hooked("https://example.com/x"), "mode": "enabled"})
    stored = client.configuration.get("recipe", "it")
    action = {name: each for name, each in stored.body["actions"][0].items() if name != "url_secret"}
    before = stored.model_copy(update={"body": {**stored.body, "actions": [{**action, "url": SLACK}]}})
    client.configuration.members["recipe", "it"] = before
    client.configuration.past["recipe", "it", 1] = before
    return client


def test_an_old_recipe_still_calls_its_url_and_shows_it_no_more(old: Client) -> None:
    """R24"""
    world = World(old.configuration.current(), NOON)
    world.webhooks.answers = [410]
    world.take_in(an_incoming())
    world.settle()

    assert [each.request.url for each in world.webhooks.sent] == [SLACK]
    old.app = build_app(replace(old.services, deliveries=world.deliveries))
    [delivery] = old.call("GET", "/deliveries").body["data"]
    [endpoint] = old.call("GET", "/endpoints").body["data"]
    assert (delivery["url"], endpoint["url"], endpoint["id"]) == (SHOWN, SHOWN, receiver(SLACK)[0])
    paths = [
        "/recipes/it",
        "/recipes/it/versions/1",
        f"/deliveries/{delivery['id']}",
        "/recipes/it/receivers",
    ]
    for path in paths:
        assert TOKEN not in json.dumps(old.call("GET", path).body)
    assert TOKEN not in repr(world.store.logs)


@pytest.mark.parametrize("how", ["as shown", "patched", "restored"])
def test_an_old_recipe_has_its_url_moved_when_it_is_saved(old: Client, how: str) -> None:
    """R24"""
    if how == "as shown":
        answer = saved(old, {**hooked(SHOWN), "mode": "enabled"})
    elif how == "patched":
        answer = old.call("PATCH", "/recipes/it", {"name": "Renamed"}, headers=ANY)
    else:
        answer = old.call("POST", "/recipes/it/versions/1/restore", headers=ANY)

    assert answer.status == 200, answer.body
    assert TOKEN not in repr(old.configuration.members)
    assert called(old) == [SLACK]


def test_what_was_written_down_before_is_shown_without_the_key(client: Client) -> None:
    """R24: deliveries, receivers and histories hold URLs as they were when they were written."""
    unique_id = client.take_in()
    client.deliveries.create(
        a_delivery("msg_1", url=SLACK, state="failed"),
        Request(method="POST", url=SLACK, shown_url=SLACK, content_type="application/json", body="{}"),
    )
    client.deliveries.save_endpoint(None, Endpoint(id="end_1", url=SLACK))
    entry = HistoryEntry(
        id="z", type="webhook", outcome="done", by=Actor(kind="recipe", id="rec_1"), reason=None,
        detail={"webhook": "IT", "url": SLACK}, run_id=None, position=None, date=HistoryDate(added=NOON),
    )  # fmt: skip
    client.store.add_lines((Line(log="mention", item_id=unique_id, entry=entry),))

    for path in ("/deliveries", "/deliveries/msg_1", "/endpoints", f"/mentions/{unique_id}/history"):
        told = json.dumps(client.call("GET", path).body, ensure_ascii=False)
        assert SHOWN in told
        assert TOKEN not in told
