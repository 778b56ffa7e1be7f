"""/platforms/{platform}/webhook, which the ingest function answers: the only routes without a login.

Who calls is known by the platform's signature alone.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from inbox_recipes.errors import RecipeEngineError, Retryable, Stale
from inbox_recipes.flows.platform_events import Arrived
from inbox_recipes.http.mentions_in import problem, response
from inbox_recipes.platforms.base import Received


def received(event: Mapping[str, Any]) -> Received:
    """The request behind an event of API Gateway: the body byte for byte, as it was signed."""
    body = event.get("body") or ""
    headers = event.get("headers") or {}
    return Received(
        headers={name.lower(): value for name, value in headers.items()},
        query=event.get("queryStringParameters") or {},
        body=b64decode(body) if event.get("isBase64Encoded") else body.encode(),
    )


def answer(
    event: Mapping[str, Any],
    challenge: Callable[[str, Received], tuple[str, str]],
    receive: Callable[[str, Received], Arrived],
) -> dict[str, Any]:
    """The answer for API Gateway: a challenge's as the platform wants it, else what became of the events."""
    platform, request = event["pathParameters"]["platform"], received(event)
    try:
        if event["httpMethod"] == "GET":
            media, text = challenge(platform, request)
            return {"statusCode": 200, "headers": {"Content-Type": media}, "body": text}
        return response(200, _shown(receive(platform, request)), {})
    except Stale:
        return problem(Retryable("The conversation is being written too busily; send it again."), event)
    except RecipeEngineError as error:
        return problem(error, event)


def _shown(arrived: Arrived) -> dict[str, Any]:
    results = [mention.result for mention in arrived.mentions]
    return {
        "created": results.count("created"),
        "duplicates": results.count("duplicate"),
        "passed_over": dict(arrived.passed_over),
        "put_aside": arrived.put_aside,
    }
