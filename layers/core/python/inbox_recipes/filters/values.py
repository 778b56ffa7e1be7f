"""What operators want: the forms of a condition's value, checked when a filter is saved.

A checked value stays plain JSON, so that it is shown, stored and posted again as it is.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    StrictInt,
    StrictStr,
    StringConstraints,
    TypeAdapter,
)
from pydantic_core import PydanticCustomError

from inbox_recipes.clock import stamp
from inbox_recipes.filters.text import wanted


class Span(dict[str, int]):
    """A span of time as JSON has it, which can be looked up like every value of a condition."""

    def __hash__(self) -> int:  # type: ignore[override] # nobody changes it
        return hash(tuple(self.items()))


def _visible(term: str) -> str:
    if not wanted(term, accents=False).part:
        raise PydanticCustomError("unfit", "{term} has nothing to look for", {"term": repr(term)})
    return term


def _rising(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] > pair[1]:
        raise PydanticCustomError("unfit", "the first is above the second")
    return pair


def _moment(text: str) -> str:
    try:
        return stamp(_MOMENT.validate_python(text))
    except ValueError as error:
        raise PydanticCustomError("unfit", "{text} is none", {"text": repr(text)}) from error


def _pattern(pattern: str) -> str:
    from inbox_recipes.filters import patterns  # noqa: PLC0415 - loads RE2

    return patterns.checked(pattern)


_MOMENT: TypeAdapter[Any] = TypeAdapter(AwareDatetime)

Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Terms = Annotated[tuple[Term, ...], Field(min_length=1, max_length=500)]
SoughtTerms = Annotated[
    tuple[Annotated[Term, AfterValidator(_visible)], ...], Field(min_length=1, max_length=500)
]
_Span = Annotated[
    dict[Literal["minutes", "hours", "days"], Annotated[StrictInt, Field(ge=1, le=1_000_000)]],
    Field(min_length=1, max_length=1),
    AfterValidator(Span),
]


def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


TERMS = _adapter(SoughtTerms)
TEXTS = _adapter(Terms)
ONE_OR_MORE = _adapter(Term | Terms)
NUMBER = _adapter(Number)
RANGE = _adapter(Annotated[tuple[Number, Number], AfterValidator(_rising)])
FLAG = _adapter(bool)
PATTERN = _adapter(Annotated[str, StringConstraints(min_length=1), AfterValidator(_pattern)])
MOMENT = _adapter(Annotated[StrictStr, AfterValidator(_moment)])
SPAN = _adapter(_Span)
