"""The engines from PyPI, in an environment of their own: nothing of ours is imported here.

Each takes its rules in its own form and gives two things: how facts are handed to it in the form that it
wants, which is timed apart, and which rules match.
"""

import json
from collections.abc import Callable
from typing import Any

type Facts = dict[str, Any]
type Ready = Callable[[Facts], Any]
type Matching = Callable[[Any], list[int]]


def rule_engine(rules: list[str]) -> tuple[Ready, Matching]:
    """Expressions, parsed once."""
    import rule_engine as engine

    made = list(enumerate(engine.Rule(rule) for rule in rules))
    return _as_it_is, lambda facts: [number for number, rule in made if rule.matches(facts)]


def zen_engine(rules: list[str]) -> tuple[Ready, Matching]:
    """Compiled expressions; facts as JSON, which it takes faster than a dictionary."""
    import zen

    made = list(enumerate(zen.compile_expression(rule) for rule in rules))
    return (
        lambda facts: json.dumps(facts).encode(),
        lambda facts: [number for number, rule in made if rule.evaluate(facts)],
    )


def common_expression_language(rules: list[str]) -> tuple[Ready, Matching]:
    """Compiled CEL programs; the facts are turned into a context beforehand."""
    import cel

    made = list(enumerate(cel.compile(rule) for rule in rules))
    return (
        lambda facts: cel.Context(variables=facts),
        lambda context: [number for number, rule in made if rule.execute(context)],
    )


def json_logic(rules: list[Any]) -> tuple[Ready, Matching]:
    """JsonLogic, interpreted (panzi-json-logic; the older package of that name needs Python 2)."""
    from json_logic import jsonLogic

    made = list(enumerate(rules))
    return _as_it_is, lambda facts: [number for number, rule in made if jsonLogic(rule, facts)]


def business_rules(rules: list[Any]) -> tuple[Ready, Matching]:
    """Conditions on variables; a text is a list of one, for "is one of" is asked of lists only."""
    from business_rules.engine import check_conditions_recursively
    from business_rules.operators import BooleanType, NumericType, SelectMultipleType
    from business_rules.variables import BaseVariables, rule_variable

    def variable(name: str, value: Any) -> Any:
        kinds = {bool: BooleanType, int: NumericType}
        return rule_variable(kinds.get(type(value), SelectMultipleType))(lambda self: self.facts[name])

    classes: list[type] = []

    def ready(facts: Facts) -> Any:
        if not classes:
            classes.append(type("Told", (BaseVariables,), {n: variable(n, v) for n, v in facts.items()}))
        told = classes[0]()
        told.facts = {name: [value] if isinstance(value, str) else value for name, value in facts.items()}
        return told

    made = list(enumerate(rules))
    return ready, lambda told: [number for number, rule in made if check_conditions_recursively(rule, told)]


def _as_it_is(facts: Facts) -> Facts:
    return facts


ENGINES: dict[str, Callable[[list[Any]], tuple[Ready, Matching]]] = {
    "rule-engine": rule_engine,
    "zen-engine": zen_engine,
    "common-expression-language": common_expression_language,
    "json-logic": json_logic,
    "business-rules": business_rules,
}
