"""docs/openapi.json: valid, up to date, the same routes and scopes as the template, examples that work."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from inbox_recipes.http.problems import KINDS
from inbox_recipes.http.routes import OPERATIONS
from tests.unit.http.client import an_account
from tests.unit.http.test_mentions_in import Door, post
from tests.unit.test_template import OPERATIONS as IN_TEMPLATE
from tools import openapi
from tools.openapi_document import PROBLEMS, SCOPES, document
from tools.openapi_examples import EXAMPLES

DOCUMENT = document()
DOCUMENTED = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def test_the_document_is_valid_openapi_3_1() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_the_file_says_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert openapi.main(["--check"]) == 0, capsys.readouterr().err


def test_a_file_that_says_something_else_is_found_and_written_anew(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(openapi, "FILE", tmp_path / "docs" / "openapi.json")
    assert openapi.main(["--check"]) == 1
    assert "make openapi" in capsys.readouterr().err
    assert openapi.main([]) == 0
    assert openapi.main(["--check"]) == 0
    openapi.FILE.write_text(openapi.FILE.read_text().replace("recipes", "receipts"))
    assert openapi.main(["--check"]) == 1
    assert openapi.main(["--what"]) == 2


UNSIGNED = {
    "GET /platforms/{platform}/webhook",
    "POST /platforms/{platform}/webhook",
    "GET /surveys/{token}",
    "POST /surveys/{token}",
}
"""Routes without a login, where the platform's signature counts, or the link."""


def needed(operation: Any) -> str | None:
    """The scope of an operation, if it needs one."""
    [security] = operation["security"] or [{"NONE": []}]
    return security["Cognito"][0] if "Cognito" in security else None


@pytest.mark.parametrize("name", sorted(DOCUMENTED.keys() - UNSIGNED))
def test_every_operation_names_the_one_scope_that_it_needs_r15(name: str) -> None:
    [security] = DOCUMENTED[name]["security"]
    [scope] = security["Cognito"]
    assert scope in SCOPES


def test_the_template_and_the_document_have_the_same_routes_and_scopes_r15() -> None:
    table = {f"{each.method} {each.path}": each.scope for each in OPERATIONS}
    assert {name: needed(operation) for name, operation in DOCUMENTED.items()} == table
    assert {name: needed(operation) for name, operation in IN_TEMPLATE.items()} == table
    assert {name for name, scope in table.items() if scope is None} == UNSIGNED


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in DOCUMENTED.values()]
    assert len(set(names)) == len(names)


def test_every_problem_that_can_be_answered_is_described() -> None:
    assert {status for _, status, _, _ in KINDS} <= set(PROBLEMS)


def test_every_example_belongs_to_an_operation() -> None:
    assert set(EXAMPLES) <= {operation.summary for operation in OPERATIONS}


CREATES = {
    summary: f"/{operation.path.split('/')[1]}"
    for operation in OPERATIONS
    if (summary := operation.summary) in EXAMPLES and operation.version == "created"
}


@pytest.mark.parametrize("summary", CREATES)
def test_the_examples_of_what_can_be_created_can_be_created(summary: str) -> None:
    client = an_account()
    tree = {"combinator": "and", "rules": []}
    client.create("saved-filters", "upset", {"name": "Upset", "filter": tree})
    for name, body in EXAMPLES[summary].items():
        assert client.call("POST", CREATES[summary], body).status == 201, name


def test_the_other_examples_are_accepted() -> None:
    client = an_account()
    recipes = EXAMPLES["Create a recipe with an id made by the API"]
    client.create("recipes", "rec_1", recipes["billing"])
    unique_id = client.take_in()
    case_id = client.call("GET", "/cases").body["data"][0]["id"]
    for summary, url in {
        "Change parts of a recipe (JSON merge patch)": "/recipes/rec_1",
        "Change a mention's status, tags, assignment or properties": f"/mentions/{unique_id}",
        "Change a case's status, tags, assignment or priority": f"/cases/{case_id}",
    }.items():
        for body in EXAMPLES[summary].values():
            assert client.call("PATCH", url, body, headers={"If-Match": "*"}).status == 200
    for body in EXAMPLES["Explain why a recipe acts on something, or does not"].values():
        assert client.call("POST", "/explain", body).status == 200
    for summary, url in {
        "Read a filter from text": "/filters/parse",
        "Print a filter as text": "/filters/print",
    }.items():
        for body in EXAMPLES[summary].values():
            assert client.call("POST", url, body).status == 200
    for body in EXAMPLES["Take in one mention, or up to 100"].values():
        assert post(Door(), body)[0] == 202
