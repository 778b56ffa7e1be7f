"""docs/actions.md and docs/filters.md have a row for each action, field and operator, and no row is stale.

And whatever docs/behaviour.md calls built is named by a test.
"""

import re
from pathlib import Path

import pytest

from inbox_recipes.actions import ACTIONS
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.operators import OPERATORS

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table under a heading: their first cell, in code, to the others."""
    section = (DOCS / page).read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if re.match(r"\| `", line)
    ]
    assert len({row[0] for row in cells}) == len(cells), "a row stands there twice"
    return {row[0].strip("`"): row[1:] for row in cells}


def test_every_action_has_its_row_and_no_row_is_stale() -> None:
    assert rows("actions.md", "Actions").keys() == ACTIONS.keys()


@pytest.mark.parametrize("name", ACTIONS)
def test_the_row_of_an_action_says_where_it_is_offered_and_which_effect_it_has(name: str) -> None:
    offered, effect_class, *_ = rows("actions.md", "Actions")[name]

    assert {part.strip() for part in offered.split(",")} == ACTIONS[name].offered_on
    assert effect_class == ACTIONS[name].effect_class


def test_every_field_has_its_row_and_no_row_is_stale() -> None:
    assert rows("filters.md", "Fields").keys() == FIELDS.keys()


@pytest.mark.parametrize("name", FIELDS)
def test_the_row_of_a_field_says_its_kind_its_values_and_whether_it_is_filled(name: str) -> None:
    kind, values, _, not_filled = rows("filters.md", "Fields")[name]

    assert kind == FIELDS[name].kind
    assert (not_filled == "nothing yet") != FIELDS[name].filled
    assert values == ", ".join(f"`{value}`" for value in FIELDS[name].values)


def test_every_kind_has_its_operators_and_no_others() -> None:
    written = {kind: cells[0] for kind, cells in rows("filters.md", "Operators by kind").items()}

    assert written == {kind: ", ".join(f"`{name}`" for name in rows) for kind, rows in OPERATORS.items()}


def test_what_an_operator_wants_is_said() -> None:
    wanted = {row.name: row.wanted for kind in OPERATORS.values() for row in kind.values()}

    assert rows("filters.md", "Operators").keys() == wanted.keys()


def test_the_modules_that_the_architecture_names_are_there() -> None:
    core = TESTS.parent / "layers/core/python/inbox_recipes"
    page = (DOCS / "architecture.md").read_text()
    modules = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*)\.py`", page))

    missing = {m for m in modules if not (core / m).is_dir() and not (core / f"{m}.py").is_file()}

    assert len(modules) > 40
    assert missing == set()


def named() -> set[str]:
    """Rows and settled points that tests name: `row 31`, `rows 25-28, 32`, `_row_20`, `A14`, `_a34`."""
    text = "\n".join(file.read_text() for file in TESTS.rglob("*.py") if file != Path(__file__))
    found = {f"A{point}" for point in re.findall(r"(?:\bA|_a)(\d+)(?!\d)", text)}
    for several in re.findall(r"(?:\b|_)[Rr]ows?[ _](\d+(?:(?:-|, | and )\d+)*)", text):
        for part in re.split(r", | and ", several):
            first, _, last = part.partition("-")
            found |= {str(row) for row in range(int(first), int(last or first) + 1)}
    return found


def test_what_is_called_built_is_named_by_a_test() -> None:
    page = (DOCS / "behaviour.md").read_text()
    marks = dict(re.findall(r"^\| (A?\d+) \|.*\| ([^|]*) \|$", page, flags=re.MULTILINE))

    assert len(marks) == 125 + 41
    assert {row for row, mark in marks.items() if not mark.startswith("not yet")} - named() == set()
