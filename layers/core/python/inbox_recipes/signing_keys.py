"""What signs webhooks, as people may know it (R11). Pure.

A set of keys signs until it is rotated, and then for another day beside the new one, so that receivers can
change theirs at any time of it. Of a symmetric key only its end is shown, of an ed25519 key its public half,
with which anybody may verify and nobody can sign.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from inbox_recipes.clock import stamp
from inbox_recipes.errors import Conflict
from inbox_recipes.inbox import Frozen, Time

BOTH_LIVE = timedelta(hours=24)
"""For how long the keys before the present ones still sign too."""

KeyType = Literal["symmetric", "ed25519"]


class SigningKey(Frozen):
    """One key: `hint` is the end of a symmetric one, `public_key` (`whpk_...`) belongs to an ed25519 one."""

    type: KeyType
    hint: str | None = None
    public_key: str | None = None


class SigningKeySet(Frozen):
    """Keys that sign together. `keys` is null where they were not made here: nothing is known of them then.

    `since` is when they began to sign, if that is known, `until` when they stop, if that is decided.
    """

    keys: tuple[SigningKey, ...] | None
    since: Time | None
    until: Time | None = None


class LiveKeys(Frozen):
    """What signs now: the present set, and for a day after a rotation the one before it."""

    current: SigningKeySet
    previous: SigningKeySet | None = None


class Rotation(Frozen):
    """What to sign with from now on: one key of each type. Unless told to, no live key is dropped early."""

    types: Annotated[tuple[KeyType, ...], Field(min_length=1, max_length=2)] = ("symmetric",)
    drop_previous: StrictBool = False


class Rotated(LiveKeys):
    """What signs after a rotation. `secret` is the new symmetric key: nobody can read it a second time."""

    secret: str | None


def check(rotation: Rotation, live: LiveKeys) -> None:
    """Raise Conflict where the rotation would end the day of keys that receivers may still verify with."""
    if live.previous is None or rotation.drop_previous:
        return
    ends = stamp(live.previous.until) if live.previous.until else "tomorrow"
    raise Conflict(
        f"The keys before the present ones sign until {ends}, and only two sets can be live. Rotate after "
        "that, or send 'drop_previous': true if no receiver verifies with them any more."
    )


def until(since: datetime) -> datetime:
    """When the keys before those that began to sign then stop."""
    return since + BOTH_LIVE
