"""Buttons below a private message, and what comes back when a customer chooses one.

The limits are those of Messenger, the platform with quick replies that takes least: 13 of 20 characters
(developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/quick-replies).
X has them only in version 1.1 of its API, which takes no OAuth 2.0 token (developer.x.com/en/docs/
direct-messages/quick-replies): there, and wherever else there are none, they stand in the text as a
numbered list, and the customer answers with the number or the words.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Protocol

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from inbox_recipes.item_parts import Frozen

MOST_BUTTONS = 13
LONGEST_TITLE = 20
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TITLE)]
OURS = re.compile(r"(?:survey|flow)/([A-Za-z0-9_-]{1,64})/")
NUMBERED = re.compile(r"\s*(\d{1,2})\s*[.)]?\s*")


class Titled(Protocol):
    """Something with words on it."""

    @property
    def title(self) -> str:
        """The words."""


def _told_apart[T: Titled](buttons: tuple[T, ...]) -> tuple[T, ...]:
    seen: set[str] = set()
    for place, button in enumerate(buttons):
        words = _bare(button.title)
        if words in seen:
            detail = f"There is another button {button.title!r}."
            context = {"key": f"{place}/title", "detail": detail, "allowed": []}
            raise PydanticCustomError("refused", "{detail}", context)
        seen.add(words)
    return buttons


TOLD_APART = AfterValidator(_told_apart)
"""Every button of a message has words of its own: what a customer types must mean one of them."""


class QuickReply(Frozen):
    """One button: what is read on it, and what the platform gives back when it is chosen."""

    title: str
    payload: str


class ClickedButton(Frozen):
    """A button that the customer has chosen."""

    title: Annotated[str, StringConstraints(max_length=500)]
    payload: Annotated[str, StringConstraints(max_length=2000)] = ""


def cases_named(clicked: Sequence[ClickedButton]) -> list[str]:
    """The cases that clicked buttons of ours belong to: their payloads begin with what they are part of."""
    found = (OURS.match(button.payload) for button in clicked)
    return [each[1] for each in found if each]


def as_said(
    text: str, buttons: Sequence[QuickReply], *, quick_replies: bool
) -> tuple[str, tuple[QuickReply, ...]]:
    """A message as a platform takes it: with its buttons, or with them as a list in the text."""
    return (text, tuple(buttons)) if quick_replies else (listed(text, buttons), ())


def listed(text: str, buttons: Sequence[QuickReply]) -> str:
    """The text with its buttons as a numbered list, for platforms that have none."""
    lines = [f"{number}. {button.title}" for number, button in enumerate(buttons, 1)]
    return "\n".join((text, "", *lines)) if lines else text


def chosen(text: str, titles: Sequence[str]) -> int | None:
    """Which of the titles a typed text means: its words, in whatever capitals, or its number in the list."""
    said = _bare(text)
    for place, title in enumerate(titles):
        if said and said == _bare(title):
            return place
    number = NUMBERED.fullmatch(text)
    return int(number[1]) - 1 if number and 0 < int(number[1]) <= len(titles) else None


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?")
