"""Triggers and topics as atoms, so that a table asks for them as for any field."""

from inbox_recipes.matching.atoms import Atom, Feature
from inbox_recipes.triggers import (
    Arrival,
    CaseStatusChanged,
    CaseTagAdded,
    MentionInCase,
    Occurrence,
    Trigger,
)  # fmt: skip

TOPIC = Feature("value", "@topic")
HAPPENING = Feature("value", "@happening")


def topic_atom(topics: tuple[str, ...]) -> Atom:
    """The occurrence is of one of the topics."""
    return Atom(TOPIC, frozenset(topics), positive=True)


def trigger_atom(trigger: Trigger) -> Atom:
    """What has happened is what the trigger waits for."""
    return Atom(HAPPENING, frozenset(_awaited(trigger)), positive=True)


def _awaited(trigger: Trigger) -> tuple[str, ...]:
    match trigger:
        case Arrival(objects=objects):
            mention = ("mention", "mention in case") if "mention" in objects else ()
            return (*mention, *(("case",) if "case" in objects else ()))
        case MentionInCase():
            return ("mention in case",)
        case CaseTagAdded(tag=tag):
            return (f"tag {tag.casefold()}",)
        case CaseStatusChanged(to=to):
            return (f"status {to}",)


def happening(occurrence: Occurrence) -> str:
    """What has happened, as the triggers' atoms ask for it."""
    match occurrence.kind:
        case "mention_arrived":
            return "mention in case" if occurrence.case_id else "mention"
        case "case_created":
            return "case"
        case "tag_added":
            return f"tag {(occurrence.detail or '').casefold()}"
        case "status_changed":
            return f"status {occurrence.detail}"
