"""What platforms can do of what a recipe asks: refused where nothing can be done, warned of elsewhere. Pure.

Services are those that the recipe's filter lets through, as far as it says so by itself.
"""

from collections.abc import Iterator

from inbox_recipes.actions.base import Action
from inbox_recipes.actions.remove_from_service import RemoveFromService
from inbox_recipes.actions.reply import Reply
from inbox_recipes.actions.send_private_reply import SendPrivateReply
from inbox_recipes.actions.send_public_reply import SendPublicReply
from inbox_recipes.errors import Problem
from inbox_recipes.filters.pinned import pinned
from inbox_recipes.inbox import Frozen
from inbox_recipes.platforms import CAPABILITIES
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.rule_book import RuleBook

type Services = frozenset[str] | None
"""Those that a filter lets through; nothing: any."""


def impossible(model: Frozen, book: RuleBook) -> list[Problem]:
    """What a recipe can do nowhere: no service that it lets through has it, or not by that profile (A12)."""
    if not isinstance(model, RecipeDefinition):
        return []
    services = _services(model, book)
    found = []
    for index, action in enumerate(model.actions):
        if (
            isinstance(action, RemoveFromService)
            and services is not None
            and not services & set(action.services)
        ):
            of = ", ".join(sorted(services)) or "no service"
            detail = f"The filter lets {of} through, where there is no way to {action.in_words}."
            found.append(Problem(f"/actions/{index}/what", detail, action.services))
        elif isinstance(action, SendPublicReply):
            found += _of_profile(action, f"/actions/{index}/profile", book)
    return found


def warnings(recipe: RecipeDefinition, book: RuleBook) -> list[Problem]:
    """What a recipe will skip for part of what it meets: it can be saved all the same (A11, A12, A38)."""
    services = _services(recipe, book)
    return [
        problem
        for index, action in enumerate(recipe.actions)
        for problem in _left_out(action, f"/actions/{index}", services, recipe, book)
    ]


def _services(recipe: RecipeDefinition, book: RuleBook) -> Services:
    return pinned(book.group(recipe.filter), "source.service")


def _left_out(
    action: Action, at: str, services: Services, recipe: RecipeDefinition, book: RuleBook
) -> Iterator[Problem]:
    match action:
        case RemoveFromService():
            yield from _of_removal(action, f"{at}/what", services)
        case Reply():
            detail = _of_service(action.service, services, recipe, book)
            if detail:
                yield Problem(f"{at}/service", detail, (action.service,))
        case SendPrivateReply():
            able = {str(name) for name, each in CAPABILITIES.items() if each.private_reply}
            none = sorted((services or frozenset()) - able)
            if none:
                words = f"{' and '.join(none)} has no private messages: nothing is sent there."
                yield Problem(at, words, tuple(sorted(able)))


def _of_removal(action: RemoveFromService, at: str, services: Services) -> Iterator[Problem]:
    left_out = sorted(services - set(action.services)) if services else []
    if services is None:
        able = ", ".join(action.services)
        detail = f"Only {able} can {action.in_words}: from other services it is skipped."
        yield Problem(at, detail, action.services)
    elif left_out:
        detail = f"{', '.join(left_out)} cannot {action.in_words}: there it is skipped."
        yield Problem(at, detail, action.services)


def _of_profile(action: SendPublicReply, at: str, book: RuleBook) -> Iterator[Problem]:
    """A public answer goes out by a profile of the service that it names (A39)."""
    profile = book.profiles.get(action.profile)
    if profile is None or profile.service == action.service:
        return
    allowed = sorted(key for key, each in book.profiles.items() if each.service == action.service)
    detail = (
        f"The profile {action.profile!r} is one of {profile.service}, and this answers on {action.service}."
    )
    yield Problem(at, detail, tuple(allowed))


def _of_service(service: str, services: Services, recipe: RecipeDefinition, book: RuleBook) -> str | None:
    """Why an answer on a service will not be given to everything that the recipe lets through."""
    if services is None or services - {service}:
        return f"The filter lets other services through than {service}: their messages are not answered."
    if not services:
        return f"The filter lets nothing of {service} through."
    connected = [
        each for each in book.profiles.values() if each.service == service and each.topic in recipe.topics
    ]
    return None if connected else f"No profile of {service} is connected to a topic of this recipe."
