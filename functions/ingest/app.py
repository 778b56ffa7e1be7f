"""Mentions in: from the API (POST /mentions), the event bus (mention.received), and the platforms."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from inbox_recipes import bootstrap
from inbox_recipes.clock import to_millisecond
from inbox_recipes.errors import Forged, InvalidInput
from inbox_recipes.flows.ingest import Ingested, ingest, parsed
from inbox_recipes.flows.platform_events import Arrived, Doors, challenge, receive
from inbox_recipes.http import mentions_in, platforms_in
from inbox_recipes.inbox import IncomingMention
from inbox_recipes.observability import count, logger, metrics
from inbox_recipes.platforms.base import Received

ports = cache(bootstrap.ingest)


@cache
def doors() -> Doors:
    """What a platform's call needs beside, made at the first one."""
    return bootstrap.platform_doors(ports())


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any] | None:
    """Answer an API call, or take in what came over the bus."""
    if "detail-type" in event:
        _from_bus(event)
        return None
    if "platform" in (event.get("pathParameters") or {}):
        return platforms_in.answer(
            event, lambda platform, request: challenge(platform, request, doors()), _from_platform
        )
    return mentions_in.answer(event, ports().topics.current, _take_in, ports().rule_book)


def _take_in(incoming: list[IncomingMention]) -> list[Ingested]:
    topics, now = ports().topics, to_millisecond(datetime.now(UTC))
    results = ingest(incoming, ports().inbox, now, topics.business_time, cases_on=topics.cases_on())
    _count(results)
    return results


def _from_platform(platform: str, request: Received) -> Arrived:
    try:
        arrived = receive(platform, request, doors(), to_millisecond(datetime.now(UTC)))
    except Forged:
        count("PlatformRequestsRefused")
        raise
    _count(arrived.mentions)
    count("PlatformEventsPassedOver", sum(arrived.passed_over.values()))
    count("Quarantined", arrived.put_aside)
    return arrived


def _count(results: Sequence[Ingested]) -> None:
    count("MentionsCreated", sum(result.result == "created" for result in results))
    count("MentionsRepeated", sum(result.result == "duplicate" for result in results))


def _from_bus(event: dict[str, Any]) -> None:
    """Nobody reads an answer here: what is not a mention is put aside, with the reason (R1)."""
    try:
        mention = parsed(event["detail"], ports().topics.current())
    except InvalidInput as error:
        ports().ledger.quarantine(datetime.now(UTC), event["id"], event, str(error))
        logger.error("an event was put aside: it is not a mention", event_id=event["id"])
        count("Quarantined")
        return
    _take_in([mention])
