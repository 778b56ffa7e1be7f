"""Recipes without anything of ours: a small tree of tests, which ask about a flat table of facts.

Every peer gets its rules from here, in its own form (`forms`). What no peer can do for itself stands in
the facts (`preparation`): letter case is folded, the recipes' terms that stand in the text are found, and
the schedules that are open are named. A recipe for all topics asks for none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from inbox_recipes.clock import from_stamp
from inbox_recipes.filters import Condition, Group, conditions
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.saved import rules_of
from inbox_recipes.matching.leaves import microseconds, milliseconds
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook

MOST = 10**15
"""More followers than there are, and a later time than any."""


@dataclass(frozen=True)
class OneOf:
    """A fact is one of these."""

    fact: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Shares:
    """A list has one of these in it."""

    fact: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """A number lies between two, both included. A number that is not known is -1."""

    fact: str
    low: int
    high: int


@dataclass(frozen=True)
class Flag:
    """A fact is true, or is false."""

    fact: str
    wanted: bool


@dataclass(frozen=True)
class Not:
    """The other way round."""

    part: "Test"


@dataclass(frozen=True)
class Every:
    """All of them hold; no parts at all is yes."""

    parts: tuple["Test", ...]


@dataclass(frozen=True)
class Some:
    """One of them holds."""

    parts: tuple["Test", ...]


type Leaf = OneOf | Shares | Between | Flag
type Test = Leaf | Not | Every | Some
type Facts = dict[str, Any]

FACTS = {
    "content.language": "language", "content.sentiment": "sentiment", "source.service": "service",
    "source.message_type": "type", "source.private": "private", "status.type": "status",
    "author.id": "author", "author.followers": "followers", "cases.priority": "priority",
    "cases.status": "case_status", "cases.is_part_of_case": "in_case", "locations.country": "country",
    "profiles.profile": "profile", "tag.tags": "tags",
}  # fmt: skip
"""Our field -> the peers' fact."""


type Names = Mapping[tuple[str, str], str]
"""What recipes look for in the text (a term, a beginning of the text, a pattern) -> its short name."""


def terms(book: RuleBook) -> Names:
    """Everything that a recipe looks for in the text, named."""
    asked = (condition for recipe in book.recipes for condition in conditions(book.group(recipe.filter)))
    texts = dict.fromkeys(
        _sought(condition.operator, term)
        for condition in asked
        if condition.field == "content.text"
        for term in _texts_of(condition)
    )
    return {sought: f"t{number}" for number, sought in enumerate(texts)}


def _sought(operator: str, term: str) -> tuple[str, str]:
    """How a term is looked for, and the term."""
    return ("contains_any" if operator.startswith("contains") else operator, term)


def _texts_of(condition: Condition) -> tuple[str, ...]:
    return (condition.value,) if isinstance(condition.value, str) else condition.value


def rule(recipe: Recipe, book: RuleBook, names: Names) -> Test:
    """A recipe as one test, the parts that fail most first."""
    parts: list[Test] = []
    if len(recipe.topics) < len(book.topics):
        parts.append(OneOf("topic", recipe.topics))
    if recipe.trigger.type == "mention_in_case":
        parts.append(Flag("in_case", wanted=True))
    parts.append(_group(book.group(recipe.filter), names))
    if recipe.hours.schedule_id:
        open_now = Shares("open", (recipe.hours.schedule_id,))
        parts.append(open_now if recipe.hours.when == "during" else Not(open_now))
    return _of_one(Every(tuple(parts)))


def _group(group: Group, names: Names) -> Test:
    parts = tuple(
        _group(each, names) if isinstance(each, Group) else _leaf(each, names)
        for _, each in rules_of(group, "")
    )
    whole = _of_one(Every(parts) if group.combinator == "and" else Some(parts))
    return Not(whole) if group.negated else whole


def _leaf(condition: Condition, names: Names) -> Test:
    value = condition.value
    if condition.field == "content.text":
        sought = tuple(names[_sought(condition.operator, term)] for term in _texts_of(condition))
        return _in_list("terms", condition.operator, sought)
    if condition.field == "source.published_at":
        return _time(condition.operator, value)
    fact = FACTS[condition.field]
    match FIELDS[condition.field].kind:
        case "flag":
            return Flag(fact, value)
        case "number":
            return _range(fact, condition.operator, value)
        case "tags":
            return _in_list(fact, condition.operator, _texts(value))
        case _:
            return _choice(fact, condition.operator, _texts(value or ""))


def _choice(fact: str, operator: str, values: tuple[str, ...]) -> Test:
    """What is not there is the empty text, so "is not set" is "is empty"."""
    chosen = OneOf(fact, values)
    return chosen if operator in ("is", "is_not_set") else Not(chosen)


def _range(fact: str, operator: str, value: Any) -> Test:
    match operator:
        case "gt":
            return Between(fact, int(value) + 1, MOST)
        case "lt":
            return Between(fact, 0, int(value) - 1)
        case "between":
            return Between(fact, int(value[0]), int(value[1]))
    raise ValueError(f"The peers are not asked {operator!r}.")


def _time(operator: str, value: Any) -> Test:
    """A time in milliseconds, an age in microseconds."""
    match operator:
        case "before":
            return Between("published", 0, milliseconds(from_stamp(value)) - 1)
        case "after":
            return Between("published", milliseconds(from_stamp(value)) + 1, MOST)
        case "within_last":
            return Between("age", 0, microseconds(timedelta(**value)))
        case "more_than_ago":
            return Between("age", microseconds(timedelta(**value)) + 1, MOST)
    raise ValueError(f"The peers are not asked {operator!r}.")


def _in_list(fact: str, operator: str, values: tuple[str, ...]) -> Test:
    match operator:
        case "contains_any" | "starts_with" | "matches" | "is_any_of":
            return Shares(fact, values)
        case "contains_none" | "is_none_of":
            return Not(Shares(fact, values))
        case "contains_all" | "is_all_of":
            return _of_one(Every(tuple(Shares(fact, (value,)) for value in values)))
    raise ValueError(f"The peers are not asked {operator!r}.")


def _of_one(test: Every | Some) -> Test:
    return test.parts[0] if len(test.parts) == 1 else test


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each.casefold() for each in ((value,) if isinstance(value, str) else value))
