"""Secrets never leave (R9): one of their own in every field that holds one, and every place searched.

The API, the evaluator and the executor run over the fakes with the real code between them: a recipe is made,
changed, restored and explained, its webhooks are sent, fail and are sent again, and one is given up.
"""

import json
import logging
from base64 import b64encode
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from inbox_recipes.http.app import build_app
from tests.builders import NOON, an_incoming, webhook
from tests.fakes import REFUSED, World
from tests.unit.http.client import Client, recipe

BEARER = 'cAn4ry-"bearer"/-5f1c2d'
SHARED = "cAn4ry-sh&red+secret-77aa"
QUERY = "cAn4ry-query-t0ken-31"
PATH = "cAn4ryPathT0kenXXXXq9Zk"


def forms(secret: str) -> set[str]:
    """How a secret may be written: as it is, in JSON, in a URL, and in base64 at each offset."""
    raw = secret.encode()
    found = {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), raw.hex()}
    for offset in range(3):
        start = (3 - offset) % 3
        middle = raw[start : len(raw) - (len(raw) - start) % 3]
        found.add(b64encode(middle).decode())
    return found


def leaks(sinks: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (name, secret)
        for name, text in sinks.items()
        for secret in (BEARER, SHARED, QUERY, PATH)
        if any(form in text for form in forms(secret))
    ]


def secret_recipe(**changed: Any) -> dict[str, Any]:
    hook = webhook(
        url=f"https://example.com/hook?about=[topic.id]&key={quote(QUERY, safe='')}",
        authorization=f"Bearer {BEARER}",
        x_signature=SHARED,
    )
    slack = webhook(name="Slack", url=f"https://hooks.slack.com/services/T0/B0/{PATH}", preset="slack")
    return recipe(actions=[hook, {**hook, "name": "Second"}, slack], mode="enabled", **changed)


@pytest.mark.parametrize("form", sorted(forms(BEARER)))
def test_the_search_finds_what_it_is_to_find(form: str) -> None:
    assert leaks({"somewhere": f"... {form} ..."})


def test_no_secret_is_found_anywhere(caplog: pytest.LogCaptureFixture, client: Client) -> None:
    caplog.set_level(logging.DEBUG)
    told: dict[str, Any] = {
        "create": client.create("recipes", "it", secret_recipe()).body,
        "patch": client.call("PATCH", "/recipes/it", {"name": "Renamed"}, headers={"If-Match": "*"}).body,
        "refused": client.call(
            "PUT", "/recipes/bad", secret_recipe(topics=["nowhere"]), headers={"If-None-Match": "*"}
        ).body,
        "malformed": client.call(
            "PUT", "/recipes/bad", recipe(actions=[webhook(authorization=f"{BEARER} \u00e9")]),
            headers={"If-None-Match": "*"},
        ).body,
    }  # fmt: skip

    world = World(client.configuration.current(), NOON)
    world.webhooks.answers = [503, 410, 503, REFUSED]
    world.take_in(an_incoming())
    world.settle()
    world.pass_time(days=4)
    sent = [each.request for each in world.webhooks.sent if each.request.url_secret]
    called = [each.address(client.secrets.read(each.url_secret or "")) for each in sent]
    assert any(QUERY in url for url in called), "there was something to tell"
    assert any(PATH in url for url in called)
    assert {each.state for each in world.deliveries.all.values()} == {"failed"}

    client.app = build_app(replace(client.services, deliveries=world.deliveries, retries=world.retries))
    paths = ["/recipes", "/recipes/it/versions/1", "/recipes/it/versions/2", "/recipes/it/receivers"]
    paths += ["/deliveries", "/endpoints", *[f"/deliveries/{each}" for each in world.deliveries.all]]
    told |= {path: client.call("GET", path).body for path in paths}
    told["replay"] = client.call("POST", "/deliveries/replay", {"since": "2026-11-20T00:00:00Z"}).body
    told["explain"] = client.call(
        "POST", "/explain", {"recipe": secret_recipe(), "unique_id": client.take_in()}
    ).body
    world.pass_time(minutes=1)

    sinks = {name: json.dumps(body, ensure_ascii=False) for name, body in told.items()}
    sinks |= {
        "recipes and their versions": repr((client.configuration.members, client.configuration.past)),
        "requests": repr(world.deliveries.requests),
        "receivers": repr(world.deliveries.receivers),
        "log": caplog.text,
        "inbox, history, runs and event records": repr(vars(world.store)),
        "attempts": repr(world.deliveries.log),
        "messages": repr((world.retries.delayed, world.timers.armed, world.queue.groups)),
        "notices": repr(world.notices.disabled),
    }
    assert leaks(sinks) == []
