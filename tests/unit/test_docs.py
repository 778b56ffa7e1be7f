"""docs/actions.md and docs/filters.md have a row for each action, field and operator, and no row is stale.

And whatever docs/behaviour.md calls built is named by a test; what the pages point to is there.
"""

import re
from pathlib import Path

import pytest

from inbox_recipes.actions import ACTIONS
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.operators import OPERATORS

TESTS = Path(__file__).parents[1]
REPOSITORY = TESTS.parent
DOCS = REPOSITORY / "docs"
PAGES = (REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md")))


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


def anchors(page: Path) -> set[str]:
    """What a link can name after `#`: the headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_to_a_page_and_a_heading_that_are_there(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()) if not link.startswith("http")]
    for link in links:
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_has_its_row_in_the_readme() -> None:
    table = (REPOSITORY / "README.md").read_text().split("\n## Start here\n")[1].split("\n## ")[0]

    assert {page.name for page in DOCS.glob("*.md")} == set(re.findall(r"\]\(docs/([\w-]+\.md)", table))


@pytest.mark.parametrize("page", ["guarantees.md", "behaviour.md"])
def test_the_tests_that_a_promise_names_are_there(page: str) -> None:
    kinds = "unit|integration|simulation|e2e"
    shown_by = set(re.findall(rf"`((?:{kinds})/[^`]+)`", (DOCS / page).read_text()))

    assert shown_by
    assert {path for path in shown_by if not (TESTS / path).exists()} == set()


def test_every_promise_has_its_row_in_order() -> None:
    listed = re.findall(r"^\| (R\d+) \|", (DOCS / "guarantees.md").read_text(), flags=re.MULTILINE)

    assert listed == [f"R{number}" for number in range(1, 28)]


def test_every_alarm_has_its_entry_in_the_runbook() -> None:
    template = (REPOSITORY / "template.yaml").read_text()
    alarms = set(re.findall(r"^  (\w+):\n    Type: AWS::CloudWatch::Alarm", template, flags=re.MULTILINE))
    section = (DOCS / "runbook.md").read_text().split("\n## ")[1]
    entries = [re.findall(r"`(\w+)`", line.split("|")[1]) for line in section.splitlines() if "|" in line]

    assert {name for names in entries for name in names} == alarms


def test_every_key_of_the_tables_is_in_the_architecture() -> None:
    spelled = (REPOSITORY / "layers/core/python/inbox_recipes/adapters/keys.py").read_text()
    keys = set(re.findall(r'"(?:pk|sk)": f?"([A-Z]{3,})[#"]', spelled))
    page = (DOCS / "architecture.md").read_text()

    assert len(keys) > 20
    assert {key for key in keys if not re.search(rf"`{key}\b", page)} == set()


def test_the_targets_that_the_pages_name_are_there_and_none_is_left_out() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, flags=re.MULTILINE))
    text = "\n".join(page.read_text() for page in PAGES)
    said = set(re.findall(r"(?:`|^)make (?:-s )?([a-z][a-z0-9-]+)", text, flags=re.MULTILINE))

    assert said | {"help"} == targets
