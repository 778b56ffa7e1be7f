"""Operators by kind of field. A field names its kind; everything it can be asked comes from here.

An operator is a row: the value it wants, and a pure function from (what is there, what is wanted)
to an answer. "Is not" and "none of" hold when nothing is there; comparisons of numbers do not
(domain section 2, "Evaluation rules").
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from inbox_recipes.filters.text import found

Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Terms = Annotated[tuple[Term, ...], Field(min_length=1, max_length=500)]
Number = Annotated[float, Field(allow_inf_nan=False)]

Kind = Literal["text", "choice", "name", "tags", "number", "flag"]
Got = Any
"""What a leaf reports as found there: plain JSON."""


@dataclass(frozen=True)
class Operator:
    """How a field may be asked. `answer` gives (holds, what was there that decided it)."""

    name: str
    value: TypeAdapter[Any] | None
    wanted: str
    answer: Callable[[Any, Any], tuple[bool, Got]]


def _any_term(got: str | None, terms: tuple[str, ...]) -> tuple[bool, Got]:
    here = found(terms, got or "")
    return bool(here), here


def _all_terms(got: str | None, terms: tuple[str, ...]) -> tuple[bool, Got]:
    here = found(terms, got or "")
    return len(here) == len(terms), here


def _no_term(got: str | None, terms: tuple[str, ...]) -> tuple[bool, Got]:
    here = found(terms, got or "")
    return not here, here


def _values(wanted: str | tuple[str, ...]) -> set[str]:
    return {value.casefold() for value in ((wanted,) if isinstance(wanted, str) else wanted)}


def _is(got: Any, wanted: str | tuple[str, ...]) -> tuple[bool, Got]:
    have = got if isinstance(got, tuple) else () if got is None else (got,)
    return any(item.casefold() in _values(wanted) for item in have), got


def _is_not(got: Any, wanted: str | tuple[str, ...]) -> tuple[bool, Got]:
    return not _is(got, wanted)[0], got


def _is_set(got: Any, _: None) -> tuple[bool, Got]:
    return got not in (None, "", ()), got


def _is_not_set(got: Any, _: None) -> tuple[bool, Got]:
    return got in (None, "", ()), got


def _shared(got: tuple[str, ...], wanted: tuple[str, ...]) -> list[str]:
    here = {item.casefold() for item in got}
    return [value for value in wanted if value.casefold() in here]


def _any_of(got: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[bool, Got]:
    return bool(_shared(got, wanted)), got


def _all_of(got: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[bool, Got]:
    return len(_shared(got, wanted)) == len(wanted), got


def _none_of(got: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[bool, Got]:
    return not _shared(got, wanted), got


def _compare(test: Callable[[float, Any], bool]) -> Callable[[Any, Any], tuple[bool, Got]]:
    def answer(got: float | None, wanted: Any) -> tuple[bool, Got]:
        return got is not None and test(got, wanted), got

    return answer


_TERMS: TypeAdapter[Any] = TypeAdapter(Terms)
_ONE_OR_MORE: TypeAdapter[Any] = TypeAdapter(Term | Terms)
_NUMBER: TypeAdapter[Any] = TypeAdapter(Number)
_RANGE: TypeAdapter[Any] = TypeAdapter(tuple[Number, Number])
_FLAG: TypeAdapter[Any] = TypeAdapter(bool)

_A_LIST = "a list of one or more texts"
_TEXT = (
    Operator("contains_any", _TERMS, _A_LIST, _any_term),
    Operator("contains_all", _TERMS, _A_LIST, _all_terms),
    Operator("contains_none", _TERMS, _A_LIST, _no_term),
)
_CHOICE = (
    Operator("is", _ONE_OR_MORE, "a text or a list of texts", _is),
    Operator("is_not", _ONE_OR_MORE, "a text or a list of texts", _is_not),
)
_PRESENCE = (
    Operator("is_set", None, "no value", _is_set),
    Operator("is_not_set", None, "no value", _is_not_set),
)
_TAGS = (
    Operator("is_any_of", _TERMS, _A_LIST, _any_of),
    Operator("is_all_of", _TERMS, _A_LIST, _all_of),
    Operator("is_none_of", _TERMS, _A_LIST, _none_of),
)
_NUMBERS = (
    Operator("is", _NUMBER, "a number", _compare(lambda got, wanted: got == wanted)),
    Operator("is_not", _NUMBER, "a number", lambda got, wanted: (got != wanted, got)),
    Operator("lt", _NUMBER, "a number", _compare(lambda got, wanted: got < wanted)),
    Operator("gt", _NUMBER, "a number", _compare(lambda got, wanted: got > wanted)),
    Operator(
        "between",
        _RANGE,
        "two numbers, both included",
        _compare(lambda got, wanted: wanted[0] <= got <= wanted[1]),
    ),
)
_FLAGS = (Operator("is", _FLAG, "true or false", lambda got, wanted: (got is wanted, got)),)

_BY_KIND: dict[Kind, tuple[Operator, ...]] = {
    "text": _TEXT + _PRESENCE,
    "choice": _CHOICE + _PRESENCE,
    "name": _CHOICE + _TEXT + _PRESENCE,
    "tags": _TAGS + _PRESENCE,
    "number": _NUMBERS + _PRESENCE,
    "flag": _FLAGS,
}
OPERATORS = {kind: {row.name: row for row in rows} for kind, rows in _BY_KIND.items()}
"""Kind of field -> operator's name -> operator."""
