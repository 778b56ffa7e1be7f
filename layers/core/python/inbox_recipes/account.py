"""What holds for the whole account: the stop switch, the cases feature, budgets, and its usual clock."""

from typing import Annotated

from pydantic import Field, StrictBool

from inbox_recipes.business_hours import TimeZone
from inbox_recipes.inbox import Frozen
from inbox_recipes.people import Id

ACCOUNT_ID = "account"
"""One stack is one account (decision 1), so the settings are one member with this id."""


class Budgets(Frozen):
    """The most that recipes may do in one hour by the clock (R6).

    `actions_per_recipe`: of one recipe. `actions_per_conversation`: of all recipes together on one case, or
    on one contact within a topic where there is no case; it ends a duel with somebody else's robot.
    """

    actions_per_recipe: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    actions_per_conversation: Annotated[int, Field(ge=1, le=100_000)] = 300


class Replies(Frozen):
    """The most that recipes may write to customers by themselves (A9, R6).

    `hours_between`: between two messages of one recipe to one conversation; 0 is no pause.
    `per_conversation`: automatic replies of all recipes within any hour. `per_contact`: within any 24 hours,
    in all conversations.
    """

    hours_between: Annotated[int, Field(ge=0, le=168)] = 24
    per_conversation: Annotated[int, Field(ge=1, le=1000)] = 3
    per_contact: Annotated[int, Field(ge=1, le=10_000)] = 10


class ReceiverNotices(Frozen):
    """Who is told by e-mail that a receiver of webhooks fails, or was switched off (R13).

    Where nobody is named, it is those users whose role in the directory may change recipes.
    """

    users: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    teams: Annotated[tuple[Id, ...], Field(max_length=50)] = ()


class Account(Frozen):
    """The account's settings; what was never set is as written here.

    `paused` stops all recipes, also those under way: they decide and record, and do nothing (R6, R25).
    `cases` says whether the cases feature is on (A40). `default_schedule_id` holds the business hours where
    nothing names others, `timezone` the clock that times are shown by.
    """

    paused: StrictBool = False
    cases: StrictBool = True
    default_schedule_id: Id | None = None
    timezone: TimeZone = "UTC"
    budgets: Budgets = Budgets()
    replies: Replies = Replies()
    receiver_notices: ReceiverNotices = ReceiverNotices()
