"""POST /mentions, which the ingest function answers: one mention, or a batch of them.

Free of the router, whose import would cost every cold start of that function.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from inbox_recipes.errors import InvalidInput, Problem, RecipeEngineError, Retryable, Stale
from inbox_recipes.flows.ingest import Ingested, parsed
from inbox_recipes.http import problems
from inbox_recipes.http.bodies import read_json
from inbox_recipes.http.callers import calling
from inbox_recipes.inbox import IncomingMention
from inbox_recipes.topics import Topic

if TYPE_CHECKING:
    from inbox_recipes.rule_book import RuleBook

MOST_AT_ONCE = 100

type Outcome = Ingested | InvalidInput


def answer(
    event: Mapping[str, Any],
    topics: Callable[[], Mapping[str, Topic]],
    take_in: Callable[[list[IncomingMention]], Sequence[Ingested]],
    rule_book: Callable[[], "RuleBook"],
) -> dict[str, Any]:
    """The answer for API Gateway; `take_in` gives what became of each checked mention, in order.

    The rule book is read only for a person's token: who is a user, and may he or she do this (R8)?
    """
    try:
        calling(event, rule_book).allow("mentions.write")
        body = read_json(event)
        if isinstance(body, dict) and "mentions" in body:
            return _batch(_outcomes(_mentions(body), topics(), take_in))
        return _single(take_in([parsed(body, topics())])[0])
    except Stale:
        busy = Retryable("The conversation is being written too busily; send the mention again.")
        return problem(busy, event)
    except RecipeEngineError as error:
        return problem(error, event)


def _mentions(body: dict[str, Any]) -> list[Any]:
    others = [key for key in body if key != "mentions"]
    found = [Problem(f"/{key}", "A batch holds nothing else.", ("mentions",)) for key in others]
    mentions = body["mentions"]
    if not isinstance(mentions, list) or not 1 <= len(mentions) <= MOST_AT_ONCE:
        count = f"there are {len(mentions)}" if isinstance(mentions, list) else "this is not a list"
        found.append(Problem("/mentions", f"A batch holds 1 to {MOST_AT_ONCE} mentions; {count}."))
    if found:
        raise InvalidInput(found)
    return list(mentions)


def _outcomes(
    posted: Sequence[Any],
    topics: Mapping[str, Topic],
    take_in: Callable[[list[IncomingMention]], Sequence[Ingested]],
) -> list[Outcome]:
    """What became of each. One that is refused does not hold up the others."""
    checked: list[IncomingMention | InvalidInput] = []
    for mention in posted:
        try:
            checked.append(parsed(mention, topics))
        except InvalidInput as refusal:
            checked.append(refusal)
    good = [mention for mention in checked if isinstance(mention, IncomingMention)]
    taken_in = iter(take_in(good) if good else ())
    return [each if isinstance(each, InvalidInput) else next(taken_in) for each in checked]


def _single(outcome: Ingested) -> dict[str, Any]:
    replayed = outcome.result == "duplicate"
    headers = {"Idempotency-Replayed": "true"} if replayed else {}
    return response(200 if replayed else 202, _shown(0, outcome), headers)


def _batch(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    data = [_shown(index, outcome) for index, outcome in enumerate(outcomes)]
    return response(202, {"count": len(data), "data": data}, {})


def _shown(index: int, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Ingested):
        return {"unique_id": outcome.unique_id, "result": outcome.result}
    found = problems.listed(outcome.problems)
    return {"index": index, "errors": [error.model_dump(mode="json") for error in found]}


def problem(error: Exception, event: Mapping[str, Any]) -> dict[str, Any]:
    """An error, as an answer for API Gateway."""
    document = problems.document(error, event["path"], event["requestContext"]["requestId"])
    headers = {"Content-Type": problems.CONTENT_TYPE}
    if document.status == 503:
        headers["Retry-After"] = "1"
    return response(document.status, document.model_dump(mode="json"), headers)


def response(status: int, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    """An answer for API Gateway."""
    always = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
    return {
        "statusCode": status,
        "headers": {**always, **headers},
        "body": json.dumps(body, ensure_ascii=False),
        "isBase64Encoded": False,
    }
