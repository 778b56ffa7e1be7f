"""Who may import whom: the core knows no AWS, no HTTP, no clock, and every arrow points inward."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers/core/python/inbox_recipes"

OUTER = ("adapters", "http", "bootstrap", "settings", "observability")
"""Parts of the package that are not the core and not its flows."""

ALLOWED_OUTSIDE = {"lark", "oauthlib", "pydantic", "pydantic_core", "re2"}
FORBIDDEN_STANDARD = {
    "os",
    "time",
    "random",
    "secrets",
    "uuid",
    "socket",
    "threading",
    "asyncio",
    "urllib.request",
}
"""Clock, chance, environment and network: what would make the same input give another answer."""


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = sorted(PACKAGE.rglob("*.py"))
CORE = [file for file in FILES if part(file) not in (*OUTER, "flows")]
FLOWS = [file for file in FILES if part(file) == "flows"]


def name(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


@pytest.mark.parametrize("file", CORE + FLOWS, ids=name)
def test_the_core_and_its_flows_import_no_aws_no_http_and_no_environment(file: Path) -> None:
    for imported in imports(file):
        top = imported.split(".")[0]
        assert top == "inbox_recipes" or top in sys.stdlib_module_names | ALLOWED_OUTSIDE, imported
        assert imported not in FORBIDDEN_STANDARD, imported


@pytest.mark.parametrize("file", CORE + FLOWS, ids=name)
def test_the_core_and_its_flows_never_ask_what_time_it_is(file: Path) -> None:
    asked = [
        node.func.attr
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]

    assert not {"now", "utcnow", "today"} & set(asked)


@pytest.mark.parametrize("file", CORE, ids=name)
def test_the_core_imports_neither_flows_nor_anything_further_out(file: Path) -> None:
    outside = [f"inbox_recipes.{part}" for part in ("flows", *OUTER)]

    assert not [i for i in imports(file) if i.startswith(tuple(outside))]


@pytest.mark.parametrize("file", FLOWS, ids=name)
def test_flows_import_nothing_further_out(file: Path) -> None:
    assert not [i for i in imports(file) if i.startswith(tuple(f"inbox_recipes.{part}" for part in OUTER))]


@pytest.mark.parametrize("file", [f for f in FILES if part(f) == "adapters"], ids=name)
def test_adapters_import_neither_flows_nor_http(file: Path) -> None:
    assert not [i for i in imports(file) if i.startswith(("inbox_recipes.flows", "inbox_recipes.http"))]


@pytest.mark.parametrize("file", [f for f in FILES if part(f) == "actions"], ids=name)
def test_actions_import_no_recipes(file: Path) -> None:
    """That keeps the union of actions free of cycles."""
    assert not [
        i for i in imports(file) if i.startswith(("inbox_recipes.recipes", "inbox_recipes.rule_book"))
    ]


@pytest.mark.parametrize("file", [f for f in FILES if part(f) != "bootstrap"], ids=name)
def test_only_the_bootstrap_builds_clients(file: Path) -> None:
    calls = [
        node.func.attr
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]

    assert not {"client", "resource", "create_client"} & set(calls)


@pytest.mark.parametrize("file", [f for f in FILES if part(f) != "settings"], ids=name)
def test_only_the_settings_read_the_environment(file: Path) -> None:
    assert not [i for i in imports(file) if i in ("os", "os.environ", "os.getenv")]


@pytest.mark.parametrize(
    "file", sorted((ROOT / "functions").rglob("*.py")), ids=lambda file: file.parent.name
)
def test_a_handler_imports_no_sibling(file: Path) -> None:
    """In Lambda its folder is the root, in tests it is not."""
    assert not [i for i in imports(file) if i.startswith((".", "functions"))]


def test_the_walk_saw_the_whole_package() -> None:
    assert len(CORE) > 25
    assert len(FLOWS) > 8
