"""What happened in a change, and which triggers wait for it (rows 72-76; A2, A21, A24, A25)."""

from datetime import datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from inbox_recipes.changes import Change
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.triggers import Occurrence, Trigger, detect, happened, in_words, meets
from tests.builders import CUSTOMER, NOON, a_case, a_mention, an_occurrence

TRIGGERS: TypeAdapter[Trigger] = TypeAdapter(Trigger)


def change(before: Mention | Case | None, after: Mention | Case, chain: tuple[str, ...] = ()) -> Change:
    return Change(before=before, after=after, at=NOON, actor=CUSTOMER, chain=chain)


def changed(case: Case, **to: Any) -> Case:
    return case.model_copy(update={**to, "revision": case.revision + 1})


def kinds(found: list[Occurrence]) -> list[tuple[str, str | None]]:
    return [(occurrence.kind, occurrence.detail) for occurrence in found]


def test_a_new_mention_has_arrived(now: datetime) -> None:
    """R20: what crosses the queues does not name the customer."""
    [arrived] = detect(change(None, a_mention(case_id="cas_1"), chain=("rec_9",)))

    assert arrived.model_dump() == {
        "id": "mention:46283_1001:mention_arrived:1",
        "kind": "mention_arrived",
        "at": now,
        "mention_id": "46283_1001",
        "case_id": "cas_1",
        "detail": None,
        "previous": None,
        "actor": CUSTOMER.model_dump() | {"name": None},
        "chain": ("rec_9",),
    }


def test_a_mention_that_is_changed_has_not_arrived_again() -> None:
    """Row 54: a recipe tags a mention at first arrival only."""
    mention = a_mention()

    assert detect(change(mention, mention.model_copy(update={"tags": ("x",), "revision": 2}))) == []


def test_a_new_case_is_created_and_its_tags_are_not_added() -> None:
    """A24: tags present at creation fire nothing."""
    assert kinds(detect(change(None, a_case(tags=("vip",))))) == [("case_created", None)]


def test_every_tag_that_was_not_there_is_added() -> None:
    """A24"""
    case = a_case(tags=("a",))

    assert kinds(detect(change(case, changed(case, tags=("a", "b", "c"))))) == [
        ("tag_added", "b"),
        ("tag_added", "c"),
    ]


def test_a_tag_that_is_there_in_other_letters_is_not_added() -> None:
    """A24: the trigger takes VIP and vip for one tag, so one that is there was not added."""
    case = a_case(tags=("vip",))

    assert detect(change(case, changed(case, tags=("vip", "VIP")))) == []


def test_a_tag_that_is_taken_away_is_no_occurrence() -> None:
    case = a_case(tags=("a", "b"))

    assert detect(change(case, changed(case, tags=("b",)))) == []


@pytest.mark.parametrize("status", ["pending", "resolved"])
def test_a_status_that_really_changes_is_an_occurrence(status: str) -> None:
    """A25"""
    case = a_case()

    assert kinds(detect(change(case, changed(case, status=status)))) == [("status_changed", status)]
    assert detect(change(case, changed(case, status="unresolved"))) == []


def test_a_change_of_status_says_what_the_status_was_before() -> None:
    case = a_case(status="pending")

    [found] = detect(change(case, changed(case, status="resolved")))

    assert (found.previous, found.detail) == ("pending", "resolved")


def test_an_occurrence_from_before_previous_was_noted_is_still_read() -> None:
    """R24"""
    old = an_occurrence("status_changed", detail="pending").model_dump(mode="json", exclude={"previous"})

    assert Occurrence.model_validate(old).previous is None


def test_one_change_may_be_several_occurrences_each_with_an_id_of_its_own() -> None:
    case = a_case()

    found = detect(change(case, changed(case, status="pending", tags=("vip",))))

    assert [occurrence.id for occurrence in found] == [
        "case:cas_1:tag_added:2:vip",
        "case:cas_1:status_changed:2:pending",
    ]


def test_the_same_change_again_has_the_same_ids_and_a_later_one_has_others() -> None:
    case = a_case()
    pending = changed(case, status="pending")
    again = changed(changed(pending, status="unresolved"), status="pending")

    first, repeated = detect(change(case, pending)), detect(change(case, pending))
    later = detect(change(changed(pending, status="unresolved"), again))

    assert first == repeated
    assert first[0].id != later[0].id


@pytest.mark.parametrize(
    ("trigger", "occurrence", "met"),
    [
        ({"type": "arrival"}, an_occurrence(), True),
        ({"type": "arrival"}, an_occurrence("case_created"), False),
        ({"type": "arrival", "objects": ["case"]}, an_occurrence("case_created"), True),
        ({"type": "arrival", "objects": ["case"]}, an_occurrence(), False),
        ({"type": "arrival", "objects": ["mention", "case"]}, an_occurrence("case_created"), True),
        ({"type": "arrival", "objects": ["mention", "case"]}, an_occurrence("tag_added", detail="x"), False),
        ({"type": "mention_in_case"}, an_occurrence(case_id="cas_1"), True),
        ({"type": "mention_in_case"}, an_occurrence(), False),
        ({"type": "mention_in_case"}, an_occurrence("case_created"), False),
        ({"type": "case_tag_added", "tag": "VIP"}, an_occurrence("tag_added", detail="vip"), True),
        ({"type": "case_tag_added", "tag": "vip"}, an_occurrence("tag_added", detail="other"), False),
        ({"type": "case_tag_added", "tag": "vip"}, an_occurrence("status_changed", detail="vip"), False),
        ({"type": "case_status_changed", "to": "pending"}, an_occurrence("status_changed", detail="pending"),
         True),
        ({"type": "case_status_changed", "to": "pending"}, an_occurrence("status_changed", detail="resolved"),
         False),
        ({"type": "case_status_changed", "to": "pending"}, an_occurrence("tag_added", detail="pending"),
         False),
    ],
)  # fmt: skip
def test_a_trigger_waits_for_one_kind_of_occurrence(
    trigger: dict[str, Any], occurrence: Occurrence, met: bool
) -> None:
    """A2: a mention without a case meets nothing of a case-update recipe. A21: a new case is an arrival."""
    assert meets(TRIGGERS.validate_python(trigger), occurrence) is met


@pytest.mark.parametrize(
    ("trigger", "occurrence"),
    [
        ({"type": "arrival"}, an_occurrence()),
        ({"type": "arrival", "objects": ["case"]}, an_occurrence("case_created")),
        ({"type": "mention_in_case"}, an_occurrence(case_id="cas_1")),
        ({"type": "case_tag_added", "tag": "vip"}, an_occurrence("tag_added", detail="vip")),
        ({"type": "case_status_changed", "to": "pending"}, an_occurrence("status_changed", detail="pending")),
    ],
)
def test_what_is_wanted_and_what_happened_are_said_in_the_same_words(
    trigger: dict[str, Any], occurrence: Occurrence
) -> None:
    assert in_words(TRIGGERS.validate_python(trigger)) == happened(occurrence)


def test_an_arrival_of_either_object_is_said_in_one_phrase() -> None:
    both = TRIGGERS.validate_python({"type": "arrival", "objects": ["mention", "case"]})

    assert in_words(both) == "a new mention or case"
