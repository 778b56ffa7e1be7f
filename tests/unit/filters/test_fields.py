"""One row for each field: what it reads from a full subject and from an empty one (domain 2; A19)."""

from typing import Any

import pytest

from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.inbox import Assignment, ProjectRef, TopicRef
from tests.builders import a_case, a_mention, a_scene, posted

FULL = a_mention(
    incoming={
        **{key: value for key, value in posted().items() if key == "private"},
        "project": {"id": "9", "name": "Care"},
        "message__title": "Invoice 12",
        "message__content": "Paid twice",
        "message__type": "privatemessage",
        "message__language": "fr",
        "message__sentiment": "negative",
        "message__category": "billing",
        "message__entities": {"hashtag": ["#help"], "url": ["https://x.example"], "user": []},
        "message__attachments": [{"type": "image"}],
        "source__domain": "facebook.com",
        "source__profile": "page-1",
        "source__in_reply_to_message_id": "900",
        "author__followers": 12,
        "location": {"country": "FR"},
        "private": True,
    },
    tags=("vip",),
    assignment=Assignment(users=("nora",), teams=("team_1",)),
    case_id="cas_1",
)
CASE = a_case(
    priority="high", tags=("late",), topic=TopicRef(id="7"), project=ProjectRef(id="3"), status="pending"
)

ROWS: dict[str, tuple[Any, Any]] = {
    "content.text": ("Invoice 12\nPaid twice", None),
    "content.title": ("Invoice 12", None),
    "content.body": ("Paid twice", None),
    "content.hashtag": (("#help",), ()),
    "content.link": (("https://x.example",), ()),
    "content.language": ("fr", None),
    "content.sentiment": ("negative", None),
    "content.category": ("billing", None),
    "source.service": ("facebook", None),
    "source.domain": ("facebook.com", None),
    "source.message_type": ("privatemessage", None),
    "source.private": (True, None),
    "status.type": ("new", None),
    "status.assigned_user": (("nora",), None),
    "status.assigned_team": (("team_1",), None),
    "status.is_assigned": (True, None),
    "author.name": ("customer77", None),
    "author.id": ("u77", None),
    "author.managed": (False, None),
    "author.followers": (12, None),
    "cases.is_part_of_case": (True, False),
    "cases.status": ("pending", None),
    "cases.priority": ("high", None),
    "cases.title": ("Where is my invoice?", None),
    "cases.tags": (("late",), ()),
    "conversation.is_reply": (True, False),
    "conversation.parent_id": ("900", None),
    "locations.country": ("FR", None),
    "profiles.profile": ("page-1", None),
    "tag.tags": (("vip",), ()),
    "media.has_attachment": (True, False),
    "dataset.topic": ("7", None),
    "dataset.project": ("3", None),
}


@pytest.mark.parametrize(("name", "expected"), ROWS.items())
def test_a_field_reads_the_mention_or_its_case(name: str, expected: tuple[Any, Any]) -> None:
    assert FIELDS[name].read(a_scene(FULL, CASE)) == expected[0]
    assert FIELDS[name].read(a_scene()) == expected[1]


def test_every_field_has_its_row_here() -> None:
    assert FIELDS.keys() == ROWS.keys()


def test_every_field_is_named_by_one_of_the_fifteen_groups() -> None:
    groups = {"action", "author", "cases", "contact", "content", "conversation", "dataset", "feedback",
              "locations", "media", "notes", "profiles", "source", "status", "tag"}  # fmt: skip

    assert {name.split(".")[0] for name in FIELDS} <= groups


@pytest.mark.parametrize(("status", "word"), [("new", "new"), ("done", "resolved"), ("sent", "sent")])
def test_a_status_is_asked_by_the_word_that_people_use(status: str, word: str) -> None:
    """Row 14"""
    read = FIELDS["status.type"].read(a_scene(a_mention(status=status)))

    assert read == word
    assert word in FIELDS["status.type"].values


def test_a_mention_without_a_case_is_in_its_own_topic() -> None:
    assert FIELDS["dataset.topic"].read(a_scene(FULL)) == "46283"
    assert FIELDS["dataset.project"].read(a_scene(FULL)) == "9"
