"""A batch of changes: occurrences, verdicts, the event record, and a message for every run.

Everything here may happen twice (the stream delivers at least once): ids come from content, and the
moment judged is the moment of the change, so a second pass decides and writes the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from inbox_recipes import ids
from inbox_recipes.case_life import related_case
from inbox_recipes.changes import Change
from inbox_recipes.clock import stamp
from inbox_recipes.errors import EvaluationError
from inbox_recipes.filters import Scene
from inbox_recipes.history import HistoryDate, HistoryEntry, Line, Outcome
from inbox_recipes.inbox import Case, Mention, Subject
from inbox_recipes.matching import Matcher, Matchers
from inbox_recipes.messages import FlowMessage, RunMessage
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, Ledger, RuleBooks, RunQueue
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook, evaluate, told
from inbox_recipes.triggers import Occurrence, detect

DATA_ERRORS = (ValueError, KeyError, TypeError, AttributeError)
"""What poison data raises. It is put aside; everything else is raised, and the batch comes again (R7)."""


@dataclass
class Decided:
    """What a batch of occurrences leads to. `records` are the event records, each as a line of JSON."""

    records: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    runs: list[RunMessage] = field(default_factory=list)
    flows: list[FlowMessage] = field(default_factory=list)
    quarantined: int = 0

    def add(self, other: "Decided") -> None:
        """Take in what another occurrence leads to."""
        self.records += other.records
        self.lines += other.lines
        self.runs += other.runs
        self.flows += other.flows


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
    if decided.runs or decided.flows:
        # A flow goes first: recipes that act on the message find the case as the flow has left it.
        runs.send([*decided.flows, *decided.runs])
    return decided


_SAID = {True: "true", False: "false"}


def _text(text: str | None) -> str:
    return "null" if text is None else json.dumps(text)


class Judged(NamedTuple):
    """What came of a recipe: whether it matched, and if not, the error or the gate that stopped it."""

    recipe: Recipe
    matched: bool
    error: str | None
    stopped_by: str | None

    def as_json(self) -> str:
        """It as the event record holds it."""
        recipe, matched, error, stopped_by = self
        return (
            f'{{"recipe_id":"{recipe.id}","recipe_version":{recipe.version},"matched":{_SAID[matched]},'
            f'"error":{_text(error)},"stopped_by":{_text(stopped_by)}}}'
        )


def decide(occurrence: Occurrence, subject: Subject, book: RuleBook, matcher: Matcher) -> Decided:
    """What every recipe makes of the occurrence. Pure. The matcher is the rule book's."""
    decided = Decided()
    judged = _judged(occurrence, subject, book, matcher)
    group = subject.conversation
    for each in judged:
        line = _line(each, occurrence, subject, book)
        if line:
            decided.lines.append(line)
        recipe = each.recipe
        if each.matched and recipe.mode == "enabled" and not book.account.paused:
            decided.runs.append(
                RunMessage(
                    run_id=ids.run_id(recipe.id, recipe.version, occurrence.id),
                    recipe_id=recipe.id,
                    recipe_version=recipe.version,
                    occurrence=occurrence,
                    conversation=group,
                )
            )
    decided.flows += to_flows(occurrence, subject)
    decided.records.append(
        f'{{"occurrence":{occurrence.model_dump_json()},"subject":{subject.model_dump_json()},'
        f'"revision":{book.revision},"paused":{_SAID[book.account.paused]},"now":"{stamp(occurrence.at)}",'
        f'"verdicts":[{",".join(map(Judged.as_json, judged))}]}}'
    )
    return decided


def to_flows(occurrence: Occurrence, subject: Subject) -> list[FlowMessage]:
    """What a customer has written to a flow."""
    mention = subject.mention if occurrence.about == "mention" else None
    if mention is None or mention.handled_by is None or mention.case_id is None:
        return []
    group = subject.conversation
    return [FlowMessage(case_id=mention.case_id, unique_id=mention.unique_id, conversation=group)]


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
        (mentions.get(change.after.last_incoming_id or ""), change.after)
        if isinstance(change.after, Case)
        else (change.after, related_case(change.after, cases))
        for change, _ in occurrences
    ]
    whose = [item.contact_id if item else None for item in (case or mention for mention, case in found)]
    contacts = inbox.contacts({contact_id for contact_id in whose if contact_id})
    return [
        Subject(mention=mention, case=case, contact=contacts.get(contact_id or ""))
        for (mention, case), contact_id in zip(found, whose, strict=True)
    ]


def _judged(occurrence: Occurrence, subject: Subject, book: RuleBook, matcher: Matcher) -> list[Judged]:
    """The recipes whose verdict is worth having: all, where a condition cannot be answered.

    The matcher tells those whose filter holds; their other gates need no words, unless a line tells of them.
    """
    try:
        judged = matcher.judged(occurrence, Scene(subject, occurrence, occurrence.at))
    except EvaluationError:
        return [_by_interpreter(recipe, occurrence, subject, book) for recipe in book.recipes]
    return [Judged(recipe, gate is None, None, gate) for recipe, gate in judged]


def _by_interpreter(recipe: Recipe, occurrence: Occurrence, subject: Subject, book: RuleBook) -> Judged:
    verdict = evaluate(recipe, occurrence, subject, book, occurrence.at)
    stopped = verdict.stopped_by
    return Judged(
        recipe, verdict.matched, verdict.error, stopped.path if stopped and not verdict.matched else None
    )


def _line(judged: Judged, occurrence: Occurrence, subject: Subject, book: RuleBook) -> Line | None:
    """The history line of a recipe that would act but does not: hours, a loop, shadow, a pause, an error."""
    recipe = judged.recipe
    outcome: Outcome
    if judged.error:
        outcome, reason = "failed", f"a condition could not be answered: {judged.error}"
    elif judged.matched and recipe.mode == "shadow":
        outcome, reason = "shadow", "the recipe is in shadow mode: it would have acted"
    elif judged.matched and book.account.paused:
        outcome, reason = "shadow", "the account is paused: it would have acted"
    elif judged.stopped_by == "hours":
        step = told("hours", recipe, occurrence, subject, book)
        outcome, reason = "skipped", f"wanted {step.wanted}; it was {step.got}"
    elif judged.stopped_by == "loop":
        names = told("loop", recipe, occurrence, subject, book).got
        outcome, reason = "skipped", f"recipes would set each other off: {' → '.join(names)}"
    else:
        return None
    run_id = ids.run_id(recipe.id, recipe.version, occurrence.id)
    entry = HistoryEntry(
        id=f"{stamp(occurrence.at)}#{run_id}#recipe",
        type="recipe",
        outcome=outcome,
        by=Actor(kind="recipe", id=recipe.id, name=recipe.name, version=recipe.version),
        reason=reason,
        detail={"occurrence_id": occurrence.id} | (_would(recipe) if outcome == "shadow" else {}),
        run_id=run_id,
        position=None,
        date=HistoryDate(added=occurrence.at),
    )  # fmt: skip
    item_id = occurrence.case_id if occurrence.about == "case" else occurrence.mention_id
    return Line(log=occurrence.about, item_id=item_id or "", entry=entry)


def _would(recipe: Recipe) -> dict[str, Any]:
    """What a recipe would have done."""
    return {"would": [action.model_dump(mode="json") for action in recipe.actions]}
