"""What recipes answer beyond the other kinds: merge patch, versions, order."""

from typing import Annotated, Any

from pydantic import Field

from inbox_recipes.configuration import KINDS, Stored
from inbox_recipes.credentials import without_names
from inbox_recipes.differences import differences
from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.http.members import editor, shown
from inbox_recipes.http.paging import listing
from inbox_recipes.http.request import Answer, Request, read, versioned
from inbox_recipes.inbox import Frozen
from inbox_recipes.people import Id
from inbox_recipes.validation import validated

RECIPE = KINDS["recipe"]


class RecipeOrder(Frozen):
    """The ids of all recipes in the order in which they act."""

    order: Annotated[tuple[Id, ...], Field(max_length=RECIPE.most)]


def patch(request: Request) -> Answer:
    """Change what the merge patch names."""
    seen = request.seen()
    stored = editor(request).patch(RECIPE, request.path["id"], request.json(), seen)
    return versioned(shown(stored), stored.version)


def versions(request: Request) -> Answer:
    """Every version, newest first, also of a deleted recipe."""
    configuration, recipe_id = request.services.configuration, request.path["id"]
    if not configuration.versions("recipe", recipe_id, 1, None).data:
        raise NotFound("recipe", recipe_id)
    return listing(
        request,
        lambda limit, cursor: configuration.versions("recipe", recipe_id, limit, cursor),
        shown_version,
    )


def version(request: Request) -> Answer:
    """A recipe at one version, with what it changed of the one before."""
    configuration, recipe_id, number = request.services.configuration, request.path["id"], _number(request)
    stored = configuration.version("recipe", recipe_id, number)
    before = configuration.version("recipe", recipe_id, number - 1).body if number > 1 else {}
    found = differences(without_names(before), without_names(stored.body))
    changes = [each.model_dump(mode="json") for each in found]
    return read(request, {**shown_version(stored), "changes": changes}, stored.version)


def restore(request: Request) -> Answer:
    """The recipe as it was at a version, as its next version."""
    seen = request.seen(required=False)
    stored = editor(request).restore(RECIPE, request.path["id"], _number(request), seen)
    return versioned(shown(stored), stored.version)


def get_order(request: Request) -> Answer:
    """The order of the recipes."""
    order = request.services.configuration.order()
    return read(request, {"order": list(order.order)}, order.version)


def put_order(request: Request) -> Answer:
    """Another order of the same recipes."""
    seen = request.seen()
    wanted = validated(RecipeOrder, request.json()).order
    order = editor(request).reorder(wanted, seen)
    return versioned({"order": list(order.order)}, order.version)


def shown_version(stored: Stored) -> dict[str, Any]:
    """A version: the last one of a deleted recipe says that it is the deletion."""
    return {**shown(stored), "deleted": stored.deleted}


def _number(request: Request) -> int:
    text = request.path["version"]
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise InvalidInput([Problem("{version}", f"A version is a number; {text!r} is none.")])
