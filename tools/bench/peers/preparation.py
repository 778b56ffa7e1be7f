"""The facts that peers are told, made from a mention: what one would write by hand for such an engine.

As fast as we can make it, since it is timed: fields are read directly, the text is folded and cut once by
the product's own functions, words are found by one intersection of sets, quoted text and beginnings of
words by one RE2 set, patterns by another, phrases only where the longest of their words was met. It looks
for what the recipes of its rule book name, and for nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import re2

from inbox_recipes.filters.fields.work import STATUS_WORDS
from inbox_recipes.filters.patterns import options, readied
from inbox_recipes.filters.text import fold
from inbox_recipes.inbox import Subject
from inbox_recipes.matching.leaves import microseconds, milliseconds
from inbox_recipes.matching.texts import NEVER, Closer, Text, term_of
from inbox_recipes.openings import Openings
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.triggers import Occurrence
from tools.bench.mentions import Asked
from tools.bench.peers.neutral import Facts, Names

MEMORY = 64 << 20
"""Bytes that an RE2 set may take: it never runs out of them here."""


class Preparation:
    """Makes the facts of one mention after the other."""

    def __init__(self, book: RuleBook, names: Names) -> None:
        used = {recipe.hours.schedule_id for recipe in book.recipes}
        self._schedules = [name for name in book.schedules if name in used]
        self._openings = Openings(book.schedules)
        self._words: dict[str, list[str]] = defaultdict(list)
        self._phrases: dict[str, list[tuple[Closer, str]]] = defaultdict(list)
        self._starts: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        parts: list[tuple[Closer, str]] = []
        patterns: list[tuple[str, str]] = []
        for (operator, sought), name in names.items():
            match operator, term_of(sought, accents=True):
                case "matches", _:
                    patterns.append((readied(sought), name))
                case "starts_with", _:
                    start = fold(sought).strip()
                    self._starts[len(start)][start].append(name)
                case _, Closer(signal=None) as term:
                    parts.append((term, name))
                case _, Closer(signal=str(signal)) as term:
                    self._phrases[signal].append((term, name))
                case _, str(word) if word != NEVER:
                    self._words[word].append(name)
        self._known = self._words.keys() | self._phrases.keys()
        self._parts, self._any_part = parts, _set_of((term.text for term, _ in parts), literal=True)
        self._patterns = [name for _, name in patterns]
        self._any_pattern = _set_of((pattern for pattern, _ in patterns), literal=False)

    def __call__(self, occurrence: Occurrence, subject: Subject, now: datetime) -> Facts:
        """What the peers are told about a mention."""
        mention, case = subject.mention, subject.case
        if mention is None:
            raise ValueError("The workload is about mentions.")
        message, source, author = mention.message, mention.source, mention.author
        published = mention.date.published
        return {
            "topic": mention.topic.id,
            "language": _caseless(message.language),
            "sentiment": message.sentiment or "",
            "service": _caseless(source.service),
            "type": _caseless(message.type),
            "private": mention.private,
            "status": STATUS_WORDS[mention.status],
            "author": _caseless(author.id),
            "followers": -1 if author.followers is None else author.followers,
            "priority": case.priority or "" if case else "",
            "case_status": case.status if case else "",
            "in_case": case is not None,
            "country": _caseless(mention.location.country),
            "profile": _caseless(source.profile),
            "tags": [tag.casefold() for tag in mention.tags],
            "terms": self._standing_in(message.content),
            "published": milliseconds(published),
            "age": microseconds(now - published),
            "open": [name for name in self._schedules if self._openings.is_open(name, now)],
        }

    def all(self, asked: Iterable[Asked]) -> list[Facts]:
        """The facts of each mention."""
        return [self(one.occurrence, one.subject, one.now) for one in asked]

    def _standing_in(self, content: str) -> list[str]:
        """The names of all that is looked for and stands in the text."""
        text = Text(content, accents=True)
        words, phrases = self._words, self._phrases
        found: list[str] = []
        for word in self._known & text.words:
            found += words.get(word, ())
            for term, name in phrases.get(word, ()):
                if term.text in text.folded and term.is_whole_in(text):
                    found.append(name)
        for number in self._any_part.Match(text.folded.encode()) or ():
            term, name = self._parts[number]
            if term.literal or term.is_whole_in(text):
                found.append(name)
        begun = text.folded.lstrip()
        for length, starts in self._starts.items():
            found += starts.get(begun[:length], ())
        found += [self._patterns[n] for n in self._any_pattern.Match(readied(content).encode()) or ()]
        return found


def _set_of(sought: Iterable[str], *, literal: bool) -> Any:
    """Many texts or patterns, all looked for in one pass."""
    chosen = options()
    chosen.max_mem, chosen.literal = MEMORY, literal
    chosen.case_sensitive = literal  # folded text has no capitals
    made = re2.Set.SearchSet(chosen)
    for each in sought:
        made.Add(each)
    made.Compile()
    return made


def _caseless(value: str | None) -> str:
    return value.casefold() if value else ""
