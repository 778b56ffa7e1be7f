"""The compiled matcher answers as the plain interpreter does, on every input.

Hypothesis makes the rule books, which shrink; what happens is made from a seed, which is much cheaper.
A case is one rule book, of up to twelve recipes, asked about one scene: 200 books of 60 scenes are 12,000.
"""

import os
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox_recipes.filters import Scene
from inbox_recipes.filters import evaluate as evaluate_filter
from inbox_recipes.filters.fields import FIELDS, Field
from inbox_recipes.filters.operators import OPERATORS
from inbox_recipes.filters.saved import SavedFilter
from inbox_recipes.filters.tree import Group
from inbox_recipes.inbox import (
    Assignment,
    Case,
    Contact,
    Feedback,
    LastAction,
    Mention,
    Note,
    NoteAuthor,
    NoteDates,
)  # fmt: skip
from inbox_recipes.matching import Matcher
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import MAX_HOPS, RuleBook, evaluate
from inbox_recipes.triggers import Occurrence, OccurrenceKind
from tests.builders import (
    NOON,
    NORA,
    a_case,
    a_mention,
    a_recipe,
    a_rule_book,
    a_scene,
    a_schedule,
    a_subject,
    an_occurrence,
    condition,
    group,
)  # fmt: skip

BOOKS = int(os.environ.get("INBOX_RECIPES_EXAMPLES", "200"))
SCENES = 60
"""Of each rule book."""

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


ASKED = [(kind, operator) for kind, operators in OPERATORS.items() for operator in operators]
"""Every operator of every kind as often as every other."""


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    kind, operator = draw(st.sampled_from(ASKED))
    field = draw(st.sampled_from([field for field in FIELDS.values() if field.kind == kind]))
    return {"field": field.name, "operator": operator, "value": draw(value_for(field, operator))}


def groups(rules: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda combinator, negated, rules: {"combinator": combinator, "not": negated, "rules": rules},
        st.sampled_from(["and", "or"]), st.booleans(), st.lists(rules, min_size=1, max_size=3),
    )  # fmt: skip


LEAVES = conditions()
FILTERS = groups(LEAVES) | groups(LEAVES | groups(LEAVES | groups(LEAVES)))
TRIGGERS = st.sampled_from(
    [
        {"type": "arrival"},
        {"type": "arrival", "objects": ["case"]},
        *[{"type": "arrival", "objects": ["mention", "case"]}] * 4,
        {"type": "mention_in_case"},
        {"type": "case_tag_added", "tag": "VIP"},
        {"type": "case_status_changed", "to": "pending"},
    ]
)
SCHEDULES = {"open": a_schedule(), "shut": a_schedule(timezone="Asia/Tokyo")}
TOPICS = [str(number) for number in range(1, 13)]


@st.composite
def recipes(draw: st.DrawFn, recipe_id: str) -> Recipe:
    trigger = draw(TRIGGERS)
    saved = {"saved_filter_id": "saved"}
    around = st.builds(lambda inline: group("or", inline, group("and", saved, negated=True)), FILTERS)
    written = draw(st.one_of(st.none(), st.just(saved), around, FILTERS))
    topics = draw(st.lists(st.sampled_from(TOPICS[:3]), min_size=1, unique=True))
    action = {"type": "add_tags", "tags": ["x"]}
    when = draw(st.sampled_from(["always", "always", "during", "outside"]))
    hours = {
        "when": when,
        "schedule_id": None if when == "always" else draw(st.sampled_from(list(SCHEDULES))),
    }
    return Recipe.model_validate(
        {
            "id": recipe_id, "version": draw(st.integers(1, 3)), "name": recipe_id, "trigger": trigger,
            "topics": draw(st.sampled_from([topics, TOPICS[:3], TOPICS])), "filter": written,
            "actions": [action],
            "mode": draw(st.sampled_from(["enabled", "enabled", "enabled", "shadow", "disabled"])),
            "on_since": draw(st.sampled_from([NOON - timedelta(days=1), NOON + timedelta(hours=1)])),
            "hours": hours,
        }
    )  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> RuleBook:
    count = draw(st.integers(1, 12))
    inner = Group.model_validate(draw(FILTERS))
    around = [draw(FILTERS), {"saved_filter_id": "inner"}]
    saved = Group.model_validate(group(draw(st.sampled_from(["and", "or"])), *around))
    return RuleBook(
        revision=1,
        recipes=tuple(draw(recipes(f"r{number}")) for number in range(count)),
        saved_filters={
            "saved": SavedFilter(name="saved", filter=saved),
            "inner": SavedFilter(name="inner", filter=inner),
        },
        schedules=SCHEDULES,
    )


def some(chance: random.Random, values: Sequence[Any], most: int, least: int = 0) -> list[Any]:
    return chance.sample(values, chance.randint(least, most))


def some_values(chance: random.Random) -> list[str]:
    """What a platform marked, which may be nothing at all, or texts of which some are empty."""
    return chance.choice([[], [""], ["", ""], some(chance, ["", *CHOICES], 3), some(chance, CHOICES, 3, 1)])


def a_last_action(chance: random.Random) -> LastAction | None:
    kind = chance.choice(["", "add_tags", "status_changed"])
    at = NOON - timedelta(minutes=11)
    return LastAction(type=kind, by="agent", by_id="nora", at=at) if kind else None


def some_notes(chance: random.Random) -> tuple[Note, ...]:
    dates = NoteDates(added=NOON, updated=NOON)
    todos = some(chance, [None, "open", "done"], 2)
    return tuple(
        Note(id=f"note_{number}", text=chance.choice(WORDS), todo=todo, by=NoteAuthor(id="nora"), date=dates)
        for number, todo in enumerate(todos)
    )


def some_case(chance: random.Random) -> Case:
    """A case, of which nearly all that fields read is left to chance."""
    return a_case(
        status=chance.choice(["unresolved", "pending", "resolved"]),
        priority=chance.choice([None, "low", "high"]), tags=tuple(some(chance, CHOICES, 2)),
        title=chance.choice(WORDS), last_action=a_last_action(chance), notes=some_notes(chance),
        last_reply_at=chance.choice([None, NOON - timedelta(minutes=1), NOON + timedelta(minutes=1)]),
        last_message_at=NOON - timedelta(minutes=chance.choice([0, 60, 5000])),
        feedback=Feedback(csat=chance.choice([None, 1, 10]), nps=chance.choice([None, 0, 9])),
        handled_by=chance.choice([None, "agent", "flow"]),
    )  # fmt: skip


def some_contact(chance: random.Random) -> Contact:
    return Contact(
        id="con_1", name=chance.choice([None, *WORDS]), email=chance.choice([None, "a@b.example"]),
        tags=tuple(some(chance, CHOICES, 2)),
        customattributes={name: chance.choice(CHOICES) for name in some(chance, ["plan", "vip"], 2)},
    )  # fmt: skip


def some_mention(chance: random.Random) -> Mention:
    text = " ".join(chance.choices(WORDS, k=chance.randint(0, 6)))
    glued = chance.choice([text, text.replace(" ", ""), text.replace(" ", "\n"), text + "."])
    optional = [None, *CHOICES[:3]]
    return a_mention(
        "1", glued or "x",
        incoming={
            "topic__id": chance.choice(TOPICS[:3]),
            "message__title": chance.choice([None, "", *WORDS]),
            "message__language": chance.choice(optional), "message__category": chance.choice(optional),
            "message__sentiment": chance.choice([None, "positive", "negative"]),
            "message__entities": {"hashtag": some_values(chance), "url": some_values(chance)},
            "source__service": chance.choice(["facebook", "twitter"]),
            "author__name": chance.choice([None, *WORDS]),
            "author__followers": chance.choice([None, 0, 10, 11]),
            "author__managed": chance.choice([False, True]),
            "location__country": chance.choice(optional),
            "tags": some(chance, CHOICES, 3),
        },
        assignment=Assignment(users=chance.choice([(), ("nora",), ("nora", "vip")])),
        last_action=a_last_action(chance), notes=some_notes(chance),
    )  # fmt: skip


def happening(chance: random.Random) -> tuple[Occurrence, Scene]:
    """Something that happened, and all that a filter can look at then."""
    mention = some_mention(chance)
    case = chance.choice([None, some_case(chance)])
    kind: OccurrenceKind = chance.choice(get_args(OccurrenceKind))
    if kind != "mention_arrived" and case is None:
        case = a_case()
    occurrence = Occurrence(
        id="o", kind=kind, at=NOON, mention_id=mention.unique_id, case_id=case.id if case else None,
        detail={"tag_added": "vip", "status_changed": "pending"}.get(kind), actor=NORA,
        chain=chance.choice([(), (), ("r0", "r3"), ("x",) * MAX_HOPS]),
        previous=chance.choice([None, "resolved"]) if kind == "status_changed" else None,
    )  # fmt: skip
    alone = case is None or occurrence.about == "mention"
    subject = a_subject(mention if alone else chance.choice([mention, mention, None]), case)
    subject = subject.model_copy(update={"contact": chance.choice([None, some_contact(chance)])})
    return occurrence, Scene(subject, occurrence, NOON)


def happenings(seed: int, count: int) -> list[tuple[Occurrence, Scene]]:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    return [happening(chance) for _ in range(count)]


SEEDS = st.integers(0, 10**9)


@settings(max_examples=BOOKS, deadline=None, suppress_health_check=list(HealthCheck))
@given(books(), SEEDS)
def test_the_matcher_finds_what_the_interpreter_finds(book: RuleBook, seed: int) -> None:
    """12,000 cases in a run; what holds a recipe back is said alike too."""
    matcher = Matcher(book)
    for occurrence, scene in happenings(seed, SCENES):
        verdicts = [evaluate(recipe, occurrence, scene.subject, book, scene.now) for recipe in book.recipes]
        wanted = [verdict.recipe_id for verdict in verdicts if verdict.matched]
        stopped = {verdict.recipe_id: verdict.stopped_by for verdict in verdicts}
        gates = {recipe.id: gate for recipe, gate in matcher.judged(occurrence, scene)}
        assert [recipe_id for recipe_id, gate in gates.items() if gate is None] == wanted, scene
        for recipe_id, gate in gates.items():
            step = stopped[recipe_id]
            assert gate == (step.path if step else None), scene


def values_of(field: Field, operator: str) -> Sequence[Any]:
    """Everything of the pools that the operator takes."""
    by_operator: dict[str, Sequence[Any]] = {
        "is_set": [None], "is_not_set": [None], "matches": PATTERNS, "before": MOMENTS, "after": MOMENTS,
        "within_last": SPANS, "more_than_ago": SPANS, "between": [[0, 10], [10, 11]],
    }  # fmt: skip
    words = TERMS if operator.startswith(("contains", "starts")) else CHOICES
    by_kind: dict[str, Sequence[Any]] = {"flag": [True, False], "number": NUMBERS}
    singles = [[each] for each in field.values or words]
    return by_operator.get(operator) or by_kind.get(field.kind) or [*singles, singles[0] + singles[-1]]


def test_every_operator_of_every_field_is_answered_alike() -> None:
    """A recipe for each field, operator and value, so that one condition decides; some 60 arrivals."""
    filters = [
        group("and", condition(field.name, operator, value))
        for field in FIELDS.values()
        for operator in field.operators
        for value in values_of(field, operator)
    ]
    book = RuleBook(
        revision=1,
        recipes=tuple(a_recipe(f"r{n}", filter=each, topics=TOPICS[:3]) for n, each in enumerate(filters)),
    )
    matcher = Matcher(book)
    for occurrence, scene in happenings(1, 240):
        if occurrence.kind == "mention_arrived":
            found = {recipe.id for recipe in matcher.candidates(occurrence, scene)}
            wanted = {
                recipe.id
                for recipe in book.recipes
                if evaluate_filter(book.group(recipe.filter), scene, "filter")[0].ok
            }
            assert found == wanted, scene


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(books(), books(), SEEDS)
def test_an_updated_matcher_is_as_a_new_one(before: RuleBook, after: RuleBook, seed: int) -> None:
    """Also when versions repeat, recipes come and go, and a saved filter has changed."""
    asked = happenings(seed, 20)
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
        assert updated.candidates(occurrence, scene) == fresh.candidates(occurrence, scene), scene


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
