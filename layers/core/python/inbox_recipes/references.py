"""Who refers to whom in the configuration: what must exist to be named, and must stay while it is.

Saved filters may refer to each other: never in a circle, and never so that a filter which uses them
grows beyond the limits of a filter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from inbox_recipes.account import Account
from inbox_recipes.configuration import KINDS, ROWS, KindName
from inbox_recipes.errors import Problem
from inbox_recipes.filters import Filter
from inbox_recipes.filters.saved import SavedFilter, Size, named_in, size
from inbox_recipes.filters.tree import MAX_CONDITIONS, MAX_DEPTH
from inbox_recipes.fitting import categories_set, misfits
from inbox_recipes.flow_definition import Flow
from inbox_recipes.inbox import Frozen
from inbox_recipes.people import User
from inbox_recipes.platform_fitting import impossible
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.response_fitting import unsuited
from inbox_recipes.responses import CannedResponse
from inbox_recipes.roles import BUILT_IN, Role
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.topics import Topic

BY_ROUTE = {kind.route: kind.name for kind in ROWS}
"""Actions name what they refer to as the routes do: `users`, `teams`."""


@dataclass(frozen=True)
class Reference:
    """A place (JSON pointer) that names a member of a kind."""

    pointer: str
    kind: KindName
    id: str


def references(model: Frozen) -> Iterator[Reference]:
    """Everything that a member or the account refers to; many kinds refer to nothing."""
    yield from _by_kind(model)
    if isinstance(model, RecipeDefinition):
        yield from _each("/topics", "topic", model.topics)
        yield from _one("/hours/schedule_id", "schedule", model.hours.schedule_id)
    tree = _filter(model)
    if tree is not None:
        yield from (Reference(at, "saved_filter", named) for at, named in named_in(tree, "/filter"))
    if isinstance(model, RecipeDefinition):
        yield from _of_actions(model)


def _of_actions(recipe: RecipeDefinition) -> Iterator[Reference]:
    for index, action in enumerate(recipe.actions):
        for route, ids in action.references().items():
            yield from _each(f"/actions/{index}/{route}", BY_ROUTE[route], ids)
        for name, (route, named) in action.refers().items():
            yield from _one(f"/actions/{index}/{name}", BY_ROUTE[route], named)


def _by_kind(model: Frozen) -> Iterator[Reference]:
    match model:
        case Account():
            yield from _one("/default_schedule_id", "schedule", model.default_schedule_id)
            yield from _each("/receiver_notices/users", "user", model.receiver_notices.users)
            yield from _each("/receiver_notices/teams", "team", model.receiver_notices.teams)
        case User():
            yield from _of_user(model)
        case Topic():
            yield from _one("/schedule_id", "schedule", model.schedule_id)
        case ConnectedProfile():
            yield from _one("/topic", "topic", model.topic)
        case CannedResponse(content=Flow(steps=steps)):
            for index, step in enumerate(steps):
                yield from _one(f"/content/steps/{index}/response_id", "response", step.response_id)


def _of_user(user: User) -> Iterator[Reference]:
    yield from _each("/teams", "team", user.teams)
    yield from _one("/schedule_id", "schedule", user.schedule_id)
    yield from _one("/role", "role", None if user.role in BUILT_IN else user.role)


def faults(model: Frozen, book: RuleBook, at: str = "", member_id: str = "") -> list[Problem]:
    """What keeps a model from coming into the rule book under that id; pointers start at `at`."""
    found = (
        _taken(model, book, member_id)
        or misfits(model, book, member_id)
        or unsuited(model, book, member_id)
        or _dangling(model, book)
        or _circles(model, book, member_id)
        or _too_large(model, book, member_id)
        or impossible(model, book)
    )
    return [Problem(at + each.pointer, each.detail, each.allowed) for each in found]


def users_of(kind: KindName, member_id: str, book: RuleBook) -> list[str]:
    """The recipes, saved filters and people that refer to the member, in words."""
    return [words for words, model in _users(book) if _refers(model, kind, member_id, book)]


def _refers(model: Frozen, kind: KindName, member_id: str, book: RuleBook) -> bool:
    if kind == "category":  # known by its name, as mentions know it
        return any(name == book.categories[member_id].name for _, name in categories_set(model))
    return any((each.kind, each.id) == (kind, member_id) for each in references(model))


def _users(book: RuleBook) -> Iterator[tuple[str, Frozen]]:
    """Everything that can refer to something, and what people call it."""
    yield from ((f"recipe {recipe.name!r} ({recipe.id})", recipe) for recipe in book.recipes)
    yield from ((f"saved filter {each.name!r} ({key})", each) for key, each in book.saved_filters.items())
    yield from ((f"user {user.name!r} ({user_id})", user) for user_id, user in book.users.items())
    yield from ((f"topic {topic.name!r} ({topic_id})", topic) for topic_id, topic in book.topics.items())
    yield from ((f"profile {each.name!r} ({key})", each) for key, each in book.profiles.items())
    yield from ((f"response {each.name!r} ({key})", each) for key, each in book.responses.items())
    yield ("the account's settings", book.account)


def _filter(model: Frozen) -> Filter | None:
    return model.filter if isinstance(model, RecipeDefinition | SavedFilter) else None


def _one(pointer: str, kind: KindName, named: str | None) -> Iterator[Reference]:
    if named is not None:
        yield Reference(pointer, kind, named)


def _each(pointer: str, kind: KindName, ids: tuple[str, ...]) -> Iterator[Reference]:
    return (Reference(f"{pointer}/{index}", kind, each) for index, each in enumerate(ids))


def _taken(model: Frozen, book: RuleBook, member_id: str) -> list[Problem]:
    """A name that must be one thing's alone: a built-in role's, and the login of a user (R8)."""
    if isinstance(model, Role) and member_id in BUILT_IN:
        detail = f"{member_id!r} is a role that every account has, and it stays as it is."
        return [Problem("{id}", detail)]
    if isinstance(model, ConnectedProfile):
        return _connected_twice(model, book, member_id)
    if not isinstance(model, User):
        return []
    login = model.login or member_id
    others = (key for key, user in book.users.items() if key != member_id and (user.login or key) == login)
    return [Problem("/login", f"{login!r} is the login of the user {other!r}.") for other in others]


def _connected_twice(model: ConnectedProfile, book: RuleBook, member_id: str) -> list[Problem]:
    native = (model.service, model.native_id.lower())
    others = [
        key
        for key, each in book.profiles.items()
        if key != member_id and (each.service, each.native_id.lower()) == native
    ]
    return [Problem("/native_id", f"This is already the profile {other!r}.") for other in others]


def _dangling(model: Frozen, book: RuleBook) -> list[Problem]:
    problems = []
    for reference in references(model):
        kind = KINDS[reference.kind]
        known = {*kind.ids(book), *(BUILT_IN if reference.kind == "role" else ())}
        if reference.id not in known:
            detail = f"There is no {kind.words} with the id {reference.id!r}."
            problems.append(Problem(reference.pointer, detail, tuple(sorted(known))))
    return problems


def _circles(model: Frozen, book: RuleBook, member_id: str) -> list[Problem]:
    """Where the tree of a saved filter leads back to that filter."""
    if not isinstance(model, SavedFilter):
        return []
    ways = [(at, _way(named, member_id, book)) for at, named in named_in(model.filter, "/filter")]
    return [
        Problem(at, f"Saved filters would refer to each other in a circle: {' -> '.join((member_id, *way))}.")
        for at, way in ways
        if way
    ]


def _way(start: str, goal: str, book: RuleBook) -> tuple[str, ...]:
    """The saved filters by which one refers to the other; nothing if it does not."""
    if start == goal:
        return (goal,)
    for _, named in named_in(book.saved_filters[start].filter, ""):
        way = _way(named, goal, book)
        if way:
            return (start, *way)
    return ()


def _too_large(model: Frozen, book: RuleBook, member_id: str) -> list[Problem]:
    """Limits that the filter would break once its references are resolved, or would make others break."""
    tree = _filter(model)
    if tree is None:
        return []
    saved = book.saved_filters | ({member_id: model} if isinstance(model, SavedFilter) else {})
    of_saved = cache(lambda saved_id: size(saved[saved_id].filter, of_saved))
    checked: list[tuple[str, Filter]] = [("this filter", tree)]
    if isinstance(model, SavedFilter):
        others = ((f"the filter of {words}", _filter(user)) for words, user in _users(book))
        checked += [(words, other) for words, other in others if other is not None]
    found = ((words, size(other, of_saved)) for words, other in checked)
    return [Problem("/filter", detail) for words, each in found if (detail := _limit(words, each))]


def _limit(words: str, found: Size) -> str | None:
    if found.depth > MAX_DEPTH:
        what = f"groups {found.depth} deep, and {MAX_DEPTH}"
    elif found.conditions > MAX_CONDITIONS:
        what = f"{found.conditions} conditions, and {MAX_CONDITIONS}"
    else:
        return None
    return f"With the saved filters that it refers to, {words} would have {what} is the most."
