"""A batch of changes: occurrences, verdicts, the event record, and a message for every run.

Everything here may happen twice (the stream delivers at least once): ids come from content, and the
moment judged is the moment of the change, so a second pass decides and writes the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inbox_recipes import ids
from inbox_recipes.case_life import related_case
from inbox_recipes.changes import Change
from inbox_recipes.clock import stamp
from inbox_recipes.errors import EvaluationError
from inbox_recipes.filters import Scene
from inbox_recipes.history import HistoryDate, HistoryEntry, Line, Outcome
from inbox_recipes.inbox import Case, Mention, Subject
from inbox_recipes.matching import Matcher, Matchers
from inbox_recipes.messages import RunMessage
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, Ledger, RuleBooks, RunQueue
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook, evaluate
from inbox_recipes.triggers import Occurrence, detect
from inbox_recipes.verdicts import Verdict

DATA_ERRORS = (ValueError, KeyError, TypeError, AttributeError)
"""What poison data raises. It is put aside; everything else is raised, and the batch comes again (R7)."""


@dataclass
class Decided:
    """What a batch of occurrences leads to."""

    records: list[dict[str, Any]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    runs: list[RunMessage] = field(default_factory=list)
    quarantined: int = 0

    def add(self, other: "Decided") -> None:
        """Take in what another occurrence leads to."""
        self.records += other.records
        self.lines += other.lines
        self.runs += other.runs


def evaluate_changes(
    changes: Sequence[Change], inbox: Inbox, rule_books: RuleBooks, ledger: Ledger, runs: RunQueue,
    matchers: Matchers, now: datetime,
) -> Decided:  # fmt: skip
    """Decide about every occurrence in the changes. The event record is written before any run starts."""
    occurrences = [(change, occurrence) for change in changes for occurrence in detect(change)]
    decided = Decided()
    if not occurrences:
        return decided
    book = rule_books.current()
    matcher = matchers.of(book)
    subjects = _subjects(occurrences, inbox)
    for (_, occurrence), subject in zip(occurrences, subjects, strict=True):
        try:
            decided.add(decide(occurrence, subject, book, matcher))
        except DATA_ERRORS as error:
            poison = {"occurrence": occurrence.model_dump(mode="json"), "revision": book.revision}
            ledger.quarantine(now, occurrence.id, poison, repr(error))
            decided.quarantined += 1
    if decided.records:
        batch_id = ids.digest(*(occurrence.id for _, occurrence in occurrences))
        ledger.record(now, batch_id, decided.records)
    if decided.lines:
        ledger.add_lines(decided.lines)
    if decided.runs:
        runs.send(decided.runs)
    return decided


def decide(occurrence: Occurrence, subject: Subject, book: RuleBook, matcher: Matcher) -> Decided:
    """What every recipe makes of the occurrence. Pure. The matcher is the rule book's."""
    decided = Decided()
    verdicts = []
    for recipe in _concerned(occurrence, subject, book, matcher):
        verdict = evaluate(recipe, occurrence, subject, book, occurrence.at)
        verdicts.append(_short(verdict))
        line = _line(recipe, verdict, occurrence, paused=book.account.paused)
        if line:
            decided.lines.append(line)
        if verdict.matched and recipe.mode == "enabled" and not book.account.paused:
            decided.runs.append(
                RunMessage(
                    run_id=ids.run_id(recipe.id, recipe.version, occurrence.id),
                    recipe_id=recipe.id,
                    recipe_version=recipe.version,
                    occurrence=occurrence,
                    conversation=conversation(subject),
                )
            )
    decided.records.append(
        {
            "occurrence": occurrence.model_dump(mode="json"),
            "subject": subject.model_dump(mode="json"),
            "revision": book.revision,
            "now": stamp(occurrence.at),
            "verdicts": verdicts,
        }
    )
    return decided


def conversation(subject: Subject) -> str:
    """What runs are kept in order by: the case, else the contact within the topic (decision 4)."""
    if subject.case:
        return subject.case.id
    if subject.mention is None:
        raise ValueError("A subject holds a mention, a case, or both.")
    mention = subject.mention
    contact = mention.contact_id or ids.contact_id(mention.source.service, mention.author.id)
    return f"{contact}:{mention.topic.id}"


def _subjects(occurrences: Sequence[tuple[Change, Occurrence]], inbox: Inbox) -> list[Subject]:
    """A mention comes with its case, a case with the customer's latest message (A19); and the contact."""
    cases = inbox.cases(
        {case_id for change, _ in occurrences
         if isinstance(change.after, Mention) for case_id in change.after.case_ids}
    )  # fmt: skip
    mentions = inbox.mentions(
        {change.after.last_incoming_id for change, _ in occurrences
         if isinstance(change.after, Case) and change.after.last_incoming_id}
    )  # fmt: skip
    found = [
        Subject(mention=mentions.get(change.after.last_incoming_id or ""), case=change.after)
        if isinstance(change.after, Case)
        else Subject(mention=change.after, case=related_case(change.after, cases))
        for change, _ in occurrences
    ]
    contacts = inbox.contacts({subject.contact_id for subject in found if subject.contact_id})
    return [subject.known_by(contacts) for subject in found]


def _concerned(
    occurrence: Occurrence, subject: Subject, book: RuleBook, matcher: Matcher
) -> Sequence[Recipe]:
    """The recipes whose verdict is worth having: all, where a condition cannot be answered."""
    try:
        return matcher.candidates(occurrence, Scene(subject, occurrence, occurrence.at))
    except EvaluationError:
        return book.recipes


def _short(verdict: Verdict) -> dict[str, Any]:
    stopped = verdict.stopped_by
    return {
        "recipe_id": verdict.recipe_id,
        "recipe_version": verdict.recipe_version,
        "matched": verdict.matched,
        "error": verdict.error,
        "stopped_by": stopped.path if stopped and not verdict.matched else None,
    }


def _line(recipe: Recipe, verdict: Verdict, occurrence: Occurrence, *, paused: bool) -> Line | None:
    """The history line of a recipe that would act but does not: hours, a loop, shadow, a pause, an error."""
    stopped = verdict.stopped_by
    outcome: Outcome
    if verdict.error:
        outcome, reason = "failed", f"a condition could not be answered: {verdict.error}"
    elif verdict.matched and recipe.mode == "shadow":
        outcome, reason = "shadow", "the recipe is in shadow mode: it would have acted"
    elif verdict.matched and paused:
        outcome, reason = "shadow", "the account is paused: it would have acted"
    elif not verdict.matched and stopped and stopped.path == "hours":
        outcome, reason = "skipped", f"wanted {stopped.wanted}; it was {stopped.got}"
    elif not verdict.matched and stopped and stopped.path == "loop":
        outcome, reason = "skipped", f"recipes would set each other off: {' → '.join(stopped.got)}"
    else:
        return None
    actions = [action.model_dump(mode="json") for action in recipe.actions]
    run_id = ids.run_id(recipe.id, recipe.version, occurrence.id)
    entry = HistoryEntry(
        id=f"{stamp(occurrence.at)}#{run_id}#recipe",
        type="recipe",
        outcome=outcome,
        by=Actor(kind="recipe", id=recipe.id, name=recipe.name, version=recipe.version),
        reason=reason,
        detail={"occurrence_id": occurrence.id, "would": actions} if outcome == "shadow" else
               {"occurrence_id": occurrence.id},
        run_id=run_id,
        position=None,
        date=HistoryDate(added=occurrence.at),
    )  # fmt: skip
    item_id = occurrence.case_id if occurrence.about == "case" else occurrence.mention_id
    return Line(log=occurrence.about, item_id=item_id or "", entry=entry)
