"""Who calls, and what he, she or it may do (R8, R15).

The gateway has checked the token; what it found in there is all that counts, never the body. A program
(OAuth2 client credentials) may do what its scopes allow. A person may do what the scopes of the token
and the role allow: the role is the groups of the login, and no more than the directory says of the
user. Whoever is disabled in the directory may do nothing, however long the token lives.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inbox_recipes.errors import Forbidden, Problem
from inbox_recipes.http.problems import Unauthenticated
from inbox_recipes.people import Actor
from inbox_recipes.roles import BUILT_IN, IN_WORDS, SCOPE_OF, Permission, Role

if TYPE_CHECKING:
    from inbox_recipes.people import User
    from inbox_recipes.rule_book import RuleBook

BETWEEN_GROUPS = re.compile(r"[\[\]\s,]+")
"""Gateways write a list of groups as `[a b]` or as `a,b`."""


@dataclass(frozen=True)
class Caller:
    """Who calls. `user_id` is a person's id in the directory, if he or she stands there.

    `roles` are nothing for a program. `permissions` are what the role allows; whether the token's
    `scopes` let the caller make use of them is another question, see `allow`.
    """

    actor: Actor
    scopes: frozenset[str]
    permissions: frozenset[Permission]
    roles: tuple[str, ...] | None = None
    user_id: str | None = None
    disabled: bool = False

    @property
    def effective(self) -> tuple[Permission, ...]:
        """What the caller may do: what both the role and the scopes allow."""
        if self.disabled:
            return ()
        return tuple(each for each in IN_WORDS if each in self.permissions and SCOPE_OF[each] in self.scopes)

    def allow(self, permission: Permission) -> None:
        """Raise Forbidden, which says what is missing, unless the caller may do that."""
        if self.disabled:
            raise Forbidden(f"The user {self.user_id!r} is disabled.")
        what = IN_WORDS[permission]
        if permission not in self.permissions:
            who = _roles_in_words(self.roles)
            detail = f"To {what} takes the permission {permission!r}, which {who} not have."
            raise Forbidden(detail, [Problem("role", f"{permission!r} is missing.", _holding(permission))])
        scope = SCOPE_OF[permission]
        if scope not in self.scopes:
            detail = f"To {what} takes a token with the scope {scope!r}."
            raise Forbidden(detail, [Problem("scope", f"{scope!r} is missing.", (scope,))])


def calling(event: Mapping[str, Any], rule_book: Callable[[], "RuleBook"]) -> Caller:
    """Who sent the request. The rule book is read only for a person."""
    context = event.get("requestContext") or {}
    claims = (context.get("authorizer") or {}).get("claims") or {}
    scopes = frozenset(str(claims.get("scope") or "").split())
    login = claims.get("username") or claims.get("cognito:username")
    subject, client = claims.get("sub"), claims.get("client_id")
    if login is None and client and subject in (None, client):
        return Caller(Actor(kind="agent", id=client), scopes, frozenset(IN_WORDS))
    login = login or subject
    if not login:
        raise Unauthenticated("The request came without the claims of a login token.")
    return _person(str(login), _groups(claims), scopes, rule_book())


def _person(login: str, groups: tuple[str, ...], scopes: frozenset[str], book: "RuleBook") -> Caller:
    known = BUILT_IN | book.roles
    roles = tuple(group for group in groups if group in known)
    permissions = frozenset(each for role in roles for each in known[role].permissions)
    found = next((each for each in book.users.items() if (each[1].login or each[0]) == login), None)
    if found is None:
        return Caller(Actor(kind="agent", id=login, name=login), scopes, permissions, roles)
    user_id, user = found
    return Caller(
        actor=Actor(kind="agent", id=user_id, name=user.name),
        scopes=scopes,
        permissions=permissions & _at_most(user, known),
        roles=roles if not roles or user.role in (None, *roles) else (*roles, str(user.role)),
        user_id=user_id,
        disabled=user.disabled,
    )


def _at_most(user: "User", known: Mapping[str, Role]) -> frozenset[Permission]:
    return frozenset(known[user.role].permissions if user.role is not None else IN_WORDS)


def _groups(claims: Mapping[str, Any]) -> tuple[str, ...]:
    found = claims.get("cognito:groups") or ()
    listed = BETWEEN_GROUPS.split(found) if isinstance(found, str) else found
    return tuple(dict.fromkeys(str(each) for each in listed if each))


def _holding(permission: Permission) -> tuple[str, ...]:
    return tuple(name for name, role in BUILT_IN.items() if permission in role.permissions)


def _roles_in_words(roles: tuple[str, ...] | None) -> str:
    if not roles:
        return "a login in no group of a role does"
    several = len(roles) > 1
    return f"the role{'s' * several} {' and '.join(map(repr, roles))} {'together do' if several else 'does'}"
