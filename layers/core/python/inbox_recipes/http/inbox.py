"""The inbox: mentions, cases, and the histories of both; what agents change in them."""

from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.flows.agents import patch_case, patch_mention
from inbox_recipes.flows.by_hand import Agent
from inbox_recipes.history import HistoryEntry
from inbox_recipes.http.paging import listing
from inbox_recipes.http.request import Answer, Request, read, versioned
from inbox_recipes.http.selection import OF_CASES, OF_MENTIONS, selection
from inbox_recipes.inbox import Case, Frozen, Mention, Object
from inbox_recipes.patches import CasePatch, MentionPatch
from inbox_recipes.secret_addresses import presentable
from inbox_recipes.validation import validated
from inbox_recipes.wording import Reader, preferred, worded

MOST_TOPICS = 50
"""Topics in one list: each costs a query."""


def mentions(request: Request) -> Answer:
    """Mentions of some topics or all, newest first."""
    topics, named = _topics(request)
    chosen = selection(request, OF_MENTIONS)
    fetch = partial(request.services.inbox.list_mentions, topics)
    return listing(
        request, lambda limit, cursor: chosen.page(fetch, limit, cursor), plain, *named, *chosen.named
    )


def cases(request: Request) -> Answer:
    """Cases of some topics or all, newest first."""
    topics, named = _topics(request)
    chosen = selection(request, OF_CASES)
    fetch = partial(request.services.inbox.list_cases, topics)
    return listing(
        request, lambda limit, cursor: chosen.page(fetch, limit, cursor), plain, *named, *chosen.named
    )


def mention(request: Request) -> Answer:
    """One mention."""
    found = _mention(request)
    return read(request, plain(found), found.revision)


def case(request: Request) -> Answer:
    """One case."""
    found = found_case(request)
    return read(request, plain(found), found.revision)


def change_mention(request: Request) -> Answer:
    """What an agent changes of a mention."""
    seen = request.seen()
    patch = validated(MentionPatch, request.json())
    after = patch_mention(request.path["unique_id"], patch, seen, agent(request))
    return versioned(plain(after), after.revision)


def change_case(request: Request) -> Answer:
    """What an agent changes of a case."""
    seen = request.seen()
    patch = validated(CasePatch, request.json())
    after = patch_case(request.path["id"], patch, seen, agent(request))
    return versioned(plain(after), after.revision)


def mention_history(request: Request) -> Answer:
    """What happened to a mention, newest first."""
    return _history(request, "mention", _mention(request).unique_id)


def case_history(request: Request) -> Answer:
    """What happened to a case, newest first."""
    return _history(request, "case", found_case(request).id)


def agent(request: Request) -> Agent:
    """The caller as somebody who acts by hand."""
    services = request.services
    return Agent(request.actor, services.inbox, services.rule_books, services.now())


def plain(item: Frozen) -> dict[str, Any]:
    """An item as JSON."""
    return item.model_dump(mode="json", by_alias=True)


def _history(request: Request, log: Object, item_id: str) -> Answer:
    """Each entry with its sentence in the language that `Accept-Language` asks for (rows 121-125)."""
    services = request.services
    language = preferred(request.headers.get("accept-language", ""))
    book = services.rule_books.current()
    names = {key: each.name for key, each in (book.teams | book.users).items()}
    reader = Reader(language, ZoneInfo(book.account.timezone), names)
    answer = listing(
        request,
        lambda limit, cursor: services.ledger.history(log, item_id, limit, cursor),
        lambda entry: worded(presented(entry), reader),
    )
    return replace(
        answer, headers={**answer.headers, "Content-Language": language, "Vary": "Accept-Language"}
    )


def presented(entry: HistoryEntry) -> HistoryEntry:
    """An entry as people may see it: one may be older than the hiding of addresses that are keys (R9)."""
    url = entry.detail.get("url")
    if not isinstance(url, str):
        return entry
    return entry.model_copy(update={"detail": {**entry.detail, "url": presentable(url)}})


def _topics(request: Request) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The topics to list, and those that the request names: a list of all goes on over a new topic too."""
    known = request.services.rule_books.current().topics
    named = tuple(dict.fromkeys(request.query.get("topic_id", ())))
    wanted = named or tuple(sorted(known))
    unknown = [topic_id for topic_id in wanted if topic_id not in known]
    if unknown:
        detail = f"There is no topic with the id {unknown[0]!r}."
        raise InvalidInput([Problem("?topic_id", detail, tuple(sorted(known)))])
    if len(wanted) > MOST_TOPICS:
        detail = f"One list goes over {MOST_TOPICS} topics at most, and these are {len(wanted)}: name some."
        raise InvalidInput([Problem("?topic_id", detail)])
    return wanted, named


def _mention(request: Request) -> Mention:
    unique_id = request.path["unique_id"]
    found = request.services.inbox.mentions([unique_id]).get(unique_id)
    if found is None:
        raise NotFound("mention", unique_id)
    return found


def found_case(request: Request) -> Case:
    """The case that the path names."""
    case_id = request.path["id"]
    found = request.services.inbox.cases([case_id]).get(case_id)
    if found is None:
        raise NotFound("case", case_id)
    return found
