"""The workload that speed is measured with has the shape that docs/performance.md says it has."""

from itertools import islice
from statistics import mean, median, quantiles

import pytest

from inbox_recipes.filters import Group, conditions
from inbox_recipes.filters.tree import MAX_DEPTH, depth
from inbox_recipes.rule_book import RuleBook
from tools.bench import contenders, workload
from tools.bench.measuring import Matching
from tools.bench.mentions import TOPICS, Asked
from tools.bench.workload import Growth


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return workload.rule_book(1000)


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    return workload.mentions(1000, of=1000)


def text(one: Asked) -> str:
    assert one.subject.mention
    return one.subject.mention.message.content


def trees(book: RuleBook) -> list[Group]:
    return [book.group(recipe.filter) for recipe in book.recipes]


def matches(matching: Matching, asked: list[Asked]) -> float:
    return mean(len(matching(one.occurrence, one.subject, one.now)) for one in asked)


def test_the_same_seed_gives_the_same_workload_and_another_seed_another() -> None:
    assert workload.rule_book(20) == workload.rule_book(20)
    assert workload.mentions(20, of=20) == workload.mentions(20, of=20)
    assert workload.rule_book(20, seed=2) != workload.rule_book(20)
    assert workload.mentions(20, of=20, seed=2) != workload.mentions(20, of=20)


def test_a_larger_book_begins_with_the_smaller_one() -> None:
    assert workload.rule_book(50).recipes[:20] == workload.rule_book(20).recipes


def test_filters_have_about_six_conditions_and_stay_within_the_limits(book: RuleBook) -> None:
    assert 5.3 < mean(len(conditions(tree)) for tree in trees(book)) < 6.1
    assert 4 <= max(depth(tree) for tree in trees(book)) <= MAX_DEPTH


def test_filters_ask_in_every_way_that_is_measured(book: RuleBook) -> None:
    asked = {(condition.field, condition.operator) for tree in trees(book) for condition in conditions(tree)}
    terms = [
        term
        for tree in trees(book)
        for condition in conditions(tree)
        if condition.operator.startswith("contains")
        for term in condition.value
    ]

    assert asked >= {
        ("source.service", "is"),
        ("source.service", "is_not"),
        ("author.followers", "between"),
        ("author.followers", "gt"),
        ("author.followers", "lt"),
        ("locations.country", "is_set"),
        ("tag.tags", "is_any_of"),
        ("tag.tags", "is_all_of"),
        ("tag.tags", "is_none_of"),
        ("content.text", "contains_any"),
        ("content.text", "contains_all"),
        ("content.text", "contains_none"),
        ("source.private", "is"),
        ("content.text", "starts_with"),
        ("content.text", "matches"),
        ("source.published_at", "within_last"),
        ("source.published_at", "before"),
    }
    assert any(" " in term for term in terms), "phrases"
    assert any(term.startswith('"') for term in terms), "quoted text"
    assert any(term.endswith("*") for term in terms), "beginnings"


def test_one_recipe_in_five_has_hours_and_six_in_a_hundred_have_every_topic(book: RuleBook) -> None:
    assert 0.15 < mean(recipe.hours.when != "always" for recipe in book.recipes) < 0.25
    assert 0.03 < mean(len(recipe.topics) == TOPICS for recipe in book.recipes) < 0.09
    assert all(len(recipe.topics) in (1, 2, 3, 4, TOPICS) for recipe in book.recipes)


def test_texts_are_as_long_as_real_ones_and_in_twenty_languages(asked: list[Asked]) -> None:
    lengths = [len(text(one).encode()) for one in asked]
    languages = {one.subject.mention.message.language for one in asked if one.subject.mention}

    assert 120 < median(lengths) < 200
    assert 400 < quantiles(lengths, n=10)[8] < 650
    assert max(lengths) <= 2000
    assert len(languages) == 20


def test_a_mention_matches_few_of_a_hundred_recipes_and_some_of_a_thousand(
    book: RuleBook, asked: list[Asked]
) -> None:
    assert 0.1 < matches(contenders.bare(workload.rule_book(100)), asked[:400]) < 0.6
    assert 2 < matches(contenders.bare(book), asked[:150]) < 6


def test_with_words_and_topics_of_their_own_more_recipes_do_not_match_more() -> None:
    few, many = (
        matches(
            contenders.bare(workload.rule_book(size, "constant")), workload.mentions(80, size, "constant")
        )
        for size in (1000, 3000)
    )

    assert 0.5 < many / few < 1.6


@pytest.mark.parametrize("growth", ["fixed", "constant"])
def test_the_bare_interpreter_answers_as_the_explaining_one(growth: Growth) -> None:
    book = workload.rule_book(150, growth)
    bare, explained = contenders.bare(book), contenders.explained(book)
    asked = list(islice(workload.endless(150, growth), 60))

    assert matches(bare, asked) > 0
    for one in asked:
        assert bare(one.occurrence, one.subject, one.now) == explained(one.occurrence, one.subject, one.now)


def test_a_changed_book_has_one_other_filter_and_its_next_version() -> None:
    book = workload.rule_book(20)
    changed = workload.changed(book, 7)

    differing = [(old, new) for old, new in zip(book.recipes, changed.recipes, strict=True) if old != new]
    assert [(old.id, old.version, new.version) for old, new in differing] == [("rec_7", 1, 2)]
