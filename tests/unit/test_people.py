"""Users: who may be given work, and what the directory refuses."""

import itertools
from pathlib import Path

import pytest

from inbox_recipes.people import Availability, User, UserStatus, no_new_work
from inbox_recipes.references import faults, references, users_of
from inbox_recipes.roles import BUILT_IN, IN_WORDS, SCOPE_OF, Role
from tests.builders import a_rule_book

NORA = User(name="Nora", schedule_id="sch_1", role="scribe")
SCRIBE = Role(name="Scribe", permissions=("recipes.write",))


@pytest.mark.parametrize(
    ("status", "why"),
    [("available", None), ("busy", "busy"), ("unavailable", "unavailable"), (None, None)],
)
def test_new_work_goes_to_those_who_are_available_a3(status: UserStatus | None, why: str | None) -> None:
    said = Availability(status=status) if status else None

    assert no_new_work(NORA, said) == why
    assert no_new_work(NORA.model_copy(update={"disabled": True}), said) == "disabled"


def test_a_user_refers_to_teams_a_schedule_and_a_role_that_exist() -> None:
    book = a_rule_book(users={"nora": NORA}, roles={"scribe": SCRIBE})
    wrong = NORA.model_copy(update={"teams": ("x",), "schedule_id": "y", "role": "z"})

    assert faults(NORA, book, member_id="nora") == []
    found = {each.pointer: each.allowed for each in faults(wrong, book, member_id="nora")}
    assert found == {
        "/teams/0": ("team_1",),
        "/schedule_id": ("sch_1",),
        "/role": ("administrator", "contributor", "editor", "manager", "scribe", "viewer"),
    }


def test_a_schedule_and_a_role_that_a_user_has_are_in_use() -> None:
    book = a_rule_book(users={"nora": NORA}, roles={"scribe": SCRIBE})

    assert users_of("schedule", "sch_1", book) == users_of("role", "scribe", book) == ["user 'Nora' (nora)"]
    assert [each.kind for each in references(User(name="N", role="editor"))] == []


@pytest.mark.parametrize(
    ("member_id", "user"),
    [
        ("zoe", User(name="Zoe", login="okta_nora")),
        ("zoe", User(name="Zoe", login="omar")),
        ("okta_nora", User(name="Somebody")),
    ],
)
def test_a_login_is_one_users_r8(member_id: str, user: User) -> None:
    """Nobody becomes somebody else by what an entry of the directory says."""
    book = a_rule_book(users={"nora": User(name="Nora", login="okta_nora"), "omar": User(name="Omar")})

    [problem] = faults(user, book, member_id=member_id)
    assert problem.pointer == "/login"
    assert faults(user, book, member_id=next(k for k, u in book.users.items() if k in problem.detail)) == []


@pytest.mark.parametrize("role", BUILT_IN)
def test_a_built_in_role_stays_as_it_is(role: str) -> None:
    [problem] = faults(Role(name="Mine", permissions=("inbox.read",)), a_rule_book(), member_id=role)

    assert problem.pointer == "{id}"


def test_each_built_in_role_may_do_more_than_the_one_before() -> None:
    """Domain 1.6: viewer, contributor, editor, manager, administrator."""
    held = [set(role.permissions) for role in BUILT_IN.values()]

    assert list(BUILT_IN) == ["viewer", "contributor", "editor", "manager", "administrator"]
    assert all(less < more for less, more in itertools.pairwise(held))
    assert held[-1] == set(SCOPE_OF) == set(IN_WORDS)
    assert {"recipes.write", "schedules.write", "directory.write"} <= held[-1] - held[-2]


def test_the_page_about_people_lists_permissions_scopes_and_who_holds_them() -> None:
    page = (Path(__file__).parents[2] / "docs" / "people.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]

    assert rows == [
        f"| `{name}` | `{SCOPE_OF[name]}` | {words} | "
        f"{', '.join(role for role, built_in in BUILT_IN.items() if name in built_in.permissions)} |"
        for name, words in IN_WORDS.items()
    ]
