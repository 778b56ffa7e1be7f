"""Canned responses and those who say them: each is of the type that it is said as. Pure."""

from collections.abc import Iterator

from inbox_recipes.actions.send_private_reply import SendPrivateReply
from inbox_recipes.errors import Problem
from inbox_recipes.flow_definition import Flow
from inbox_recipes.inbox import Frozen
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.responses import CannedResponse
from inbox_recipes.rule_book import RuleBook


def unsuited(model: Frozen, book: RuleBook, member_id: str = "") -> list[Problem]:
    """What keeps a recipe or a response from being saved under that id."""
    if isinstance(model, RecipeDefinition):
        return list(_of_responses(model, book))
    if isinstance(model, CannedResponse):
        return [*_of_flow(model, book), *_of_another_type(model, book, member_id)]
    return []


def _of_responses(recipe: RecipeDefinition, book: RuleBook) -> Iterator[Problem]:
    """A private reply of a kind sends a response of that type (rows 87 to 90)."""
    for index, action in enumerate(recipe.actions):
        named = book.responses.get(action.response_id or "") if isinstance(action, SendPrivateReply) else None
        if isinstance(action, SendPrivateReply) and named and named.content.type != action.kind:
            same = [key for key, each in sorted(book.responses.items()) if each.content.type == action.kind]
            detail = f"{action.response_id!r} is a {named.content.type}, and this sends a {action.kind}."
            yield Problem(f"/actions/{index}/response_id", detail, tuple(same))


def _of_flow(response: CannedResponse, book: RuleBook) -> Iterator[Problem]:
    """What a flow's steps say is a prepared message."""
    if not isinstance(response.content, Flow):
        return
    messages = tuple(key for key, each in sorted(book.responses.items()) if each.content.type == "message")
    for index, step in enumerate(response.content.steps):
        named = book.responses.get(step.response_id or "")
        if named is not None and named.content.type != "message":
            detail = f"{step.response_id!r} is a {named.content.type}: a step says a prepared message."
            yield Problem(f"/content/steps/{index}/response_id", detail, messages)


def _of_another_type(response: CannedResponse, book: RuleBook, member_id: str) -> Iterator[Problem]:
    """What flows say stays a message, and what recipes send stays what it is."""
    before = book.responses.get(member_id)
    if before is None or before.content.type == response.content.type:
        return
    for key, each in sorted(book.responses.items()):
        steps = each.content.steps if isinstance(each.content, Flow) else ()
        if any(step.response_id == member_id for step in steps):
            yield Problem("/content/type", f"The flow {each.name!r} ({key}) says it as a prepared message.")
    for recipe in book.recipes:
        if any(isinstance(a, SendPrivateReply) and a.response_id == member_id for a in recipe.actions):
            detail = f"The recipe {recipe.name!r} ({recipe.id}) sends it as a {before.content.type}."
            yield Problem("/content/type", detail)
