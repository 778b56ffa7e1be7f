"""What mentions, cases and contacts are made of alike."""

from datetime import datetime
from typing import Annotated, Any, Literal
from unicodedata import normalize

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from inbox_recipes.clock import to_utc
from inbox_recipes.spelling import TOPIC_ID

Sentiment = Literal["positive", "neutral", "negative"]
Object = Literal["mention", "case"]
"""What things happen to, and whose history they are told in."""
ActorKind = Literal["agent", "recipe", "customer", "system"]
TopicId = Annotated[
    str,
    Field(coerce_numbers_to_str=True),
    StringConstraints(pattern=TOPIC_ID),
]


def composed(text: str) -> str:
    """Accents as part of their letters (NFC): keyboards differ, and what looks alike is one tag."""
    return normalize("NFC", text)


Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(composed),
]


def _once_each(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Capitals make no difference (A33); the first spelling stays."""
    spelled: dict[str, str] = {}
    for tag in tags:
        spelled.setdefault(tag.casefold(), tag)
    return tuple(spelled.values())


Tags = Annotated[tuple[Tag, ...], Field(max_length=100), AfterValidator(_once_each)]


def _in_utc(given: Any, read: ValidatorFunctionWrapHandler) -> datetime:
    """A moment in UTC. A number is none: pydantic would take it for seconds since 1970."""
    at: datetime = read(given)
    if not isinstance(given, datetime) and str(given)[4:5] != "-":
        raise _refused("This is a number. A moment is written as in 2026-11-22T10:00:00Z.")
    try:
        return to_utc(at)
    except OverflowError as error:
        raise _refused("This moment is outside the years 1 to 9999 in UTC.") from error


def _refused(detail: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": []})


Time = Annotated[AwareDatetime, WrapValidator(_in_utc)]
ShortText = Annotated[str, StringConstraints(max_length=500)]


class Frozen(BaseModel):
    """A value: it does not change once made, and an unknown key is refused by name.

    Its errors do not quote what was put in: a function that fails prints them in its log (R9).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class TopicRef(Frozen):
    """The topic a mention was tracked by."""

    id: TopicId
    name: ShortText | None = None


class ProjectRef(Frozen):
    """The project that groups the topic."""

    id: TopicId
    name: ShortText | None = None


class Assignment(Frozen):
    """Who is to handle an item."""

    users: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


class LastAction(Frozen):
    """What was last done to an item, as its history names it; by whom, and when.

    It is what the transaction did that last wrote the item, so by the same actor at the same time.
    """

    type: str
    by: ActorKind
    by_id: str
    at: Time


Handler = Literal["agent", "flow"]


class HandledBy(Frozen):
    """Who has a conversation: agents, or a flow (domain 1.2)."""

    type: Handler
    flow_id: str | None = None


NoteText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class NoteAuthor(Frozen):
    """Who wrote a note: an agent's id in the directory, or a program's."""

    id: str
    name: str | None = None


class NoteDates(Frozen):
    """`added` when it was written, `updated` when what it asks for was last done or taken up again."""

    added: Time
    updated: Time


class Note(Frozen):
    """What an agent has noted on an item for colleagues; it may be something to do."""

    id: str
    text: str
    todo: Literal["open", "done"] | None = None
    by: NoteAuthor
    date: NoteDates


class Timestamps(Frozen):
    """How long things took, in whole seconds; nothing for what has not happened (domain 1.2).

    All count from when the item came in; `handle_time` from when a person of ours first did something
    about it, `handled_since`. `_during_bh` counts only the hours of the schedule `schedule_id`: the
    topic's, or else the account's usual one.
    """

    response_time: int | None = None
    response_time_during_bh: int | None = None
    resolve_time: int | None = None
    resolve_time_during_bh: int | None = None
    handle_time: int | None = None
    handled_since: Time | None = None
    schedule_id: str | None = None
