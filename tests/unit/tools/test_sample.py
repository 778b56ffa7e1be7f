"""The sample: its two files hold together, and playing them on a small fake stack ends well."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

import pytest
import requests
import yaml
from pydantic import BaseModel

from inbox_recipes import filters
from inbox_recipes.arrivals import View, admit
from inbox_recipes.business_hours import Schedule
from inbox_recipes.categories import Category
from inbox_recipes.filters import Group, Scene
from inbox_recipes.filters.saved import SavedFilter
from inbox_recipes.inbox import IncomingMention, Subject
from inbox_recipes.people import Team, User
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.responses import CannedResponse
from inbox_recipes.topics import Topic
from inbox_recipes.validation import validated
from tests.unit.tools.fake_stack import SECRET, FakeStack, served, signed
from tools import played_page, rule_book, run_sample
from tools.api_client import Api, ApiError, Json
from tools.conversations import Step, steps
from tools.webhook_receiver import WebhookReceiver

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MODELS: dict[str, type[BaseModel]] = {
    "topics": Topic,
    "teams": Team,
    "users": User,
    "schedules": Schedule,
    "saved_filters": SavedFilter,
    "categories": Category,
    "responses": CannedResponse,
    "recipes": RecipeDefinition,
}


@pytest.fixture(scope="module")
def book() -> dict[str, list[Json]]:
    return rule_book.load(run_sample.SAMPLE / "rule_book.yaml", {"receiver": "http://127.0.0.1:1"})


@pytest.fixture(scope="module")
def told() -> Json:
    text = (run_sample.SAMPLE / "conversations.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def the_steps(told: Json, book: dict[str, list[Json]], run: str = "1") -> list[Step]:
    return steps(told, book["topics"], run, START)


def test_every_reference_in_the_rule_book_leads_somewhere(book: dict[str, list[Json]]) -> None:
    known = {kind: {entry["id"] for entry in entries} for kind, entries in book.items()}
    assert all(len(known[kind]) == len(entries) for kind, entries in book.items())
    assert all(set(user["teams"]) <= known["teams"] for user in book["users"])
    for recipe in book["recipes"]:
        assert set(recipe["topics"]) <= known["topics"]
        assert recipe["hours"].get("schedule_id", "office-hours") in known["schedules"]
        saved = (recipe["filter"] or {}).get("saved_filter_id", "upset-customers")
        assert saved in known["saved_filters"]
        for action in recipe["actions"]:
            assert set(action.get("users", [])) <= known["users"]
            assert set(action.get("teams", [])) <= known["teams"]


@pytest.mark.parametrize("kind", list(MODELS))
def test_every_entry_is_accepted_as_it_stands(kind: str, book: dict[str, list[Json]]) -> None:
    for entry in book[kind]:
        validated(MODELS[kind], {key: value for key, value in entry.items() if key != "id"})


@pytest.mark.parametrize("kind", list(MODELS))
def test_every_entry_is_the_same_as_what_the_api_keeps_of_it(kind: str, book: dict[str, list[Json]]) -> None:
    """Else a second run would replace what has not changed."""
    for entry in book[kind]:
        body = {key: value for key, value in entry.items() if key != "id"}
        kept = validated(MODELS[kind], body).model_dump(mode="json", by_alias=True)
        assert [key for key in body if not rule_book.same(body[key], kept.get(key))] == []


def test_the_rule_book_shows_every_action_and_every_mode(book: dict[str, list[Json]]) -> None:
    used = {action["type"] for recipe in book["recipes"] for action in recipe["actions"]}
    assert used == {
        "add_tags", "assign", "assign_case", "edit", "notify", "remove_from_service", "remove_tags", "reply",
        "resolve", "send_private_reply", "set_case_pending", "set_case_status", "smart_assign", "tag_case",
        "wait", "webhook",
    }  # fmt: skip
    assert {recipe["mode"] for recipe in book["recipes"]} == {"enabled", "shadow", "disabled"}


def test_every_filter_finds_messages_and_passes_others_by(told: Json, book: dict[str, list[Json]]) -> None:
    """Words that no conversation contains, or that all do, would show nothing."""
    posted = [validated(IncomingMention, s.mention) for s in the_steps(told, book)]
    writes = [[w.after for w in admit(mention, View(), START).writes] for mention in posted]
    subjects = [Subject.model_validate(dict(zip_longest(("mention", "case"), after))) for after in writes]
    scenes = [Scene(subject, None, START) for subject in subjects]
    groups = {f["id"]: f["filter"] for f in book["saved_filters"]}
    groups |= {
        r["id"]: r["filter"]
        for r in book["recipes"]
        if "rules" in (r["filter"] or {}) and played_page.TOPIC not in r["topics"]
    }
    for id_, group in groups.items():
        tree = validated(Group, group)
        found = [filters.evaluate(tree, scene, "filter")[0].ok for scene in scenes]
        assert 0 < sum(found) < len(found) / 2, id_


def test_the_conversations_are_many_on_three_services_and_in_two_languages(
    told: Json, book: dict[str, list[Json]]
) -> None:
    mentions = [step.mention for step in the_steps(told, book) if not step.case_status]
    assert len(mentions) >= 60
    assert {m["source"]["service"] for m in mentions} == {"twitter", "facebook", "email"}
    assert {m["message"].get("language") for m in mentions} == {"fr", "en", None}
    for mention in mentions:
        validated(IncomingMention, mention)
        assert mention["id"].isdigit()


def test_our_answers_are_managed_and_reply_to_the_customer(told: Json, book: dict[str, list[Json]]) -> None:
    mentions = {s.mention["id"]: s.mention for s in the_steps(told, book) if not s.case_status}
    ours = [mention for mention in mentions.values() if mention["author"]["managed"]]
    assert ours
    for answer in ours:
        parent = mentions[answer["source"]["in_reply_to_message_id"]]
        assert not parent["author"]["managed"]
        assert parent["date"]["published"] < answer["date"]["published"]


def test_the_same_run_has_the_same_ids_and_another_run_shares_none(
    told: Json, book: dict[str, list[Json]]
) -> None:
    def ids(run: str) -> tuple[set[str], set[str]]:
        messages = [step.mention for step in the_steps(told, book, run)]
        customers = [m["author"]["id"] for m in messages if not m["author"]["managed"]]
        return {m["id"] for m in messages}, set(customers)

    assert ids("7") == ids("7")
    assert not ids("7")[0] & ids("8")[0]
    assert not ids("7")[1] & ids("8")[1]


def test_no_message_is_published_before_its_turn(told: Json, book: dict[str, list[Json]]) -> None:
    for step in the_steps(told, book):
        published = datetime.fromisoformat(step.mention["date"]["published"])
        assert published <= START + step.after


@pytest.fixture
def fake() -> FakeStack:
    return FakeStack()


@pytest.fixture
def stack(fake: FakeStack) -> Iterator[Json]:
    with served(fake) as described:
        yield described


@pytest.fixture
def play(stack: Json, told: Json, tmp_path: Path) -> Callable[..., None]:
    """Plays three of the sample's conversations, without pauses, on the fake stack."""
    brief = {"us": told["us"], "conversations": []}
    for conversation in told["conversations"]:
        if conversation["id"] in (101, 301, 905):
            kept = [step for step in conversation["steps"] if "pause" not in step]
            brief["conversations"].append({**conversation, "steps": kept})
    rules = (run_sample.SAMPLE / "rule_book.yaml").read_text(encoding="utf-8")
    (tmp_path / "rule_book.yaml").write_text(rules, encoding="utf-8")
    (tmp_path / "conversations.yaml").write_text(yaml.safe_dump(brief), encoding="utf-8")
    (tmp_path / "stack.json").write_text(json.dumps(stack), encoding="utf-8")
    where = ["--stack", f"{tmp_path / 'stack.json'}", "--sample", f"{tmp_path}", "--settle", "0"]
    return lambda *more: run_sample.main([*where, *more])


def test_applying_the_rule_book_twice_makes_no_second_copy(
    fake: FakeStack, stack: Json, book: dict[str, list[Json]]
) -> None:
    first = list(rule_book.apply(Api(stack), book))
    stored = dict(fake.versions)
    second = list(rule_book.apply(Api(stack), book))
    assert first[-2:] == ["recipes: 30 created", "order: unchanged"]
    assert second[-2:] == ["recipes: 30 unchanged", "order: unchanged"]
    assert fake.versions == stored


def test_a_changed_recipe_is_replaced_and_other_recipes_keep_their_place_behind(
    fake: FakeStack, stack: Json, book: dict[str, list[Json]]
) -> None:
    api = Api(stack)
    list(rule_book.apply(api, book))
    fake.stored["/recipes/order"]["order"].insert(0, "somebody-elses")
    del fake.stored["/recipes/billing-words"]["filter"]["rules"][0]
    assert list(rule_book.apply(api, book))[-2:] == [
        "recipes: 29 unchanged, 1 replaced",
        "order: set",
    ]
    ours = [recipe["id"] for recipe in book["recipes"]]
    assert fake.stored["/recipes/order"]["order"] == [*ours, "somebody-elses"]


@pytest.mark.parametrize(
    ("wanted", "stored", "expected"),
    [
        ({"when": "always"}, {"when": "always", "schedule_id": None}, True),
        ({"combinator": "and"}, {"combinator": "and", "not": True}, False),
        ([{"a": 1}], [{"a": 1}, {"a": 2}], False),
        (None, {"combinator": "and"}, False),
        ({"type": "assign"}, {"type": "assign", "mode": "all"}, True),
        ({"type": "assign"}, {"type": "assign", "mode": "one"}, False),
    ],
)
def test_what_counts_as_the_same(wanted: object, stored: object, *, expected: bool) -> None:
    assert rule_book.same(wanted, stored) is expected


def test_the_sample_plays_to_a_timeline(
    fake: FakeStack, play: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    play("--run", "5")
    printed = capsys.readouterr().out
    assert "an agent sets a case to pending: #1 A case" in printed
    assert "waits armed: 1" in printed
    assert "case opened" in printed
    assert "status: pending (was new)" in printed
    assert "CASE | twitter | Léa Brunel | Orvane France" in printed
    assert "mentions  6: 6 created" in printed
    assert "webhooks  1 received: 1 with a verified signature" in printed
    assert fake.conflicts == 0


def test_the_same_run_again_adds_nothing_and_no_agent_acts_twice(
    fake: FakeStack, play: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    play("--run", "5")
    history = {item: list(entries) for item, entries in fake.history.items()}
    play("--run", "5")
    assert "mentions  6: 6 duplicate" in capsys.readouterr().out
    assert fake.history == history


def test_an_entry_that_comes_while_histories_are_read_is_told_too(
    fake: FakeStack, play: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    fake.late_entry = True
    play()
    assert "late entry" in capsys.readouterr().out


def test_retries_of_somebody_elses_webhook_are_not_waited_for(
    fake: FakeStack, play: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """They may go on for three days: after the first run nobody listens where the sample's webhooks go."""
    fake.delayed = 2
    play("--limit", "5")
    assert "retry queue" not in capsys.readouterr().out


def test_a_stack_that_stays_busy_fails_and_says_what_moves(
    fake: FakeStack, play: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    fake.silence_ends = False
    with pytest.raises(SystemExit, match=r"Not quiet after 0\.1 seconds: waits armed: 1"):
        play("--limit", "0.1")
    assert "SUMMARY" in capsys.readouterr().out


def test_the_receiver_remembers_a_signed_webhook_and_refuses_a_forged_one() -> None:
    other = "whsec_" + base64.b64encode(b"another secret, also 32 bytes ok").decode()
    with WebhookReceiver(SECRET) as receiver:
        url = f"{receiver.url}/it-channel"
        statuses = [
            requests.post(url, **signed('{"id": "1"}', secret), timeout=5).status_code
            for secret in (SECRET, other)
        ]
        statuses.append(requests.post(url, data=b"not json", timeout=5).status_code)
    assert statuses == [204, 401, 401]
    assert [r.refusal is None for r in receiver.received] == [True, False, False]
    assert receiver.received[0].body == {"id": "1"}
    assert receiver.received[0].path == "/it-channel"


def test_a_problem_is_told_with_its_field_and_mistake(stack: Json) -> None:
    with pytest.raises(ApiError, match=r"GET .*/cases/none -> 404: Not found") as raised:
        Api(stack).get("/cases/none")
    assert raised.value.status == 404
