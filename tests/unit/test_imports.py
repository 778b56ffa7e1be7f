"""No function loads what it does not use: each cold start pays for every import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.test_template import FUNCTIONS

REPOSITORY = Path(__file__).parents[2]

UNUSED = {
    "ingest": ["boto3", "holidays", "lark", "requests", "inbox_recipes.recipes",
               "aws_lambda_powertools.event_handler"],
    "evaluator": ["boto3", "holidays", "lark", "requests", "inbox_recipes.http",
                  "inbox_recipes.flows.execute", "aws_lambda_powertools.event_handler"],
    "executor": ["boto3", "holidays", "lark", "inbox_recipes.http", "inbox_recipes.flows.evaluate",
                 "aws_lambda_powertools.event_handler"],
    "api": ["boto3", "holidays", "lark", "requests", "inbox_recipes.flows.execute"],
}  # fmt: skip


def loaded_by(module: str) -> set[str]:
    """Every module that a new process has when it has imported one."""
    environment = os.environ | {
        "PYTHONPATH": f"{REPOSITORY}/layers/core/python:{REPOSITORY}",
        "POWERTOOLS_METRICS_NAMESPACE": "test",
    }
    program = f"import sys, {module}; print(*sys.modules)"

    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )

    return set(answer.stdout.split())


@pytest.mark.parametrize("function", UNUSED)
def test_a_function_does_not_load_what_it_does_not_use(function: str) -> None:
    loaded = loaded_by(f"functions.{function}.app")

    assert f"functions.{function}.app" in loaded
    assert [module for module in UNUSED[function] if module in loaded] == []


def test_what_signs_calls_of_x_is_loaded_when_one_is_signed() -> None:
    """Profiles with a token of OAuth 2.0 do not pay for it."""
    loaded = loaded_by("inbox_recipes.platforms.x")

    assert "inbox_recipes.platforms.x" in loaded
    assert "oauthlib" not in loaded


def test_only_one_adapter_names_the_package_of_holidays_and_only_the_api_has_its_layer() -> None:
    """It is as large as everything else that a function loads."""
    package = REPOSITORY / "layers/core/python/inbox_recipes"
    naming = [file.name for file in package.rglob("*.py") if "from holidays" in file.read_text()]
    layers = {name: properties.get("Layers", []) for name, properties in FUNCTIONS.items()}

    assert naming == ["public_holidays.py"]
    assert layers.pop("ApiFunction") == [{"Ref": "HolidaysLayer"}]
    assert not any(layers.values())
