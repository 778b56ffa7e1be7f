"""What is measured against one another: the compiled matcher, and the plain interpreter twice.

`explained` is the product's own interpreter: it writes down every step. `bare` asks the same questions of
the same rows, but stops at the first that decides and writes nothing: what is left to gain beyond that.
"""

from datetime import datetime

from inbox_recipes.business_hours import is_open
from inbox_recipes.filters import Condition, Group
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.saved import rules_of
from inbox_recipes.filters.scene import Scene
from inbox_recipes.inbox import Subject
from inbox_recipes.matching import Matcher
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import MAX_HOPS, RuleBook, evaluate
from inbox_recipes.triggers import Occurrence, meets
from tools.bench.measuring import Matching


def explained(book: RuleBook) -> Matching:
    """`rule_book.evaluate` for every recipe."""

    def matching(occurrence: Occurrence, subject: Subject, now: datetime) -> list[Recipe]:
        return [recipe for recipe in book.recipes if evaluate(recipe, occurrence, subject, book, now).matched]

    return matching


def bare(book: RuleBook) -> Matching:
    """The same answers without a word about them."""

    def matching(occurrence: Occurrence, subject: Subject, now: datetime) -> list[Recipe]:
        item = subject.case if occurrence.about == "case" else subject.mention
        topic = item.topic.id if item else None
        scene = Scene(subject, occurrence, now)
        return [
            recipe
            for recipe in book.recipes
            if topic in recipe.topics
            and meets(recipe.trigger, occurrence)
            and _may_act(recipe, occurrence, book, now)
            and _holds(book.group(recipe.filter), scene)
        ]

    return matching


def compiled(matcher: Matcher) -> Matching:
    """The matcher's candidates, and of those the ones that nothing else keeps from acting."""

    def matching(occurrence: Occurrence, subject: Subject, now: datetime) -> list[Recipe]:
        judged = matcher.judged(occurrence, Scene(subject, occurrence, now))
        return [recipe for recipe, gate in judged if gate is None]

    return matching


def _may_act(recipe: Recipe, occurrence: Occurrence, book: RuleBook, now: datetime) -> bool:
    """Whether mode, loop and hours allow it."""
    hours = recipe.hours
    return (
        recipe.on_since is not None
        and recipe.on_since <= occurrence.at
        and recipe.id not in occurrence.chain
        and len(occurrence.chain) < MAX_HOPS
        and (
            hours.schedule_id is None
            or is_open(book.schedules[hours.schedule_id], now) == (hours.when == "during")
        )
    )


def _holds(group: Group, scene: Scene) -> bool:
    answers = (
        _holds(rule, scene) if isinstance(rule, Group) else _answer(rule, scene)
        for _, rule in rules_of(group, "")
    )
    return (all(answers) if group.combinator == "and" else any(answers)) != group.negated


def _answer(condition: Condition, scene: Scene) -> bool:
    row = FIELDS[condition.field]
    ok, _ = row.operators[condition.operator].answer(row.read(scene), condition.value)
    return ok
