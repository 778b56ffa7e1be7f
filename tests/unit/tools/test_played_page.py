"""The sample's Facebook page: its script on a fake stack, and what is told of what Facebook was sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from inbox_recipes import filters
from inbox_recipes.arrivals import View, admit
from inbox_recipes.filters import Group, Scene
from inbox_recipes.inbox import Subject
from inbox_recipes.platforms import connector
from inbox_recipes.platforms.base import Connection, Received
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.validation import validated
from tests.unit.tools.fake_page import FakePage
from tests.unit.tools.fake_stack import served
from tools import rule_book, run_sample
from tools.api_client import Api, Json
from tools.platform_sandbox.played import Answer, Call, Called
from tools.platform_sandbox.server import Sandbox
from tools.played_page import PROFILE, TOPIC, OrvanesPage, connect_page
from tools.sent_words import sent

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
TOLD: Json = yaml.safe_load((run_sample.SAMPLE / "conversations.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def fake() -> FakePage:
    return FakePage()


@pytest.fixture
def play(fake: FakePage, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Plays the sample's page, and none of its other conversations, on the fake stack."""
    rules = (run_sample.SAMPLE / "rule_book.yaml").read_text(encoding="utf-8")
    (tmp_path / "rule_book.yaml").write_text(rules, encoding="utf-8")
    told = yaml.safe_dump({**TOLD, "conversations": []})
    (tmp_path / "conversations.yaml").write_text(told, encoding="utf-8")
    with served(fake) as stack:
        (tmp_path / "stack.json").write_text(json.dumps(stack), encoding="utf-8")
        where = ["--stack", f"{tmp_path / 'stack.json'}", "--sample", f"{tmp_path}", "--settle", "0"]
        yield lambda *more: run_sample.main([*where, *more])


def test_the_page_is_answered_and_the_timeline_tells_what_facebook_was_sent(
    fake: FakePage, play: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    play("--run", "5")
    printed = " ".join(capsys.readouterr().out.split())

    assert "profile of the Facebook page: created" in printed
    assert "Maeve Quinn (57953) writes on Facebook: Can I collect" in printed
    assert "an agent approves in the outbox: We open at ten." in printed
    assert "Facebook was sent, in public: We open at ten." in printed
    assert "Facebook was sent, in private: We are closed." in printed
    assert "Facebook was sent, in private: How was it? 1 to 5, buttons 1, 2, 3, 4, 5" in printed
    assert "Facebook was told to hide it" in printed
    assert "hide, done, by Numbers hidden: nobody rings me back!!" in printed
    assert "because content.text matches [0-9]+ (085 555)" in printed
    assert "mentions 4: 4 created" in printed
    assert [item["state"] for item in fake.outbox] == ["sent"] * 4


def test_the_survey_stands_with_the_case_that_it_asks_about(
    play: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is in no case, for a resolved one takes nothing but the answer."""
    play("--run", "5")
    case = capsys.readouterr().out.partition("CASE | facebook | 57953")[2].partition("\n\n")[0]
    ours = [line.strip() for line in case.splitlines() if " us: " in line]
    assert ours[0] == "m2  us: We are closed."
    assert ours[2] == "m4  us: How was it? 1 to 5"


def test_the_same_run_again_sends_nothing_to_the_new_address(
    fake: FakePage, play: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    play("--run", "5")
    before, items = fake.stored[f"/profiles/{PROFILE}"]["sandbox_url"], len(fake.outbox)
    capsys.readouterr()
    play("--run", "5")
    printed = capsys.readouterr().out

    assert "profile of the Facebook page: replaced" in printed
    assert fake.stored[f"/profiles/{PROFILE}"]["sandbox_url"] != before
    assert "mentions  4: 4 duplicate" in printed
    assert "us: We open at ten." in printed
    assert "Facebook  " not in printed
    assert len(fake.outbox) == items


def test_an_answer_that_does_not_come_is_named_after_what_has_happened(
    fake: FakePage, play: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever changes the rule book may have taken its recipe away."""
    fake.answers = False
    with pytest.raises(SystemExit, match=r"an answer to 'Are you open.*' that is awaiting approval"):
        play("--limit", "0.1")
    assert "mentions  3: 3 created" in capsys.readouterr().out


def test_an_event_that_the_stack_refuses_is_named(fake: FakePage, play: Callable[..., None]) -> None:
    fake.takes = False
    with pytest.raises(SystemExit, match="The stack answered 403 when Facebook told it of 78_501"):
        play("--run", "5")


def test_the_profile_speaks_to_whatever_sandbox_is_there_now(fake: FakePage) -> None:
    with served(fake) as stack:
        api = Api(stack)
        with Sandbox(facebook=OrvanesPage()) as first:
            assert connect_page(api, first) == "created"
        with Sandbox(facebook=OrvanesPage()) as second:
            assert connect_page(api, second) == "replaced"
        stored = fake.stored[f"/profiles/{PROFILE}"]
        assert (stored["sandbox_url"], stored["topic"]) == (second.url, TOPIC)
        assert stored["native_id"] != "77"


def test_each_recipe_of_the_page_is_meant_for_some_of_its_messages() -> None:
    """What the recipes' filters find, by the events as Facebook words them."""
    page = OrvanesPage()
    book = rule_book.load(run_sample.SAMPLE / "rule_book.yaml", {"receiver": "http://127.0.0.1:1"})
    profile = ConnectedProfile.model_validate(
        {"name": "Orvane", "service": "facebook", "native_id": page.profile, "topic": TOPIC}
    )
    scenes: dict[str, Scene] = {}
    for step in TOLD["page"]["steps"]:
        text = step.get("writes") or step.get("comments")
        if text:
            message = page.write("1", text, private="writes" in step)
            received = Received({}, {}, page.event(message).body)
            [came] = connector("facebook").parse(received, [Connection("p", profile)], {}, NOW).mentions
            after = admit(came, View(), NOW).writes[0].after
            scenes[step["as"]] = Scene(Subject.model_validate({"mention": after, "case": None}), None, NOW)
    found = {
        recipe["id"]: [
            name
            for name, scene in scenes.items()
            if filters.evaluate(validated(Group, recipe["filter"]), scene, "filter")[0].ok
        ]
        for recipe in book["recipes"]
        if TOPIC in recipe["topics"] and recipe["filter"]
    }
    assert found == {
        "page-closed": ["03"],
        "page-open": ["03"],
        "page-opening-hours": ["01"],
        "page-telephone": ["02"],
    }


def a_call(method: str = "POST", path: str = "/v24.0/78_1", **changes: Any) -> Call:
    called = Called(method, f"http://127.0.0.1{path}", path, {}, {}, {"is_hidden": True})
    return replace(Call(NOW, "facebook", called, Answer(200, {"success": True})), **changes)


def with_body(body: Json) -> Called:
    return replace(a_call().called, body=body)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (a_call(), ("78_1", "was_told_to_hide", {}, "done")),
        (a_call(called=with_body({"is_hidden": False})), ("78_1", "was_told_to_show", {}, "done")),
        (
            a_call(called=with_body({"message": "Hi"}), answer=Answer(200, {"id": "m_9"})),
            ("m_9", "was_sent_publicly", {"text": "Hi"}, "done"),
        ),
        (
            a_call(called=with_body({"message": {"text": "Hi"}}), answer=Answer(400, {"error": {}})),
            ("78_1", "was_sent_privately", {"text": "Hi", "buttons": []}, "failed"),
        ),
        (
            a_call(called=with_body({"user": ["1"]})),
            ("78_1", "was_sent_POST", {"path": "/v24.0/78_1", "user": ["1"]}, "done"),
        ),
    ],
)
def test_a_call_is_told_with_what_it_did(call: Call, told: tuple[str, str, Json, str]) -> None:
    native, type_, detail, outcome = told
    [(unique_id, [entry])] = sent([call], "46286").items()
    assert unique_id == f"46286_{native}"
    assert (entry["type"], entry["detail"], entry["outcome"]) == (type_, detail, outcome)
    assert entry["by"] == {"kind": "platform", "name": "Facebook"}


def test_what_facebook_was_only_asked_or_never_answered_is_not_told() -> None:
    asked = replace(a_call().called, method="GET")
    assert sent([a_call(called=asked), a_call(answer=None)], "46286") == {}
