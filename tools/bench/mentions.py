"""Mentions of made-up brands, as they come out of the stream: a mention, at times in its case.

Skewed as real traffic is: few authors write most, some countries are unknown, tags are rare.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

from inbox_recipes import ids
from inbox_recipes.inbox import Case, Mention, Subject
from inbox_recipes.people import Actor
from inbox_recipes.triggers import Occurrence
from tools.bench.languages import languages, names, text

TOPICS, AUTHORS, TAGS = 60, 20_000, 300
"""Of each brand."""
SERVICES = ("facebook", "instagram", "x", "youtube", "tiktok", "linkedin", "whatsapp", "email")
TYPES = ("comment", "post", "privatemessage", "review", "reply")
SENTIMENTS = ("positive", "neutral", "negative")
COUNTRIES = tuple(
    "FR US ES DE GB BR IT MX NL PL TR RU UA GR SA EG IN KR TH JP CN CZ SE BE CH CA AR PT".split()  # noqa: SIM905
)
PROFILES = tuple(f"page-{number}" for number in range(12))
CUSTOMER = Actor(kind="customer", id="con_1")
BEGINS = datetime(2026, 11, 16, 6, tzinfo=UTC)
"""A Monday morning; mentions follow one another at about twenty seconds."""


@dataclass(frozen=True)
class Brand:
    """Whose topics, authors, tags and products a mention or a recipe is about."""

    number: int

    @property
    def names(self) -> tuple[str, ...]:
        """Its products."""
        return _names(self.number)

    def topic(self, number: int) -> str:
        return f"{46000 + self.number * TOPICS + number}"

    def author(self, number: int) -> str:
        return f"u{number}" if not self.number else f"b{self.number}-u{number}"

    def tag(self, number: int) -> str:
        return f"Label {number}" if not self.number else f"Label {self.number}-{number}"


@dataclass(frozen=True)
class Asked:
    """What the recipes are asked: something happened to something at a moment."""

    occurrence: Occurrence
    subject: Subject
    now: datetime


def stream(rng: Random, brands: int) -> Iterator[Asked]:
    """Mentions without end, each brand's with its own topics, authors, tags and products."""
    at = BEGINS
    number = 0
    while True:
        number += 1
        at += timedelta(seconds=round(rng.expovariate(1 / 20), 3))
        brand = Brand(rng.randrange(brands))
        mention = _mention(rng, brand, number, at)
        case = _case(rng, mention) if mention.case_id else None
        occurrence = Occurrence(
            id=f"mention:{mention.unique_id}:mention_arrived:1",
            kind="mention_arrived",
            at=at,
            mention_id=mention.unique_id,
            case_id=mention.case_id,
            detail=None,
            actor=CUSTOMER,
            chain=(),
        )
        yield Asked(occurrence, Subject(mention=mention, case=case), at)


def _mention(rng: Random, brand: Brand, number: int, at: datetime) -> Mention:
    spoken = languages()
    [language] = rng.choices(spoken, [each.share for each in spoken])
    topic = brand.topic(int(TOPICS * rng.random() ** 1.5))
    unique_id = ids.unique_id(topic, str(number))
    private = rng.random() < 0.4
    [sentiment] = rng.choices((*SENTIMENTS, None), (2, 4, 3, 1))
    whole: dict[str, Any] = {
        "unique_id": unique_id,
        "id": str(number),
        "topic": {"id": topic, "name": None},
        "project": None,
        "message": {
            "content": text(rng, language, brand.names),
            "type": "privatemessage" if private else rng.choice(TYPES),
            "language": language.code,
            "sentiment": sentiment,
        },
        "source": {
            "service": rng.choices(SERVICES, range(len(SERVICES), 0, -1))[0],
            "id": str(number),
            "profile": rng.choice(PROFILES),
        },
        "author": {"id": brand.author(_zipf(rng, AUTHORS)), "followers": int(10 ** rng.gauss(2.4, 0.8))},
        "location": {"country": None if rng.random() < 0.2 else COUNTRIES[_zipf(rng, len(COUNTRIES)) - 1]},
        "private": private,
        "tags": tuple({brand.tag(_zipf(rng, TAGS) - 1): None for _ in range(_few(rng))}),
        "status": "new" if rng.random() < 0.9 else "done",
        "assignment": {},
        "case_id": f"cas_{number}" if private else None,
        "contact_id": f"con_{number}",
        "permalink": f"/mentions/{unique_id}",
        "date": {"published": at - timedelta(seconds=int(rng.expovariate(1 / 120))), "added": at},
        "revision": 1,
    }
    return Mention.model_validate(whole)


def _case(rng: Random, mention: Mention) -> Case:
    at = mention.date.added
    whole: dict[str, Any] = {
        "id": mention.case_id,
        "title": mention.message.content[:80],
        "topic": mention.topic,
        "project": None,
        "status": rng.choices(("unresolved", "pending", "resolved"), (6, 3, 1))[0],
        "priority": rng.choice((None, "low", "medium", "high", "critical")),
        "tags": mention.tags[:1],
        "assignment": {},
        "contact_id": mention.contact_id,
        "linked_case_id": None,
        "last_mention_id": mention.unique_id,
        "last_message_by": "customer",
        "last_message_at": at,
        "last_incoming_id": mention.unique_id,
        "last_reply_at": None,
        "fence": 1,
        "date": {"added": at, "updated": at},
        "revision": 1,
    }
    return Case.model_validate(whole)


@cache
def _names(brand: int) -> tuple[str, ...]:
    return names(brand)


@cache
def _weights(size: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, size + 1)))


def _zipf(rng: Random, size: int) -> int:
    """A number from 1 to `size`; small ones come often."""
    return rng.choices(range(1, size + 1), cum_weights=_weights(size))[0]


def _few(rng: Random) -> int:
    """None to five, mostly one or two."""
    return rng.choices(range(6), (20, 30, 22, 14, 9, 5))[0]
