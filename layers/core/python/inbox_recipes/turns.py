"""Users and teams as those whom work is given to, and the turns that they take (A3)."""

from typing import Literal, NamedTuple

from inbox_recipes.inbox import Frozen, Time


class Assignee(NamedTuple):
    """A user or a team that work can be given to."""

    kind: Literal["user", "team"]
    id: str


class Turn(Frozen):
    """When somebody last had a turn. It only ever gets later.

    So whoever has waited longest still has, as long as that one's own turn is as it was read: a round
    robin needs no other condition, and different lists meet only over the people they share.
    """

    kind: Literal["user", "team"]
    id: str
    at: Time
