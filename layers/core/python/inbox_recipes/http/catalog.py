"""What recipes can be made of: triggers, fields with their operators, actions with their parameters.

Nothing is listed here by hand: all of it comes from the unions and rows that the engine works with.
"""

from typing import Any, get_args

from inbox_recipes.actions import ACTIONS
from inbox_recipes.actions.base import Offer
from inbox_recipes.filters.fields import ROWS
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Frozen
from inbox_recipes.triggers import Trigger


class CatalogTrigger(Frozen):
    """What starts a recipe; `json_schema` describes its parameters."""

    type: str
    description: str
    json_schema: dict[str, Any]


class CatalogOperator(Frozen):
    """How a field can be asked, and the value that this wants."""

    name: str
    value: str


class CatalogField(Frozen):
    """What a filter can ask about. `values` are all it can have, where these are few and known."""

    name: str
    kind: str
    operators: tuple[CatalogOperator, ...]
    values: tuple[str, ...]


class CatalogAction(Frozen):
    """What a recipe can do, and when it is offered."""

    type: str
    description: str
    offered_on: tuple[Offer, ...]
    json_schema: dict[str, Any]


class Catalog(Frozen):
    """Everything that a recipe can be made of."""

    triggers: tuple[CatalogTrigger, ...]
    fields: tuple[CatalogField, ...]
    actions: tuple[CatalogAction, ...]


def catalog() -> Catalog:
    """The catalog of this version."""
    return Catalog(
        triggers=tuple(_trigger(model) for model in get_args(get_args(Trigger)[0])),
        fields=tuple(
            CatalogField(
                name=row.name,
                kind=row.kind,
                operators=tuple(
                    CatalogOperator(name=operator.name, value=operator.wanted)
                    for operator in row.operators.values()
                ),
                values=row.values,
            )
            for row in ROWS
        ),
        actions=tuple(
            CatalogAction(
                type=tag,
                description=_first_line(model),
                offered_on=tuple(offer for offer in get_args(Offer) if offer in model.offered_on),
                json_schema=model.model_json_schema(),
            )
            for tag, model in ACTIONS.items()
        ),
    )


def get(_: Request) -> Answer:
    """The catalog as JSON."""
    return Answer(catalog().model_dump(mode="json"))


def _trigger(model: type[Frozen]) -> CatalogTrigger:
    tag = get_args(model.model_fields["type"].annotation)[0]
    return CatalogTrigger(type=tag, description=_first_line(model), json_schema=model.model_json_schema())


def _first_line(model: type[Frozen]) -> str:
    return (model.__doc__ or "").strip().split("\n")[0]
