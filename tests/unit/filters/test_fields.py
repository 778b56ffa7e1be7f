"""One row for each field: what it reads from a full scene and from an empty one (domain 2; A19)."""

from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.scene import Moment, Scene
from inbox_recipes.inbox import (
    Assignment,
    CaseDates,
    Contact,
    Feedback,
    LastAction,
    ProjectRef,
    Subject,
    TopicRef,
)  # fmt: skip
from tests.builders import NOON, NORA, a_case, a_mention, a_note, a_scene, an_occurrence

HOUR_AGO, MORNING = NOON - timedelta(hours=1), NOON - timedelta(hours=2)
FULL = a_mention(
    incoming={
        "project": {"id": "9", "name": "Care"},
        "message__title": "Invoice 12",
        "message__content": "Paid twice",
        "message__type": "privatemessage",
        "message__language": "fr",
        "message__sentiment": "negative",
        "message__category": "billing",
        "message__entities": {"hashtag": ["#help"], "url": ["https://x.example"], "user": []},
        "message__attachments": [{"type": "image"}, {"type": "pdf"}],
        "source__domain": "facebook.com",
        "source__application": "Messenger for iOS",
        "source__profile": "page-1",
        "source__in_reply_to_message_id": "900",
        "author__followers": 12,
        "clicked_buttons": [{"title": "My order", "payload": "x"}],
        "location": {"continent": "Europe", "country": "FR", "region": "Nord", "city": "Lille"},
        "private": True,
    },
    tags=("vip",),
    on_service="hidden",
    assignment=Assignment(users=("nora",), teams=("team_1",)),
    case_id="cas_1",
    last_action=LastAction(type="arrived", by="customer", by_id="con_1", at=NOON),
    notes=(a_note("Called back"),),
)
CASE = a_case(
    priority="high",
    tags=("late",),
    topic=TopicRef(id="7"),
    project=ProjectRef(id="3"),
    status="pending",
    assignment=Assignment(users=("omar",), teams=("team_2",)),
    date=CaseDates(added=MORNING, updated=NOON),
    last_message_at=HOUR_AGO,
    last_reply_at=NOON + timedelta(seconds=1),
    last_action=LastAction(type="status_changed", by="agent", by_id="nora", at=HOUR_AGO),
    notes=(a_note("Refund him", todo="open"),),
    feedback=Feedback(csat=4, nps=9),
    handled_by="flow",
)
ADA = Contact(
    id="con_1",
    name="Ada Lovelace",
    email="ada@x.example",
    tags=("vip",),
    customattributes={"plan": "gold", "n": "1"},
)
PENDING = an_occurrence("status_changed", detail="pending", previous="unresolved", actor=NORA)
SCENE = Scene(Subject(mention=FULL, case=CASE, contact=ADA), PENDING, NOON)

ROWS: dict[str, tuple[Any, Any]] = {
    "content.text": ("Invoice 12\nPaid twice", None),
    "content.title": ("Invoice 12", None),
    "content.body": ("Paid twice", None),
    "content.hashtag": (("#help",), ()),
    "content.link": (("https://x.example",), ()),
    "content.clicked_buttons": (("My order",), ()),
    "content.language": ("fr", None),
    "content.sentiment": ("negative", None),
    "content.category": ("billing", None),
    "source.service": ("facebook", None),
    "source.domain": ("facebook.com", None),
    "source.application": ("Messenger for iOS", None),
    "source.message_type": ("privatemessage", None),
    "source.private": (True, None),
    "source.published_at": (Moment(MORNING, NOON), None),
    "status.type": ("new", None),
    "status.on_service": ("hidden", None),
    "status.assigned_user": (("nora",), None),
    "status.assigned_team": (("team_1",), None),
    "status.is_assigned": (True, None),
    "status.handled_by": ("flow", None),
    "action.last_type": ("status_changed", None),
    "action.done_by": (("agent", "nora"), None),
    "action.last_at": (Moment(HOUR_AGO, NOON), None),
    "action.minutes_since_last": (60, None),
    "action.was_replied": (True, False),
    "author.name": ("customer77", None),
    "author.id": ("u77", None),
    "author.managed": (False, None),
    "author.followers": (12, None),
    "contact.name": ("Ada Lovelace", None),
    "contact.email": ("ada@x.example", None),
    "contact.tags": (("vip",), ()),
    "contact.custom_attributes": (("plan=gold", "n=1"), ()),
    "cases.is_part_of_case": (True, False),
    "cases.status": ("pending", None),
    "cases.status_from": ("unresolved", None),
    "cases.status_to": ("pending", None),
    "cases.priority": ("high", None),
    "cases.title": ("Where is my invoice?", None),
    "cases.tags": (("late",), ()),
    "cases.tag_added": (None, None),
    "cases.assigned_user": (("omar",), None),
    "cases.assigned_team": (("team_2",), None),
    "cases.is_assigned": (True, None),
    "cases.opened_at": (Moment(MORNING, NOON), None),
    "conversation.is_reply": (True, False),
    "conversation.parent_id": ("900", None),
    "conversation.age_minutes": (120, None),
    "conversation.last_message_at": (Moment(HOUR_AGO, NOON), None),
    "conversation.last_reply_at": (Moment(NOON + timedelta(seconds=1), NOON), None),
    "feedback.csat_score": (4, None),
    "feedback.nps_score": (9, None),
    "locations.continent": ("Europe", None),
    "locations.country": ("FR", None),
    "locations.region": ("Nord", None),
    "locations.city": ("Lille", None),
    "profiles.profile": ("page-1", None),
    "tag.tags": (("vip",), ()),
    "media.has_attachment": (True, False),
    "media.attachment_type": (("image", "pdf"), None),
    "notes.has_note": (True, False),
    "notes.note_text": ("Called back\nRefund him", None),
    "notes.has_open_todo": (True, False),
    "dataset.topic": ("7", None),
    "dataset.project": ("3", None),
}


@pytest.mark.parametrize(("name", "expected"), ROWS.items())
def test_a_field_reads_the_mention_its_case_or_what_happened(name: str, expected: tuple[Any, Any]) -> None:
    assert FIELDS[name].read(SCENE) == expected[0]
    assert FIELDS[name].read(a_scene()) == expected[1]


@pytest.mark.parametrize("name", FIELDS)
def test_every_question_has_an_answer_about_what_has_little_to_be_asked_about(name: str) -> None:
    """A mention without a case, a case without a mention, nothing at all: none of it breaks a field."""
    row = FIELDS[name]
    values: dict[str, Any] = {"number": 1.0, "flag": True, "time": {"hours": 1}}
    for scene in (a_scene(), a_scene(a_mention()), a_scene(None, a_case()), SCENE):
        for operator in row.operators.values():
            special = {"between": (0.0, 1.0), "before": "2026", "after": "2026", "matches": "x"}
            ok, _ = operator.answer(row.read(scene), special.get(operator.name, values.get(row.kind, ("x",))))
            assert ok in (True, False)


def test_every_field_has_its_row_here() -> None:
    assert FIELDS.keys() == ROWS.keys()


def test_the_fields_are_of_the_fifteen_groups_and_each_group_has_some() -> None:
    """Domain section 2"""
    groups = {"action", "author", "cases", "contact", "content", "conversation", "dataset", "feedback",
              "locations", "media", "notes", "profiles", "source", "status", "tag"}  # fmt: skip

    assert {name.split(".")[0] for name in FIELDS} == groups


@pytest.mark.parametrize(("status", "word"), [("new", "new"), ("done", "resolved"), ("sent", "sent")])
def test_a_status_is_asked_by_the_word_that_people_use(status: str, word: str) -> None:
    """Row 14"""
    read = FIELDS["status.type"].read(a_scene(a_mention(status=status)))

    assert read == word
    assert word in FIELDS["status.type"].values


def test_a_mention_without_a_case_is_in_its_own_topic() -> None:
    assert FIELDS["dataset.topic"].read(a_scene(FULL)) == "46283"
    assert FIELDS["dataset.project"].read(a_scene(FULL)) == "9"


def test_the_last_action_is_that_of_the_item_to_which_something_happened() -> None:
    read = FIELDS["action.last_type"].read

    assert read(a_scene(FULL, CASE, occurrence=an_occurrence())) == "arrived"
    assert read(a_scene(FULL, CASE, occurrence=PENDING)) == "status_changed"
    assert read(a_scene(FULL, CASE)) == "arrived"
    assert read(a_scene(None, CASE)) == "status_changed"


def test_who_began_it_stays_the_same_while_a_recipe_waits() -> None:
    """A1: what the recipe itself did before its wait does not keep it from going on."""
    ours = LastAction(type="add_tags", by="recipe", by_id="rec_1", at=NOON)
    case = CASE.model_copy(update={"last_action": ours})

    assert FIELDS["action.done_by"].read(a_scene(None, case, occurrence=PENDING)) == ("agent", "nora")
    assert FIELDS["action.done_by"].read(a_scene(None, case)) == ("recipe", "rec_1")


def test_a_mention_was_replied_when_our_answer_is_younger_than_it() -> None:
    read = FIELDS["action.was_replied"].read
    before, after = (CASE.model_copy(update={"last_reply_at": at}) for at in (NOON, NOON + timedelta(1)))

    assert (read(a_scene(FULL, before)), read(a_scene(FULL, after))) == (False, True)
    assert (read(a_scene(None, before)), read(a_scene(FULL))) == (True, False)


def test_a_tag_that_was_just_added_can_be_asked_for() -> None:
    added = an_occurrence("tag_added", detail="vip")

    assert FIELDS["cases.tag_added"].read(a_scene(None, CASE, occurrence=added)) == "vip"
    assert FIELDS["cases.status_to"].read(a_scene(None, CASE, occurrence=added)) is None


def test_minutes_are_whole_ones() -> None:
    scene = a_scene(FULL, CASE, now=NOON + timedelta(seconds=59.9))

    assert FIELDS["conversation.age_minutes"].read(scene) == 120
    assert FIELDS["conversation.age_minutes"].read(a_scene(FULL, now=NOON + timedelta(minutes=3))) == 3
