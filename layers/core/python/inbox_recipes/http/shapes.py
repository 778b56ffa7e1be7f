"""What the API gives back, as models: for its documentation, and for the tests that hold answers to it."""

from typing import Annotated, Literal

from pydantic import Field

from inbox_recipes.account import Account
from inbox_recipes.business_hours import Schedule
from inbox_recipes.categories import Category
from inbox_recipes.differences import Difference
from inbox_recipes.filters import Filter, Group
from inbox_recipes.filters.query import FilterText
from inbox_recipes.filters.saved import SavedFilter
from inbox_recipes.flows.explain import Question
from inbox_recipes.http.mentions_in import MOST_AT_ONCE
from inbox_recipes.http.problems import ProblemError
from inbox_recipes.inbox import Frozen, IncomingMention, Time
from inbox_recipes.people import Actor, Team, User, UserStatus
from inbox_recipes.profiles import ProfileSettings, Status
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.responses import CannedResponse
from inbox_recipes.roles import Role
from inbox_recipes.topics import Topic


class MemberDates(Frozen):
    """When it was made, and when it last changed."""

    added: Time
    updated: Time


class Member(Frozen):
    """What is known about everything that people set up."""

    id: str
    version: int
    by: Actor
    date: MemberDates


class RecipeBody(RecipeDefinition):
    """A recipe as it is sent: its filter may be text."""

    filter: Filter | FilterText | None = None  # type: ignore[assignment]  # wider


class SavedFilterBody(SavedFilter):
    """A saved filter as it is sent: it may be text."""

    filter: Group | FilterText  # type: ignore[assignment]  # wider


class QuestionBody(Question):
    """A question as it is sent: the filter of its recipe may be text."""

    recipe: RecipeBody | None = None


class Warned(Frozen):
    """Something that could be saved and may not do what was meant: where, what, and what would."""

    pointer: str
    detail: str
    allowed: tuple[str, ...]


class RecipeMember(RecipeDefinition, Member):
    """A recipe. `on_since` is when it last began to decide.

    `warnings`: what it will skip for part of what it meets.
    """

    on_since: Time | None
    warnings: tuple[Warned, ...] = ()


class RecipeVersion(RecipeMember):
    """A recipe at one version; the last version of a deleted recipe is the deletion."""

    deleted: bool


class RecipeChange(RecipeVersion):
    """A recipe at one version; `changes` are what that version changed of the one before."""

    changes: tuple[Difference, ...]


class SavedFilterMember(SavedFilter, Member):
    """A saved filter."""


class ScheduleMember(Schedule, Member):
    """A business-hours schedule."""


class TopicMember(Topic, Member):
    """A topic."""


class UserMember(User, Member):
    """A user, and what the user said last about taking new work."""

    status: UserStatus
    status_since: Time | None


class RoleMember(Role, Member):
    """A role that the account has made."""


class ShownCredential(Frozen):
    """That a secret is set, and its last characters when it is long enough to spare them."""

    set: Literal[True]
    hint: str


class ProfileMember(ProfileSettings, Member):
    """A connected profile. `expired`: messages still come, none can be sent until it is connected anew.

    Until `held_until` its platform takes no more calls of it; what is to be sent waits.
    """

    credentials: dict[str, ShownCredential]
    status: Status
    held_until: Time | None


class PlatformEvents(Frozen):
    """What became of a platform's events; `passed_over` counts kinds that say nothing to an inbox.

    `put_aside` are kept in the ledger, with the reason why they could not be read.
    """

    created: int
    duplicates: int
    passed_over: dict[str, int]
    put_aside: int


class TeamMember(Team, Member):
    """A team."""


class AccountSettings(Account):
    """The account's settings. At version 0 nobody has changed them, so nobody and no date is named."""

    version: int
    by: Actor | None
    date: MemberDates | None


class CategoryMember(Category, Member):
    """A category."""


class ResponseMember(CannedResponse, Member):
    """A canned response."""


class MentionBatch(Frozen):
    """Several mentions at once; one that is refused does not hold up the others."""

    mentions: Annotated[tuple[IncomingMention, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class TakenIn(Frozen):
    """What became of a mention: `duplicate` when it was there already."""

    unique_id: str
    result: Literal["created", "duplicate"]


class Refused(Frozen):
    """Why the mention at `index` of the batch was refused."""

    index: int
    errors: tuple[ProblemError, ...]


class BatchTakenIn(Frozen):
    """What became of each mention of a batch, in their order."""

    count: int
    data: tuple[TakenIn | Refused, ...]
