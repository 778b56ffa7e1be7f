"""Filters as text: `content:"double facturation" AND (language:fr OR country:FR) AND NOT tag:spam`.

Here are the names and signs of the language, and the printing. Reading is in `query_reader`, which is
loaded when the first text is read. Text and tree say exactly the same, both ways: docs/query-language.md.
"""

import json
import re
from collections import Counter
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_jsonable_python

from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.operators import Operator
from inbox_recipes.filters.tree import Condition, Group, Rule, SavedFilterRef
from inbox_recipes.inbox import Frozen

ALIASES = {
    "content": "content.text",
    "title": "content.title",
    "status": "status.type",
    "author": "author.name",
    "author_id": "author.id",
    "case": "cases.is_part_of_case",
    "case_status": "cases.status",
    "case_title": "cases.title",
    "case_tag": "cases.tags",
    "tag": "tag.tags",
}
"""Short names that people choose. Every other attribute that only one field has is its short name."""

_TIMES = Counter(name.partition(".")[2] for name in FIELDS)
_ATTRIBUTES = {
    short: name for name in FIELDS if _TIMES[short := name.partition(".")[2]] == 1 and short not in ALIASES
}
NAMES = {name: name for name in FIELDS} | _ATTRIBUTES | ALIASES
"""Everything that a field may be called -> the field."""

SHORT = {name: name for name in FIELDS} | {NAMES[short]: short for short in NAMES if "." not in short}
"""Field -> its name in printed text: the alias, else the attribute if no other field has it."""

SAVED = "saved_filter"
"""Stands in the place of a field before the id of a saved filter."""

PLAIN = ("is", "is_any_of", "contains_any")
NEGATED = ("is_not", "is_none_of", "contains_none")
"""What `field:value` and `field:!value` ask: the first that the field has."""

COMPARISONS = {">=": ("gte",), "<=": ("lte",), ">": ("gt", "after"), "<": ("lt", "before")}
"""Sign before a value -> what it asks: the first that the field has."""

_SIGNS = {operator: sign for sign, operators in COMPARISONS.items() for operator in operators}
_BARE = re.compile(r"(?!(?:AND|OR|NOT|TO)\Z)[\w@#+-][\w@#+.:/-]*\*?")


class FilterText(Frozen):
    """A filter as text; it is kept as the tree that the text means."""

    query: str


def to_group(text: str, at: str = "/query") -> Group:
    """The tree that the text means. Raises InvalidInput, which names line and column; `at` is its pointer."""
    from inbox_recipes.filters.query_reader import read  # noqa: PLC0415 - lark costs every cold start else

    return read(text, at)


def to_query(group: Group) -> str:
    """The text of a tree, always the same for the same tree."""
    if group.negated:
        return f"NOT {_negated(group)}"
    if not group.rules:
        return "*"
    if len(group.rules) == 1:
        [rule] = group.rules
        if group.combinator == "or":
            return f"OR {_operand(rule)}"
        return f"({to_query(rule)})" if isinstance(rule, Group) else _leaf(rule)
    return f" {group.combinator.upper()} ".join(_operand(rule) for rule in group.rules)


def _negated(group: Group) -> str:
    inside = to_query(group.model_copy(update={"negated": False}))
    if group.combinator == "and" and len(group.rules) == 1:
        [rule] = group.rules
        if not isinstance(rule, Group) or rule.negated:
            return inside
    return f"({inside})"


def _operand(rule: Rule) -> str:
    if not isinstance(rule, Group):
        return _leaf(rule)
    return to_query(rule) if rule.negated else f"({to_query(rule)})"


def _leaf(rule: Condition | SavedFilterRef) -> str:
    if isinstance(rule, SavedFilterRef):
        return f"{SAVED}:{_scalar(rule.saved_filter_id)}"
    return f"{SHORT[rule.field]}:{_test(rule)}"


def _test(condition: Condition) -> str:
    name, value = condition.operator, to_jsonable_python(condition.value)
    operators = FIELDS[condition.field].operators
    if value is None:
        return {"is_set": "*", "is_not_set": "!*"}.get(name, f"{name}()")
    if isinstance(value, dict):
        return f"{name}({' '.join(f'{_scalar(amount)} {unit}' for unit, amount in value.items())})"
    several = isinstance(value, list)
    listed = ", ".join(map(_scalar, value)) if several else _scalar(value)
    bare = not several or (len(value) == 1 and not _takes(operators[name], value[0]))
    for sign, names in (("", PLAIN), ("!", NEGATED)):
        if name == _first(names, operators):
            return f"{sign}{listed}" if bare else f"{sign}({listed})"
    if name in _SIGNS and name == _first(COMPARISONS[_SIGNS[name]], operators) and not several:
        return f"{_SIGNS[name]}{listed}"
    if name == "between":
        return f"[{' TO '.join(map(_scalar, value))}]"
    return f"{name}({listed})" if bare or len(value) > 1 else f"{name}({listed},)"


def _takes(operator: Operator, value: Any) -> bool:
    """Whether the operator wants a value of that form."""
    try:
        return operator.value is not None and operator.value.validate_python(value) is not None
    except ValidationError:
        return False


def _first(names: tuple[str, ...], operators: dict[str, Operator]) -> str | None:
    return next((name for name in names if name in operators), None)


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
        return json.dumps(int(value) if whole else value)
    if _BARE.fullmatch(value):
        return value
    if ('"' in value or "\\" in value) and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)
