"""The rule book: all recipes, saved filters and schedules at one revision; and its pure evaluation.

`evaluate` reads nothing but its arguments: the same occurrence, subject, rule book and moment give
the same verdict, byte for byte.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal

from inbox_recipes import filters
from inbox_recipes.account import Account
from inbox_recipes.business_hours import Schedule, standing
from inbox_recipes.categories import Category
from inbox_recipes.clock import stamp
from inbox_recipes.durations import BusinessTime
from inbox_recipes.filters import Filter, Group, Scene
from inbox_recipes.filters.saved import SavedFilter, resolved
from inbox_recipes.inbox import Subject
from inbox_recipes.opening_times import open_seconds
from inbox_recipes.openings import Openings
from inbox_recipes.people import Team, User
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.recipes import Recipe
from inbox_recipes.responses import CannedResponse
from inbox_recipes.roles import Role
from inbox_recipes.topics import Topic
from inbox_recipes.triggers import Occurrence, happened, in_words, meets
from inbox_recipes.verdicts import Answer, Step, Verdict

ACCOUNT_PAUSED = "the account is paused"

MAX_HOPS = 5
"""How many recipes one event may set off in a row (A4, R6)."""

EVERYTHING = Group(combinator="and", rules=())


@dataclass(frozen=True)
class RuleBook:
    """Everything that decisions are made from, at one revision. `recipes` are in their order."""

    revision: int
    recipes: tuple[Recipe, ...] = ()
    saved_filters: dict[str, SavedFilter] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    account: Account = field(default_factory=Account)
    categories: dict[str, Category] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    profiles: dict[str, ConnectedProfile] = field(default_factory=dict)
    responses: dict[str, CannedResponse] = field(default_factory=dict)

    def recipe(self, recipe_id: str) -> Recipe | None:
        """The recipe with that id, if there is one."""
        return next((recipe for recipe in self.recipes if recipe.id == recipe_id), None)

    def stopped(self, recipe_id: str) -> str | None:
        """Why nothing of the recipe is carried out now, runs under way included: off means off (R25)."""
        recipe = self.recipe(recipe_id)
        if recipe is None:
            return "the recipe was deleted"
        if recipe.mode != "enabled":
            return f"the recipe was switched to {recipe.mode}"
        return ACCOUNT_PAUSED if self.account.paused else None

    def business_time(self, topic_id: str) -> BusinessTime | None:
        """The hours that mentions and cases of a topic are measured by: its own, or else the account's."""
        topic = self.topics.get(topic_id)
        schedule_id = (topic and topic.schedule_id) or self.account.default_schedule_id
        schedule = self.schedules.get(schedule_id or "")
        if schedule_id is None or schedule is None:
            return None
        return BusinessTime(schedule_id, partial(open_seconds, schedule))

    def group(self, wanted: Filter | None) -> Group:
        """The tree that a recipe's filter stands for; no filter holds for everything (row 11)."""
        return EVERYTHING if wanted is None else resolved(wanted, self.saved_filters)


def evaluate(
    recipe: Recipe, occurrence: Occurrence, subject: Subject, book: RuleBook, now: datetime,
    *, every_step: bool = False,
) -> Verdict:  # fmt: skip
    """Whether a recipe acts on an occurrence, and why (A4, A19, A20, A25, A34).

    Gates are looked at in the order in which a person would ask; the first that fails ends the
    verdict unless `every_step` asks for the rest too.
    """
    steps: list[Step] = []
    error: str | None = None
    for gate in (_mode, _trigger, _topics, _filter, _loop, _hours):
        answer, looked_at = gate(recipe, occurrence, subject, book, now)
        steps += looked_at
        error = error or answer.error
        if not answer.ok and not every_step:
            break
    matched = error is None and all(step.ok for step in steps if step.is_gate)
    return Verdict(
        recipe_id=recipe.id,
        recipe_version=recipe.version,
        occurrence_id=occurrence.id,
        matched=matched,
        error=error,
        steps=tuple(steps),
    )


Gate = Literal["mode", "loop", "hours"]


def held_back(recipe: Recipe, occurrence: Occurrence, openings: Openings) -> Gate | None:
    """What keeps a recipe from acting whose trigger, topics and filter hold: `evaluate`, in one word."""
    if not recipe.is_on or recipe.on_since is None or occurrence.at < recipe.on_since:
        return "mode"
    if occurrence.chain and (recipe.id in occurrence.chain or len(occurrence.chain) >= MAX_HOPS):
        return "loop"
    hours = recipe.hours
    if hours.when == "always" or hours.schedule_id is None:
        return None
    is_open = openings.is_open(hours.schedule_id, occurrence.at)
    return None if is_open == (hours.when == "during") else "hours"


def told(gate: Gate, recipe: Recipe, occurrence: Occurrence, subject: Subject, book: RuleBook) -> Step:
    """What `evaluate` says about one gate."""
    gates = {"mode": _mode, "loop": _loop, "hours": _hours}
    _, [step] = gates[gate](recipe, occurrence, subject, book, occurrence.at)
    return step


def topic_of(occurrence: Occurrence, subject: Subject) -> str | None:
    """The topic that recipes are scoped by: a case has its own (A18)."""
    item = subject.mention if occurrence.kind == "mention_arrived" else subject.case
    return None if item is None else item.topic.id


def no_longer_holding(
    recipe: Recipe, occurrence: Occurrence, subject: Subject, book: RuleBook, now: datetime
) -> list[Step]:
    """The gate that no longer holds when a wait is due: topics, filter with all its steps, or hours (A1)."""
    for gate in (_topics, _filter, _hours):
        answer, steps = gate(recipe, occurrence, subject, book, now)
        if not answer.ok:
            return steps
    return []


type Looked = tuple[Answer, list[Step]]


def _step(path: str, wanted: object, got: object, *, ok: bool) -> Looked:
    return Answer(ok=ok), [Step(path=path, wanted=wanted, got=got, ok=ok)]


def _mode(recipe: Recipe, occurrence: Occurrence, _: Subject, __: RuleBook, ___: datetime) -> Looked:
    if not recipe.is_on or recipe.on_since is None:
        return _step("mode", ["enabled", "shadow"], recipe.mode, ok=False)
    if occurrence.at < recipe.on_since:
        wanted = f"something that happened after {stamp(recipe.on_since)}, when the recipe was switched on"
        return _step("mode", wanted, stamp(occurrence.at), ok=False)
    return _step("mode", ["enabled", "shadow"], recipe.mode, ok=True)


def _trigger(recipe: Recipe, occurrence: Occurrence, _: Subject, __: RuleBook, ___: datetime) -> Looked:
    ok = meets(recipe.trigger, occurrence)
    return _step("trigger", in_words(recipe.trigger), happened(occurrence), ok=ok)


def _loop(recipe: Recipe, occurrence: Occurrence, _: Subject, book: RuleBook, __: datetime) -> Looked:
    names = [known.name if (known := book.recipe(each)) else each for each in occurrence.chain]
    wanted = f"not set off by this recipe itself, and fewer than {MAX_HOPS} recipes in a row before it"
    ok = recipe.id not in occurrence.chain and len(occurrence.chain) < MAX_HOPS
    return _step("loop", wanted, names, ok=ok)


def _topics(recipe: Recipe, occurrence: Occurrence, subject: Subject, _: RuleBook, __: datetime) -> Looked:
    got = topic_of(occurrence, subject)
    return _step("topics", list(recipe.topics), got, ok=got in recipe.topics)


def _filter(
    recipe: Recipe, occurrence: Occurrence, subject: Subject, book: RuleBook, now: datetime
) -> Looked:
    return filters.evaluate(book.group(recipe.filter), Scene(subject, occurrence, now), "filter")


def _hours(recipe: Recipe, _: Occurrence, __: Subject, book: RuleBook, now: datetime) -> Looked:
    if recipe.hours.when == "always" or recipe.hours.schedule_id is None:
        return _step("hours", "always", "always", ok=True)
    schedule = book.schedules[recipe.hours.schedule_id]
    said = standing(schedule, now)
    place = "during" if said.open else "outside"
    wanted = f"{recipe.hours.when} {schedule.name}"
    return _step("hours", wanted, f"{place}: {said.local} ({said.because})", ok=place == recipe.hours.when)
