"""The workload that speed is measured with: rule books and mentions, the same ones for the same seed.

Two ways to grow. `fixed`: one brand, so more recipes share the same words and topics and a mention
matches more of them. `constant`: a brand for every 1,000 recipes, each with its own topics, authors,
tags and products, so a mention matches as many recipes in a large book as in a small one.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from typing import Any, Literal

from inbox_recipes.business_hours import Schedule
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.topics import Topic
from tools.bench.languages import languages
from tools.bench.mentions import TOPICS, Asked, Brand, stream
from tools.bench.trees import filter_tree

Growth = Literal["fixed", "constant"]

RECIPES_OF_A_BRAND = 1000
ZONES = ("Europe/Paris", "America/New_York", "Asia/Tokyo", "UTC", "America/Sao_Paulo", "Asia/Kolkata")


def brands(recipes: int, growth: Growth) -> int:
    """How many brands a rule book of that many recipes serves."""
    return 1 if growth == "fixed" else max(1, recipes // RECIPES_OF_A_BRAND)


def rule_book(recipes: int, growth: Growth = "fixed", seed: int = 1) -> RuleBook:
    """A rule book of that many recipes."""
    rng = Random(f"recipes {seed}")
    served = [Brand(number) for number in range(brands(recipes, growth))]
    topics = {brand.topic(number): Topic(name=f"{number}") for brand in served for number in range(TOPICS)}
    made = tuple(a_recipe(rng, rng.choice(served), number) for number in range(recipes))
    return RuleBook(revision=1, recipes=made, schedules=schedules(), topics=topics)


def mentions(count: int, of: int, growth: Growth = "fixed", seed: int = 1) -> list[Asked]:
    """That many mentions for a rule book of `of` recipes."""
    return list(islice(endless(of, growth, seed), count))


def endless(of: int, growth: Growth = "fixed", seed: int = 1) -> Iterator[Asked]:
    """Mentions for a rule book of `of` recipes, one after the other."""
    return stream(Random(f"mentions {seed}"), brands(of, growth))


def a_recipe(rng: Random, brand: Brand, number: int) -> Recipe:
    """An enabled recipe of a brand: few topics or all of them, a filter, hours for one in five."""
    spoken = languages()
    [language] = rng.choices(spoken, [each.share for each in spoken])
    wide = rng.random() < 0.06
    scope = range(TOPICS) if wide else rng.sample(range(TOPICS), rng.randint(1, 4))
    whole: dict[str, Any] = {
        "id": f"rec_{number}",
        "version": 1,
        "name": f"Recipe {number}",
        "trigger": {"type": "mention_in_case" if rng.random() < 0.1 else "arrival"},
        "topics": [brand.topic(topic) for topic in scope],
        "filter": filter_tree(rng, brand, language, wide=wide),
        "hours": _hours(rng),
        "actions": [{"type": "add_tags", "tags": ["seen"]}],
        "mode": "enabled",
        "on_since": "2026-11-01T00:00:00Z",
    }
    return Recipe.model_validate(whole)


def schedules() -> dict[str, Schedule]:
    """Office hours around the world."""
    return {
        f"sch_{number}": Schedule.model_validate(
            {
                "name": f"Office {zone}",
                "timezone": zone,
                "periods": [{"dayofweek": day, "start": "0800", "end": "1900"} for day in range(1, 7)],
            }
        )
        for number, zone in enumerate(ZONES)
    }


def changed(book: RuleBook, at: int, seed: int = 1) -> RuleBook:
    """The next rule book: one recipe has another filter and the next version."""
    old = book.recipes[at]
    new = a_recipe(Random(f"change {seed} {at}"), Brand(0), at)
    edited = old.model_copy(update={"filter": new.filter, "version": old.version + 1})
    recipes: Sequence[Recipe] = (*book.recipes[:at], edited, *book.recipes[at + 1 :])
    return RuleBook(
        revision=book.revision + 1, recipes=tuple(recipes), saved_filters=book.saved_filters,
        schedules=book.schedules, topics=book.topics, teams=book.teams, users=book.users,
    )  # fmt: skip


def _hours(rng: Random) -> dict[str, Any]:
    if rng.random() < 0.8:
        return {"when": "always"}
    return {"when": rng.choice(("during", "outside")), "schedule_id": f"sch_{rng.randrange(len(ZONES))}"}
