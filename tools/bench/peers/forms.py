"""One neutral test in the form of each engine: text for three of them, JSON for the others."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.bench.peers.neutral import Between, Every, Flag, Leaf, Not, OneOf, Shares, Some, Test


@dataclass(frozen=True)
class Dialect:
    """How a language of expressions writes its words."""

    both: str
    either: str
    negation: str

    def __call__(self, test: Test) -> str:
        """The test as an expression."""
        match test:
            case Every(parts):
                return self._joined(self.both, [self(part) for part in parts])
            case Some(parts):
                return self._joined(self.either, [self(part) for part in parts])
            case Not(part):
                return f"{self.negation}({self(part)})"
            case _:
                return self._leaf(test)

    def _leaf(self, leaf: Leaf) -> str:
        match leaf:
            case OneOf(fact, values):
                return f"{fact} in {json.dumps(values)}"
            case Shares(fact, values):
                return self._joined(self.either, [f"{json.dumps(value)} in {fact}" for value in values])
            case Between(fact, low, high):
                return self._joined(self.both, [f"{fact} >= {low}", f"{fact} <= {high}"])
            case Flag(fact, wanted):
                return fact if wanted else f"{self.negation}({fact})"

    @staticmethod
    def _joined(word: str, parts: list[str]) -> str:
        return f"({f' {word} '.join(parts)})" if len(parts) > 1 else parts[0]


def json_logic(test: Test) -> dict[str, Any]:
    """The test as JsonLogic."""
    match test:
        case Every(parts):
            return {"and": [json_logic(part) for part in parts]}
        case Some(parts):
            return {"or": [json_logic(part) for part in parts]}
        case Not(part):
            return {"!": [json_logic(part)]}
        case _:
            return _json_logic_leaf(test)


def _json_logic_leaf(leaf: Leaf) -> dict[str, Any]:
    have = {"var": leaf.fact}
    match leaf:
        case OneOf(values=values):
            return {"in": [have, list(values)]}
        case Shares(values=values):
            return {"or": [{"in": [value, have]} for value in values]}
        case Between(low=low, high=high):
            return {"<=": [low, have, high]}
        case Flag(wanted=wanted):
            return {"===": [have, wanted]}


def json_rules(test: Test) -> dict[str, Any]:
    """The test as conditions of json-rules-engine, whose outermost one must be a group."""
    whole = _json_rules(test)
    return whole if whole.keys() & {"all", "any", "not"} else {"all": [whole]}


def _json_rules(test: Test) -> dict[str, Any]:
    match test:
        case Every(parts):
            return {"all": [_json_rules(part) for part in parts]}
        case Some(parts):
            return {"any": [_json_rules(part) for part in parts]}
        case Not(part):
            return {"not": _json_rules(part)}
        case _:
            operator, value = _json_rules_asked(test)
            return {"fact": test.fact, "operator": operator, "value": value}


def _json_rules_asked(leaf: Leaf) -> tuple[str, Any]:
    match leaf:
        case OneOf(values=values):
            return "in", list(values)
        case Shares(values=values):
            return "shares", list(values)
        case Between(low=low, high=high):
            return "between", [low, high]
        case Flag(wanted=wanted):
            return "equal", wanted


INSIDE = ("greater_than_or_equal_to", "less_than_or_equal_to")
OUTSIDE = ("less_than", "greater_than")


def business_rules(test: Test) -> dict[str, Any]:
    """The test as conditions of business-rules, which has no "not": it is pushed down to the leaves."""
    return _business_rules(test, holds=True)


def _business_rules(test: Test, *, holds: bool) -> dict[str, Any]:
    match test:
        case Every(parts) | Some(parts):
            word = "all" if isinstance(test, Every) == holds else "any"
            return {word: [_business_rules(part, holds=holds) for part in parts]}
        case Not(part):
            return _business_rules(part, holds=not holds)
        case Between(fact, low, high):
            inside = [
                _asked(fact, "greater_than_or_equal_to", low),
                _asked(fact, "less_than_or_equal_to", high),
            ]
            outside = [_asked(fact, "less_than", low), _asked(fact, "greater_than", high)]
            return {"all": inside} if holds else {"any": outside}
        case Flag(fact, wanted):
            return _asked(fact, "is_true" if wanted == holds else "is_false", None)
        case OneOf(fact, values) | Shares(fact, values):
            operator = "shares_at_least_one_element_with" if holds else "shares_no_elements_with"
            return _asked(fact, operator, list(values))


def _asked(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"name": name, "operator": operator, "value": value}


FORMS: dict[str, Callable[[Test], Any]] = {
    "rule-engine": Dialect("and", "or", "not "),
    "zen-engine": Dialect("and", "or", "not"),
    "common-expression-language": Dialect("&&", "||", "!"),
    "json-logic": json_logic,
    "business-rules": business_rules,
    "json-logic-engine": json_logic,
    "json-rules-engine": json_rules,
}
"""Engine -> its form."""
