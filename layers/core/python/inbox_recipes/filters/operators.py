"""Operators by kind of field. A field names its kind; everything it can be asked comes from here.

An operator is a row: the value it wants, and a pure function from (what is there, what is wanted)
to an answer. "Is not" and "none of" hold when nothing is there; comparisons of numbers and times do
not (domain section 2, "Evaluation rules").
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from pydantic import TypeAdapter

from inbox_recipes.clock import stamp
from inbox_recipes.filters import values
from inbox_recipes.filters.scene import Moment
from inbox_recipes.filters.text import caseless, fold, found

Kind = Literal["text", "choice", "name", "tags", "number", "flag", "time"]
Got = Any
"""What a leaf reports as found there: plain JSON."""
type Answering = Callable[[Any, Any], tuple[bool, Got]]
"""From (what is there, what is wanted) to (whether it holds, what was there that decided it)."""


@dataclass(frozen=True)
class Operator:
    """How a field may be asked: the form of the value, that form in words, and the answer."""

    name: str
    value: TypeAdapter[Any] | None
    wanted: str
    answer: Answering


def _terms(holds: Callable[[int, int], bool], *, accents: bool = True) -> Answering:
    """Compare how many terms are found with how many are wanted."""

    def answer(got: str | None, terms: tuple[str, ...]) -> tuple[bool, Got]:
        here = found(terms, got or "", accents=accents)
        return holds(len(here), len(terms)), here

    return answer


def _starts_with(got: str | None, terms: tuple[str, ...]) -> tuple[bool, Got]:
    text = fold(got or "").lstrip()
    here = [term for term in terms if text.startswith(fold(term).strip())]
    return bool(here), here


def _matches(got: str | None, pattern: str) -> tuple[bool, Got]:
    from inbox_recipes.filters import patterns  # noqa: PLC0415 - loads RE2

    here = None if got is None else patterns.search(pattern, got)
    return here is not None, here


def _is(got: Any, wanted: str | tuple[str, ...]) -> tuple[bool, Got]:
    have = got if isinstance(got, tuple) else () if got is None else (got,)
    return bool(_shared(have, (wanted,) if isinstance(wanted, str) else wanted)), got


def _is_not(got: Any, wanted: str | tuple[str, ...]) -> tuple[bool, Got]:
    return not _is(got, wanted)[0], got


def _tags(holds: Callable[[int, int], bool]) -> Answering:
    """Compare how many values are there with how many are wanted."""
    return lambda got, wanted: (holds(len(_shared(got, wanted)), len(wanted)), got)


def _shared(got: tuple[str, ...], wanted: tuple[str, ...]) -> list[str]:
    here = {caseless(item) for item in got}
    return [value for value in wanted if caseless(value) in here]


def _compare(test: Callable[[Any, Any], bool]) -> Answering:
    """Compare a number; one that is missing never compares."""
    return lambda got, wanted: (got is not None and test(got, wanted), got)


def _time(test: Callable[[Moment, Any], bool]) -> Answering:
    """Compare a time; one that is missing never compares."""

    def answer(got: Moment | None, wanted: Any) -> tuple[bool, Got]:
        return got is not None and test(got, wanted), _shown(got)

    return answer


def _presence(*, wanted: bool) -> Answering:
    """Whether anything is there; a text that is empty is nothing, also among several."""
    return lambda got, _: (_there(got) is wanted, _shown(got))


def _there(got: Any) -> bool:
    return any(got) if isinstance(got, tuple) else got not in (None, "")


def _shown(got: Any) -> Got:
    return stamp(got.at) if isinstance(got, Moment) else got


_LIST = "a list of one or more texts"
_SOME = "a text or a list of texts"
_NUMBER = "a number"
_TIME = "a time as 2026-11-22T10:00:00Z"
_SPAN = 'a span of time as {"minutes": 30}, {"hours": 2} or {"days": 7}'


def _any(here: int, _: int) -> bool:
    return here > 0


def _all(here: int, wanted: int) -> bool:
    return here == wanted


def _none(here: int, _: int) -> bool:
    return here == 0


_PRESENCE = (
    Operator("is_set", None, "no value", _presence(wanted=True)),
    Operator("is_not_set", None, "no value", _presence(wanted=False)),
)
_TEXT = (
    Operator("contains_any", values.TERMS, _LIST, _terms(_any)),
    Operator("contains_all", values.TERMS, _LIST, _terms(_all)),
    Operator("contains_none", values.TERMS, _LIST, _terms(_none)),
    Operator("contains_any_unaccented", values.TERMS, _LIST, _terms(_any, accents=False)),
    Operator("contains_all_unaccented", values.TERMS, _LIST, _terms(_all, accents=False)),
    Operator("contains_none_unaccented", values.TERMS, _LIST, _terms(_none, accents=False)),
    Operator("starts_with", values.TERMS, _LIST, _starts_with),
    Operator("matches", values.PATTERN, "one regular expression that RE2 takes", _matches),
)
_CHOICE = (
    Operator("is", values.ONE_OR_MORE, _SOME, _is),
    Operator("is_not", values.ONE_OR_MORE, _SOME, _is_not),
)
_TAGS = (
    Operator("is_any_of", values.TEXTS, _LIST, _tags(_any)),
    Operator("is_all_of", values.TEXTS, _LIST, _tags(_all)),
    Operator("is_none_of", values.TEXTS, _LIST, _tags(_none)),
)
_NUMBERS = (
    Operator("is", values.NUMBER, _NUMBER, _compare(lambda got, wanted: got == wanted)),
    Operator("is_not", values.NUMBER, _NUMBER, lambda got, wanted: (got != wanted, got)),
    Operator("lt", values.NUMBER, _NUMBER, _compare(lambda got, wanted: got < wanted)),
    Operator("lte", values.NUMBER, _NUMBER, _compare(lambda got, wanted: got <= wanted)),
    Operator("gt", values.NUMBER, _NUMBER, _compare(lambda got, wanted: got > wanted)),
    Operator("gte", values.NUMBER, _NUMBER, _compare(lambda got, wanted: got >= wanted)),
    Operator("between", values.RANGE, "two numbers, both included",
             _compare(lambda got, wanted: wanted[0] <= got <= wanted[1])),
)  # fmt: skip
_FLAGS = (Operator("is", values.FLAG, "true or false", lambda got, wanted: (got is wanted, got)),)
_TIMES = (
    Operator("before", values.MOMENT, _TIME, _time(lambda got, wanted: stamp(got.at) < wanted)),
    Operator("after", values.MOMENT, _TIME, _time(lambda got, wanted: stamp(got.at) > wanted)),
    Operator("within_last", values.SPAN, _SPAN, _time(lambda got, wanted: got.age <= timedelta(**wanted))),
    Operator("more_than_ago", values.SPAN, _SPAN, _time(lambda got, wanted: got.age > timedelta(**wanted))),
)

_BY_KIND: dict[Kind, tuple[Operator, ...]] = {
    "text": _TEXT + _PRESENCE,
    "choice": _CHOICE + _PRESENCE,
    "name": _CHOICE + _TEXT + _PRESENCE,
    "tags": _TAGS + _PRESENCE,
    "number": _NUMBERS + _PRESENCE,
    "flag": _FLAGS,
    "time": _TIMES + _PRESENCE,
}
OPERATORS = {kind: {row.name: row for row in rows} for kind, rows in _BY_KIND.items()}
"""Kind of field -> operator's name -> operator."""
