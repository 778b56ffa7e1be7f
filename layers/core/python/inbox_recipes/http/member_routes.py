"""The routes that every kind of the rule book has alike: list, create, read, replace, delete."""

from collections.abc import Callable, Iterator

from inbox_recipes.configuration import KINDS, KindName
from inbox_recipes.http import profiles, recipes, shapes, users
from inbox_recipes.http.members import Members
from inbox_recipes.http.operations import READ_RECIPES, WRITE_RECIPES, Operation
from inbox_recipes.inbox import Frozen
from inbox_recipes.roles import Permission

NEEDED_TO_CHANGE: dict[KindName, Permission] = {
    "schedule": "schedules.write",
    "user": "directory.write",
    "team": "directory.write",
    "role": "directory.write",
    "profile": "directory.write",
}
"""What a person's role must hold to change a kind where `recipes.write` does not do."""

SHOWN: dict[KindName, type[shapes.Member]] = {
    "recipe": shapes.RecipeMember,
    "saved_filter": shapes.SavedFilterMember,
    "schedule": shapes.ScheduleMember,
    "topic": shapes.TopicMember,
    "user": shapes.UserMember,
    "team": shapes.TeamMember,
    "category": shapes.CategoryMember,
    "role": shapes.RoleMember,
    "profile": shapes.ProfileMember,
    "response": shapes.ResponseMember,
}

TAKEN: dict[KindName, type[Frozen]] = {
    "recipe": shapes.RecipeBody,
    "saved_filter": shapes.SavedFilterBody,
    "profile": profiles.ProfileBody,
}
"""What is sent of a kind, where it is more than its model."""

OWN_REQUESTS: dict[KindName, Callable[[], Members]] = {
    "recipe": recipes.Recipes,
    "user": users.Users,
    "profile": profiles.Profiles,
}
"""Kinds that are not quite shown, or written, as the others."""


def routes_of_each_kind() -> Iterator[Operation]:
    """The rows of each kind that there are several of; the account's settings are one."""
    for kind in KINDS.values():
        if kind.single:
            continue
        members = OWN_REQUESTS[kind.name]() if kind.name in OWN_REQUESTS else Members(kind)
        query = ("waits",) if kind.name == "recipe" else ()
        shown, taken = SHOWN[kind.name], TAKEN.get(kind.name, kind.model)
        many, one = f"/{kind.route}", f"/{kind.route}/{{id}}"
        words, needs = kind.words, NEEDED_TO_CHANGE.get(kind.name)
        yield Operation("GET", many, READ_RECIPES, f"List the {kind.many}", members.all, shown, listed=True)
        yield Operation(
            "POST", many, WRITE_RECIPES, f"Create a {words} with an id made by the API",
            members.create, shown, taken, version="created", statuses=(201,), needs=needs,
        )  # fmt: skip
        yield Operation("GET", one, READ_RECIPES, f"Read a {words}", members.get, shown, version="read")
        yield Operation(
            "PUT", one, WRITE_RECIPES,
            f"Replace a {words}, or create it with this id (If-None-Match: *)",
            members.put, shown, taken, version="changed or created", statuses=(200, 201), query=query,
            needs=needs,
        )  # fmt: skip
        yield Operation(
            "DELETE", one, WRITE_RECIPES, f"Delete a {words} that nothing refers to",
            members.delete, version="changed", statuses=(204,), query=query, needs=needs,
        )  # fmt: skip
