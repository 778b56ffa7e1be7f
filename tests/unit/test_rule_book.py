"""The gates between an occurrence and a recipe, and what each says (A4, A19, A20, A25, A34)."""

from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.filters import Group
from inbox_recipes.inbox import Subject, TopicRef
from inbox_recipes.rule_book import MAX_HOPS, SavedFilter, evaluate, no_longer_holding
from inbox_recipes.triggers import Occurrence
from inbox_recipes.verdicts import Verdict
from tests.builders import (
    IN_CASE,
    NOON,
    TO_PENDING,
    WEEKDAYS,
    a_case,
    a_mention,
    a_recipe,
    a_rule_book,
    a_silence_recipe,
    an_occurrence,
    condition,
    group,
)  # fmt: skip

FRENCH = group("and", condition("content.language", "is", "fr"))
ENGLISH = group("and", condition("content.language", "is_not", "fr"))
OUTSIDE, DURING = ({"when": when, "schedule_id": "sch_1"} for when in ("outside", "during"))
BOOK = a_rule_book(saved_filters={"flt_1": SavedFilter(name="French", filter=Group.model_validate(FRENCH))})


def verdict(
    *, occurrence: Occurrence | None = None, subject: Subject | None = None, every_step: bool = False,
    **recipe: Any,
) -> Verdict:  # fmt: skip
    return evaluate(
        a_recipe(**recipe),
        occurrence or an_occurrence(),
        subject or Subject(mention=a_mention(), case=None),
        BOOK,
        NOON,
        every_step=every_step,
    )


def paths(found: Verdict) -> list[str]:
    return [step.path for step in found.steps]


def test_a_recipe_that_matches_says_why_at_every_gate() -> None:
    found = verdict(filter=ENGLISH, hours=OUTSIDE)

    assert (found.matched, found.error, found.stopped_by) == (True, None, None)
    assert [(step.path, step.wanted, step.got) for step in found.steps] == [
        ("mode", ["enabled", "shadow"], "enabled"),
        ("trigger", "a new mention", "a new mention"),
        ("topics", ["46283"], "46283"),
        ("filter", "all of 1", "1 of 1"),
        ("filter/rules/0", {"content.language": {"is_not": "fr"}}, None),
        ("loop", "not set off by this recipe itself, and fewer than 5 recipes in a row before it", []),
        ("hours", "outside Weekdays", "outside: Sunday 13:00 CET"),
    ]


@pytest.mark.parametrize(
    ("recipe", "occurrence", "stopped_by"),
    [
        ({"mode": "disabled"}, an_occurrence(), "mode"),
        ({"on_since": None}, an_occurrence(), "mode"),
        ({"trigger": IN_CASE}, an_occurrence(), "trigger"),
        ({"topics": ["7"]}, an_occurrence(), "topics"),
        ({"filter": FRENCH}, an_occurrence(), "filter"),
        ({"filter": {"saved_filter_id": "flt_1"}}, an_occurrence(), "filter"),
        ({}, an_occurrence(chain=("rec_1",)), "loop"),
        ({"hours": DURING}, an_occurrence(), "hours"),
    ],
)
def test_a_recipe_is_stopped_by_one_gate_and_asked_no_further(
    recipe: dict[str, Any], occurrence: Occurrence, stopped_by: str
) -> None:
    """Rows 10, 13, 62-64; A5 for the saved filter"""
    found = verdict(occurrence=occurrence, **recipe)

    assert found.matched is False
    assert found.stopped_by
    assert found.stopped_by.path == stopped_by
    assert [path for path in paths(found) if "/" not in path][-1] == stopped_by


def test_an_explanation_asks_every_gate_whatever_the_first_says() -> None:
    found = verdict(mode="disabled", topics=["7"], filter=FRENCH, hours=DURING, every_step=True)

    assert paths(found) == ["mode", "trigger", "topics", "filter", "filter/rules/0", "loop", "hours"]
    assert [step.path for step in found.steps if not step.ok] == [
        "mode",
        "topics",
        "filter",
        "filter/rules/0",
        "hours",
    ]
    assert found.matched is False


def test_a_step_inside_the_filter_that_fails_does_not_fail_the_filter() -> None:
    either = group(
        "or", condition("content.language", "is", "fr"), condition("source.service", "is", "facebook")
    )

    found = verdict(filter=either)

    assert found.matched
    assert [step.ok for step in found.steps if step.path.startswith("filter")] == [True, False, True]


@pytest.mark.parametrize(("before", "matched"), [(timedelta(0), True), (timedelta(milliseconds=1), False)])
def test_what_happened_before_a_recipe_was_switched_on_is_none_of_its_business(
    before: timedelta, matched: bool
) -> None:
    """A34"""
    found = verdict(on_since=NOON, occurrence=an_occurrence(at=NOON - before))

    assert found.matched is matched
    if not matched:
        assert found.stopped_by
        assert found.stopped_by.got == "2026-11-22T11:59:59.999Z"


@pytest.mark.parametrize(
    ("chain", "matched"),
    [
        ((), True),
        (("rec_2",), True),
        (("rec_2", "rec_1"), False),
        (tuple(f"rec_{n}" for n in range(2, 1 + MAX_HOPS)), True),
        (tuple(f"rec_{n}" for n in range(2, 2 + MAX_HOPS)), False),
    ],
)
def test_a_recipe_does_not_set_itself_off_and_chains_end_after_five(
    chain: tuple[str, ...], matched: bool
) -> None:
    """A4, A25, R6"""
    assert verdict(occurrence=an_occurrence(chain=chain)).matched is matched


def test_shadow_decides_like_enabled() -> None:
    assert verdict(mode="shadow").matched


def test_the_topic_that_counts_is_that_of_what_the_occurrence_is_about() -> None:
    """A18: a case keeps its own topic, whatever topics its mentions come from."""
    subject = Subject(mention=a_mention(), case=a_case(topic=TopicRef(id="7")))
    pending = an_occurrence("status_changed", detail="pending")

    assert not verdict(trigger=TO_PENDING, occurrence=pending, subject=subject).matched
    assert verdict(trigger=TO_PENDING, occurrence=pending, subject=subject, topics=["7"]).matched
    assert verdict(trigger=IN_CASE, occurrence=an_occurrence(case_id="cas_1"), subject=subject).matched


def test_a_case_that_is_gone_is_in_no_topic() -> None:
    pending = an_occurrence("status_changed", detail="pending")

    found = verdict(trigger=TO_PENDING, occurrence=pending, subject=Subject(mention=None, case=None))

    assert found.stopped_by
    assert (found.stopped_by.path, found.stopped_by.got) == ("topics", None)


def test_message_fields_are_the_mentions_and_case_fields_the_cases() -> None:
    """A19"""
    both = group(
        "and",
        condition("content.text", "contains_any", ["invoice"]),
        condition("cases.status", "is", "pending"),
    )
    subject = Subject(mention=a_mention(), case=a_case(status="pending"))

    assert verdict(filter=both, subject=subject).matched
    assert not verdict(filter=both, subject=Subject(mention=a_mention(), case=None)).matched


def test_the_filter_is_not_sent_leaves_our_own_messages_out() -> None:
    """Rows 14, 15; A29"""
    not_sent = group("and", condition("status.type", "is_not", "sent"))
    ours = Subject(mention=a_mention(incoming={"author__managed": True}), case=None)

    assert verdict(subject=ours).matched
    assert not verdict(subject=ours, filter=not_sent).matched


def test_a_disabled_recipe_still_names_itself_and_the_occurrence() -> None:
    found = verdict(mode="disabled", version=4)

    assert (found.recipe_id, found.recipe_version, found.occurrence_id) == (
        "rec_1",
        4,
        "mention:mention_arrived:1",
    )


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({}, None),
        ({"topics": ["7"]}, "topics"),
        ({"filter": FRENCH}, "filter"),
        ({"filter": group("and", negated=True)}, "filter"),
        ({"hours": DURING}, "hours"),
    ],
)
def test_what_no_longer_holds_when_a_wait_is_over(changed: dict[str, Any], path: str | None) -> None:
    """A1: topics, filter and hours are looked at again."""
    subject = Subject(mention=a_mention(), case=a_case(status="pending"))
    recipe = a_silence_recipe(**changed)
    occurrence = an_occurrence("status_changed", detail="pending", chain=("rec_1",))

    steps = no_longer_holding(recipe, occurrence, subject, BOOK, NOON)

    assert (steps[0].path if steps else None) == path


def test_no_filter_stands_for_an_empty_one_and_a_reference_for_the_saved_one() -> None:
    """Rows 11-13"""
    saved = a_recipe(filter={"saved_filter_id": "flt_1"}).filter

    assert BOOK.group(None).rules == ()
    assert BOOK.group(saved) == BOOK.saved_filters["flt_1"].filter
    assert BOOK.group(Group.model_validate(ENGLISH)) == Group.model_validate(ENGLISH)
    assert WEEKDAYS["name"] == BOOK.schedules["sch_1"].name


def test_a_recipe_is_found_by_its_id() -> None:
    book = a_rule_book(a_recipe("rec_1"), a_recipe("rec_2"))

    assert book.recipe("rec_2") == book.recipes[1]
    assert book.recipe("rec_3") is None
