"""The API's router: the table of routes mounted on Powertools, and every error turned into a problem."""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.http import problems
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.http.routes import OPERATIONS
from inbox_recipes.http.services import Services
from inbox_recipes.observability import log_failure
from inbox_recipes.roles import Permission

LONGEST_ID = 1000
"""Bytes; ids are shorter by far, and DynamoDB fails on keys of more than 2048."""

SECRET_PART = re.compile(r"/surveys/.+")
"""A token in an address is a key: it stands in no answer and no log (R9)."""

CORS = CORSConfig(
    allow_origin="*",
    allow_headers=["If-Match", "If-None-Match", "Idempotency-Key"],
    expose_headers=["ETag", "Link", "Location", "Retry-After"],
)


class Api(APIGatewayRestResolver):
    """Powertools' resolver, for paths that gateways have decoded, or have not, or have in part."""

    def resolve(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Answer an event. Ids hold no percent sign, so decoding twice is decoding once."""
        return super().resolve({**event, "path": quote(unquote(event["path"]))}, context)


def build_app(services: Services) -> Api:
    """The API over these services."""
    app = Api(cors=CORS)
    for operation in OPERATIONS:
        if operation.answers is not None:
            rule = operation.path.replace("{", "<").replace("}", ">")
            permission = operation.permission if operation.scope else None
            route = _route(app, services, operation.answers, permission)
            app.route(rule, method=operation.method)(route)
    app.exception_handler(Exception)(lambda error: _problem(app, error))
    return app


def _route(
    app: Api, services: Services, answers: Callable[[Request], Answer], permission: Permission | None
) -> Callable[..., Response[str]]:
    def route(**path: str) -> Response[str]:
        decoded = {name: unquote(value) for name, value in path.items()}
        request = Request(services, app.current_event.raw_event, decoded)
        if permission is not None:
            request.caller.allow(permission)
        _must_be_possible(decoded, request)
        answer = answers(request)
        if answer.media:
            return Response(answer.status, answer.media, answer.body, headers=dict(answer.headers))
        body = "" if answer.body is None else json.dumps(answer.body, ensure_ascii=False)
        content_type = None if answer.body is None else "application/json"
        return Response(answer.status, content_type, body, headers=dict(answer.headers))

    return route


def _must_be_possible(path: Mapping[str, str], request: Request) -> None:
    """Nothing has an id that no table could hold, and nothing is found by one."""
    for value in path.values():
        if len(value.encode()) > LONGEST_ID:
            raise NotFound("item", f"{value[:50]}…")
    for name, values in request.query.items():
        if name != "cursor" and any(len(value.encode()) > LONGEST_ID for value in values):
            raise InvalidInput([Problem(f"?{name}", f"This can have {LONGEST_ID} bytes at most.")])


def _problem(app: Api, error: Exception) -> Response[str]:
    event = app.current_event
    shown = problems.UnknownRoute() if isinstance(error, NotFoundError) else error
    path = SECRET_PART.sub("/surveys/…", event.path)
    document = problems.document(shown, path, event.request_context.request_id or "")
    if document.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log_failure("a request failed", error, path=document.instance, request_id=document.request_id)
    headers = {"Retry-After": "1"} if document.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Response(document.status, problems.CONTENT_TYPE, document.model_dump_json(), headers=headers)
