"""What a row of the table of routes says. The rows are in `routes`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from inbox_recipes.http.request import Answer, Request
from inbox_recipes.roles import Permission

Scope = Literal[
    "inbox-recipes/recipes.read",
    "inbox-recipes/recipes.write",
    "inbox-recipes/inbox.read",
    "inbox-recipes/inbox.write",
    "inbox-recipes/mentions.write",
]
READ_RECIPES: Scope = "inbox-recipes/recipes.read"
WRITE_RECIPES: Scope = "inbox-recipes/recipes.write"
READ_INBOX: Scope = "inbox-recipes/inbox.read"
WRITE_INBOX: Scope = "inbox-recipes/inbox.write"
WRITE_MENTIONS: Scope = "inbox-recipes/mentions.write"
BY_SCOPE: dict[Scope, Permission] = {
    READ_RECIPES: "recipes.read",
    WRITE_RECIPES: "recipes.write",
    READ_INBOX: "inbox.read",
    WRITE_INBOX: "inbox.write",
    WRITE_MENTIONS: "mentions.write",
}


@dataclass(frozen=True)
class Operation:
    """One method of one path. `answers` is nothing where the ingest function answers.

    Without a scope no login is asked for: a platform's signature tells who calls, or a link who may answer
    a survey. `needs` is what a person's role must hold where that is finer than the scope. A `page` is
    HTML, for a browser.
    `statuses` are those of success. `version` says what the version is for: a single thing read has
    one, a change needs one, and a creation makes one.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    scope: Scope | None
    summary: str
    answers: Callable[[Request], Answer] | None
    gives: Any = None
    takes: Any = None
    listed: bool = False
    query: tuple[str, ...] = ()
    version: Literal["read", "changed", "changed or created", "created", "optional"] | None = None
    statuses: tuple[int, ...] = (200,)
    needs: Permission | None = None
    page: bool = False

    @property
    def permission(self) -> Permission:
        """What a person's role must hold. Raises LookupError where nobody logs in."""
        if self.scope is None:
            raise LookupError(f"{self.method} {self.path} asks for no login")
        return self.needs or BY_SCOPE[self.scope]

    @property
    def tag(self) -> str:
        """The first part of the path: groups operations in the documentation."""
        return self.path.split("/")[1]
