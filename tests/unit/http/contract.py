"""Holds an answer to what docs/openapi.json promises of it."""

import re
from functools import cache
from typing import Any

from openapi_schema_validator import OAS31Validator

from tools.openapi_document import document


@cache
def _document() -> dict[str, Any]:
    return document()


def _operation(method: str, path: str) -> dict[str, Any] | None:
    """What the document says of a call, if it says anything."""
    templates = sorted(_document()["paths"], key=lambda each: each.count("{"))
    for template in templates:
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            found: dict[str, Any] | None = _document()["paths"][template].get(method.lower())
            return found
    return None


def hold(method: str, path: str, status: int, body: Any, headers: dict[str, str]) -> None:
    """Fail when the status, the media type, a header or the body is not as promised."""
    operation = _operation(method, path)
    if operation is None:
        assert status == 404, "an answer to what the document does not know"
        return
    promised = operation["responses"].get(str(status))
    assert promised is not None, f"{method} {path} does not promise a {status}"
    if "$ref" in promised:
        promised = _document()["components"]["responses"][promised["$ref"].rsplit("/", 1)[1]]
    for name in promised.get("headers", ()):
        assert name in headers, f"{method} {path} promises {name} with a {status}"
    content = promised.get("content")
    if content is None:
        assert body is None
        return
    media = headers["Content-Type"].split(";")[0]
    assert media in content
    described = content[media]
    schema = {**described["schema"], "components": _document()["components"]}
    errors = sorted(OAS31Validator(schema).iter_errors(body), key=lambda error: error.json_path)
    assert not errors, [f"{error.json_path}: {error.message}" for error in errors]
