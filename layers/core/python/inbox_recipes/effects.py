"""What an action decides to do, as data. Carrying it out is the business of `flows.execute`.

An `Edit` changes one item of ours (class A: in one transaction with its history). `Give` and `FollowUp`
become an edit once it is known who takes the item. A `Call` speaks to somebody else's system (class B), to
`Say` is to write to a customer (class C), and to `Respond` becomes that. A `Pause` waits, and `Nothing` says
why nothing is to be done.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from inbox_recipes.durations import HoursOf, no_hours, timed
from inbox_recipes.feedback import CaseSurvey, Wording
from inbox_recipes.inbox import Assignment, Case, LastAction, Mention, Object, Subject
from inbox_recipes.outbox import Kind, Mode, Purpose
from inbox_recipes.platforms import Act, Service
from inbox_recipes.quick_replies import QuickReply
from inbox_recipes.turns import Turn
from inbox_recipes.webhook_requests import Draft

MESSAGE_PROPERTIES = frozenset({"language", "sentiment", "category"})
"""Properties of a mention that recipes and agents can edit and that belong to its message."""


@dataclass(frozen=True)
class Edit:
    """A targeted change of one mention or case, valid only for the revision it was decided on.

    `put` sets single properties (None removes one); assignment is replaced when given.
    """

    item: Mention | Case
    put: dict[str, Any] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    users: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def log(self) -> Object:
        """Which of the two histories the edit belongs in."""
        return "case" if isinstance(self.item, Case) else "mention"

    def after(self, action: LastAction, hours_of: HoursOf = no_hours) -> Mention | Case:
        """The item with the edit made by that action, at its next revision, and what that took."""
        return timed(self.item, self._edited(action), action, hours_of)

    def _edited(self, action: LastAction) -> Mention | Case:
        item = self.item
        tags = tuple(tag for tag in item.tags if tag not in self.remove_tags) + self.add_tags
        assignment = Assignment(
            users=item.assignment.users if self.users is None else self.users,
            teams=item.assignment.teams if self.teams is None else self.teams,
        )
        new = {"tags": tags, "assignment": assignment, "last_action": action, "revision": item.revision + 1}
        if isinstance(item, Case):
            dates = item.date.model_copy(update={"updated": action.at})
            if self.put.get("status") == "resolved" and item.flow is not None:
                new |= {"flow": None, "handled_by": None}
            return item.model_copy(update={**new, **self.put, "date": dates})
        message = {key: self.put[key] for key in MESSAGE_PROPERTIES & self.put.keys()}
        location = {"country": self.put["country"]} if "country" in self.put else {}
        own = {"status": self.put["status"]} if "status" in self.put else {}
        return item.model_copy(
            update={
                **new,
                **own,
                "message": item.message.model_copy(update=message),
                "location": item.location.model_copy(update=location),
            }
        )


@dataclass(frozen=True)
class Change:
    """Edits that happen together or not at all. Resolving a case resolves its mentions too (A8).

    `turn` is the turn in a round robin that is used up by it, as it was (nothing: never one) and will be.
    """

    edits: tuple[Edit, ...]
    resolves_mentions_of: str | None = None
    turn: tuple[Turn | None, Turn] | None = None


@dataclass(frozen=True)
class Give:
    """The item goes to all of these users and teams, or to the one whose turn it is (A3)."""

    item: Mention | Case
    users: tuple[str, ...]
    teams: tuple[str, ...]
    mode: Literal["all", "one"]


@dataclass(frozen=True)
class FollowUp:
    """The item goes to whoever handled its contact since then (A6).

    `within` is how long before the arrival that is, as people write it.
    """

    item: Mention | Case
    within: str
    since: datetime


@dataclass(frozen=True)
class Call:
    """A request to the customer's web application, about the subject, with its variables still in it."""

    name: str
    draft: Draft
    subject: Subject


@dataclass(frozen=True)
class Removal:
    """Something to be done on the platform to the mention or its author.

    Above `most_per_hour` of the recipe in an hour it is held for a person to decide.
    """

    mention: Mention
    what: Act
    quarantine_hours: int | None
    most_per_hour: int


@dataclass(frozen=True)
class Say:
    """A message to the customer, with its variables still in it.

    `reply` and `private` ones answer the subject's mention; a `public` one the latest public message of
    the `service` in the subject's case, by that profile. A `ready` text has no variables left. What it is
    part of, a survey or a flow, has its `edit` of the case, `told` in the history by that name.
    """

    kind: Kind
    text: str
    subject: Subject
    mode: Mode = "immediate"
    approver: str | None = None
    service: Service | None = None
    profile: str | None = None
    buttons: tuple[QuickReply, ...] = ()
    purpose: Purpose | None = None
    ready: bool = False
    edit: Edit | None = None
    told: str = ""
    surveys: tuple[CaseSurvey, ...] = ()
    wordings: tuple[tuple[str, Wording], ...] = ()


@dataclass(frozen=True)
class Respond:
    """A canned response to the customer. It becomes a message once it is known what it says now."""

    kind: Literal["message", "csat", "nps", "flow"]
    response_id: str
    subject: Subject


@dataclass(frozen=True)
class Pause:
    """A wait: the actions after it come when it is due, if nothing has cancelled it."""


@dataclass(frozen=True)
class Tally:
    """What has arrived counts for the action's next notification."""

    threshold: int
    interval_minutes: int

    @property
    def words(self) -> str:
        """When that notification goes out, for the history."""
        every = f"at most every {self.interval_minutes} minutes" if self.interval_minutes else ""
        many = f"for every {self.threshold}" if self.threshold > 1 else ""
        when = ", ".join(part for part in (many, every) if part) or "at once"
        return f"counted: a notification goes out {when}"


@dataclass(frozen=True)
class Nothing:
    """The action does nothing here, and this is why."""

    reason: str
    detail: dict[str, Any] = field(default_factory=dict)


Effect = Change | Give | FollowUp | Call | Say | Respond | Pause | Nothing | Removal | Tally
