"""Every operator of every kind, with what is missing too (domain section 2, "Evaluation rules")."""

from typing import Any

import pytest

from inbox_recipes.filters.operators import OPERATORS, Kind

TEXT = "Double charge on my invoice"

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
    ("name", "is_not", "Ada Lovelace", "ada", True),
    ("name", "contains_any", "Ada Lovelace", ("ada",), True),
    ("name", "contains_all", "Ada Lovelace", ("ada", "byron"), False),
    ("name", "contains_none", "Ada Lovelace", ("byron",), True),
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
    ("tags", "is_not_set", (), None, True),
    ("number", "is", 12, 12.0, True),
    ("number", "is", None, 12.0, False),
    ("number", "is_not", 12, 13.0, True),
    ("number", "is_not", 12, 12.0, False),
    ("number", "is_not", None, 12.0, True),
    ("number", "lt", 11, 12.0, True),
    ("number", "lt", 12, 12.0, False),
    ("number", "lt", None, 12.0, False),
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
