"""What is deployed is known: docs/sbom.json and docs/licences.md say what is pinned and installed (R27)."""

import ast
import json
import sys
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Any

import pytest

from tools import bill_of_materials
from tools.bill_of_materials import (
    BILL,
    LAYERS,
    LICENCES,
    REPOSITORY,
    WANTED,
    bill,
    licences,
    pinned,
    purl,
    terms,
)

MADE: dict[str, Any] = json.loads(BILL.read_text())
PARTS = {part["purl"]: part for part in MADE["components"]}
PINNED = {purl(name, version): (layer, name) for layer in LAYERS for name, version in pinned(layer).items()}
PERMITTED = {
    "Apache Software License", "Apache-2.0", "BSD License", "BSD-3-Clause", "MIT", "MIT-0", "PSF-2.0",
    "MPL-2.0",  # certifi: a list of certificates, used as it is
}  # fmt: skip
"""Terms under which a package may be passed on with ours, which is Apache-2.0."""
IN_LAMBDA = {"boto3", "botocore"}
"""What the runtime brings."""
FOUND_WHEN_ASKED = {"tzdata"}
"""What is used without being imported: zoneinfo reads it where the system has no time zones."""


def test_the_bill_names_what_the_layers_pin_and_nothing_else_r27() -> None:
    assert {each: part["properties"][0]["value"] for each, part in PARTS.items()} == {
        each: layer for each, (layer, _) in PINNED.items()
    }


@pytest.mark.parametrize("each", sorted(PINNED))
def test_a_licence_is_what_the_installed_package_declares_r27(each: str) -> None:
    """The words of `.venv`, where the same version is installed."""
    _, name = PINNED[each]
    told = distribution(name).metadata
    words_of = [told.get("License-Expression", ""), told.get("License", ""), *told.get_all("Classifier", [])]
    assert told["Version"] == PARTS[each]["version"]
    for term in terms(PARTS[each]):
        assert any(term in words or _same(term, words) for words in words_of), (term, words_of)


def _same(term: str, words: str) -> bool:
    """Whether SPDX's name is that of a licence which a package names in its own way."""
    return (term, words) == ("Apache-2.0", "License :: OSI Approved :: Apache Software License")


def test_every_licence_permits_what_is_done_with_it_r27() -> None:
    assert {term for part in PARTS.values() for term in terms(part)} <= PERMITTED


def test_the_page_of_licences_says_what_the_bill_says_r27() -> None:
    assert LICENCES.read_text() == licences(MADE)


def test_what_depends_on_what_is_told_among_the_parts_r27() -> None:
    refs = {part["bom-ref"] for part in PARTS.values()}
    [root, *others] = MADE["dependencies"]
    assert root["ref"] == MADE["metadata"]["component"]["bom-ref"]
    assert {each["ref"] for each in others} == refs
    reached = set(root["dependsOn"])
    for _ in others:
        reached |= {need for each in others if each["ref"] in reached for need in each.get("dependsOn", ())}
    assert reached == refs, "what nothing needs is not deployed"


def test_a_package_that_is_not_installed_as_pinned_is_told_by_name_r27() -> None:
    found: dict[str, Any] = {"components": [], "dependencies": [], "metadata": {}}
    with pytest.raises(LookupError, match=r"requests 2\..*make lock"):
        bill(found)


def test_every_import_is_pinned_and_everything_asked_for_is_imported_r27() -> None:
    """Nothing is found by accident on a developer's machine, and nothing is carried for nothing."""
    asked = {
        name.lower()
        for layer in LAYERS
        for name in WANTED.findall((REPOSITORY / "layers" / layer / "requirements.in").read_text())
    }
    packages = packages_distributions()
    modules = set(_imports()) - {"inbox_recipes", *sys.stdlib_module_names}
    imported = {packages[module][0].lower().replace("_", "-") for module in modules} - IN_LAMBDA
    assert imported <= {name for layer in LAYERS for name in pinned(layer)}
    assert asked - imported == FOUND_WHEN_ASKED


def _imports() -> Iterator[str]:
    for folder in ("layers/core/python", "functions"):
        for file in (REPOSITORY / folder).rglob("*.py"):
            yield from _imports_of(ast.parse(file.read_text()))


def _imports_of(tree: ast.AST) -> Iterator[str]:
    """The packages that are imported when the code runs, not only when its types are checked."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                pass
            case ast.Import(names=names):
                yield from (each.name.partition(".")[0] for each in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case _:
                yield from _imports_of(node)


def test_the_program_is_asked_and_both_files_are_written_r27(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what the program said last time, the files come out as they are."""
    program = tmp_path / "cyclonedx"
    told = MADE | {"dependencies": MADE["dependencies"][1:]}
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(told)}\nEND\n")
    program.chmod(0o755)
    for name, value in {"PROGRAM": program, "BILL": tmp_path / "b", "LICENCES": tmp_path / "l"}.items():
        monkeypatch.setattr(bill_of_materials, name, value)

    assert bill_of_materials.main() == 0

    assert (tmp_path / "b").read_text() == BILL.read_text()
    assert (tmp_path / "l").read_text() == LICENCES.read_text()
