"""The plain interpreter, twice, as the measure of the compiled matcher.

`explained` is the product's own: it writes down every step. `bare` asks the same questions of the same
rows, but stops at the first that decides and writes nothing: what is left to save beyond explanations.
"""

from datetime import datetime

from inbox_recipes.business_hours import is_open
from inbox_recipes.filters import Condition, Group
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.scene import Scene
from inbox_recipes.inbox import Subject
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook, evaluate
from inbox_recipes.triggers import Occurrence, meets
from tools.bench.measuring import Matching


def explained(book: RuleBook) -> Matching:
    """`rule_book.evaluate` for every recipe."""

    def matching(occurrence: Occurrence, subject: Subject, now: datetime) -> list[Recipe]:
        return [recipe for recipe in book.recipes if evaluate(recipe, occurrence, subject, book, now).matched]

    return matching


def bare(book: RuleBook) -> Matching:
    """The same answers without a word about them."""

    def acts(recipe: Recipe, occurrence: Occurrence, subject: Subject, now: datetime) -> bool:
        item = subject.case if occurrence.about == "case" else subject.mention
        return (
            item is not None
            and item.topic.id in recipe.topics
            and meets(recipe.trigger, occurrence)
            and recipe.on_since is not None
            and recipe.on_since <= occurrence.at
            and recipe.id not in occurrence.chain
            and _is_time(recipe, book, now)
            and _holds(book.group(recipe.filter), Scene(subject, occurrence, now))
        )

    def matching(occurrence: Occurrence, subject: Subject, now: datetime) -> list[Recipe]:
        return [recipe for recipe in book.recipes if acts(recipe, occurrence, subject, now)]

    return matching


def _is_time(recipe: Recipe, book: RuleBook, now: datetime) -> bool:
    hours = recipe.hours
    if hours.schedule_id is None:
        return True
    return is_open(book.schedules[hours.schedule_id], now) == (hours.when == "during")


def _holds(group: Group, scene: Scene) -> bool:
    answers = (
        _holds(rule, scene) if isinstance(rule, Group) else _answer(rule, scene) for rule in group.rules
    )
    return (all(answers) if group.combinator == "and" else any(answers)) != group.negated


def _answer(condition: Condition, scene: Scene) -> bool:
    row = FIELDS[condition.field]
    ok, _ = row.operators[condition.operator].answer(row.read(scene), condition.value)
    return ok
