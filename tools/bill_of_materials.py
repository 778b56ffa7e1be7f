"""Writes docs/sbom.json and docs/licences.md: what is deployed beside our own code, and on which terms (R27).

What is deployed is what the layers' hashed requirements name. `.venv` holds the same versions, and their own
words about licences; CycloneDX's program reads them there. It runs in .tools/sbom. What it says of places on
the internet is left out, so that the files say the same wherever they are made.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

type Json = dict[str, Any]

REPOSITORY = Path(__file__).parents[1]
PROGRAM = REPOSITORY / ".tools" / "sbom" / "bin" / "cyclonedx-py"
BILL = REPOSITORY / "docs" / "sbom.json"
LICENCES = REPOSITORY / "docs" / "licences.md"
LAYERS = ("vendor", "holidays")
LAYER = "inbox-recipes:layer"
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;]+)", re.MULTILINE)
WANTED = re.compile(r"^([a-zA-Z0-9-]+)", re.MULTILINE)
CLASSIFIER = "License :: OSI Approved :: "
PAGE = """\
# Licences

What the functions' layers hold beside our own code, as the packages themselves declare it. `make sbom` writes
this list and [sbom.json](sbom.json), the same as a CycloneDX bill of materials; a test compares both with
what is pinned and installed. `boto3` is not among them: Lambda brings it.

| package | version | licence | layer |
|---|---|---|---|
"""


def pinned(layer: str) -> dict[str, str]:
    """Version by package of one layer, from its hashed requirements."""
    return dict(PINNED.findall((REPOSITORY / "layers" / layer / "requirements.txt").read_text()))


def bill(found: Json) -> Json:
    """What CycloneDX's program found in `.venv`, cut down to what is deployed.

    Raises:
        LookupError: `.venv` holds another version than a layer, or lacks a package.
    """
    kept = {ref: layer for layer in LAYERS for ref in _refs(found, pinned(layer))}
    about = found["metadata"]
    tools = [{key: tool[key] for key in ("type", "name", "version")} for tool in about["tools"]["components"]]
    root = about["component"]["bom-ref"]
    return {
        "$schema": found["$schema"],
        "bomFormat": found["bomFormat"],
        "specVersion": found["specVersion"],
        "version": 1,
        "metadata": {
            "component": about["component"],
            "tools": {"components": tools},
            "properties": about["properties"],
        },
        "components": [
            {key: value for key, value in part.items() if key != "externalReferences"}
            | {"properties": [{"name": LAYER, "value": kept[part["bom-ref"]]}]}
            for part in sorted(found["components"], key=lambda each: str(each["purl"]))
            if part["bom-ref"] in kept
        ],
        "dependencies": [
            {"ref": root, "dependsOn": sorted(_wanted(found))},
            *(_among(kept, each) for each in found["dependencies"] if each["ref"] in kept),
        ],
    }


def _refs(found: Json, wanted: Mapping[str, str]) -> list[str]:
    refs = {part["purl"]: str(part["bom-ref"]) for part in found["components"]}
    missing = [f"{name} {version}" for name, version in wanted.items() if purl(name, version) not in refs]
    if missing:
        raise LookupError(f".venv does not hold {', '.join(missing)}: run `make lock`, then `make setup`")
    return [refs[purl(name, version)] for name, version in wanted.items()]


def purl(name: str, version: str) -> str:
    """A package's name in the words of package-url."""
    return f"pkg:pypi/{name}@{version}"


def _wanted(found: Json) -> list[str]:
    """What our own code needs by name; the others come with these."""
    asked = [
        name
        for layer in LAYERS
        for name in WANTED.findall((REPOSITORY / "layers" / layer / "requirements.in").read_text())
    ]
    versions = {name: version for layer in LAYERS for name, version in pinned(layer).items()}
    return _refs(found, {name: versions[name] for name in asked})


def _among(kept: Mapping[str, str], dependency: Json) -> Json:
    needs = [each for each in dependency.get("dependsOn", ()) if each in kept]
    return {"ref": dependency["ref"], **({"dependsOn": needs} if needs else {})}


def licences(made: Json) -> str:
    """The bill's licences as a page."""
    rows = (
        (part["name"], part["version"], ", ".join(terms(part)), part["properties"][0]["value"])
        for part in made["components"]
    )
    return PAGE + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def terms(part: Json) -> list[str]:
    """The SPDX names of a component's licences, or where it has none of these its own words."""
    declared = [
        each["license"] if "license" in each else {"id": each["expression"]} for each in part["licenses"]
    ]
    named = [str(each["id"]) for each in declared if "id" in each]
    return named or [str(each["name"]).removeprefix(CLASSIFIER) for each in declared]


def main() -> int:
    command: list[str | Path] = [PROGRAM, "environment", "--output-reproducible", "--output-format", "JSON"]
    command += ["--pyproject", REPOSITORY / "pyproject.toml", REPOSITORY / ".venv" / "bin" / "python"]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    made = bill(json.loads(told.stdout))
    BILL.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    LICENCES.write_text(licences(made), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
