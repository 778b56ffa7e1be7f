"""Who may do what: permissions, the scope of a token that each belongs to, and the roles that hold them.

Roles are the groups of the user pool, five built in and those that the account makes itself.
"""

from typing import Annotated, Literal

from pydantic import Field

from inbox_recipes.inbox import Frozen
from inbox_recipes.people import Name

Permission = Literal[
    "inbox.read", "inbox.write", "inbox.reply", "inbox.moderate", "mentions.write",
    "recipes.read", "recipes.write", "schedules.write", "directory.write", "status.write",
    "contacts.export", "contacts.erase",
]  # fmt: skip

SCOPE_OF: dict[Permission, str] = {
    "inbox.read": "inbox-recipes/inbox.read",
    "inbox.write": "inbox-recipes/inbox.write",
    "inbox.reply": "inbox-recipes/inbox.write",
    "inbox.moderate": "inbox-recipes/inbox.write",
    "status.write": "inbox-recipes/inbox.write",
    "mentions.write": "inbox-recipes/mentions.write",
    "recipes.read": "inbox-recipes/recipes.read",
    "recipes.write": "inbox-recipes/recipes.write",
    "schedules.write": "inbox-recipes/recipes.write",
    "directory.write": "inbox-recipes/recipes.write",
    "contacts.export": "inbox-recipes/inbox.read",
    "contacts.erase": "inbox-recipes/recipes.write",
}
"""The scope of a token that each permission needs: a program is governed by its scopes alone."""

IN_WORDS: dict[Permission, str] = {
    "inbox.read": "read mentions, cases, contacts, history and runs",
    "inbox.write": "change status, tags, assignment and properties, write notes, set one's own status",
    "inbox.reply": "answer customers",
    "inbox.moderate": "hide, delete and block on the platforms, and decide about what is held there",
    "status.write": "set the status of other users",
    "mentions.write": "bring mentions in",
    "recipes.read": "read recipes, saved filters, schedules, topics and the directory",
    "recipes.write": "change recipes, filters, topics, responses, categories, receivers and the account",
    "schedules.write": "change business-hours schedules",
    "directory.write": "change users, teams, roles and connected profiles",
    "contacts.export": "take out everything that is kept about a contact",
    "contacts.erase": "erase everything that is kept about a contact",
}


class Role(Frozen):
    """What people with this role may do. A role that an account makes has a group of the same name."""

    name: Name
    permissions: Annotated[tuple[Permission, ...], Field(min_length=1, max_length=len(IN_WORDS))]

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that a token needs to make use of all of it."""
        return tuple(sorted({SCOPE_OF[permission] for permission in self.permissions}))


_VIEWER: tuple[Permission, ...] = ("inbox.read", "recipes.read")
_CONTRIBUTOR: tuple[Permission, ...] = (*_VIEWER, "inbox.write")
_EDITOR: tuple[Permission, ...] = (*_CONTRIBUTOR, "inbox.reply")
_MANAGER: tuple[Permission, ...] = (*_EDITOR, "inbox.moderate", "mentions.write", "status.write")

BUILT_IN: dict[str, Role] = {
    "viewer": Role(name="Viewer", permissions=_VIEWER),
    "contributor": Role(name="Contributor", permissions=_CONTRIBUTOR),
    "editor": Role(name="Editor", permissions=_EDITOR),
    "manager": Role(name="Manager", permissions=_MANAGER),
    "administrator": Role(name="Administrator", permissions=tuple(IN_WORDS)),
}
"""The roles that every account has (domain 1.6); each may do what those before it may."""
