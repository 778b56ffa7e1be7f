"""Errors as `application/problem+json` (RFC 9457): what went wrong, where, and what is allowed there.

A `pointer` into the body is a JSON pointer and starts with a slash; `?limit` is a query parameter,
`{id}` a part of the path, `If-Match` a header, `role` and `scope` are the caller's.
"""

from typing import Annotated

from pydantic import Field

from inbox_recipes.errors import (
    Conflict,
    Forbidden,
    Forged,
    InvalidInput,
    NotFound,
    PreconditionRequired,
    Problem,
    RecipeEngineError,
    Retryable,
    Stale,
)  # fmt: skip
from inbox_recipes.inbox import Frozen

CONTENT_TYPE = "application/problem+json"
MOST_LISTED = 100


class Unreadable(InvalidInput):
    """The body cannot be read at all."""


class Unauthenticated(RecipeEngineError):
    """The request says nothing about who sent it."""


class UnknownRoute(RecipeEngineError):
    """There is no such route, or it does not have this method."""

    def __init__(self) -> None:
        super().__init__("There is no such route, or it does not have this method.")


class ProblemError(Frozen):
    """One mistake."""

    pointer: str
    detail: str
    allowed: tuple[str, ...] = ()


class ProblemDocument(Frozen):
    """What every answer of 400 and above carries."""

    type: Annotated[str, Field(description="Names the kind of problem; the same words for the same kind")]
    title: str
    status: int
    detail: str
    instance: Annotated[str, Field(description="The path that was asked for")]
    request_id: str
    errors: tuple[ProblemError, ...] = ()


KINDS: tuple[tuple[type[Exception], int, str, str], ...] = (
    (Unreadable, 400, "unreadable", "The body cannot be read"),
    (Unauthenticated, 401, "unauthenticated", "Nobody is logged in"),
    (Forbidden, 403, "forbidden", "Not allowed"),
    (Forged, 403, "forged", "Not signed by the platform"),
    (NotFound, 404, "not-found", "Not found"),
    (UnknownRoute, 404, "unknown-route", "No such route"),
    (Conflict, 409, "conflict", "Conflict"),
    (Stale, 412, "stale", "Changed meanwhile"),
    (InvalidInput, 422, "invalid-input", "Invalid input"),
    (PreconditionRequired, 428, "precondition-required", "If-Match is missing"),
    (Retryable, 503, "busy", "Busy"),
    (Exception, 500, "internal", "Internal error"),
)
"""Error, status, last word of `type`, title; the first row that fits counts."""

INTERNAL = "Something went wrong on our side. It is logged under the request id; try again."


def document(error: Exception, instance: str, request_id: str) -> ProblemDocument:
    """The error as its caller sees it. What went wrong inside us is for the log alone."""
    _, status, word, title = next(row for row in KINDS if isinstance(error, row[0]))
    found = error.problems if isinstance(error, InvalidInput | Forbidden) else ()
    return ProblemDocument(
        type=f"urn:inbox-recipes:problem:{word}",
        title=title,
        status=status,
        detail=_detail(error, found),
        instance=instance,
        request_id=request_id,
        errors=listed(found),
    )


def listed(found: tuple[Problem, ...]) -> tuple[ProblemError, ...]:
    """Mistakes as an answer holds them: an answer has a size."""
    return tuple(
        ProblemError(pointer=p.pointer, detail=p.detail, allowed=p.allowed[:MOST_LISTED])
        for p in found[:MOST_LISTED]
    )


def _detail(error: Exception, found: tuple[Problem, ...]) -> str:
    if not isinstance(error, RecipeEngineError):
        return INTERNAL
    if not found or isinstance(error, Forbidden):
        return str(error)
    more = f" And {len(found) - 1} more." if len(found) > 1 else ""
    where = f"{found[0].pointer}: " if found[0].pointer else ""
    return f"{where}{found[0].detail}{more}"
