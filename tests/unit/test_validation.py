"""Problems point at the field, say what is wrong in plain words, and list what is allowed (JSON pointers)."""

from typing import Any

import pytest

from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.inbox import IncomingMention
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.validation import validated
from tests.builders import ARRIVAL, IN_CASE, add_tags, condition, group, posted, wait, webhook


def recipe(**changed: Any) -> dict[str, Any]:
    return {"name": "x", "trigger": ARRIVAL, "topics": ["1"], "actions": [add_tags("a")]} | changed


def problems(model: Any, data: Any, at: str = "") -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as refused:
        validated(model, data, at)
    return refused.value.problems


@pytest.mark.parametrize(
    ("changed", "pointer", "detail", "allowed"),
    [
        ({"name": " "}, "/name", "1 character at least", ()),
        ({"name": 5}, "/name", "must be a text", ()),
        ({"topics": []}, "/topics", "at least 1 of them", ()),
        ({"topics": ["ok", "no/good"]}, "/topics/1", "1 to 64 of the characters", ()),
        ({"trigger": {}}, "/trigger/type", "required",
         ("arrival", "mention_in_case", "case_tag_added", "case_status_changed")),
        ({"trigger": {"type": "sunset"}}, "/trigger/type", "There is no type 'sunset'.",
         ("arrival", "mention_in_case", "case_tag_added", "case_status_changed")),
        ({"trigger": {"type": "arrival", "objects": ["user"]}}, "/trigger/objects/0", "'mention' or 'case'",
         ("mention", "case")),
        ({"trigger": {"type": "case_tag_added"}}, "/trigger/tag", "required", ()),
        ({"trigger": {"type": "case_status_changed", "to": "gone"}}, "/trigger/to", "Input should be",
         ("unresolved", "pending", "resolved")),
        ({"trigger": {**ARRIVAL, "topic": "1"}}, "/trigger/topic", "There is no field 'topic' here.",
         ("type", "objects")),
        ({"mode": "on"}, "/mode", "Input should be", ("disabled", "shadow", "enabled")),
        ({"actions": []}, "/actions", "at least 1 of them", ()),
        ({"actions": [add_tags("a")] * 51}, "/actions", "50", ()),
        ({"actions": [{"tags": ["a"]}]}, "/actions/0/type", "required", None),
        ({"actions": [{"type": "explode"}]}, "/actions/0/type", "There is no type 'explode'.", None),
        ({"actions": [{"type": "add_tags"}]}, "/actions/0/tags", "required", ()),
        ({"actions": [add_tags("a"), add_tags("b", colour="red")]}, "/actions/1/colour",
         "There is no field 'colour' here.", ("type", "tags", "target")),
        ({"actions": [webhook(url="gopher://x")]}, "/actions/0/url", "A webhook URL is", ()),
        ({"actions": [{"type": "remove_tags", "tags": ["a"]}]}, "/actions/0", "not offered on new mention",
         None),
        ({"trigger": IN_CASE, "actions": [wait()]}, "/actions/0", "needs an action after it", ()),
        ({"filter": {}}, "/filter/combinator", "required", ("and", "or")),
        ({"filter": {"saved_filter_id": "x", "of": "y"}}, "/filter/of", "There is no field 'of' here.",
         ("saved_filter_id",)),
        ({"filter": group("and", condition("content.sentiment", "is", "sad"))}, "/filter/rules/0/value",
         "content.sentiment is never 'sad'.", ("positive", "neutral", "negative")),
        ({"hours": {"when": "during"}}, "/hours/schedule_id", "need a schedule", ()),
        ({"hours": {"when": "always", "schedule_id": "sch_1"}}, "/hours/schedule_id", "takes none", ()),
        ({"hours": {"when": "sometimes"}}, "/hours/when", "Input should be", ("always", "during", "outside")),
        ({"colour": "red"}, "/colour", "There is no field 'colour' here.",
         ("name", "trigger", "topics", "filter", "hours", "actions", "mode")),
    ],
)  # fmt: skip
def test_a_mistake_in_a_recipe_is_named(
    changed: dict[str, Any], pointer: str, detail: str, allowed: tuple[str, ...] | None
) -> None:
    found = {problem.pointer: problem for problem in problems(RecipeDefinition, recipe(**changed))}

    assert pointer in found
    assert detail in found[pointer].detail
    if allowed is None:
        assert {"add_tags", "webhook"} <= set(found[pointer].allowed)
    else:
        assert found[pointer].allowed == allowed


@pytest.mark.parametrize("missing", ["id", "topic", "message", "source", "author", "date"])
def test_what_a_mention_must_have_is_required_by_name(missing: str) -> None:
    whole = posted()
    del whole[missing]

    assert problems(IncomingMention, whole) == (Problem(f"/{missing}", "This field is required."),)


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"id": "has space"}, "/id"),
        ({"id": "a/b"}, "/id"),
        ({"id": "a#b"}, "/id"),
        ({"id": "x" * 257}, "/id"),
        ({"id": None}, "/id"),
        ({"topic": {"id": "a_b"}}, "/topic/id"),
        ({"message__sentiment": "sad"}, "/message/sentiment"),
        ({"message__content": "x" * 64_001}, "/message/content"),
        ({"message__attachments": [{"type": "image"}] * 51}, "/message/attachments"),
        ({"message__attachments": [{"type": "image"}, {}]}, "/message/attachments/1/type"),
        ({"author__followers": -1}, "/author/followers"),
        ({"source__service": "Face Book"}, "/source/service"),
        ({"date__published": "yesterday"}, "/date/published"),
        ({"date__published": "2026-11-22T10:00:00"}, "/date/published"),
        ({"tags": ["ok", ""]}, "/tags/1"),
        ({"tags": "ok"}, "/tags"),
    ],
)
def test_what_a_mention_cannot_have_is_refused_by_name(changed: dict[str, Any], pointer: str) -> None:
    """R17"""
    [problem] = problems(IncomingMention, posted(**changed))

    assert problem.pointer == pointer
    assert problem.detail.endswith((".", "$", "_.]+$")) or "match" in problem.detail


@pytest.mark.parametrize("length", [1, 64_000])
def test_a_text_up_to_the_limit_is_taken(length: int) -> None:
    """R17"""
    assert len(validated(IncomingMention, posted(text="x" * length)).message.content) == length


def test_all_mistakes_are_named_at_once() -> None:
    found = problems(RecipeDefinition, recipe(name="", mode="on", topics=[]))

    assert {problem.pointer for problem in found} == {"/name", "/mode", "/topics"}


def test_pointers_start_where_the_data_stands_and_escape_what_they_must() -> None:
    found = problems(RecipeDefinition, recipe(**{"a/b~c": 1}), at="/recipe")

    assert [problem.pointer for problem in found] == ["/recipe/a~1b~0c"]


def test_times_are_taken_in_any_zone_and_kept_in_utc() -> None:
    mention = validated(IncomingMention, posted(date__published="2026-11-22T12:00:00+02:00"))

    assert mention.date.published.isoformat() == "2026-11-22T10:00:00+00:00"
