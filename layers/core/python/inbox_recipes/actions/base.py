"""What every action is: parameters, where it is offered, and a pure decision.

An action never touches the outside: it looks at the subject and says what should happen
(`effects`). Actions import `inbox` and `effects`, never `recipes`.
"""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.effects import Effect, Nothing
from inbox_recipes.inbox import Case, Frozen, Mention, Object, Subject
from inbox_recipes.outbox import TEXT_LENGTH
from inbox_recipes.people import Id
from inbox_recipes.prewritten import fit_for_customers
from inbox_recipes.templates import unknown
from inbox_recipes.triggers import (
    Arrival,
    CaseStatusChanged,
    CaseTagAdded,
    MentionInCase,
    Trigger,
)
from inbox_recipes.variables import VARIABLES

Offer = Literal["new mention", "new case", "mention in case", "case tag added", "case status changed"]

ARRIVALS: frozenset[Offer] = frozenset({"new mention", "new case"})
CASE_UPDATES: frozenset[Offer] = frozenset({"mention in case", "case tag added", "case status changed"})


def known_variables(text: str) -> str:
    """The text, if every bracket in it that looks like a variable is one (A17, A28)."""
    for each in unknown(text):
        raise PydanticCustomError(
            "refused",
            "{detail}",
            {"key": "", "detail": each.detail, "allowed": list(each.near or VARIABLES)},
        )
    return text


class Action(Frozen):
    """One thing that a recipe does. `type` is its tag in JSON and the name of its file.

    `elsewhere` says why it is not offered on the other triggers. `only_on_cases`: whatever the recipe is
    about, it is the case that changes.
    """

    type: str
    offered_on: ClassVar[frozenset[Offer]]
    elsewhere: ClassVar[str] = ""
    only_on_cases: ClassVar[bool] = False
    effect_class: ClassVar[Literal["A", "B", "C", "wait"]] = "A"

    @abstractmethod
    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """What is to happen to the subject, which the recipe's occurrence is `about`."""

    def acts_on(self, about: Object) -> Object | None:
        """What it changes in a recipe that is about a mention or a case; nothing where it changes nothing."""
        if self.effect_class != "A":
            return None
        return "case" if self.only_on_cases else about

    def refusal(self, trigger: Trigger) -> str | None:
        """Why this action cannot stand in a recipe with that trigger, or nothing if it can."""
        missing = [offer for offer in offers(trigger) if offer not in self.offered_on]
        if missing:
            return (
                f"{self.type} is not offered on {' and '.join(missing)}; "
                f"it is offered on {', '.join(sorted(self.offered_on))}. {self.elsewhere}"
            )
        return None

    def misplaced(self, trigger: Trigger) -> Iterable[tuple[str, str]]:
        """Parameters that do not fit a recipe with that trigger, each with the reason."""
        return ()

    def references(self) -> dict[str, tuple[str, ...]]:
        """Ids of configuration that the action names, by kind: checked when the recipe is saved."""
        return {}

    def refers(self) -> dict[str, tuple[str, str | None]]:
        """The same for parameters that name one thing or nothing: parameter -> kind and id."""
        return {}


MessageText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_LENGTH),
    AfterValidator(fit_for_customers),
]


class Written(Action):
    """A message to a customer, which goes into the outbox."""

    effect_class: ClassVar[Literal["A", "B", "C", "wait"]] = "C"


class Worded(Written):
    """With its own text. Variables stand in brackets; a value that is missing is nothing (A28)."""

    text: MessageText


class ToAssignees(Action):
    """Whom an action gives an item to. Whoever had it before gives it up (A31).

    `all`: everybody listed. `one`: the one of those listed who has waited longest for a turn, passing
    over users who are busy, unavailable or disabled (A3).
    """

    users: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    teams: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    mode: Literal["all", "one"] = "all"

    @model_validator(mode="after")
    def _names_somebody(self) -> "ToAssignees":
        if self.users or self.teams:
            return self
        detail = f"{self.type} needs at least one user or team."
        raise PydanticCustomError("refused", "{detail}", {"key": "teams", "detail": detail, "allowed": []})

    def references(self) -> dict[str, tuple[str, ...]]:
        """The users and teams must exist."""
        return {"users": self.users, "teams": self.teams}


def offers(trigger: Trigger) -> tuple[Offer, ...]:
    """The columns of the action tables (domain 3.1 and 3.3) that a trigger stands for."""
    match trigger:
        case Arrival(objects=objects):
            return tuple("new mention" if item == "mention" else "new case" for item in objects)
        case MentionInCase():
            return ("mention in case",)
        case CaseTagAdded():
            return ("case tag added",)
        case CaseStatusChanged():
            return ("case status changed",)


def target(subject: Subject, wanted: Object, about: Object) -> Mention | Case | Nothing:
    """The mention, or the case as `case_of` finds it."""
    if wanted == "case":
        return case_of(subject, about)
    return subject.mention or Nothing("there is no mention")


def case_of(subject: Subject, about: Object) -> Case | Nothing:
    """The case that an action changes.

    Of a mention it is the newest that is not resolved (A22): one that is resolved receives nothing more
    (A23). A recipe about a case may still tag or assign it when it is resolved.
    """
    case = subject.case
    if case is None:
        return Nothing("the mention is in no case" if about == "mention" else "there is no case")
    if about == "mention" and case.status == "resolved":
        return Nothing(
            "the case is resolved, and a resolved case receives nothing more", {"case_id": case.id}
        )
    return case
