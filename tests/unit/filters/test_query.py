"""Filters as text: tree and text say the same both ways, and what is wrong is shown at its character."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.filters import Condition, Group
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.operators import OPERATORS
from inbox_recipes.filters.query import ALIASES, COMPARISONS, NAMES, SHORT, to_group, to_query
from inbox_recipes.filters.tree import MAX_CONDITIONS, MAX_DEPTH
from tests.builders import NOON, condition, group

WORDS = [
    "AND", "OR", "NOT", "TO", "*", "!*", ">5", "is(a)", "(", ")", "[1 TO 2]", "a,", '"', "'", '"a"', "\\",
    "\\d+", "'\"", "a\nb", "a\tb", "\u00a0x", "\u200fabc", "مرحبا بك", "請求", "👩‍👩‍👧", "x:y", "https://a.b/c?d=1",
    "true", "fact*", "f*c*", "1e5", "-3", "=", "l'avion", "\x00", "a\u2028b", "{}", "null",
    "content:x AND tag:y",
]  # fmt: skip
TEXTS = st.sampled_from(WORDS) | st.text(min_size=1, max_size=12)
NUMBERS = st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)

MOMENTS = st.timedeltas(timedelta(days=-9999), timedelta(days=9999)).map(lambda ago: (NOON - ago).isoformat())


def is_valid(rule: dict[str, Any]) -> bool:
    try:
        Condition.model_validate(rule)
    except ValidationError:
        return False
    return True


def forms(field: str, operator: str) -> list[st.SearchStrategy[Any]]:
    """Values of each form that the field can be asked with."""
    words = FIELDS[field].values or ("x",)
    texts = st.sampled_from(words) if FIELDS[field].values else TEXTS
    known: list[tuple[Any, st.SearchStrategy[Any]]] = [
        (None, st.none()),
        (words[0], texts),
        ([words[0]], st.lists(texts, min_size=1, max_size=4)),
        (5, NUMBERS),
        ([5, 6], st.tuples(NUMBERS, NUMBERS)),
        (True, st.booleans()),
        ("2026-11-22T10:00:00Z", MOMENTS),
        ({"days": 7}, st.builds(lambda n: {"days": n}, st.integers(1, 1000))),
    ]
    return [values for example, values in known if is_valid(condition(field, operator, example))]


QUESTIONS = [(field, operator) for field, row in FIELDS.items() for operator in row.operators]
FORMS = {asked: forms(*asked) for asked in QUESTIONS}


@st.composite
def conditions(draw: st.DrawFn, questions: Sequence[tuple[str, str]] = QUESTIONS) -> dict[str, Any]:
    asked = draw(st.sampled_from(questions))
    rule = condition(*asked, draw(st.one_of(FORMS[asked])))
    assume(is_valid(rule))
    return rule


def groups(rules: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(rules, min_size=1, max_size=3)
    return st.builds(
        lambda combinator, rules, negated: group(combinator, *rules, negated=negated),
        *(st.sampled_from(["and", "or"]), some, st.booleans()),
    ) | st.builds(lambda negated: group("and", negated=negated), st.booleans())


REFERENCES = st.builds(
    lambda named: {"saved_filter_id": named},
    st.text(min_size=1, max_size=64) | st.sampled_from(["NOT", "upset"]),
)


def trees(depth: int) -> st.SearchStrategy[Any]:
    leaves = st.one_of(conditions(), conditions(), REFERENCES)
    return groups(leaves if depth == 1 else st.one_of(leaves, trees(depth - 1)))


FILTERS = trees(MAX_DEPTH).map(Group.model_validate)


def round_trip(tree: Group) -> None:
    text = to_query(tree)
    assert to_group(text) == tree, text
    assert to_query(to_group(text)) == text


def test_every_question_has_a_form_of_value_that_these_tests_know() -> None:
    assert [asked for asked, forms in FORMS.items() if not forms] == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILTERS)
def test_what_is_printed_is_read_as_the_same_tree(tree: Group) -> None:
    round_trip(tree)


@pytest.mark.parametrize("asked", QUESTIONS, ids=".".join)
def test_every_question_is_printed_and_read_again(asked: tuple[str, str]) -> None:
    @settings(max_examples=10, deadline=None)
    @given(conditions([asked]))
    def holds(rule: dict[str, Any]) -> None:
        round_trip(Group.model_validate(group("and", rule)))

    holds()


@pytest.mark.parametrize("word", WORDS)
def test_a_value_may_look_like_the_language_itself(word: str) -> None:
    round_trip(Group.model_validate(group("and", condition("content.language", "is", word))))
    round_trip(Group.model_validate(group("and", condition("content.text", "contains_all", [word, word]))))


@pytest.mark.parametrize("combinator", ["and", "or"])
@pytest.mark.parametrize("negated", [False, True])
def test_groups_of_one_keep_their_nesting_eight_deep(combinator: str, negated: bool) -> None:
    tree = condition("tag.tags", "is_any_of", ["spam"])
    for level in range(MAX_DEPTH):
        tree = group(combinator, tree, negated=negated and level % 3 == 0)
        round_trip(Group.model_validate(tree))


FRAGMENTS = [
    "tag", ":", "a", " ", "AND", "OR", "NOT", "(", ")", ",", "*", "!", ">", ">=", "[", " TO ", "]", '"', "'",
    "tag:a", " AND ", " OR ", "NOT ", "followers:", "5", "contains_all(", "content:", "\\", "\n",
]  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join) | st.text(max_size=20))
def test_any_text_has_a_canonical_form_or_a_mistake_at_a_character(text: str) -> None:
    try:
        tree = to_group(text)
    except InvalidInput as error:
        for problem in error.problems:
            line, column = map(int, re.findall(r"\d+", problem.detail)[:2])
            assert 1 <= column <= len(text.split("\n")[line - 1]) + 1
            assert problem.pointer == "/query"
    else:
        round_trip(tree)


READ: list[tuple[str, dict[str, Any]]] = [
    ("", group("and")),
    ("  *\n", group("and")),
    ("language:fr", group("and", condition("content.language", "is", "fr"))),
    ("content.language:fr", group("and", condition("content.language", "is", "fr"))),
    ("language:(fr)", group("and", condition("content.language", "is", ["fr"]))),
    ('language:!(fr, "n l")', group("and", condition("content.language", "is_not", ["fr", "n l"]))),
    ("content:invoice", group("and", condition("content.text", "contains_any", ["invoice"]))),
    ("content:!(a, b)", group("and", condition("content.text", "contains_none", ["a", "b"]))),
    ("text:contains_all(a, '\"b\"')", group("and", condition("content.text", "contains_all", ["a", '"b"']))),
    ("title:*", group("and", condition("content.title", "is_set"))),
    ("title:!*", group("and", condition("content.title", "is_not_set"))),
    ("title:is_set()", group("and", condition("content.title", "is_set"))),
    ("author:contains_any(nora)", group("and", condition("author.name", "contains_any", ["nora"]))),
    ("followers:>100", group("and", condition("author.followers", "gt", 100))),
    ("followers:< -1.5", group("and", condition("author.followers", "lt", -1.5))),
    ("followers:[10 TO 20]", group("and", condition("author.followers", "between", [10, 20]))),
    ("followers:!3", group("and", condition("author.followers", "is_not", 3))),
    ("private:true", group("and", condition("source.private", "is", True))),
    ("tag:is_all_of(a, b)", group("and", condition("tag.tags", "is_all_of", ["a", "b"]))),
    ("tag:a OR tag:b AND NOT tag:c", group(
        "or", condition("tag.tags", "is_any_of", ["a"]),
        group("and", condition("tag.tags", "is_any_of", ["b"]),
              group("and", condition("tag.tags", "is_any_of", ["c"]), negated=True)))),
    ("NOT (tag:a OR tag:b)", group(
        "or", condition("tag.tags", "is_any_of", ["a"]), condition("tag.tags", "is_any_of", ["b"]),
        negated=True)),
    ("NOT NOT tag:a", group(
        "and", group("and", condition("tag.tags", "is_any_of", ["a"]), negated=True), negated=True)),
    ("(tag:a)", group("and", group("and", condition("tag.tags", "is_any_of", ["a"])))),
    ("saved_filter:upset", group("and", {"saved_filter_id": "upset"})),
    ("NOT saved_filter:upset", group("and", {"saved_filter_id": "upset"}, negated=True)),
    ("OR tag:a", group("or", condition("tag.tags", "is_any_of", ["a"]))),
    ("NOT (*)", group("and", negated=True)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tree"), READ, ids=[text for text, _ in READ])
def test_a_text_means_one_tree(text: str, tree: dict[str, Any]) -> None:
    assert to_group(text) == Group.model_validate(tree)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", "*"),
        ('content.text:"double  facturation"  AND(language:fr OR country:FR)AND NOT tag:spam',
         'content:"double  facturation" AND (language:fr OR country:FR) AND NOT tag:spam'),
        ('locations.country:"FR"', "country:FR"),
        ("tag:a OR tag:b AND tag:c", "tag:a OR (tag:b AND tag:c)"),
        ("NOT (tag:a)", "NOT tag:a"),
        ("NOT NOT tag:a", "NOT (NOT tag:a)"),
        ("language:is_not(fr)", "language:!fr"),
        ("language:is_not(fr,)", "language:!(fr)"),
        ("content:contains_any(a,)", "content:a"),
        ("followers:1e2", "followers:100"),
        ("followers:1e300", "followers:1e+300"),
        ("private:yes", "private:true"),
        ("language:'\"a\nb'", 'language:"\\"a\\nb"'),
        ('content:"\\"quoted\\""', "content:'\"quoted\"'"),
    ],
)  # fmt: skip
def test_printed_text_is_always_the_same(text: str, canonical: str) -> None:
    assert to_query(to_group(text)) == canonical


def refused(text: str) -> Problem:
    with pytest.raises(InvalidInput) as error:
        to_group(text)
    [problem] = error.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("saved_filter:!upset", (1, 14), "A saved filter is named by its id, as saved_filter:upset."),
        ("tag:a OR saved_filter:(a, b)", (1, 23), "A saved filter is named by its id"),
        ("saved_filter:*", (1, 14), "A saved filter is named by its id"),
        ('saved_filter:""', (1, 14), "A saved filter is named by its id"),
        ("saved_filters:x", (1, 1), "There is no field 'saved_filters'. Did you mean saved_filter?"),
        ("contnt:x", (1, 1), "There is no field 'contnt'. Did you mean content?"),
        ("tag:a AND\n  langauge:fr", (2, 3), "There is no field 'langauge'. Did you mean language?"),
        ("content:conatins_all(a)", (1, 9), "cannot be asked 'conatins_all'. Did you mean contains_all?"),
        ("language:>3", (1, 10), "content.language cannot be asked '>'."),
        ("private:!true", (1, 9), "source.private cannot be asked 'is_not'."),
        ("sentiment:(negative, positiv)", (1, 22), "is never 'positiv'. Did you mean positive?"),
        ("followers:>many", (1, 12), "author.followers gt wants a number."),
        ("followers:between(1, 2, 3)", (1, 19), "author.followers between wants two numbers, both included."),
        ("title:is_set(x)", (1, 14), "is_set takes no value."),
        ("content:contains_all()", (1, 9), "contains_all wants a list of one or more texts."),
        ("content:contains_all(double facturation)", (1, 9), "texts. A value with spaces goes in quotes."),
        ("content:double facturation", (1, 16), "AND, OR or the end is wanted here, not 'facturation'."),
        ("tag:a and tag:b", (1, 7), "AND, OR, NOT and TO are written in capitals."),
        ("tag:a AND \n", (1, 10), "A condition such as language:fr is wanted here, but the text ends."),
        ("hello world", (1, 7), "A colon is wanted here, not 'world'."),
        ("tag:", (1, 5), "A value is wanted here, but the text ends."),
        ("tag:AND", (1, 5), "not 'AND'. A sign, or a word like AND, is a value in quotes."),
        ('tag:"spam', (1, 5), "This quote is never closed."),
        ("tag:'\\d' AND tag:\"\\d\"", (1, 19), "In double quotes a backslash is written twice"),
        ("(tag:a", (1, 7), "The closing ) is wanted here, but the text ends."),
        ("tag:a)", (1, 6), "The end is wanted here, not ')'."),
        ("tag:(a b)", (1, 8), "A comma or ) is wanted here, not 'b'."),
        ("tag:*fact", (1, 6), "not 'fact'. A value with spaces or signs goes in quotes."),
        ("followers:[1 2]", (1, 14), "TO is wanted here, not '2'. A range is written [10 TO 20]."),
        ("followers:[1 TO 2", (1, 18), "] is wanted here, but the text ends."),
        ("(" * MAX_DEPTH + "tag:a" + ")" * MAX_DEPTH, (1, 9), "Groups may be nested 8 deep."),
        ("(" * 5_000 + "tag:a" + ")" * 5_000, (1, 9), "Groups may be nested 8 deep."),
        ("NOT " * 5000 + "tag:a", (1, 33), "Groups may be nested 8 deep."),
        (" AND\n".join(["tag:a"] * (MAX_CONDITIONS + 1)), (201, 1), "A filter may hold 200 conditions."),
        (f"tag:({', '.join(['a'] * 501)})", (1, 5), "wants a list of one or more texts."),
        (f"tag:(b, {'x' * 1001})", (1, 9), "wants a list of one or more texts."),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_at_its_character(text: str, at: tuple[int, int], said: str) -> None:
    detail, shown, caret = refused(text).detail.rsplit("\n", 2)

    assert detail.startswith(f"Line {at[0]}, column {at[1]}: ")
    assert said in detail
    assert caret == " " * caret.index("^") + "^"
    assert shown == text.split("\n")[at[0] - 1][: at[1] + 59]


def test_a_long_line_is_shown_around_the_mistake() -> None:
    _, shown, caret = refused(" AND ".join(["tag:a"] * 50 + ["tga:b"] + ["tag:c"] * 50)).detail.split("\n")

    assert len(shown) == 120
    assert shown[caret.index("^") :].startswith("tga:b AND")


def test_every_wrong_condition_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as error:
        to_group("contnt:x OR (langauge:fr AND sentiment:sad)", "/filter/query")

    assert [(problem.pointer, problem.allowed[:2]) for problem in error.value.problems] == [
        ("/filter/query", ("content", "title")),
        ("/filter/query", ("content", "title")),
        ("/filter/query", ("positive", "neutral")),
    ]


def test_what_is_allowed_is_said() -> None:
    assert refused("contnt:x").allowed == (*SHORT.values(), "saved_filter")
    assert refused("private:!true").allowed == tuple(FIELDS["source.private"].operators)


def test_a_text_has_sixty_four_thousand_characters_at_most() -> None:
    assert to_group("tag:a".ljust(64_000)).rules
    assert (
        refused("tag:a".ljust(64_001)).detail == "A query has at most 64000 characters; this one has 64001."
    )


def test_every_short_name_means_one_field_and_every_field_has_the_shortest_it_can() -> None:
    assert {full: full for full in FIELDS}.items() <= NAMES.items()
    assert set(ALIASES.values()) <= FIELDS.keys()
    assert all("." not in alias for alias in ALIASES)
    assert max(Counter(SHORT.values()).values()) == 1
    assert {NAMES[short] for short in SHORT.values()} == FIELDS.keys()


def test_an_attribute_that_several_fields_have_is_told_which() -> None:
    shared = [name for name, times in Counter(name.split(".")[1] for name in FIELDS).items() if times > 1]

    for attribute in set(shared) - ALIASES.keys():
        assert (
            " or ".join(name for name in FIELDS if name.endswith(f".{attribute}"))
            in refused(f"{attribute}:x").detail
        )


def test_every_sign_has_one_meaning_for_each_kind() -> None:
    for operators in OPERATORS.values():
        for names in COMPARISONS.values():
            assert len(set(names) & operators.keys()) < 2
