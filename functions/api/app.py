"""The API: everything but POST /mentions."""

from functools import cache
from typing import Any

from inbox_recipes import bootstrap
from inbox_recipes.http.app import Api, build_app
from inbox_recipes.observability import logger


@cache
def api() -> Api:
    """The router, built with its clients at the first request."""
    return build_app(bootstrap.api())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request."""
    return api().resolve(event, context)
