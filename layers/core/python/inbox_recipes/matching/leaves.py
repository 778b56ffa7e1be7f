"""What each operator asks, as atoms: one row for every kind of field and operator that tables know."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from sys import intern
from typing import Any, NamedTuple

from inbox_recipes.clock import from_stamp
from inbox_recipes.filters import Condition
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.filters.text import caseless, fold
from inbox_recipes.matching.atoms import ANYTHING, Atom, Conjunction, Feature, Form, Range
from inbox_recipes.matching.texts import term_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

type Tokens = frozenset[Any]


class Leaf(NamedTuple):
    """How an operator's value becomes tokens. With `each`, every token is asked for by itself."""

    form: Form
    tokens: Callable[[Any], Tokens]
    positive: bool = True
    each: bool = False


def atoms_of(condition: Condition, *, holds: bool) -> list[Conjunction]:
    """The conjunctions of one condition, or of its opposite."""
    leaf = LEAVES.get((FIELDS[condition.field].kind, condition.operator))
    if leaf is None:
        asked = frozenset([(condition.operator, condition.value)])
        return [(Atom(Feature("asked", condition.field), asked, holds),)]
    feature = Feature(leaf.form, condition.field)
    wanted = leaf.tokens(condition.value)
    positive = leaf.positive == holds
    if not leaf.each:
        return [(Atom(feature, wanted, positive),)]
    single = [Atom(feature, frozenset([token]), positive) for token in wanted]
    return [tuple(single)] if positive else [(atom,) for atom in single]


def milliseconds(at: datetime) -> int:
    """A time as times are compared: to the millisecond, as they are written."""
    return microseconds(at - EPOCH) // 1000


def microseconds(age: timedelta) -> int:
    """A span of time as ages are compared."""
    return (age.days * 86_400 + age.seconds) * 1_000_000 + age.microseconds


def _values(value: Any) -> Tokens:
    return frozenset(intern(caseless(each)) for each in ([value] if isinstance(value, str) else value))


def _anything(_: Any) -> Tokens:
    return frozenset([ANYTHING])


def _terms(*, accents: bool) -> Callable[[Any], Tokens]:
    return lambda value: frozenset(term_of(term, accents=accents) for term in value)


def _moment(text: str) -> int:
    return milliseconds(from_stamp(text))


def _span(value: dict[str, int]) -> int:
    return microseconds(timedelta(**value))


def _above(end: Callable[[Any], float], *, included: bool) -> Callable[[Any], Tokens]:
    return lambda value: frozenset([Range(low=end(value), with_low=included)])


def _below(end: Callable[[Any], float], *, included: bool) -> Callable[[Any], Tokens]:
    return lambda value: frozenset([Range(high=end(value), with_high=included)])


def _equal(value: float) -> Tokens:
    return frozenset([Range(value, value)])


LEAVES: dict[tuple[str, str], Leaf] = {
    ("tags", "is_any_of"): Leaf("value", _values),
    ("tags", "is_all_of"): Leaf("value", _values, each=True),
    ("tags", "is_none_of"): Leaf("value", _values, positive=False),
    ("flag", "is"): Leaf("value", lambda value: frozenset([value])),
    ("number", "is"): Leaf("number", _equal),
    ("number", "is_not"): Leaf("number", _equal, positive=False),
    ("number", "lt"): Leaf("number", _below(float, included=False)),
    ("number", "lte"): Leaf("number", _below(float, included=True)),
    ("number", "gt"): Leaf("number", _above(float, included=False)),
    ("number", "gte"): Leaf("number", _above(float, included=True)),
    ("number", "between"): Leaf("number", lambda ends: frozenset([Range(*ends)])),
    ("time", "before"): Leaf("moment", _below(_moment, included=False)),
    ("time", "after"): Leaf("moment", _above(_moment, included=False)),
    ("time", "within_last"): Leaf("age", _below(_span, included=True)),
    ("time", "more_than_ago"): Leaf("age", _above(_span, included=False)),
}
"""Kind of field and operator -> leaf. What is not here is asked as it is (`asked`), once a mention."""

_PRESENT: dict[str, Form] = {
    "choice": "value", "name": "value", "tags": "value", "number": "number", "time": "moment",
}  # fmt: skip
for kind, form in _PRESENT.items():
    LEAVES[kind, "is_set"] = Leaf(form, _anything)
    LEAVES[kind, "is_not_set"] = Leaf(form, _anything, positive=False)
for kind in ("choice", "name"):
    LEAVES[kind, "is"] = Leaf("value", _values)
    LEAVES[kind, "is_not"] = Leaf("value", _values, positive=False)
for kind in ("text", "name"):
    _TEXT_FORMS: dict[str, tuple[Form, Callable[[Any], Tokens]]] = {
        "": ("words", _terms(accents=True)),
        "_unaccented": ("unaccented", _terms(accents=False)),
    }
    for ending, (form, terms) in _TEXT_FORMS.items():
        LEAVES[kind, f"contains_any{ending}"] = Leaf(form, terms)
        LEAVES[kind, f"contains_all{ending}"] = Leaf(form, terms, each=True)
        LEAVES[kind, f"contains_none{ending}"] = Leaf(form, terms, positive=False)
    LEAVES[kind, "starts_with"] = Leaf("start", lambda terms: frozenset(fold(term).strip() for term in terms))
    LEAVES[kind, "matches"] = Leaf("pattern", lambda pattern: frozenset([pattern]))
