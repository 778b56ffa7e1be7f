"""Every operator of every kind, with what is missing too (domain section 2, "Evaluation rules")."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from inbox_recipes.filters.operators import OPERATORS, Kind
from inbox_recipes.filters.scene import Moment
from tests.builders import NOON

TEXT = "Double charge on my invoice"
FRENCH = "Réclamation : débité deux fois"
TWO_HOURS_AGO = Moment(NOON - timedelta(hours=2), NOON)
TO_COME = Moment(NOON + timedelta(minutes=1), NOON)

ROWS: list[tuple[Kind, str, Any, Any, bool]] = [
    ("text", "contains_any", TEXT, ("refund", "invoice"), True),
    ("text", "contains_any", TEXT, ("refund",), False),
    ("text", "contains_any", None, ("refund",), False),
    ("text", "contains_all", TEXT, ("charge", "invoice"), True),
    ("text", "contains_all", TEXT, ("charge", "refund"), False),
    ("text", "contains_all", None, ("charge",), False),
    ("text", "contains_none", TEXT, ("refund", "crash"), True),
    ("text", "contains_none", TEXT, ("refund", "charge"), False),
    ("text", "contains_none", None, ("charge",), True),
    ("text", "contains_any_unaccented", FRENCH, ("remboursement", "reclamation"), True),
    ("text", "contains_any_unaccented", FRENCH, ("remboursement",), False),
    ("text", "contains_any_unaccented", None, ("reclamation",), False),
    ("text", "contains_all_unaccented", FRENCH, ("reclamation", "debite"), True),
    ("text", "contains_all_unaccented", FRENCH, ("reclamation", "credite"), False),
    ("text", "contains_all_unaccented", None, ("reclamation",), False),
    ("text", "contains_none_unaccented", FRENCH, ("credite",), True),
    ("text", "contains_none_unaccented", FRENCH, ("credite", "debite"), False),
    ("text", "contains_none_unaccented", None, ("debite",), True),
    ("text", "starts_with", TEXT, ("refund", "DOUB"), True),
    ("text", "starts_with", " \n " + TEXT, ("double  charge",), True),
    ("text", "starts_with", TEXT, ("charge",), False),
    ("text", "starts_with", None, ("double",), False),
    ("text", "matches", TEXT, r"charge.+INVOICE$", True),
    ("text", "matches", "order no. 12-345", r"\b\d{2}-\d{3}\b", True),
    ("text", "matches", "RE\u0301CLAMATION", "réclamation", True),
    ("text", "matches", TEXT, r"^charge", False),
    ("text", "matches", None, r".*", False),
    ("text", "matches", "", r".*", True),
    ("text", "is_set", TEXT, None, True),
    ("text", "is_set", "", None, False),
    ("text", "is_set", None, None, False),
    ("text", "is_not_set", None, None, True),
    ("text", "is_not_set", TEXT, None, False),
    ("choice", "is", "fr", "FR", True),
    ("choice", "is", "fr", ("nl", "fr"), True),
    ("choice", "is", "fr", "nl", False),
    ("choice", "is", None, "nl", False),
    ("choice", "is", ("nora", "omar"), "omar", True),
    ("choice", "is_not", "fr", "nl", True),
    ("choice", "is_not", "fr", ("nl", "fr"), False),
    ("choice", "is_not", None, "nl", True),
    ("choice", "is_not", ("nora", "omar"), "omar", False),
    ("choice", "is_set", "fr", None, True),
    ("choice", "is_set", (), None, False),
    ("choice", "is_not_set", (), None, True),
    ("choice", "is_not_set", "fr", None, False),
    ("name", "is", "Ada Lovelace", "ada lovelace", True),
    ("name", "is", "Éléonore", "e\u0301le\u0301onore", True),
    ("name", "is_not", "Ada Lovelace", "ada", True),
    ("name", "contains_any", "Ada Lovelace", ("ada",), True),
    ("name", "contains_all", "Ada Lovelace", ("ada", "byron"), False),
    ("name", "contains_none", "Ada Lovelace", ("byron",), True),
    ("name", "contains_any_unaccented", "Éléonore", ("eleonore",), True),
    ("name", "contains_all_unaccented", "Éléonore", ("eleonore", "ada"), False),
    ("name", "contains_none_unaccented", "Éléonore", ("eleonore",), False),
    ("name", "starts_with", "Ada Lovelace", ("ada",), True),
    ("name", "matches", "Ada Lovelace", "^ada l", True),
    ("name", "is_set", "Ada", None, True),
    ("name", "is_not_set", "Ada", None, False),
    ("tags", "is_any_of", ("VIP", "late"), ("vip", "new"), True),
    ("tags", "is_any_of", (), ("vip",), False),
    ("tags", "is_all_of", ("VIP", "late"), ("vip", "late"), True),
    ("tags", "is_all_of", ("VIP",), ("vip", "late"), False),
    ("tags", "is_none_of", ("VIP",), ("late",), True),
    ("tags", "is_none_of", ("VIP",), ("vip",), False),
    ("tags", "is_none_of", (), ("vip",), True),
    ("tags", "is_set", ("a",), None, True),
    ("tags", "is_set", ("", "a"), None, True),
    ("tags", "is_set", ("",), None, False),
    ("tags", "is_not_set", ("", ""), None, True),
    ("tags", "is_not_set", (), None, True),
    ("number", "is", 12, 12.0, True),
    ("number", "is", None, 12.0, False),
    ("number", "is_not", 12, 13.0, True),
    ("number", "is_not", 12, 12.0, False),
    ("number", "is_not", None, 12.0, True),
    ("number", "lt", 11, 12.0, True),
    ("number", "lt", 12, 12.0, False),
    ("number", "lt", None, 12.0, False),
    ("number", "lte", 12, 12.0, True),
    ("number", "lte", 13, 12.0, False),
    ("number", "lte", None, 12.0, False),
    ("number", "gte", 12, 12.0, True),
    ("number", "gte", 11, 12.0, False),
    ("number", "gte", None, 12.0, False),
    ("number", "gt", 13, 12.0, True),
    ("number", "gt", 12, 12.0, False),
    ("number", "gt", None, 12.0, False),
    ("number", "between", 10, (10.0, 20.0), True),
    ("number", "between", 20, (10.0, 20.0), True),
    ("number", "between", 21, (10.0, 20.0), False),
    ("number", "between", None, (10.0, 20.0), False),
    ("number", "is_set", 0, None, True),
    ("number", "is_not_set", None, None, True),
    ("flag", "is", True, True, True),
    ("flag", "is", False, False, True),
    ("flag", "is", True, False, False),
    ("flag", "is", None, False, False),
    ("time", "before", TWO_HOURS_AGO, "2026-11-22T10:00:00.001Z", True),
    ("time", "before", TWO_HOURS_AGO, "2026-11-22T10:00:00.000Z", False),
    ("time", "before", None, "2026-11-22T10:00:00.000Z", False),
    ("time", "after", TWO_HOURS_AGO, "2026-11-22T09:59:59.999Z", True),
    ("time", "after", TWO_HOURS_AGO, "2026-11-22T10:00:00.000Z", False),
    ("time", "after", None, "2026-11-22T09:00:00.000Z", False),
    ("time", "within_last", TWO_HOURS_AGO, {"hours": 2}, True),
    ("time", "within_last", TWO_HOURS_AGO, {"minutes": 119}, False),
    ("time", "within_last", TO_COME, {"minutes": 1}, True),
    ("time", "within_last", None, {"days": 1}, False),
    ("time", "more_than_ago", TWO_HOURS_AGO, {"minutes": 119}, True),
    ("time", "more_than_ago", TWO_HOURS_AGO, {"hours": 2}, False),
    ("time", "more_than_ago", TO_COME, {"minutes": 1}, False),
    ("time", "more_than_ago", None, {"days": 1}, False),
    ("time", "is_set", TWO_HOURS_AGO, None, True),
    ("time", "is_not_set", None, None, True),
]


@pytest.mark.parametrize(("kind", "operator", "got", "wanted", "holds"), ROWS)
def test_an_operator_answers(kind: Kind, operator: str, got: Any, wanted: Any, holds: bool) -> None:
    assert OPERATORS[kind][operator].answer(got, wanted)[0] is holds


def test_every_operator_of_every_kind_has_a_row_that_holds_or_fails() -> None:
    assert {(kind, operator) for kind, operator, *_ in ROWS} == {
        (kind, name) for kind, rows in OPERATORS.items() for name in rows
    }


def test_a_leaf_reports_what_it_found_of_the_terms() -> None:
    """Style section 4: every leaf says what it got."""
    assert OPERATORS["text"]["contains_any"].answer(TEXT, ("refund", "invoice")) == (True, ["invoice"])
    assert OPERATORS["choice"]["is"].answer("fr", "nl") == (False, "fr")
    assert OPERATORS["text"]["starts_with"].answer(TEXT, ("x", "dou")) == (True, ["dou"])
    assert OPERATORS["text"]["matches"].answer(TEXT, "INV.*") == (True, "invoice")
    assert OPERATORS["time"]["is_set"].answer(TWO_HOURS_AGO, None) == (True, "2026-11-22T10:00:00.000Z")
    assert OPERATORS["time"]["before"].answer(TO_COME, "2026") == (False, "2026-11-22T12:01:00.000Z")


@pytest.mark.parametrize(
    ("kind", "operator", "posted", "kept"),
    [
        ("time", "before", "2026-11-22T11:00:00+01:00", "2026-11-22T10:00:00.000Z"),
        ("time", "after", "2026-11-22T10:00:00.000Z", "2026-11-22T10:00:00.000Z"),
        ("time", "within_last", {"hours": 2}, {"hours": 2}),
        ("number", "between", [10, 10], (10.0, 10.0)),
        ("text", "starts_with", [" Dear "], ("Dear",)),
        ("text", "matches", " a", " a"),
    ],
)
def test_a_value_is_kept_in_one_form(kind: Kind, operator: str, posted: Any, kept: Any) -> None:
    value = OPERATORS[kind][operator].value

    assert value is not None
    assert value.validate_python(posted) == kept
    assert value.validate_python(kept) == kept
    assert hash(value.validate_python(posted)) == hash(value.validate_python(kept))


@pytest.mark.parametrize(
    ("operator", "posted"),
    [
        ("before", "2026-11-22"),
        ("before", "2026-11-22T10:00:00"),
        ("after", "yesterday"),
        ("after", 1_790_000_000),
        ("within_last", {"hours": 0}),
        ("within_last", {"hours": "2"}),
        ("within_last", {"weeks": 1}),
        ("within_last", {"hours": 1, "minutes": 1}),
        ("within_last", {}),
        ("more_than_ago", 30),
        ("more_than_ago", {"days": 1_000_001}),
    ],
)
def test_a_value_of_another_form_is_refused(operator: str, posted: Any) -> None:
    value = OPERATORS["time"][operator].value

    assert value is not None
    with pytest.raises(ValidationError):
        value.validate_python(posted)
