"""What recipes can be made of: triggers, fields with their operators, actions, platforms, limits.

Nothing is listed here by hand: all of it comes from the unions, rows and limits that the engine works
with. It is made once and answered from memory.
"""

import json
import re
import sys
from dataclasses import asdict
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from inbox_recipes.actions import ACTIONS
from inbox_recipes.actions.base import Action, Offer
from inbox_recipes.business_hours import MOST_DAYS, MOST_YEARS
from inbox_recipes.configuration import BODY_LIMIT
from inbox_recipes.configuration import ROWS as KINDS
from inbox_recipes.errors import InvalidInput
from inbox_recipes.filters import Condition
from inbox_recipes.filters.fields import ROWS, Field
from inbox_recipes.filters.operators import Operator
from inbox_recipes.filters.tree import MAX_CONDITIONS, MAX_DEPTH
from inbox_recipes.fitting import CASES_OFF, WITHOUT_CASES, possible_without_cases
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Frozen
from inbox_recipes.platforms import CAPABILITIES
from inbox_recipes.presets import ROWS as PRESETS
from inbox_recipes.profiles import SECRETS
from inbox_recipes.rule_book import MAX_HOPS
from inbox_recipes.triggers import Arrival, Trigger
from inbox_recipes.validation import validated
from inbox_recipes.variables import ROWS as VARIABLES

MARKS = re.compile(r' \((?:[^()"]*\b(?:[AR]\d+|rows? \d+|decisions? \d+)\b[^()"]*)\)')
"""References to pages that readers of the API do not have, as docstrings hold them."""

CANDIDATES: tuple[Any, ...] = (
    True, 5, [5, 10], "fr", ["fr"], "2026-11-22T10:00:00Z", {"minutes": 30},
)  # fmt: skip
"""Values of every form: the first that an operator takes is its example."""


class CatalogTrigger(Frozen):
    """What starts a recipe; `json_schema` describes its parameters."""

    type: str
    description: str
    json_schema: dict[str, Any]


class CatalogOperator(Frozen):
    """How a field can be asked. The value that this wants in words, as a JSON schema, and an example."""

    name: str
    value: str
    json_schema: dict[str, Any] | None
    example: Any


class CatalogField(Frozen):
    """What a filter can ask about. `values` are all it can have, where these are few and known.

    Nothing gives a field a value yet unless it is `filled`; a condition on it finds it missing.
    """

    name: str
    group: str
    kind: str
    operators: tuple[CatalogOperator, ...]
    values: tuple[str, ...]
    filled: bool


class CatalogRefusal(Frozen):
    """Where an action is not offered, and why."""

    on: Offer
    reason: str


class CatalogAction(Frozen):
    """What a recipe can do, when it is offered, and why not elsewhere."""

    type: str
    description: str
    offered_on: tuple[Offer, ...]
    not_offered_on: tuple[CatalogRefusal, ...]
    json_schema: dict[str, Any]


class CatalogVariable(Frozen):
    """A variable that texts and bodies may name in brackets; a `whole` one is an object and becomes JSON."""

    name: str
    description: str
    whole: bool


class CatalogPreset(Frozen):
    """A body that a well-known receiver takes: the template for recipes about mentions, and about cases."""

    name: str
    description: str
    mention: str
    case: str


class CatalogPlatform(Frozen):
    """What can be done on a platform, and what its profiles share with it."""

    service: str
    capabilities: dict[str, bool]
    credentials: tuple[str, ...]


class CatalogLimits(Frozen):
    """How much there can be."""

    group_depth: int = MAX_DEPTH
    conditions: int = MAX_CONDITIONS
    recipes_in_a_row: int = MAX_HOPS
    characters_of_json: int = BODY_LIMIT
    days_in_a_schedule: int = MOST_DAYS
    years_of_public_holidays: int = MOST_YEARS
    members: dict[str, int]


class Catalog(Frozen):
    """Everything that a recipe can be made of."""

    triggers: tuple[CatalogTrigger, ...]
    fields: tuple[CatalogField, ...]
    actions: tuple[CatalogAction, ...]
    variables: tuple[CatalogVariable, ...]
    presets: tuple[CatalogPreset, ...]
    platforms: tuple[CatalogPlatform, ...]
    limits: CatalogLimits


@cache
def catalog(*, cases: bool) -> Catalog:
    """The catalog of this version, with or without the cases feature (A40)."""
    return Catalog(
        triggers=tuple(
            _trigger(model) for model in get_args(get_args(Trigger)[0]) if cases or model is Arrival
        ),
        fields=tuple(_field(row) for row in ROWS),
        actions=tuple(
            _action(tag, model, cases=cases)
            for tag, model in ACTIONS.items()
            if cases or tag in possible_without_cases()
        ),
        variables=tuple(
            CatalogVariable(name=row.name, description=row.description, whole=row.whole) for row in VARIABLES
        ),
        presets=tuple(
            CatalogPreset(
                name=row.name,
                description=row.description,
                mention=row.template("mention"),
                case=row.template("case"),
            )
            for row in PRESETS
        ),
        platforms=tuple(
            CatalogPlatform(service=service, capabilities=asdict(can), credentials=SECRETS[service])
            for service, can in CAPABILITIES.items()
        ),
        limits=CatalogLimits(members={kind.route: kind.most for kind in KINDS if not kind.single}),
    )


def get(request: Request) -> Answer:
    """The catalog as JSON."""
    cases = request.services.rule_books.current().account.cases
    return Answer(catalog(cases=cases).model_dump(mode="json"))


def without_marks(document: Any) -> Any:
    """JSON whose texts refer to nothing that only we can read."""
    return json.loads(MARKS.sub("", json.dumps(document)))


def _trigger(model: type[Frozen]) -> CatalogTrigger:
    tag = get_args(model.model_fields["type"].annotation)[0]
    return CatalogTrigger(type=tag, description=_first_line(model), json_schema=_schema(model))


def _field(row: Field) -> CatalogField:
    return CatalogField(
        name=row.name,
        group=row.name.split(".")[0],
        kind=row.kind,
        operators=tuple(_operator(row, operator) for operator in row.operators.values()),
        values=row.values,
        filled=row.filled,
    )


def _operator(row: Field, operator: Operator) -> CatalogOperator:
    return CatalogOperator(
        name=operator.name,
        value=operator.wanted,
        json_schema=operator.value and without_marks(operator.value.json_schema()),
        example=None if operator.value is None else _example(row, operator),
    )


def _example(row: Field, operator: Operator) -> Any:
    """A value that the operator takes of this field."""
    for value in (*row.values[:1], list(row.values[:2]), *CANDIDATES):
        condition = {"field": row.name, "operator": operator.name, "value": value}
        try:
            validated(Condition, condition)
        except InvalidInput:
            continue
        return value
    return None


def _action(tag: str, model: type[Action], *, cases: bool) -> CatalogAction:
    possible = model.offered_on if cases else model.offered_on & WITHOUT_CASES
    refused = tuple(offer for offer in get_args(Offer) if offer not in possible)
    return CatalogAction(
        type=tag,
        description=_first_line(sys.modules[model.__module__]),
        offered_on=tuple(offer for offer in get_args(Offer) if offer in possible),
        not_offered_on=tuple(
            CatalogRefusal(on=offer, reason=CASES_OFF if offer in model.offered_on else model.elsewhere)
            for offer in refused
        ),
        json_schema=_schema(model),
    )


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema: dict[str, Any] = without_marks(model.model_json_schema())
    return schema


def _first_line(documented: object) -> str:
    return str(without_marks((documented.__doc__ or "").strip().split("\n")[0]))
