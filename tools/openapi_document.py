"""The API as an OpenAPI 3.1 document: made from the table of routes and the models, nothing by hand."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from inbox_recipes import __version__
from inbox_recipes.deliveries import State
from inbox_recipes.http.operations import Operation, Scope
from inbox_recipes.http.problems import CONTENT_TYPE, ProblemDocument
from inbox_recipes.http.routes import OPERATIONS
from inbox_recipes.moderations import STATES as MODERATION_STATES
from inbox_recipes.outbox import STATES as OUTBOX_STATES
from tools.openapi_examples import EXAMPLES

type Json = dict[str, Any]
type Refs = Mapping[Any, Json]

SCOPES: dict[Scope, str] = {
    "inbox-recipes/recipes.read": "Read recipes and what they refer to; ask for explanations",
    "inbox-recipes/recipes.write": "Change recipes and what they refer to",
    "inbox-recipes/inbox.read": "Read mentions, cases, histories, runs and waits",
    "inbox-recipes/inbox.write": "Change mentions and cases",
    "inbox-recipes/mentions.write": "Take in mentions",
}
FROM_THE_GATEWAY = (401, 413, 429)
FROM_BOTH = (403,)
PROBLEMS = {
    400: "The body cannot be read as JSON",
    401: "There is no valid token, or it does not have the scope",
    403: "The caller may not do this: `errors` names the permission or the scope that is missing; or, of a "
    "platform: its signature is not right",
    404: "What the path names does not exist",
    409: "The change contradicts what exists: still in use, a limit reached",
    412: "It has changed since it was read",
    413: "The body is larger than 10 MB",
    422: "The input is refused; `errors` names every field, the mistake and what is allowed",
    428: "If-Match is missing",
    429: "Too many calls: try again after Retry-After seconds",
    500: "Something went wrong on our side",
    503: "Too busy just now: try again after Retry-After seconds",
}
VERSION_HEADERS = {
    "read": [("If-None-Match", "The ETag that the caller has", False)],
    "changed": [("If-Match", "The ETag that the change is based on; `*` is any", True)],
    "optional": [("If-Match", "The ETag that the change is based on", False)],
    "changed or created": [
        ("If-Match", "To replace: the ETag that the change is based on; `*` is any", False),
        ("If-None-Match", "To create: `*`", False),
    ],
}
KNOWN_BY_THEIR_ID = ("/mentions",)
"""Where a repeated request is known by what is in it, without a key."""
QUERY: dict[str, tuple[str, Json]] = {
    "profile": ("Only this connected profile, where profiles have apps of their own", {"type": "string"}),
    "at": ("The moment in question; now when there is none", {"type": "string", "format": "date-time"}),
    "state": ("Only those that stand so", {"type": "string", "enum": list(get_args(State))}),
    "endpoint_id": ("Only those to this receiver", {"type": "string"}),
    "since": ("Only those from this moment on", {"type": "string", "format": "date-time"}),
    "until": ("Only those before this moment", {"type": "string", "format": "date-time"}),
    "recipe_id": ("Only of this recipe", {"type": "string"}),
    "case_id": ("Only on this case", {"type": "string"}),
    "waits": (
        "What becomes of the recipe's waits under way: kept until due, looked at again now, or cancelled",
        {"type": "string", "enum": ["keep", "re-evaluate", "cancel"], "default": "keep"},
    ),
    "topic_id": (
        "Only of these; all when there is none",
        {"type": "array", "items": {"type": "string"}, "maxItems": 50},
    ),
    "status": ("Only items with one of these statuses", {"type": "array", "items": {"type": "string"}}),
    "user_id": ("Only what one of these users has", {"type": "array", "items": {"type": "string"}}),
    "team_id": ("Only what one of these teams has", {"type": "array", "items": {"type": "string"}}),
    "tag": (
        "Only what has one of these tags. A page of a list that is chosen from may not be full",
        {"type": "array", "items": {"type": "string"}},
    ),
    "approver": ("Only what this user should look at", {"type": "string"}),
    "service": ("The service of a social profile; with `profile_id`", {"type": "string"}),
    "profile_id": ("The id of a social profile on its service", {"type": "string"}),
}
QUERY_OF: dict[str, dict[str, tuple[str, Json]]] = {
    "/moderation": {
        "state": ("Only those that stand so", {"type": "string", "enum": list(MODERATION_STATES)}),
        "topic_id": ("Only in this topic", {"type": "string"}),
        "format": (
            "`csv` gives the page as a table, with the next one in `Link`; as does `Accept: text/csv`",
            {"type": "string", "enum": ["json", "csv"], "default": "json"},
        ),
    },
    "/outbox": {
        "profile": ("Only what this profile sends", {"type": "string"}),
        "state": (
            "Only those in one of these states",
            {"type": "array", "items": {"type": "string", "enum": list(OUTBOX_STATES)}},
        ),
    },
}
"""What a parameter means on one path only."""
PARTS = {
    "platform": "A platform, as `source.service` of mentions has it",
    "id": "The id that its creation answered or chose",
    "unique_id": "`<topic id>_<native id>`",
    "device_id": "An id that the app chooses for the device",
    "version": "A version number",
    "note_id": "The id of a note",
    "wait_id": "The id of a wait",
    "run_id": "The id of a run, as histories name it",
    "token": "The signed end of a survey's link",
}


class _Schemas(GenerateJsonSchema):
    """Without a title on every property: it would say the name again."""

    def field_title_should_be_set(self, _: Any) -> bool:
        return False


def document() -> Json:
    """The whole document."""
    refs, schemas = _schemas()
    paths: dict[str, Json] = {}
    for operation in sorted(OPERATIONS, key=lambda each: each.path):
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Inbox Recipes",
            "version": __version__,
            "summary": "Automation recipes for social-care inboxes",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/v1", "description": "The stage of your stack: its output ApiUrl"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": dict(_problem_responses(refs)),
            "securitySchemes": {"Cognito": _login()},
        },
    }


def _schemas() -> tuple[Refs, Json]:
    """Where each model's schema is, and all schemas."""
    models: list[type[BaseModel]] = [ProblemDocument]
    for operation in OPERATIONS:
        models += [*_parts(operation.takes), *_parts(operation.gives)]
    refs, definitions = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Schemas,
    )
    gateway = {
        "type": "object",
        "description": "A refusal of the gateway, before any code of the API runs.",
        "required": ["type", "title", "request_id"],
        "properties": {name: {"type": "string"} for name in ("type", "title", "detail", "request_id")}
        | {"status": {"type": "integer"}},
    }
    schemas = definitions["$defs"] | {"GatewayProblem": gateway}
    return {model: ref for (model, _), ref in refs.items()}, dict(sorted(schemas.items()))


def _parts(what: Any) -> list[type[BaseModel]]:
    """The models of a union, or of a single model; nothing where no model describes it."""
    if what in (None, dict):
        return []
    return list(get_args(what)) or [what]


def _schema(what: Any, refs: Refs) -> Json:
    if what is dict:
        return {"type": "object", "description": "A JSON merge patch (RFC 7396): null takes a key out"}
    found = [refs[model] for model in _parts(what)]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _operation(operation: Operation, refs: Refs) -> Json:
    words = operation.path.strip("/").replace("{", "by_").replace("}", "").replace("-", "_").split("/")
    result: Json = {
        "operationId": "_".join([operation.method.lower(), *words]),
        "summary": operation.summary,
        "tags": [operation.tag],
        "security": [{"Cognito": [operation.scope]}] if operation.scope else [],
        "parameters": list(_parameters(operation)),
    }
    if operation.takes is not None:
        content = {"schema": _schema(operation.takes, refs)}
        examples = {name: {"value": value} for name, value in EXAMPLES.get(operation.summary, {}).items()}
        media = "application/merge-patch+json" if operation.method == "PATCH" else "application/json"
        body = content | ({"examples": examples} if examples else {})
        result["requestBody"] = {"required": True, "content": {media: body}}
    result["responses"] = {str(status): _success(operation, status, refs) for status in operation.statuses}
    if operation.version == "read":
        result["responses"]["304"] = {"description": "The caller has this version", "headers": _etag()}
    if operation.page:
        result["responses"] |= _pages(operation)
    for status in sorted(_problem_statuses(operation)):
        result["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return result


def _parameters(operation: Operation) -> Iterator[Json]:
    for part in operation.path.split("/"):
        if part.startswith("{"):
            yield _parameter("path", part[1:-1], PARTS[part[1:-1]], {"type": "string"}, required=True)
    for name in operation.query:
        yield _parameter("query", name, *(QUERY | QUERY_OF.get(operation.path, {}))[name])
    if operation.listed:
        limit = {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
        yield _parameter("query", "limit", "Entries in a page", limit)
        yield _parameter("query", "cursor", "`paging.next` of the page before", {"type": "string"})
    if _repeatable(operation) and operation.path not in KNOWN_BY_THEIR_ID:
        words = "Makes a repeated request one: the same key gets the same answer, with 200"
        yield _parameter("header", "Idempotency-Key", words, {"type": "string", "maxLength": 255})
    for name, description, required in VERSION_HEADERS.get(operation.version or "", ()):
        yield _parameter("header", name, description, {"type": "string"}, required=required)


def _parameter(place: str, name: str, description: str, schema: Json, *, required: bool = False) -> Json:
    return {"name": name, "in": place, "required": required, "description": description, "schema": schema}


def _success(operation: Operation, status: int, refs: Refs) -> Json:
    answer: Json = {"description": HTTPStatus(status).phrase}
    if operation.gives is not None:
        schema = _schema(operation.gives, refs)
        content = _listed(schema) if operation.listed else schema
        answer["content"] = {"application/json": {"schema": content}}
        if "format" in operation.query:
            answer["content"]["text/csv"] = {"schema": {"type": "string"}}
    if operation.version and operation.method != "DELETE":
        answer["headers"] = _etag()
    if status == HTTPStatus.OK and _repeatable(operation):
        repeat = {"description": "`true`: it was there already", "schema": {"type": "string"}}
        answer["headers"] = {**answer.get("headers", {}), "Idempotency-Replayed": repeat}
    if status == HTTPStatus.CREATED:
        answer["headers"] |= {"Location": {"description": "Where it is", "schema": {"type": "string"}}}
    return answer


def _repeatable(operation: Operation) -> bool:
    """Whether a repeat of the request gets the first one's answer, with another status."""
    first = HTTPStatus.ACCEPTED if operation.version is None else HTTPStatus.CREATED
    made = operation.version in (None, "created")
    return made and {first, HTTPStatus.OK} <= set(operation.statuses)


def _listed(entry: Json) -> Json:
    following = {"type": ["string", "null"], "description": "The cursor of the next page"}
    return {
        "type": "object",
        "required": ["count", "data", "paging"],
        "properties": {
            "count": {"type": "integer"},
            "data": {"type": "array", "items": entry},
            "paging": {"type": "object", "required": ["next"], "properties": {"next": following}},
        },
    }


def _etag() -> Json:
    return {"ETag": {"description": "The version, for the next change", "schema": {"type": "string"}}}


def _pages(operation: Operation) -> Json:
    """What a browser is shown. A link that is forged, unknown or over gets the same 404."""
    told = {200: "A page", 404: "A page: the link does not work", 503: "A page: try again in a moment"}
    if operation.method == "POST":
        told[422] = "A page: the question again, with what was wrong"
    content = {"text/html": {"schema": {"type": "string"}}}
    return {str(status): {"description": words, "content": content} for status, words in told.items()}


def _problem_statuses(operation: Operation) -> set[int]:
    if operation.page:
        return {413, 429, 500}
    if operation.scope is None:
        return {403, 404, 413, 429, 500, 503}
    found = {401, 403, 429, 500, 503}
    writes_configuration = operation.scope == "inbox-recipes/recipes.write"
    if operation.takes is not None:
        found |= {400, 413, 422}
    if operation.listed or operation.query or "{version}" in operation.path:
        found |= {422}
    if "{" in operation.path or operation.path in ("/explain", "/deliveries/test"):
        found |= {404}
    if writes_configuration or operation.scope == "inbox-recipes/inbox.write":
        found |= {409}
    if operation.version in ("changed", "changed or created"):
        found |= {412, 428}
    return found | ({412} if operation.version == "optional" else set())


def _problem_responses(refs: Refs) -> Iterator[tuple[str, Json]]:
    ours, theirs = refs[ProblemDocument], {"$ref": "#/components/schemas/GatewayProblem"}
    for status, description in PROBLEMS.items():
        schema = theirs if status in FROM_THE_GATEWAY else ours
        schema = {"anyOf": [ours, theirs]} if status in FROM_BOTH else schema
        yield f"Problem{status}", {"description": description, "content": {CONTENT_TYPE: {"schema": schema}}}


def _login() -> Json:
    flow = {"tokenUrl": "/oauth2/token", "scopes": SCOPES}
    return {
        "type": "oauth2",
        "description": "The token address of your stack is its output TokenUrl.",
        "flows": {"clientCredentials": flow},
    }
