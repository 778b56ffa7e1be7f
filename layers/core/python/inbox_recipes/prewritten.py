"""Texts for customers that are written before, with variables in brackets; checked when saved (A28)."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from inbox_recipes.templates import fill_message, named, unknown
from inbox_recipes.variables import VARIABLES, Facts, values

LONGEST_TEXT = 2000
"""Characters: what Messenger takes in one message."""

FOR_CUSTOMERS = tuple(
    row.name for row in VARIABLES.values() if not row.whole and not row.name.startswith("webhook.")
)
"""What a customer may be told: no whole object, and nothing of webhooks."""


def fit_for_customers(text: str) -> str:
    """The text, if all that it names in brackets can be put in."""
    for each in unknown(text):
        raise _refused(each.detail, each.near or FOR_CUSTOMERS)
    for name in named(text):
        if name not in FOR_CUSTOMERS:
            raise _refused(f"[{name}] cannot stand in a text for customers.", FOR_CUSTOMERS)
    return text


def _refused(detail: str, allowed: tuple[str, ...]) -> PydanticCustomError:
    return PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": list(allowed)})


PrewrittenText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT),
    AfterValidator(fit_for_customers),
]


def personal(text: str, facts: Facts) -> str:
    """The text with its variables filled in (A28)."""
    return fill_message(text, values(named(text), facts))
