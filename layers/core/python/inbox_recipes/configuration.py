"""What people set up: recipes and everything that recipes refer to, each with its versions.

`KINDS` has one row per kind; storing, checking, the API and its documentation read these rows. How a
change is decided is in `flows.manage`, how it is kept in an adapter of the `Configuration` port.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from inbox_recipes.account import ACCOUNT_ID, Account
from inbox_recipes.business_hours import Schedule
from inbox_recipes.categories import Category
from inbox_recipes.filters.saved import SavedFilter
from inbox_recipes.inbox import Frozen, Time
from inbox_recipes.people import Actor, Team, User
from inbox_recipes.ports import Page
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.recipes import Recipe, RecipeDefinition
from inbox_recipes.responses import CannedResponse
from inbox_recipes.roles import Role
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.spelling import ID, TOPIC_ID
from inbox_recipes.topics import Topic

KindName = Literal[
    "recipe",
    "saved_filter",
    "schedule",
    "topic",
    "user",
    "team",
    "role",
    "account",
    "category",
    "profile",
    "response",
]

BODY_LIMIT = 64_000
"""Characters of JSON in one recipe, saved filter, ... (R17)."""


@dataclass(frozen=True)
class Kind:
    """One kind of configuration. `ids` are the ids of its members in a rule book.

    Of a `single` kind there is one member, from the start: version 0 has all its defaults.
    """

    name: KindName
    route: str
    model: type[Frozen]
    ids: Callable[[RuleBook], Collection[str]]
    id_prefix: str
    most: int = 2000
    id_spelling: str = ID
    single: bool = False

    @property
    def words(self) -> str:
        """The kind as people say it."""
        return self.name.replace("_", " ")

    @property
    def many(self) -> str:
        """Several of the kind, as people say it."""
        return self.route.replace("-", " ")


ROWS = (
    Kind("recipe", "recipes", RecipeDefinition, lambda book: [r.id for r in book.recipes], "rec_"),
    Kind("saved_filter", "saved-filters", SavedFilter, lambda book: book.saved_filters, "flt_"),
    Kind("schedule", "schedules", Schedule, lambda book: book.schedules, "sch_"),
    Kind("topic", "topics", Topic, lambda book: book.topics, "top-", id_spelling=TOPIC_ID),
    Kind("user", "users", User, lambda book: book.users, "usr_"),
    Kind("team", "teams", Team, lambda book: book.teams, "team_"),
    Kind("account", "account", Account, lambda _: (ACCOUNT_ID,), "", most=1, single=True),
    Kind("category", "categories", Category, lambda book: book.categories, "cat_"),
    Kind("role", "roles", Role, lambda book: book.roles, "role_", most=200),
    Kind("profile", "profiles", ConnectedProfile, lambda book: book.profiles, "prf_", most=500),
    Kind("response", "responses", CannedResponse, lambda book: book.responses, "rsp_"),
)

KINDS: dict[KindName, Kind] = {kind.name: kind for kind in ROWS}


class Stored(Frozen):
    """A member of a kind at one version; `revision` is the rule book's that it came in with.

    `body` is the kind's model as JSON. `deleted` marks the version that ends a member: it keeps the
    last body. `on_since` is a recipe's.
    """

    kind: KindName
    id: str
    version: int
    revision: int
    body: dict[str, Any]
    on_since: Time | None = None
    added: Time
    updated: Time
    by: Actor
    deleted: bool = False

    def recipe(self) -> Recipe:
        """The recipe that this is."""
        own = {"id": self.id, "version": self.version, "on_since": self.on_since}
        return Recipe.model_validate({**self.body, **own})

    def model(self) -> Any:
        """What stands in the rule book for it: the kind's model, or the recipe."""
        return self.recipe() if self.kind == "recipe" else KINDS[self.kind].model.model_validate(self.body)


class Order(Frozen):
    """The ids of all recipes in the order in which they act (A31)."""

    order: tuple[str, ...]
    version: int


def on_since(before: Stored | None, body: dict[str, Any], now: datetime) -> datetime | None:
    """When a recipe last began to decide: now if it was off or not there, as before if it stays on (A34)."""
    if body.get("mode", "disabled") == "disabled":
        return None
    return before.on_since if before and before.on_since else now


type Models = Mapping[KindName, Mapping[str, Any]]
"""Of each kind, what stands in the rule book for its members, by id."""


def rule_book(revision: int, models: Models, order: Sequence[str]) -> RuleBook:
    """The rule book that the members make, with the recipes in that order."""
    recipes = models["recipe"]
    return RuleBook(
        revision=revision,
        recipes=tuple(recipes[recipe_id] for recipe_id in order if recipe_id in recipes),
        saved_filters=dict(sorted(models["saved_filter"].items())),
        schedules=dict(sorted(models["schedule"].items())),
        topics=dict(sorted(models["topic"].items())),
        teams=dict(sorted(models["team"].items())),
        users=dict(sorted(models["user"].items())),
        account=models["account"].get(ACCOUNT_ID, Account()),
        categories=dict(sorted(models["category"].items())),
        roles=dict(sorted(models["role"].items())),
        profiles=dict(sorted(models["profile"].items())),
        responses=dict(sorted(models["response"].items())),
    )


class Configuration(Protocol):
    """All members of all kinds, their versions, and the order of the recipes."""

    def get(self, kind: KindName, member_id: str) -> Stored:
        """A member as it is now. Raises NotFound."""

    def of_kind(self, kind: KindName) -> Sequence[Stored]:
        """All members of a kind: recipes in their order, others by id."""

    def versions(self, kind: KindName, member_id: str, limit: int, cursor: str | None) -> Page[Stored]:
        """Every version of a member, newest first, also of a deleted one."""

    def version(self, kind: KindName, member_id: str, version: int) -> Stored:
        """A member at one version, also when it was edited or deleted since. Raises NotFound."""

    def write(self, before: Stored | None, after: Stored) -> None:
        """Bring in a new version, which may be the deletion. All of it or nothing.

        Raises RuleBookMoved when the rule book is no longer at the revision before `after`'s, against
        which it was checked, and Stale when the member is no longer as `before` (nothing: not there).
        """

    def order(self) -> Order:
        """The order of the recipes."""

    def set_order(self, after: Order, revision: int) -> None:
        """Put the recipes in another order, which was checked at that revision of the rule book.

        Raises RuleBookMoved, or Stale when the order is no longer at the version before `after`'s.
        """
