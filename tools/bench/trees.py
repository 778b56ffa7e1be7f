"""Filters as care teams write them: a few conditions, some of them in nested or negated groups.

Every field and operator is one of ours; `CHOICES` says which are asked how often. The trees are JSON,
as a person's client sends it.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from tools.bench.languages import WORDS, Language
from tools.bench.mentions import (
    AUTHORS,
    COUNTRIES,
    PROFILES,
    SENTIMENTS,
    SERVICES,
    TAGS,
    TYPES,
    Brand,
)  # fmt: skip

LEAVES = range(1, 15)
LEAF_WEIGHTS = (6, 9, 13, 14, 13, 11, 9, 7, 6, 4, 3, 2, 2, 1)
"""How many conditions a filter has: 5.7 on average."""
DEEPEST = 6

LOOK_FOR = ("contains_any", "contains_all", "is_any_of", "is_all_of", "is")
"""Operators that find something; the others leave something out."""

type Ask = Callable[[Random, Brand, Language], tuple[str, Any]]


def filter_tree(rng: Random, brand: Brand, language: Language, *, wide: bool) -> dict[str, Any]:
    """A filter. Its text conditions are in one language, as a team's are.

    It begins with something to look for, not only with something to leave out. That of a recipe for
    all topics (`wide`) says more than one thing, and all of them must hold.
    """
    [leaves] = rng.choices(LEAVES, LEAF_WEIGHTS)
    leaves = max(5, leaves) if wide else leaves
    combinator = "or" if not wide and rng.random() < 0.04 else "and"
    first = _condition(rng, brand, language, set())
    while first["operator"] not in LOOK_FOR:
        first = _condition(rng, brand, language, set())
    tree = _group(rng, brand, language, leaves - 1, combinator, asked={first["field"]})
    return {**tree, "rules": [first, *tree["rules"]]}


def _group(
    rng: Random, brand: Brand, language: Language, leaves: int, combinator: str, *,
    asked: set[str] | None = None, negated: bool = False, level: int = 1,
) -> dict[str, Any]:  # fmt: skip
    asked = asked or set()
    rules: list[dict[str, Any]] = []
    other = "or" if combinator == "and" else "and"
    while leaves:
        alone = level == DEEPEST or rng.random() < 0.75
        size = 1 if alone else min(leaves, rng.randint(2, 4))
        leaves -= size
        if size == 1:
            rules.append(_condition(rng, brand, language, asked))
        else:
            turned = rng.random() < 0.15
            rules.append(_group(rng, brand, language, size, other, negated=turned, level=level + 1))
    return {"combinator": combinator, "not": negated, "rules": rules}


def _condition(rng: Random, brand: Brand, language: Language, asked: set[str]) -> dict[str, Any]:
    """A condition on a field that its group has not asked yet, unless it has asked them all."""
    fields = [name for name in CHOICES if name not in asked] or list(CHOICES)
    [name] = rng.choices(fields, [CHOICES[field][0] for field in fields])
    asked.add(name)
    operator, value = CHOICES[name][1](rng, brand, language)
    return {"field": name, "operator": operator, "value": value}


def _some(rng: Random, values: tuple[str, ...], most: int) -> list[str]:
    return rng.sample(values, rng.randint(1, min(most, len(values))))


def _one_of(values: tuple[str, ...], most: int, *, excluded: float = 0.2) -> Ask:
    def ask(rng: Random, _: Brand, __: Language) -> tuple[str, Any]:
        chosen = _some(rng, values, most)
        operator = "is_not" if rng.random() < excluded else "is"
        return operator, chosen[0] if len(chosen) == 1 else chosen

    return ask


def _language(rng: Random, _: Brand, language: Language) -> tuple[str, Any]:
    others = rng.sample(("en", "fr", "es"), rng.randrange(3))
    return "is", list(dict.fromkeys((language.code, *others)))


def _country(rng: Random, _: Brand, __: Language) -> tuple[str, Any]:
    if rng.random() < 0.15:
        return rng.choice(("is_set", "is_not_set")), None
    return ("is_not" if rng.random() < 0.3 else "is"), _some(rng, COUNTRIES, 6)


def _authors(rng: Random, brand: Brand, _: Language) -> tuple[str, Any]:
    chosen = [brand.author(int(AUTHORS ** rng.random())) for _ in range(rng.randint(1, 5))]
    return ("is" if rng.random() < 0.2 else "is_not"), chosen


def _followers(rng: Random, _: Brand, __: Language) -> tuple[str, Any]:
    low = rng.choice((10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 50_000))
    operator = rng.choice(("gt", "gt", "lt", "between"))
    return operator, [low, low * rng.choice((2, 5, 10, 100))] if operator == "between" else low


def _tags(rng: Random, brand: Brand, _: Language) -> tuple[str, Any]:
    operator = rng.choice(("is_any_of", "is_any_of", "is_all_of", "is_none_of", "is_none_of"))
    chosen = {brand.tag(int(TAGS ** rng.random()) - 1) for _ in range(2 if operator == "is_all_of" else 4)}
    return operator, sorted(chosen)


def _words(rng: Random, brand: Brand, language: Language) -> tuple[str, Any]:
    [operator] = rng.choices(
        ("contains_any", "contains_all", "contains_none", "starts_with", "matches"), (60, 10, 40, 5, 5)
    )
    if operator == "matches":
        return operator, _pattern(rng, brand)
    size = rng.randint(1, 2) if operator == "contains_all" else rng.randint(1, 6)
    return operator, list({_term(rng, brand, language): None for _ in range(size)})


def _pattern(rng: Random, brand: Brand) -> str:
    """A product with a number, or a reference, as people look for orders."""
    name = rng.choice(brand.names)
    return rng.choice((rf"\b{name}\b.*[0-9]{{3,}}", rf"#{name[:3]}\w+", rf"[0-9]{{5}}\s+{name[:4]}"))


def _published(rng: Random, _: Brand, __: Language) -> tuple[str, Any]:
    day = rng.randrange(16, 30)
    return rng.choice((
        ("within_last", {"hours": rng.choice((1, 4, 12, 24))}), ("more_than_ago", {"minutes": 5}),
        ("after", f"2026-11-{day}T00:00:00Z"), ("before", f"2026-11-{day}T00:00:00Z"),
    ))  # fmt: skip


def _term(rng: Random, brand: Brand, language: Language) -> str:
    """A word, a phrase, a product, text in quotes, which is looked for inside words too, or a beginning."""
    rank = int(10 * (WORDS / 10) ** rng.random())
    match rng.randrange(10):
        case 0 | 1:
            return rng.choice(brand.names)
        case 2 | 3:
            return language.phrase(rank)
        case 4:
            word = language.words[rank]
            return f'"{word[:6]}"' if rng.random() < 0.7 else f"{word[:4]}*"
        case _:
            return language.words[rank]


def _flag(rng: Random, _: Brand, __: Language) -> tuple[str, Any]:
    return "is", rng.random() < 0.5


CHOICES: dict[str, tuple[int, Ask]] = {
    "content.text": (26, _words),
    "tag.tags": (12, _tags),
    "source.service": (11, _one_of(SERVICES, 4)),
    "content.language": (9, _language),
    "author.followers": (8, _followers),
    "source.message_type": (7, _one_of(TYPES, 2)),
    "content.sentiment": (7, _one_of(SENTIMENTS, 1)),
    "locations.country": (7, _country),
    "author.id": (6, _authors),
    "status.type": (3, _one_of(("new", "resolved"), 1)),
    "cases.priority": (4, _one_of(("low", "medium", "high", "critical"), 2)),
    "cases.status": (3, _one_of(("unresolved", "pending", "resolved"), 2)),
    "source.private": (4, _flag),
    "cases.is_part_of_case": (3, _flag),
    "profiles.profile": (3, _one_of(PROFILES, 3)),
    "source.published_at": (3, _published),
}
"""Field -> how often it is asked, and what it is asked."""
