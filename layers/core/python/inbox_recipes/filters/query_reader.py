"""Reading a filter's text: lark finds its parts, here they become the tree, and conditions are checked.

Loaded by `query.to_group` when the first text is read. How a mistake is told is in `query_mistakes`.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedInput

from inbox_recipes.errors import InvalidInput, Problem
from inbox_recipes.filters.fields import FIELDS, Field
from inbox_recipes.filters.query import COMPARISONS, NAMES, NEGATED, PLAIN, SAVED, SHORT
from inbox_recipes.filters.query_mistakes import Mistake, nearest, syntax_mistake, told
from inbox_recipes.filters.tree import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    TOO_DEEP,
    TOO_MANY,
    Condition,
    Group,
    SavedFilterRef,
)
from inbox_recipes.validation import validated

MAX_CHARACTERS = 64_000
LOOKED_AT = 500
"""Values of a list that are checked one by one to find which is wrong: no operator takes more."""

type Part = Any
"""A `lark.Tree`, whose type does not say which of its children are trees."""
type Json = dict[str, Any]


@cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("query_grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def read(text: str, at: str) -> Group:
    """The tree that the text means. Raises InvalidInput with every mistake that could be found."""
    if len(text) > MAX_CHARACTERS:
        detail = f"A query has at most {MAX_CHARACTERS} characters; this one has {len(text)}."
        raise InvalidInput([Problem(at, detail)])
    tree = _Tree()
    try:
        group = tree.group(_parsed(text), 1) if text.strip() else {"combinator": "and", "rules": ()}
    except Mistake as mistake:
        group = {}
        tree.mistakes.append(mistake)
    if tree.mistakes:
        raise InvalidInput(told(mistake, text, at) for mistake in tree.mistakes)
    return Group.model_validate(group)


def _parsed(text: str) -> Part:
    """The parts of the text. Raises Mistake."""
    parser: Any = _grammar().parse_interactive(text)
    try:
        for _ in parser.iter_parse():
            pass
        return parser.feed_eof().children[0]
    except UnexpectedInput as error:
        raise syntax_mistake(error, parser.accepts(), text) from error


class _Tree:
    """The tree from its parts. A wrong condition is remembered and the others are still read."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.conditions = 0

    def group(self, body: Part, depth: int) -> Json:
        """What stands in parentheses, or the whole text."""
        if depth > MAX_DEPTH:
            raise Mistake(body.meta.start_pos, TOO_DEEP)
        if body.data == "not_":
            return self._negated(body.children[0], depth)
        if body.data == "everything":
            return {"combinator": "and", "rules": []}
        if body.data in ("and_", "or_", "or_alone"):
            combinator = "and" if body.data == "and_" else "or"
            return {"combinator": combinator, "rules": [self._rule(each, depth) for each in body.children]}
        return {"combinator": "and", "rules": [self._rule(body, depth)]}

    def _rule(self, part: Part, depth: int) -> Json:
        return self._condition(part) if part.data == "condition" else self.group(_inside(part), depth + 1)

    def _negated(self, part: Part, depth: int) -> Json:
        body = _inside(part)
        if part is not body and body.data != "not_":
            return {**self.group(body, depth), "not": True}
        return {"combinator": "and", "not": True, "rules": [self._rule(body, depth)]}

    def _condition(self, part: Part) -> Json:
        self.conditions += 1
        if self.conditions > MAX_CONDITIONS:
            raise Mistake(part.meta.start_pos, TOO_MANY)
        try:
            name, test = part.children
            return _saved_filter(test) if name == SAVED else _condition(name, test)
        except Mistake as mistake:
            self.mistakes.append(mistake)
            return {}


def _inside(part: Part) -> Part:
    return part.children[0] if part.data == "group" else part


@dataclass(frozen=True)
class _Asked:
    """What stands behind a field's colon: `sign` names the operators, of which the field's first counts.

    `meanings` are what the value can be; the first that fits counts.
    """

    operators: tuple[str, ...]
    sign: str
    values: tuple[Token, ...]
    meanings: tuple[Any, ...]


def _saved_filter(test: Part) -> Json:
    """A reference to a saved filter. Raises Mistake."""
    asked = _asked(test)
    reference = {"saved_filter_id": asked.meanings[0]}
    try:
        validated(SavedFilterRef, reference)
    except InvalidInput:
        reference = {}
    if asked.operators != PLAIN or not reference:
        raise Mistake(test.meta.start_pos, f"A saved filter is named by its id, as {SAVED}:upset.")
    return reference


def _condition(name: Token, test: Part) -> Json:
    """A condition, checked. Raises Mistake."""
    field, asked = _field(name), _asked(test)
    operator = next((each for each in asked.operators if each in field.operators), None)
    if operator is None:
        detail = f"{field.name} cannot be asked {asked.sign!r}.{nearest(asked.sign, field.operators)}"
        raise Mistake(test.meta.start_pos, detail, tuple(field.operators))
    conditions = [{"field": field.name, "operator": operator, "value": value} for value in asked.meanings]
    problems = [_problem(condition) for condition in conditions]
    for condition, problem in zip(conditions, problems, strict=True):
        if problem is None:
            return condition
    wrong = max(filter(None, problems), key=lambda problem: len(problem.detail))  # has the reason, if one has
    for token in asked.values[:LOOKED_AT]:
        if len(asked.values) == 1 or _problem({**conditions[0], "value": [_text(token)]}) == wrong:
            raise Mistake(token.start_pos, wrong.detail + nearest(_text(token), wrong.allowed), wrong.allowed)
    hint = " A value with spaces goes in quotes." if isinstance(asked.meanings[0], dict) else ""
    raise Mistake(test.meta.start_pos, wrong.detail + hint, wrong.allowed)


def _problem(condition: Json) -> Problem | None:
    try:
        validated(Condition, condition)
    except InvalidInput as error:
        return error.problems[0]
    return None


def _field(name: Token) -> Field:
    if name in NAMES:
        return FIELDS[NAMES[name]]
    several = [full for full in FIELDS if full.endswith(f".{name}")]
    hint = f" It may be {' or '.join(several)}." if several else nearest(name, (*NAMES, SAVED))
    allowed = (*SHORT.values(), SAVED)
    raise Mistake(name.start_pos, f"There is no field {str(name)!r}.{hint}", allowed)


def _asked(test: Part) -> _Asked:
    tokens = list(test.scan_values(lambda _: True))
    kinds, parts = {token.type for token in tokens}, {part.data for part in test.iter_subtrees()}
    values = tuple(token for token in tokens if token.type in ("WORD", "STRING", "RAW"))
    listed = "COMMA" in kinds or "list" in parts
    meanings = _meanings([_text(token) for token in values], listed=listed, measured="measure" in parts)
    if "COMPARISON" in kinds:
        return _Asked(COMPARISONS[tokens[0]], str(tokens[0]), values, meanings)
    if "CALL" in kinds:
        operator = tokens[0].removesuffix("(")
        return _Asked((operator,), operator, values, meanings)
    if "range" in parts:
        return _Asked(("between",), "between", values, meanings)
    negated = "NEGATION" in kinds
    operators = (f"is_{'not_' * negated}set",) if "STAR" in kinds else NEGATED if negated else PLAIN
    return _Asked(operators, operators[0], values, meanings)


def _meanings(texts: list[str], *, listed: bool, measured: bool) -> tuple[Any, ...]:
    if measured:
        amount, unit = texts
        return ({unit: int(amount) if amount.isdecimal() and len(amount) < 10 else amount},)
    if len(texts) == 1 and not listed:
        return (texts[0], texts)
    return (texts or None,)


def _text(token: Token) -> str:
    if token.type == "WORD":
        return str(token)
    if token.type == "RAW":
        return str(token[1:-1])
    try:
        return str(json.loads(token, strict=False))
    except json.JSONDecodeError as error:
        detail = "In double quotes a backslash is written twice; or use single quotes."
        raise Mistake((token.start_pos or 0) + error.pos, detail) from error
