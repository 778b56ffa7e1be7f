"""An action stands in one file, is listed once, and is called what its file is called."""

import importlib
import json
import pkgutil

import pytest
from pydantic import TypeAdapter

from inbox_recipes import actions
from inbox_recipes.actions import ACTIONS, Action, AnyAction
from inbox_recipes.filters.fields import FIELDS, ROWS
from inbox_recipes.filters.operators import OPERATORS

MODULES = [module.name for module in pkgutil.iter_modules(actions.__path__) if module.name != "base"]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_of_actions_is_listed_under_its_own_name(module: str) -> None:
    assert module in ACTIONS, f"actions/{module}.py is not in the union of actions/__init__.py"
    assert ACTIONS[module].__module__ == f"inbox_recipes.actions.{module}"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_holds_one_action(module: str) -> None:
    found = [
        value
        for value in vars(importlib.import_module(f"inbox_recipes.actions.{module}")).values()
        if isinstance(value, type) and issubclass(value, Action) and value.__module__.endswith(module)
    ]

    assert found == [ACTIONS[module]]


def test_no_tag_is_used_twice() -> None:
    assert len(ACTIONS) == len(MODULES) == len(set(ACTIONS.values()))


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_an_action_says_where_it_is_offered_and_what_it_does(action: type[Action]) -> None:
    assert action.offered_on
    assert action.__doc__
    assert action.effect_class in ("A", "B", "C", "wait")


def test_the_schema_of_every_action_is_closed() -> None:
    schema = TypeAdapter(AnyAction).json_schema()

    assert set(schema["discriminator"]["mapping"]) == ACTIONS.keys()
    actions_only = [
        schema["$defs"][ref.split("/")[-1]] for ref in schema["discriminator"]["mapping"].values()
    ]
    assert all(each["additionalProperties"] is False for each in actions_only)
    assert json.dumps(schema)


def test_no_field_is_named_twice_and_every_kind_has_operators() -> None:
    assert len(FIELDS) == len(ROWS)
    assert {row.kind for row in ROWS} <= OPERATORS.keys()
