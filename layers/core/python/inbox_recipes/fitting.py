"""What the account lets a recipe do: the cases feature (A40) and the list of categories (A27). Pure.

Asked when something is saved, and again when an action is done: settings may have changed in between.
"""

from collections.abc import Iterator

from inbox_recipes.actions import ACTIONS
from inbox_recipes.actions.base import Action, Offer, offers
from inbox_recipes.actions.edit import EditProperty
from inbox_recipes.actions.reply import Reply
from inbox_recipes.actions.send_private_reply import SendPrivateReply
from inbox_recipes.actions.send_public_reply import SendPublicReply
from inbox_recipes.categories import Category
from inbox_recipes.errors import Problem
from inbox_recipes.filters.pinned import pinned
from inbox_recipes.flow_definition import Flow
from inbox_recipes.inbox import Frozen, Object
from inbox_recipes.platforms import CAPABILITIES
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.responses import CannedResponse
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.triggers import Arrival, Trigger

CASES_OFF = "the account's cases feature is off"
WITHOUT_CASES: frozenset[Offer] = frozenset({"new mention"})
"""What actions are offered on when the cases feature is off (A40)."""


def possible_without_cases() -> tuple[str, ...]:
    """The types of the actions that can stand in a recipe when the cases feature is off."""
    return tuple(
        tag
        for tag, action in ACTIONS.items()
        if action.offered_on & WITHOUT_CASES and not action.only_on_cases
    )


def unfit(action: Action, about: Object, book: RuleBook) -> str | None:
    """Why the action of a recipe about a mention or a case cannot be done, if it cannot."""
    if action.acts_on(about) == "case" and not book.account.cases:
        return CASES_OFF
    if isinstance(action, EditProperty) and action.property == "category":
        return None if listed(action.value, book) else f"there is no category {action.value!r}"
    return None


def listed(category: str, book: RuleBook) -> bool:
    """Whether a category may be used: any may while the account keeps no list."""
    return not book.categories or category in names(book)


def names(book: RuleBook) -> tuple[str, ...]:
    """The names on the account's list."""
    return tuple(sorted(category.name for category in book.categories.values()))


def categories_set(model: Frozen) -> list[tuple[str, str]]:
    """Where a recipe sets a category (JSON pointer), and which."""
    actions = model.actions if isinstance(model, RecipeDefinition) else ()
    return [
        (f"/actions/{index}/value", action.value)
        for index, action in enumerate(actions)
        if isinstance(action, EditProperty) and action.property == "category"
    ]


def misfits(model: Frozen, book: RuleBook, member_id: str = "") -> list[Problem]:
    """What keeps a model from being saved under that id.

    A recipe that needs cases and was saved while they were on is kept: what it had then is not refused.
    """
    if isinstance(model, Category):
        return list(_of_category(model, book, member_id))
    if isinstance(model, CannedResponse):
        return [*_of_flow(model, book), *_of_another_type(model, book, member_id)]
    if not isinstance(model, RecipeDefinition):
        return []
    unlisted = [
        Problem(at, f"There is no category {name!r}.", names(book))
        for at, name in categories_set(model)
        if not listed(name, book)
    ]
    unlisted += _of_profiles(model, book)
    unlisted += _of_responses(model, book)
    return unlisted if book.account.cases else [*_of_cases(model, book.recipe(member_id)), *unlisted]


def _of_profiles(recipe: RecipeDefinition, book: RuleBook) -> Iterator[Problem]:
    """A public answer goes out by a profile of the service that it names (A39)."""
    for index, action in enumerate(recipe.actions):
        if not isinstance(action, SendPublicReply) or action.profile not in book.profiles:
            continue
        if (service := book.profiles[action.profile].service) != action.service:
            allowed = sorted(key for key, each in book.profiles.items() if each.service == action.service)
            detail = (
                f"The profile {action.profile!r} is one of {service}, and this answers on {action.service}."
            )
            yield Problem(f"/actions/{index}/profile", detail, tuple(allowed))


def warnings(recipe: RecipeDefinition, book: RuleBook) -> list[Problem]:
    """What can be saved and may still not do what was meant: answers that would be skipped (A11, A38)."""
    services = pinned(book.group(recipe.filter), "source.service")
    found = []
    for index, action in enumerate(recipe.actions):
        at = f"/actions/{index}"
        if isinstance(action, Reply):
            detail = _of_service(action.service, services, recipe, book)
            found += [Problem(f"{at}/service", detail, (action.service,))] if detail else []
        elif isinstance(action, SendPrivateReply) and services is not None:
            able = {str(name) for name, each in CAPABILITIES.items() if each.private_reply}
            none = sorted(services - able)
            if none:
                words = f"{' and '.join(none)} has no private messages: nothing is sent there."
                found.append(Problem(at, words, tuple(sorted(able))))
    return found


def _of_service(
    service: str, services: frozenset[str] | None, recipe: RecipeDefinition, book: RuleBook
) -> str | None:
    """Why an answer on a service will not be given to everything that the recipe lets through."""
    if services is None or services - {service}:
        return f"The filter lets other services through than {service}: their messages are not answered."
    if not services:
        return f"The filter lets nothing of {service} through."
    connected = [
        each for each in book.profiles.values() if each.service == service and each.topic in recipe.topics
    ]
    return None if connected else f"No profile of {service} is connected to a topic of this recipe."


def _of_category(category: Category, book: RuleBook, member_id: str) -> Iterator[Problem]:
    same = category.name.casefold()
    for key, other in book.categories.items():
        if key != member_id and other.name.casefold() == same:
            yield Problem("/name", f"{other.name!r} is the category {key!r}.")
    before = book.categories.get(member_id)
    if before is None or before.name == category.name:
        return
    for recipe in book.recipes:
        if any(name == before.name for _, name in categories_set(recipe)):
            yield Problem("/name", f"The recipe {recipe.name!r} ({recipe.id}) sets {before.name!r}.")


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


def _of_cases(recipe: RecipeDefinition, before: RecipeDefinition | None) -> Iterator[Problem]:
    if (before is None or before.trigger != recipe.trigger) and set(offers(recipe.trigger)) - WITHOUT_CASES:
        at = "/trigger/objects" if isinstance(recipe.trigger, Arrival) else "/trigger/type"
        allowed = ("mention",) if isinstance(recipe.trigger, Arrival) else ("arrival",)
        yield Problem(at, f"This waits for something about a case, and {CASES_OFF}.", allowed)
    for index, action in enumerate(recipe.actions):
        if before is not None and action in before.actions:
            continue
        if any(action.acts_on(about) == "case" for about in _about(recipe.trigger)):
            detail = f"{action.type} changes a case here, and {CASES_OFF}."
            yield Problem(f"/actions/{index}", detail, possible_without_cases())


def _about(trigger: Trigger) -> tuple[Object, ...]:
    if isinstance(trigger, Arrival):
        return trigger.objects
    return ("mention",) if trigger.type == "mention_in_case" else ("case",)
