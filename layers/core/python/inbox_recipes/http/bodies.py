"""Reading the body of a request."""

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, NoReturn

from inbox_recipes.errors import Problem
from inbox_recipes.http.problems import Unreadable


def read_json(event: Mapping[str, Any]) -> Any:
    """The JSON in the body of an API Gateway event. Raises Unreadable."""
    body = event.get("body")
    if not body:
        raise _unreadable("The request has no body; JSON is wanted.")
    try:
        text = b64decode(body, validate=True).decode() if event.get("isBase64Encoded") else body
        value = json.loads(text, parse_constant=_no_number)
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _unreadable(f"The body is not JSON: {_where(error)}.") from error
    return value


def _where(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeError):
        return "it holds characters that are none"
    return "it is nested too deep" if isinstance(error, RecursionError) else "it holds a number that is none"


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _unreadable(detail: str) -> Unreadable:
    return Unreadable([Problem("", detail)])
