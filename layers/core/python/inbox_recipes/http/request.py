"""A request as handlers see it, and what they answer. Knows HTTP, nothing about recipes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from inbox_recipes.errors import InvalidInput, PreconditionRequired, Problem, Stale
from inbox_recipes.http.bodies import read_json
from inbox_recipes.http.callers import Caller, calling
from inbox_recipes.http.services import Services
from inbox_recipes.people import Actor

IDEMPOTENCY_KEY = re.compile(r"[!-~]{1,255}")
ENTITY_TAG = re.compile(r'(?:W/)?"?(\d{1,15})"?')


@dataclass(frozen=True)
class Request:
    """An API Gateway event, the decoded parts of its path, and what the API works with."""

    services: Services
    event: Mapping[str, Any]
    path: Mapping[str, str]

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        """Query parameters; one can be given more than once."""
        single = self.event.get("queryStringParameters") or {}
        several = self.event.get("multiValueQueryStringParameters") or {}
        return {**{name: [value] for name, value in single.items()}, **several}

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Headers by their names in lower case."""
        return {name.lower(): value for name, value in (self.event.get("headers") or {}).items()}

    @cached_property
    def caller(self) -> Caller:
        """Who is logged in and what he, she or it may do, as the gateway's authorizer has checked it."""
        return calling(self.event, self.services.rule_books.current)

    @property
    def actor(self) -> Actor:
        """The caller, as histories name him, her or it."""
        return self.caller.actor

    @cached_property
    def idempotency_key(self) -> str:
        """What makes a repeated request one (R2): `Idempotency-Key`, or something new without it."""
        key = self.headers.get("idempotency-key")
        if key is None:
            return self.services.token()
        if not IDEMPOTENCY_KEY.fullmatch(key):
            detail = "An Idempotency-Key is 1 to 255 printable characters of ASCII."
            raise InvalidInput([Problem("Idempotency-Key", detail)])
        return f"{self.actor.id}#{key}"

    def json(self) -> Any:
        """The body."""
        return read_json(self.event)

    @property
    def creates(self) -> bool:
        """Whether a PUT asks for something that is not there yet."""
        return self.headers.get("if-none-match", "").strip() == "*"

    def seen(self, *, required: bool = True) -> int | None:
        """The version that a change is based on (`If-Match`); nothing for `*`, which is any."""
        tag = self.headers.get("if-match", "").strip()
        if tag == "*" or (not tag and not required):
            return None
        if not tag:
            raise PreconditionRequired(
                "Send If-Match with the ETag of the version that you have read"
                + (", or If-None-Match: * to create." if self.event.get("httpMethod") == "PUT" else ".")
            )
        found = ENTITY_TAG.fullmatch(tag)
        if found is None:
            raise Stale(f"If-Match {tag} is not an ETag of this API, so no version has it.")
        return int(found[1])

    def knows(self, version: int) -> bool:
        """Whether the caller has that version already (`If-None-Match`)."""
        tags = [tag.strip() for tag in self.headers.get("if-none-match", "").split(",")]
        return "*" in tags or any(
            found and int(found[1]) == version for found in map(ENTITY_TAG.fullmatch, tags)
        )


@dataclass(frozen=True)
class Answer:
    """A status, JSON (or nothing) and headers. With a media type of its own, the body is text as it is."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str | None = None

    def repeated(self) -> "Answer":
        """The same, marked as what was there already."""
        return replace(self, headers={**self.headers, "Idempotency-Replayed": "true"})


def versioned(body: Any, version: int, status: int = 200, location: str | None = None) -> Answer:
    """An answer that carries the version for the next change."""
    headers = {"ETag": f'"{version}"', **({"Location": location} if location else {})}
    return Answer(body, status, headers)


def read(request: Request, body: Any, version: int) -> Answer:
    """One thing read; nothing but its version when the caller has it."""
    return versioned(None, version, 304) if request.knows(version) else versioned(body, version)
