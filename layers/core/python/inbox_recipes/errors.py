"""The error tree. Every error of the product is one of these; nothing is turned into None or a log line.

RecipeEngineError
  InvalidInput            the caller's fault: each problem names the field and what is allowed
  Forbidden               the caller may not do this; says which role or scope is missing
  NotFound                the named thing does not exist
  Conflict                the request contradicts what exists (already there, still in use)
    RuleBookMoved         the rule book changed between a change's check and its writing: check again
  Stale                   somebody changed the item since it was read
  PreconditionRequired    a change came without the version it is based on
  Forged                  a platform's request that no platform has signed
  ActionError
    Retryable             try again later; may say when
    Permanent             never try again; the reason goes to history
    Unclear               nobody knows whether it happened: it is not tried again blindly
  EvaluationError         a condition could not be answered; carries its path
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in the input: where (JSON pointer), what is wrong, and what is allowed there."""

    pointer: str
    detail: str
    allowed: tuple[str, ...] = ()


class RecipeEngineError(Exception):
    """Root of the tree."""


class InvalidInput(RecipeEngineError):
    """The caller's input cannot be accepted; `problems` names every field at fault."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.pointer}: {p.detail}" for p in self.problems))


class Forbidden(RecipeEngineError):
    """The caller is known and may not do this; `problems` name the role or the scope that is missing."""

    def __init__(self, detail: str, problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(detail)


class NotFound(RecipeEngineError):
    """What the caller named does not exist."""

    def __init__(self, what: str, identifier: str) -> None:
        super().__init__(f"There is no {what} with the id {identifier!r}.")


class Conflict(RecipeEngineError):
    """What the caller wants contradicts what exists."""


class RuleBookMoved(Conflict):
    """The rule book changed after a change was checked against it, so the check may no longer hold."""

    def __init__(self) -> None:
        super().__init__("The rule book is being changed by others at the same time; send it again.")


class Stale(RecipeEngineError):
    """The item has changed since the caller read it."""


class PreconditionRequired(RecipeEngineError):
    """A change was sent without saying which version it is based on."""


class Forged(RecipeEngineError):
    """A request that no connected profile's platform has signed, or a challenge that is not ours."""


class ActionError(RecipeEngineError):
    """An action could not be carried out."""


class Retryable(ActionError):
    """The action may succeed later. `retry_after` is in seconds where the other side named it."""

    def __init__(self, reason: str, retry_after: int | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(reason)


class Permanent(ActionError):
    """The action will never succeed."""


class Unclear(ActionError):
    """The answer was lost: it may have happened, and must not be done a second time blindly (class C)."""


class EvaluationError(RecipeEngineError):
    """A condition could not be answered. `path` is its place in the recipe."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(f"{path}: {reason}")
