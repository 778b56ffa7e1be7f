"""The filter tree: conditions, and/or/not groups, references to saved filters; and their limits.

The shape is the one React Query Builder reads and writes. What a filter *answers* is in the
package's `__init__`.
"""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    Discriminator,
    Field,
    StrictBool,
    StringConstraints,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.operators import Operator
from inbox_recipes.inbox import Frozen

MAX_DEPTH = 8
MAX_CONDITIONS = 200
TOO_DEEP = f"Groups may be nested {MAX_DEPTH} deep."
TOO_MANY = f"A filter may hold {MAX_CONDITIONS} conditions."


class Condition(Frozen):
    """One question about one field. `value` has the form that the operator wants."""

    field: str
    operator: str
    value: Any = None

    @model_validator(mode="after")
    def _fits_the_catalog(self) -> "Condition":
        row = FIELDS.get(self.field)
        if row is None:
            raise _refusal("field", f"There is no field {self.field!r}.", FIELDS)
        operator = row.operators.get(self.operator)
        if operator is None:
            raise _refusal("operator", f"{self.field} cannot be asked {self.operator!r}.", row.operators)
        object.__setattr__(self, "value", _checked(self.value, operator, self.field, row.values))
        return self


class Group(Frozen):
    """Conditions, groups and saved filters joined by `and` or `or`; `not` turns the answer round."""

    combinator: Literal["and", "or"]
    negated: Annotated[StrictBool, Field(alias="not")] = False
    rules: tuple["Rule", ...]

    @model_validator(mode="after")
    def _within_limits(self) -> "Group":
        if self.combinator == "or" and not self.rules:
            raise _refusal("rules", "An 'or' group needs at least one rule.", ())
        if depth(self) > MAX_DEPTH:
            raise _refusal("rules", TOO_DEEP, ())
        if len(list(conditions(self))) > MAX_CONDITIONS:
            raise _refusal("rules", TOO_MANY, ())
        return self

    @cached_property
    def refers(self) -> bool:
        """Whether a saved filter is named anywhere in it."""
        return any(isinstance(r, SavedFilterRef) or (isinstance(r, Group) and r.refers) for r in self.rules)


class SavedFilterRef(Frozen):
    """A saved filter, by reference: later edits of it change every recipe that uses it (A5)."""

    saved_filter_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]


def _rule_kind(value: Any) -> str:
    keys = value if isinstance(value, dict) else vars(value) if hasattr(value, "__dict__") else {}
    if "saved_filter_id" in keys:
        return "savedfilterref"
    return "group" if "combinator" in keys or "rules" in keys else "condition"


Rule = Annotated[
    Annotated[Group, Tag("group")]
    | Annotated[Condition, Tag("condition")]
    | Annotated[SavedFilterRef, Tag("savedfilterref")],
    Discriminator(_rule_kind),
]


def _filter_kind(value: Any) -> str:
    keys = value if isinstance(value, dict) else vars(value) if hasattr(value, "__dict__") else {}
    return "savedfilterref" if "saved_filter_id" in keys else "group"


Filter = Annotated[
    Annotated[Group, Tag("group")] | Annotated[SavedFilterRef, Tag("savedfilterref")],
    Discriminator(_filter_kind),
]

Group.model_rebuild()


def conditions(group: Group) -> list[Condition]:
    """Every condition of the tree, in the order in which it is written; not those behind references."""
    found: list[Condition] = []
    for rule in group.rules:
        if isinstance(rule, Group):
            found += conditions(rule)
        elif isinstance(rule, Condition):
            found.append(rule)
    return found


def depth(group: Group) -> int:
    """How many groups stand inside one another, this one included."""
    return 1 + max((depth(rule) for rule in group.rules if isinstance(rule, Group)), default=0)


def _refusal(key: str, detail: str, allowed: Any) -> PydanticCustomError:
    """An error that says which key is wrong and what may stand there; `http.problems` reads both."""
    return PydanticCustomError(
        "refused", "{detail}", {"key": key, "detail": detail, "allowed": list(allowed)}
    )


def _checked(value: Any, operator: Operator, field: str, allowed: tuple[str, ...]) -> Any:
    if operator.value is None:
        if value is not None:
            raise _refusal("value", f"{operator.name} takes no value.", ())
        return None
    try:
        checked = operator.value.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        why = f": {first['msg']}" if first["type"] == "unfit" else ""
        raise _refusal("value", f"{field} {operator.name} wants {operator.wanted}{why}.", ()) from error
    unknown = [item for item in _texts(checked) if allowed and item.casefold() not in allowed]
    if unknown:
        raise _refusal("value", f"{field} is never {unknown[0]!r}.", allowed)
    return checked


def _texts(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)
