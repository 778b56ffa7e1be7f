"""Canned responses: what is prepared for private messages (domain 6; rows 87 to 90, 98).

A prepared message, a CSAT or NPS survey, or a flow. Recipes and flows refer to them by id.
"""

from typing import Annotated, Literal

from pydantic import Field

from inbox_recipes.flow_definition import Flow
from inbox_recipes.inbox import Frozen, Tags
from inbox_recipes.people import Name
from inbox_recipes.prewritten import PrewrittenText
from inbox_recipes.quick_replies import MOST_BUTTONS, TOLD_APART, Title


class PreparedButton(Frozen):
    """A button below a prepared message; what it says comes back as the customer's message."""

    title: Title


class PreparedMessage(Frozen):
    """A text, with buttons if it asks something."""

    type: Literal["message"]
    text: PrewrittenText
    buttons: Annotated[tuple[PreparedButton, ...], Field(max_length=MOST_BUTTONS), TOLD_APART] = ()


class Csat(Frozen):
    """How satisfied the customer is, from 1 (very dissatisfied) to 5 (very satisfied).

    `text` comes before the question. It can be answered for `days` days.
    """

    type: Literal["csat"]
    question: PrewrittenText
    text: PrewrittenText | None = None
    days: Annotated[int, Field(ge=1, le=28)] = 7


class Nps(Frozen):
    """How likely the customer is to recommend us, from 0 to 10; otherwise as a CSAT survey."""

    type: Literal["nps"]
    question: PrewrittenText
    text: PrewrittenText | None = None
    days: Annotated[int, Field(ge=1, le=28)] = 7


class CannedResponse(Frozen):
    """A canned response.

    With `for_tags` it is sent only about a mention or case that has one of these tags. `labels` are for
    finding it again.
    """

    name: Name
    for_tags: Tags = ()
    labels: Tags = ()
    content: Annotated[PreparedMessage | Csat | Nps | Flow, Field(discriminator="type")]
