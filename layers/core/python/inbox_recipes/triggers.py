"""What starts a recipe: the closed list of triggers, and the occurrences found in a change.

A trigger is what a recipe asks for; an occurrence is what happened. Whether the two meet is
`meets`, whether a recipe then acts is the business of `rule_book`.
"""

from typing import Annotated, Literal

from pydantic import Field

from inbox_recipes.changes import Change
from inbox_recipes.inbox import Case, CaseStatus, Frozen, Object, Tag, Time
from inbox_recipes.people import Actor


class Arrival(Frozen):
    """A new mention or a new case comes in (rows 2, 24; A21)."""

    type: Literal["arrival"]
    objects: Annotated[tuple[Object, ...], Field(min_length=1, max_length=2)] = ("mention",)


class MentionInCase(Frozen):
    """A new mention arrives in a case (row 73, A2)."""

    type: Literal["mention_in_case"]


class CaseTagAdded(Frozen):
    """A tag that was not there before is added to the case (row 74, A24)."""

    type: Literal["case_tag_added"]
    tag: Tag


class CaseStatusChanged(Frozen):
    """The status of the case really changes to `to` (row 75, A25)."""

    type: Literal["case_status_changed"]
    to: CaseStatus


Trigger = Annotated[Arrival | MentionInCase | CaseTagAdded | CaseStatusChanged, Field(discriminator="type")]

OccurrenceKind = Literal["mention_arrived", "case_created", "tag_added", "status_changed"]


class Occurrence(Frozen):
    """Something that happened to a mention or a case, once.

    `detail` is the tag or the new status; `previous` the status before, where it was noted.
    """

    id: str
    kind: OccurrenceKind
    at: Time
    mention_id: str | None
    case_id: str | None
    detail: str | None
    previous: str | None = None
    actor: Actor
    chain: tuple[str, ...]

    @property
    def about(self) -> Object:
        """What the occurrence happened to."""
        return "mention" if self.kind == "mention_arrived" else "case"


def detect(change: Change) -> list[Occurrence]:
    """The occurrences in one change of the inbox; ids come from the item and its revision."""
    after = change.after
    if isinstance(after, Case):
        found = _case_occurrences(change, after)
    else:
        found = [("mention_arrived", None, None)] if change.before is None else []
    return [
        Occurrence(
            id=":".join(filter(None, (change.entity, change.id, kind, str(after.revision), detail))),
            kind=kind,
            at=change.at,
            mention_id=None if isinstance(after, Case) else after.unique_id,
            case_id=after.id if isinstance(after, Case) else after.case_id,
            detail=detail,
            previous=previous,
            actor=_nameless(change.actor),
            chain=change.chain,
        )
        for kind, detail, previous in found
    ]


def _nameless(actor: Actor) -> Actor:
    """A customer goes by an id in what crosses queues and is kept beside the inbox (R20)."""
    if actor.kind != "customer" or actor.name is None:
        return actor
    return actor.model_copy(update={"name": None})


type Found = tuple[OccurrenceKind, str | None, str | None]
"""What happened, its detail, and the status before."""


def _case_occurrences(change: Change, after: Case) -> list[Found]:
    before = change.before
    if not isinstance(before, Case):
        return [("case_created", None, None)]
    there = {tag.casefold() for tag in before.tags}
    found: list[Found] = [("tag_added", tag, None) for tag in after.tags if tag.casefold() not in there]
    if after.status != before.status:
        found.append(("status_changed", after.status, before.status))
    return found


def meets(trigger: Trigger, occurrence: Occurrence) -> bool:
    """Whether this is what the trigger waits for."""
    match trigger:
        case Arrival(objects=objects):
            wanted = {"mention_arrived": "mention", "case_created": "case"}
            return wanted.get(occurrence.kind) in objects
        case MentionInCase():
            return occurrence.kind == "mention_arrived" and occurrence.case_id is not None
        case CaseTagAdded(tag=tag):
            return occurrence.kind == "tag_added" and (occurrence.detail or "").casefold() == tag.casefold()
        case CaseStatusChanged(to=to):
            return occurrence.kind == "status_changed" and occurrence.detail == to


def in_words(trigger: Trigger) -> str:
    """The trigger as an explanation names it."""
    match trigger:
        case Arrival(objects=objects):
            return f"a new {' or '.join(objects)}"
        case MentionInCase():
            return "a new mention in a case"
        case CaseTagAdded(tag=tag):
            return f"tag {tag!r} added to a case"
        case CaseStatusChanged(to=to):
            return f"case status changed to {to}"


def happened(occurrence: Occurrence) -> str:
    """The occurrence as an explanation names it."""
    match occurrence.kind:
        case "mention_arrived":
            return "a new mention in a case" if occurrence.case_id else "a new mention"
        case "case_created":
            return "a new case"
        case "tag_added":
            return f"tag {occurrence.detail!r} added to a case"
        case "status_changed":
            return f"case status changed to {occurrence.detail}"
