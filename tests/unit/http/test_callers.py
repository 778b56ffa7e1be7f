"""Nobody does more than role and scopes allow (R8): every role on every route, and where roles come from."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_recipes.errors import Forbidden
from inbox_recipes.http import mentions_in
from inbox_recipes.http.callers import calling
from inbox_recipes.http.operations import Operation
from inbox_recipes.http.routes import OPERATIONS
from inbox_recipes.people import User
from inbox_recipes.roles import BUILT_IN, SCOPE_OF, Permission, Role
from inbox_recipes.rule_book import RuleBook
from tests.builders import a_rule_book
from tests.unit.http.client import SCOPES, Client, Reply, an_account

ROLES = ["viewer", "contributor", "editor", "manager", "administrator"]
BOOK = a_rule_book(
    users={
        "nora": User(name="Nora Quesnel", login="okta_nora", role="editor"),
        "omar": User(name="Omar", disabled=True),
        "ines": User(name="Ines", role="scribe"),
        "zoe": User(name="Zoe"),
    },
    roles={"scribe": Role(name="Scribe", permissions=("recipes.read", "recipes.write"))},
)


def event(**claims: Any) -> dict[str, Any]:
    return {"requestContext": {"authorizer": {"claims": {"scope": " ".join(SCOPES), **claims}}}}


def person(login: str, groups: str, **claims: Any) -> dict[str, Any]:
    named = {"sub": "3f1c", "username": login, "client_id": "console", "cognito:groups": groups}
    return event(**named, **claims)


def lowest(operation: Operation) -> str:
    """The first of the roles that may use a route, told without looking at its row."""
    if operation.path.endswith(("/export", "/erase")):
        return "administrator"
    asks = operation.path in ("/explain", "/filters/parse", "/filters/print")
    if operation.method == "GET" or asks:
        return "viewer"
    if operation.path.endswith("/reply") or operation.path.startswith("/outbox"):
        return "editor"
    if operation.path.endswith(("/moderation", "/approve", "/dismiss", "/retry")):
        return "manager"
    if operation.path == "/mentions" or operation.path.startswith(
        ("/users/{id}/status", "/users/{id}/devices")
    ):
        return "manager"
    inbox = operation.path.startswith(("/mentions", "/cases", "/contacts", "/me", "/waits", "/moderation"))
    return "contributor" if inbox else "administrator"


def ask(client: Client, operation: Operation) -> Reply:
    path = operation.path
    for part in ("id", "unique_id", "run_id", "note_id", "wait_id", "device_id"):
        path = path.replace(f"{{{part}}}", "nobody")
    path = path.replace("{version}", "1")
    body: Any = None if operation.method == "GET" else {}
    return client.call(operation.method, path, body, headers={"If-Match": "*"})


ROUTES = [operation for operation in OPERATIONS if operation.answers is not None and operation.scope]


@pytest.fixture(scope="module")
def anybody() -> Client:
    return an_account()


@pytest.mark.parametrize("role", [*ROLES, "", "nonsense"])
@pytest.mark.parametrize("operation", ROUTES, ids=lambda each: f"{each.method} {each.path}")
def test_every_role_on_every_route_r8(anybody: Client, operation: Operation, role: str) -> None:
    anybody.claims = person("zoe", role)["requestContext"]["authorizer"]["claims"]
    may = role in ROLES and ROLES.index(role) >= ROLES.index(lowest(operation))

    reply = ask(anybody, operation)

    assert (reply.status != 403) == may, reply.body
    if not may:
        assert reply.body["type"] == "urn:inbox-recipes:problem:forbidden"
        [missing] = reply.body["errors"]
        assert (missing["pointer"], missing["detail"]) == ("role", f"{operation.permission!r} is missing.")
        assert missing["allowed"] == ROLES[ROLES.index(lowest(operation)) :]


@pytest.mark.parametrize("operation", ROUTES, ids=lambda each: f"{each.method} {each.path}")
def test_a_token_without_the_scope_does_nothing_whatever_the_role_r8(
    anybody: Client, operation: Operation
) -> None:
    """The gateway asks for the scope first; nothing rests on that alone."""
    others = " ".join(scope for scope in SCOPES if scope != operation.scope)
    anybody.claims = person("zoe", "administrator", scope=others)["requestContext"]["authorizer"]["claims"]

    reply = ask(anybody, operation)

    assert (reply.status, reply.pointers) == (403, ["scope"])
    assert reply.body["errors"][0]["allowed"] == [operation.scope]


@pytest.mark.parametrize("role", ROLES)
def test_who_may_bring_mentions_in_r8(role: str) -> None:
    """The ingest function answers this route, and asks the same."""
    request = person("zoe", role) | {"path": "/mentions", "body": "{}"}
    request["requestContext"]["requestId"] = "req-1"

    answer = mentions_in.answer(request, dict, lambda _: [], lambda: BOOK)

    assert (answer["statusCode"] == 403) == (role not in ("manager", "administrator"))
    assert "role" in answer["body"] or json.loads(answer["body"])["status"] == 422


def effective(request: dict[str, Any], book: RuleBook = BOOK) -> set[Permission]:
    return set(calling(request, lambda: book).effective)


def test_a_program_is_governed_by_its_scopes_alone() -> None:
    def unread() -> RuleBook:
        raise AssertionError

    program = event(sub="collector", client_id="collector", scope="inbox-recipes/inbox.write")
    caller = calling(program, unread)

    assert (caller.actor.id, caller.actor.name, caller.roles, caller.user_id) == (
        "collector", None, None, None,
    )  # fmt: skip
    assert set(caller.effective) == {"inbox.write", "inbox.reply", "inbox.moderate", "status.write"}


@pytest.mark.parametrize("groups", ["[viewer manager]", "viewer,manager", "manager", ["viewer", "manager"]])
def test_groups_are_read_as_gateways_write_them(groups: Any) -> None:
    assert effective(person("zoe", groups)) == set(BUILT_IN["manager"].permissions)


def test_a_role_of_the_accounts_own_is_a_group_of_that_name() -> None:
    assert effective(person("zoe", "[scribe]")) == {"recipes.read", "recipes.write"}
    assert effective(person("zoe", "[scribe viewer strangers]")) == {
        "recipes.read", "recipes.write", "inbox.read",
    }  # fmt: skip


def test_the_directory_holds_a_login_to_the_role_of_the_user_at_once() -> None:
    """A token lives on for an hour, and its groups with it."""
    caller = calling(person("okta_nora", "administrator"), lambda: BOOK)

    assert (caller.actor.id, caller.actor.name, caller.user_id) == ("nora", "Nora Quesnel", "nora")
    assert set(caller.effective) == set(BUILT_IN["editor"].permissions)
    assert caller.roles == ("administrator", "editor")
    assert effective(person("ines", "viewer")) == {"recipes.read"}


def test_whoever_has_no_role_in_the_token_has_none() -> None:
    """R8: the role that the directory names allows nothing by itself."""
    caller = calling(person("okta_nora", ""), lambda: BOOK)

    assert caller.effective == ()
    with pytest.raises(Forbidden, match="a login in no group of a role does not have"):
        caller.allow("inbox.read")


def test_the_login_of_one_user_is_not_the_id_of_another() -> None:
    assert calling(person("nora", "viewer"), lambda: BOOK).user_id is None


def test_a_disabled_user_does_nothing() -> None:
    caller = calling(person("omar", "administrator"), lambda: BOOK)

    assert caller.effective == ()
    with pytest.raises(Forbidden, match="The user 'omar' is disabled"):
        caller.allow("inbox.read")


@given(
    groups=st.lists(st.sampled_from([*ROLES, "scribe", "strangers"])),
    scopes=st.lists(st.sampled_from(SCOPES)),
    login=st.sampled_from(["zoe", "okta_nora", "omar", "ines", "somebody"]),
)
def test_nobody_has_more_than_token_groups_and_directory_each_allow_r8(
    groups: list[str], scopes: list[str], login: str
) -> None:
    found = effective(person(login, f"[{' '.join(groups)}]", scope=" ".join(scopes)))
    roles = BUILT_IN | BOOK.roles
    user = {"okta_nora": "nora"}.get(login, login)
    held = BOOK.users[user].role if user in BOOK.users else None

    assert all(SCOPE_OF[each] in scopes for each in found)
    assert found <= {each for group in groups if group in roles for each in roles[group].permissions}
    assert held is None or found <= set(roles[held].permissions)
    assert login != "omar" or not found


def test_me_tells_who_is_calling_and_what_is_allowed() -> None:
    client = an_account()
    client.claims = person("nora", "contributor", scope="inbox-recipes/inbox.read")["requestContext"][
        "authorizer"
    ]["claims"]

    assert client.call("GET", "/me").body == {
        "kind": "person",
        "id": "nora",
        "name": "Nora",
        "user_id": "nora",
        "roles": ["contributor"],
        "permissions": ["inbox.read"],
        "scopes": ["inbox-recipes/inbox.read"],
    }


def test_ones_own_status_takes_no_right_over_others() -> None:
    client = an_account()
    client.claims = person("nora", "contributor")["requestContext"]["authorizer"]["claims"]

    assert client.call("POST", "/users/nora/status", {"status": "busy"}).status == 403
    assert client.call("POST", "/me/status", {"status": "busy"}).body["status"] == "busy"
    client.claims = person("zoe", "contributor")["requestContext"]["authorizer"]["claims"]
    assert client.call("POST", "/me/status", {"status": "busy"}).status == 409
