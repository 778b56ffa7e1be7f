"""The compiled matcher answers as the plain interpreter does, on every input."""

import os
from datetime import timedelta
from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox_recipes.filters import Scene
from inbox_recipes.filters.fields import FIELDS, Field
from inbox_recipes.filters.saved import SavedFilter
from inbox_recipes.filters.tree import Group
from inbox_recipes.inbox import Assignment
from inbox_recipes.matching import Matcher
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook, evaluate
from inbox_recipes.triggers import Occurrence, OccurrenceKind
from tests.builders import (
    NOON,
    NORA,
    a_case,
    a_mention,
    a_recipe,
    a_rule_book,
    a_scene,
    a_subject,
    an_occurrence,
    condition,
    group,
)  # fmt: skip

EXAMPLES = int(os.environ.get("INBOX_RECIPES_EXAMPLES", "400"))
"""Rule books a run; each is held against five scenes with up to twelve recipes."""

WORDS = [
    "facture", "Facturation", "crash", "l'appli", "appli", "double", "été", "ete", "naïve", "GmbH", "straße",
    "STRASSE", "請求", "請求書", "二重", "😡", "👍🏽", "🇫🇷", "مرحبا", "فاتورة", "İstanbul", "a", "e-mail",
    "mail", "server error", "server", "error", "C++", "#fail", "fail", "100%", "don't", "ติดต่อ", "한국어", "x",
]  # fmt: skip
TERMS = [
    *WORDS,
    '"act"',
    '"l\'app"',
    '"double  facture"',
    "double facture",
    "請求 二重",
    '"😡"',
    '"%"',
    "fact*",
    "*",
]
CHOICES = [
    "fr",
    "FR",
    "en",
    "facebook",
    "twitter",
    "new",
    "resolved",
    "sent",
    "vip",
    "VIP",
    "billing",
    "nora",
    "9",
]
NUMBERS = [-1, 0, 1, 9.5, 10, 11, 100, 1e9]
MOMENTS = ["2026-11-22T11:00:00Z", "2026-11-22T12:00:00Z", "2026-11-20T00:00:00+01:00"]
SPANS = [{"minutes": 1}, {"minutes": 60}, {"hours": 24}, {"days": 3}]
PATTERNS = ["fact", "^double", "(?i)É", "[0-9]+ ?€", "error$", r"\\bmail\\b", "請.書"]


def lists(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


def value_for(field: Field, operator: str) -> st.SearchStrategy[Any]:
    """Values that the operator takes, from pools that overlap with what mentions have."""
    by_operator: dict[str, st.SearchStrategy[Any]] = {
        "is_set": st.none(), "is_not_set": st.none(), "matches": st.sampled_from(PATTERNS),
        "before": st.sampled_from(MOMENTS), "after": st.sampled_from(MOMENTS),
        "within_last": st.sampled_from(SPANS), "more_than_ago": st.sampled_from(SPANS),
        "between": st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)).map(sorted),
    }  # fmt: skip
    by_kind = {"flag": st.booleans(), "number": st.sampled_from(NUMBERS)}
    words = lists(TERMS if operator.startswith(("contains", "starts")) else CHOICES)
    listed = lists(list(field.values)) if field.values else words
    return by_operator.get(operator, by_kind.get(field.kind, listed))


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    field = draw(st.sampled_from(list(FIELDS.values())))
    operator = draw(st.sampled_from(list(field.operators)))
    return {"field": field.name, "operator": operator, "value": draw(value_for(field, operator))}


def groups(rules: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda combinator, negated, rules: {"combinator": combinator, "not": negated, "rules": rules},
        st.sampled_from(["and", "or"]), st.booleans(), st.lists(rules, min_size=1, max_size=4),
    )  # fmt: skip


FILTERS = groups(st.recursive(conditions(), groups, max_leaves=8))
TRIGGERS = st.sampled_from(
    [
        {"type": "arrival"},
        {"type": "arrival", "objects": ["case"]},
        {"type": "arrival", "objects": ["mention", "case"]},
        {"type": "mention_in_case"},
        {"type": "case_tag_added", "tag": "VIP"},
        {"type": "case_status_changed", "to": "pending"},
    ]
)
TOPICS = [str(number) for number in range(1, 13)]


@st.composite
def recipes(draw: st.DrawFn, recipe_id: str) -> Recipe:
    trigger = draw(TRIGGERS)
    saved = {"saved_filter_id": "saved"}
    around = st.builds(lambda inline: group("or", inline, group("and", saved, negated=True)), FILTERS)
    written = draw(st.one_of(st.none(), st.just(saved), around, FILTERS))
    topics = draw(st.lists(st.sampled_from(TOPICS[:3]), min_size=1, unique=True))
    action = {"type": "add_tags", "tags": ["x"]}
    return Recipe.model_validate(
        {
            "id": recipe_id, "version": draw(st.integers(1, 3)), "name": recipe_id, "trigger": trigger,
            "topics": draw(st.sampled_from([topics, TOPICS])), "filter": written, "actions": [action],
            "mode": draw(st.sampled_from(["enabled", "shadow", "disabled"])),
            "on_since": NOON - timedelta(days=1),
        }
    )  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> RuleBook:
    count = draw(st.integers(1, 12))
    saved = SavedFilter(name="saved", filter=Group.model_validate(draw(FILTERS)))
    return RuleBook(
        revision=1,
        recipes=tuple(draw(recipes(f"r{number}")) for number in range(count)),
        saved_filters={"saved": saved},
    )


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Occurrence, Scene]:
    text = " ".join(draw(st.lists(st.sampled_from(WORDS), max_size=6)))
    glued = draw(st.sampled_from([text, text.replace(" ", ""), text.replace(" ", "\n"), text + "."]))
    optional = st.sampled_from([None, *CHOICES[:3]])
    mention = a_mention(
        "1", glued or "x",
        incoming={
            "topic__id": draw(st.sampled_from(TOPICS[:3])),
            "message__title": draw(st.sampled_from([None, "", *WORDS])),
            "message__language": draw(optional), "message__category": draw(optional),
            "message__sentiment": draw(st.sampled_from([None, "positive", "negative"])),
            "message__entities": {"hashtag": draw(lists(CHOICES)), "url": []},
            "source__service": draw(st.sampled_from(["facebook", "twitter"])),
            "author__name": draw(st.sampled_from([None, *WORDS])),
            "author__followers": draw(st.sampled_from([None, 0, 10, 11])),
            "author__managed": draw(st.booleans()),
            "location__country": draw(optional),
            "tags": draw(st.lists(st.sampled_from(CHOICES), max_size=3, unique=True)),
        },
        assignment=Assignment(users=tuple(draw(st.sampled_from([[], ["nora"], ["nora", "vip"]])))),
    )  # fmt: skip
    case = draw(st.sampled_from([None, a_case(), a_case(status="pending", priority="high", tags=("VIP",))]))
    kind: OccurrenceKind = draw(st.sampled_from(get_args(OccurrenceKind)))
    if kind != "mention_arrived" and case is None:
        case = a_case()
    detail = {"tag_added": "vip", "status_changed": "pending"}.get(kind)
    occurrence = Occurrence(
        id="o", kind=kind, at=NOON, mention_id=mention.unique_id, case_id=case.id if case else None,
        detail=detail, actor=NORA, chain=(),
    )  # fmt: skip
    subject = a_subject(draw(st.sampled_from([mention, mention, None])) if case else mention, case)
    if occurrence.about == "mention" and subject.mention is None:
        subject = a_subject(mention, case)
    return occurrence, Scene(subject, occurrence, NOON)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(books(), st.lists(scenes(), min_size=5, max_size=5))
def test_the_matcher_finds_what_the_interpreter_finds(
    book: RuleBook, asked: list[tuple[Occurrence, Scene]]
) -> None:
    """At least 10,000 recipes against scenes in one run: mode and the rest are the interpreter's."""
    matcher = Matcher(book)
    for occurrence, scene in asked:
        verdicts = [evaluate(recipe, occurrence, scene.subject, book, scene.now) for recipe in book.recipes]
        wanted = [verdict.recipe_id for verdict in verdicts if verdict.matched]
        assert [recipe.id for recipe in matcher.candidates(occurrence, scene)] == wanted


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(books(), books(), st.lists(scenes(), min_size=5, max_size=5))
def test_an_updated_matcher_is_as_a_new_one(
    before: RuleBook, after: RuleBook, asked: list[tuple[Occurrence, Scene]]
) -> None:
    """Also when versions repeat, recipes come and go, and a saved filter has changed."""
    old = Matcher(before)
    for occurrence, scene in asked:
        old.candidates(occurrence, scene)
    kept = {recipe.id: recipe for recipe in before.recipes}
    recipes = tuple(
        kept[recipe.id] if recipe.id in kept and kept[recipe.id].version == recipe.version else recipe
        for recipe in after.recipes
    )
    book = RuleBook(revision=2, recipes=recipes, saved_filters=after.saved_filters)
    updated, fresh = old.updated(book), Matcher(book)
    for occurrence, scene in asked:
        assert updated.candidates(occurrence, scene) == fresh.candidates(occurrence, scene)


def test_an_edit_of_a_saved_filter_is_seen_through_a_reference_inside_a_filter_a5() -> None:
    """The recipe is the same object and version in both rule books."""
    asked = [
        Group.model_validate(group("and", condition("content.language", "is", each))) for each in ("fr", "de")
    ]
    recipe = a_recipe(filter=group("and", {"saved_filter_id": "saved"}))
    before, after = (
        a_rule_book(recipe, saved_filters={"saved": SavedFilter(name="Saved", filter=each)}) for each in asked
    )
    scene = a_scene(a_mention(incoming={"message__language": "de"}))

    first = Matcher(before)

    assert first.candidates(an_occurrence(), scene) == []
    assert first.updated(after).candidates(an_occurrence(), scene) == [recipe]
