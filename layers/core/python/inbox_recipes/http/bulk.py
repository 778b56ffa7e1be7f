"""One change of many mentions or cases at once; what is refused for one does not hold up the others."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from inbox_recipes.errors import Conflict, InvalidInput, NotFound, RecipeEngineError, Retryable, Stale
from inbox_recipes.flows.agents import patch_case, patch_mention
from inbox_recipes.http import problems
from inbox_recipes.http.inbox import agent
from inbox_recipes.http.problems import ProblemError
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Case, Frozen, Mention
from inbox_recipes.patches import CasePatch, MentionPatch
from inbox_recipes.validation import validated

MOST_AT_ONCE = 100

type Ids = Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class MentionsChange(Frozen):
    """The mentions to change, and how; each as it is now, whatever its version."""

    unique_ids: Ids
    patch: MentionPatch


class CasesChange(Frozen):
    """The cases to change, and how; each as it is now, whatever its version."""

    ids: Ids
    patch: CasePatch


class Changed(Frozen):
    """What became of one of them; `version` is the one that it has now."""

    id: str
    result: Literal["done"]
    version: int


class NotChanged(Frozen):
    """Why one of them stays as it was: the status and the words that it would have got alone."""

    id: str
    result: Literal["refused"]
    status: int
    detail: str
    errors: tuple[ProblemError, ...]


class BulkChanged(Frozen):
    """What became of each, in their order."""

    count: int
    data: tuple[Changed | NotChanged, ...]


def change_mentions(request: Request) -> Answer:
    """Change up to 100 mentions alike."""
    wanted = validated(MentionsChange, request.json())
    acting = agent(request)
    return _each(request, wanted.unique_ids, lambda id_: patch_mention(id_, wanted.patch, None, acting))


def change_cases(request: Request) -> Answer:
    """Change up to 100 cases alike."""
    wanted = validated(CasesChange, request.json())
    acting = agent(request)
    return _each(request, wanted.ids, lambda id_: patch_case(id_, wanted.patch, None, acting))


def _each(request: Request, ids: tuple[str, ...], change: Callable[[str], Mention | Case]) -> Answer:
    def become(id_: str) -> Changed | NotChanged:
        try:
            return Changed(id=id_, result="done", version=change(id_).revision)
        except (Conflict, InvalidInput, NotFound, Retryable, Stale) as error:
            return _refused(request, id_, error)

    data = tuple(become(id_) for id_ in dict.fromkeys(ids))
    return Answer(BulkChanged(count=len(data), data=data).model_dump(mode="json"))


def _refused(request: Request, id_: str, error: RecipeEngineError) -> NotChanged:
    told = problems.document(error, request.event["path"], "")
    return NotChanged(id=id_, result="refused", status=told.status, detail=told.detail, errors=told.errors)
