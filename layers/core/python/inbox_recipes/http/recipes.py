"""What recipes answer beyond the other kinds: merge patch, versions, order."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from inbox_recipes.configuration import KINDS, Stored
from inbox_recipes.credentials import without_names
from inbox_recipes.differences import differences
from inbox_recipes.errors import InvalidInput, NotFound, Problem
from inbox_recipes.http import waits
from inbox_recipes.http.members import Members, editor, shown
from inbox_recipes.http.paging import listing, part_of
from inbox_recipes.http.request import Answer, Request, read, versioned
from inbox_recipes.inbox import Frozen
from inbox_recipes.people import Id
from inbox_recipes.platform_fitting import warnings
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.validation import validated

RECIPE = KINDS["recipe"]


class RecipeOrder(Frozen):
    """The ids of all recipes in the order in which they act."""

    order: Annotated[tuple[Id, ...], Field(max_length=RECIPE.most)]


class Recipes(Members):
    """The requests about recipes: those about any member, which also say what becomes of waits (A30)."""

    def __init__(self) -> None:
        super().__init__(RECIPE)

    def put(self, request: Request) -> Answer:
        """A recipe's next version, or a new recipe with the caller's id."""
        wanted = waits.decision(request)
        answer = super().put(request)
        if not request.creates:
            waits.carry_out(wanted, request, f"changed to version {answer.body['version']}")
        return answer

    def all(self, request: Request) -> Answer:
        """A page of the recipes in their order."""
        members, book = (
            request.services.configuration.of_kind("recipe"),
            request.services.rule_books.current(),
        )
        return listing(
            request,
            lambda limit, cursor: part_of(members, lambda member: member.id, limit, cursor),
            lambda stored: warned(stored, book),
        )

    def get(self, request: Request) -> Answer:
        """One recipe, told in full each time: what it is warned of depends on what it refers to."""
        stored = request.services.configuration.get("recipe", request.path["id"])
        return versioned(self.show(request, stored), stored.version)

    def show(self, request: Request, stored: Stored) -> dict[str, Any]:
        """A recipe with what may not do what was meant."""
        return warned(stored, request.services.rule_books.current())

    def delete(self, request: Request) -> Answer:
        """End a recipe."""
        wanted = waits.decision(request)
        answer = super().delete(request)
        waits.carry_out(wanted, request, "deleted")
        return answer


RECIPES = Recipes()


def patch(request: Request) -> Answer:
    """Change what the merge patch names."""
    seen, wanted = request.seen(), waits.decision(request)
    stored = editor(request).patch(RECIPE, request.path["id"], request.json(), seen)
    waits.carry_out(wanted, request, f"changed to version {stored.version}")
    return versioned(RECIPES.show(request, stored), stored.version)


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
    seen, wanted = request.seen(required=False), waits.decision(request)
    stored = editor(request).restore(RECIPE, request.path["id"], _number(request), seen)
    waits.carry_out(wanted, request, f"changed to version {stored.version}")
    return versioned(RECIPES.show(request, stored), stored.version)


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


def warned(stored: Stored, book: RuleBook) -> dict[str, Any]:
    """A recipe with what it will skip for part of what it meets."""
    found = [asdict(each) | {"allowed": list(each.allowed)} for each in warnings(stored.recipe(), book)]
    return {**shown(stored), "warnings": found}


def shown_version(stored: Stored) -> dict[str, Any]:
    """A version: the last one of a deleted recipe says that it is the deletion."""
    return {**shown(stored), "deleted": stored.deleted}


def _number(request: Request) -> int:
    text = request.path["version"]
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise InvalidInput([Problem("{version}", f"A version is a number; {text!r} is none.")])
