"""The filter's shape, its limits, and refusals that name the mistake and what is allowed (R17)."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from inbox_recipes.errors import InvalidInput
from inbox_recipes.filters import Filter, Group, SavedFilterRef, conditions
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.tree import MAX_CONDITIONS, MAX_DEPTH
from inbox_recipes.validation import validated
from tests.builders import condition, group

FRENCH = condition("content.language", "is", "fr")
NOT_TAKEN = "content.text matches wants one regular expression that RE2 takes"


def refused(data: Any) -> Any:
    with pytest.raises(InvalidInput) as error:
        validated(Group, data)
    [problem] = error.value.problems
    return problem


def nested(depth: int) -> dict[str, Any]:
    filter_ = group("and", FRENCH)
    for _ in range(depth - 1):
        filter_ = group("and", filter_)
    return filter_


def test_groups_may_be_nested_eight_deep_and_no_deeper() -> None:
    assert validated(Group, nested(MAX_DEPTH)).rules
    assert refused(nested(MAX_DEPTH + 1)).detail == "Groups may be nested 8 deep."


def test_a_filter_may_hold_two_hundred_conditions_and_no_more() -> None:
    half = group("or", *[FRENCH] * (MAX_CONDITIONS // 2))

    assert len(conditions(validated(Group, group("and", half, half)))) == MAX_CONDITIONS
    assert refused(group("and", half, half, FRENCH)).detail == "A filter may hold 200 conditions."


def test_an_empty_and_group_holds_for_all_and_an_empty_or_group_is_refused() -> None:
    """Row 11"""
    assert validated(Group, group("and")).rules == ()
    assert refused(group("or")).pointer == "/rules"


@pytest.mark.parametrize(
    ("rule", "pointer", "detail", "allowed"),
    [
        (
            condition("content.colour", "is", "red"),
            "/rules/0/rules/0/field",
            "There is no field 'content.colour'.",
            tuple(FIELDS),
        ),
        (
            condition("content.text", "is", "x"),
            "/rules/0/rules/0/operator",
            "content.text cannot be asked 'is'.",
            (
                "contains_any",
                "contains_all",
                "contains_none",
                "contains_any_unaccented",
                "contains_all_unaccented",
                "contains_none_unaccented",
                "starts_with",
                "matches",
                "is_set",
                "is_not_set",
            ),
        ),
        (
            condition("content.sentiment", "is", "sad"),
            "/rules/0/rules/0/value",
            "content.sentiment is never 'sad'.",
            ("positive", "neutral", "negative"),
        ),
        (
            condition("status.type", "is_not", ["sent", "gone"]),
            "/rules/0/rules/0/value",
            "status.type is never 'gone'.",
            ("new", "resolved", "sent", "draft", "awaiting_approval"),
        ),
        (
            condition("content.text", "contains_any", []),
            "/rules/0/rules/0/value",
            "content.text contains_any wants a list of one or more texts.",
            (),
        ),
        (
            condition("content.text", "contains_any", ["  "]),
            "/rules/0/rules/0/value",
            "content.text contains_any wants a list of one or more texts.",
            (),
        ),
        (
            condition("content.language", "is_set", "fr"),
            "/rules/0/rules/0/value",
            "is_set takes no value.",
            (),
        ),
        (
            condition("author.followers", "between", [1]),
            "/rules/0/rules/0/value",
            "author.followers between wants two numbers, both included.",
            (),
        ),
        (
            condition("author.followers", "between", [20, 10]),
            "/rules/0/rules/0/value",
            "author.followers between wants two numbers, both included: the first is above the second.",
            (),
        ),
        (
            condition("content.text", "contains_any", ["fine", "\u0640"]),
            "/rules/0/rules/0/value",
            "content.text contains_any wants a list of one or more texts: '\u0640' has nothing to look for.",
            (),
        ),
        (
            condition("content.text", "matches", "invoice (12"),
            "/rules/0/rules/0/value",
            "content.text matches wants one regular expression that RE2 takes: missing ): invoice (12.",
            (),
        ),
        (
            condition("content.text", "matches", "(?=x)"),
            "/rules/0/rules/0/value",
            "content.text matches wants one regular expression that RE2 takes: invalid perl operator: (?=.",
            (),
        ),
        (
            condition("content.text", "matches", r"(\pL{1,900}){1,2}"),
            "/rules/0/rules/0/value",
            (
                "content.text matches wants one regular expression that RE2 takes: "
                "invalid repetition size: {1,2}."
            ),
            (),
        ),
        (
            condition("content.text", "matches", r"\pL{900}"),
            "/rules/0/rules/0/value",
            f"{NOT_TAKEN}: pattern too large - compile failed.",
            (),
        ),
        (
            condition("author.followers", "gt", "many"),
            "/rules/0/rules/0/value",
            "author.followers gt wants a number.",
            (),
        ),
        (
            condition("source.private", "is", "perhaps"),
            "/rules/0/rules/0/value",
            "source.private is wants true or false.",
            (),
        ),
        ({"operator": "is", "value": "x"}, "/rules/0/rules/0/field", "This field is required.", ()),
        (
            {**FRENCH, "weight": 3},
            "/rules/0/rules/0/weight",
            "There is no field 'weight' here.",
            ("field", "operator", "value"),
        ),
        (
            {"combinator": "xor", "rules": [FRENCH]},
            "/rules/0/rules/0/combinator",
            "Input should be 'and' or 'or'.",
            ("and", "or"),
        ),
        (
            condition("{content}", "is", "x"),
            "/rules/0/rules/0/field",
            "There is no field '{content}'.",
            tuple(FIELDS),
        ),
        ("content.language", "/rules/0/rules/0", "This must be an object.", ()),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_name(
    rule: Any, pointer: str, detail: str, allowed: tuple[str, ...]
) -> None:
    problem = refused(group("and", group("or", rule)))

    assert (problem.pointer, problem.detail, problem.allowed) == (pointer, detail, allowed)


@pytest.mark.parametrize(("length", "fits"), [(500, True), (501, False)])
def test_a_condition_takes_five_hundred_terms(length: int, fits: bool) -> None:
    rule = group("and", condition("content.text", "contains_any", [f"t{n}" for n in range(length)]))

    if fits:
        assert len(conditions(validated(Group, rule))) == 1
    else:
        assert refused(rule).pointer == "/rules/0/value"


@pytest.mark.parametrize(
    ("pattern", "fits"), [("x" * 1024, True), ("x" * 1025, False), ("é" * 512, True), ("é" * 513, False)]
)
def test_a_pattern_has_a_kilobyte_at_most(pattern: str, fits: bool) -> None:
    """R17"""
    rule = group("and", condition("content.text", "matches", pattern))

    if fits:
        assert conditions(validated(Group, rule))[0].value == pattern
    else:
        assert "a pattern may have 1024 bytes" in refused(rule).detail


@pytest.mark.parametrize(("length", "fits"), [(1000, True), (1001, False)])
def test_a_term_has_a_thousand_characters_at_most(length: int, fits: bool) -> None:
    """R18"""
    rule = group("and", condition("content.text", "contains_any", ["x" * length]))

    if fits:
        assert len(conditions(validated(Group, rule))) == 1
    else:
        assert refused(rule).pointer == "/rules/0/value"


def test_a_filter_is_a_group_or_the_name_of_a_saved_one() -> None:
    """Rows 12, 13"""
    adapter: TypeAdapter[Filter] = TypeAdapter(Filter)

    assert adapter.validate_python({"saved_filter_id": "flt_1"}) == SavedFilterRef(saved_filter_id="flt_1")
    assert isinstance(adapter.validate_python(group("and", FRENCH)), Group)


def test_what_was_read_is_written_as_it_was_posted() -> None:
    posted = group("or", FRENCH, group("and", condition("author.followers", "gt", 5), negated=True))

    written = json.loads(validated(Group, posted).model_dump_json(by_alias=True))

    assert written == posted
