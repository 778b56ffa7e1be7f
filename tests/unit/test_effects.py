"""What an edit makes of an item: only what it says, at the next revision."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.effects import Edit
from inbox_recipes.inbox import Assignment, Case, LastAction, Mention
from tests.builders import a_case, a_mention

ASSIGNED = Assignment(users=("nora",), teams=("team_1",))


def done(at: datetime) -> LastAction:
    return LastAction(type="edit", by="agent", by_id="nora", at=at)


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        ({}, {}),
        ({"put": {"status": "done"}}, {"status": "done"}),
        ({"put": {"country": "FR"}}, {"location": {"country": "FR"}}),
        ({"put": {"language": "fr"}}, {"message": {"language": "fr"}}),
        ({"put": {"sentiment": "negative", "category": "bill"}},
         {"message": {"sentiment": "negative", "category": "bill"}}),
        ({"add_tags": ("b",)}, {"tags": ("a", "b")}),
        ({"remove_tags": ("a",)}, {"tags": ()}),
        ({"add_tags": ("b",), "remove_tags": ("a",)}, {"tags": ("b",)}),
        ({"users": ("omar",), "teams": ()}, {"assignment": {"users": ("omar",), "teams": ()}}),
        ({"users": ("omar",)}, {"assignment": {"users": ("omar",), "teams": ("team_1",)}}),
    ],
)  # fmt: skip
def test_an_edit_of_a_mention_changes_what_it_says_and_nothing_else(
    now: datetime, edit: dict[str, Any], changed: dict[str, Any]
) -> None:
    before = a_mention(tags=("a",), assignment=ASSIGNED, revision=4)

    after = Edit(before, **edit).after(done(now))
    assert isinstance(after, Mention)
    after = after.model_copy(update={"timestamps": before.timestamps})

    expected = before.model_dump()
    for key, value in changed.items():
        expected[key] = expected[key] | value if isinstance(value, dict) else value
    assert after.model_dump() == expected | {"last_action": done(now).model_dump(), "revision": 5}
    assert Mention.model_validate(after.model_dump()) == after


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        ({"put": {"status": "pending"}}, {"status": "pending"}),
        ({"put": {"priority": "high"}}, {"priority": "high"}),
        ({"put": {"priority": None}}, {"priority": None}),
        ({"add_tags": ("b", "c")}, {"tags": ("a", "b", "c")}),
        ({"users": (), "teams": ("team_2",)}, {"assignment": {"users": (), "teams": ("team_2",)}}),
    ],
)
def test_an_edit_of_a_case_also_says_when(
    now: datetime, edit: dict[str, Any], changed: dict[str, Any]
) -> None:
    before = a_case(tags=("a",), assignment=ASSIGNED, priority="low")
    later = now + timedelta(hours=1)

    after = Edit(before, **edit).after(done(later))
    assert isinstance(after, Case)
    after = after.model_copy(update={"timestamps": before.timestamps})

    dates = {"date": {"added": now, "updated": later}}
    assert after.model_dump() == before.model_dump() | changed | dates | {
        "last_action": done(later).model_dump(),
        "revision": 2,
    }
    assert Case.model_validate(after.model_dump()) == after


def test_an_edit_belongs_in_the_log_of_its_item() -> None:
    assert (Edit(a_case()).log, Edit(a_mention()).log) == ("case", "mention")
