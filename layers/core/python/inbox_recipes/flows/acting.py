"""One run being carried out: what every action's performance shares."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from inbox_recipes.case_life import related_case
from inbox_recipes.clock import stamp
from inbox_recipes.durations import BusinessTime
from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.history import HistoryDate, HistoryEntry, Line, Outcome
from inbox_recipes.ids import unique_id, wait_id
from inbox_recipes.inbox import Object, Profile, Subject
from inbox_recipes.messages import WaitDueMessage
from inbox_recipes.people import Actor
from inbox_recipes.ports import Ports, Transaction
from inbox_recipes.recipes import Recipe
from inbox_recipes.runs import Claim, Run, RunStatus
from inbox_recipes.triggers import Occurrence
from inbox_recipes.waits import Guard, Standing

CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much two clocks differ at most (R5)."""

TRIES = 8
"""How often something is tried again when others change the same items."""


@dataclass(frozen=True)
class Acting:
    """A run, the recipe whose actions are done, and the moment. `first` is the first action to do.

    After a wait, `guard` is what must still be true, and `seen` the profile that it was true of.
    """

    ports: Ports
    run: Run
    recipe: Recipe
    now: datetime
    first: int = 0
    guard: Guard | None = None
    seen: Profile | None = None

    @cached_property
    def actor(self) -> Actor:
        """The recipe, as histories name it."""
        return Actor(kind="recipe", id=self.recipe.id, name=self.recipe.name, version=self.recipe.version)

    @property
    def chain(self) -> tuple[str, ...]:
        """The recipes that led to what this run changes."""
        return (*self.run.occurrence.chain, self.recipe.id)

    def hours_of(self, topic_id: str) -> BusinessTime | None:
        """The business hours that items of a topic are measured by."""
        return self.ports.rule_books.current().business_time(topic_id)

    def action_type(self, position: int) -> str:
        """The type of the action there, as it was begun: a recipe may have been edited since."""
        claim = self.run.claim(position)
        return claim.action if claim else self.recipe.actions[position].type

    def finish(self, status: RunStatus) -> None:
        """Write down how the run has ended."""
        self.ports.ledger.finish(self.run.ended(status, self.now))

    def line(
        self, log: Object, item_id: str, position: int, kind: str, outcome: Outcome,
        reason: str | None = None, detail: dict[str, Any] | None = None,
    ) -> Line:  # fmt: skip
        """A history line of this run."""
        entry = HistoryEntry(
            id=f"{stamp(self.now)}#{self.run.run_id}#{position:02d}#{kind}#{outcome}",
            type=kind,
            outcome=outcome,
            by=self.actor,
            reason=reason,
            detail=detail or {},
            run_id=self.run.run_id,
            position=position,
            date=HistoryDate(added=self.now),
        )
        return Line(log=log, item_id=item_id, entry=entry)

    def own_line(self, *args: Any, **kwargs: Any) -> Line:
        """A line in the log of what the occurrence is about."""
        occurrence = self.run.occurrence
        item_id = occurrence.case_id if occurrence.about == "case" else occurrence.mention_id
        return self.line(occurrence.about, item_id or "", *args, **kwargs)


def close(
    acting: Acting, position: int, outcome: Outcome, reason: str | None,
    detail: dict[str, Any] | None = None, *, line_type: str | None = None, attempts: int = 0,
) -> None:  # fmt: skip
    """End an action that changed nothing of ours, with its line, once.

    Nothing in it was read, so nothing must be decided again when another transaction is in its way.
    """
    action = acting.action_type(position)
    over = Transaction(
        actor=acting.actor,
        at=acting.now,
        lines=(acting.own_line(position, line_type or action, outcome, reason, detail),),
        claim=(acting.run.run_id, closed(position, action, outcome, attempts)),
    )
    for _ in range(TRIES):
        with suppress(Stale):
            acting.ports.inbox.commit(over)
            return
    raise Retryable(f"the end of action {position} could not be written; trying again")


def closed(position: int, action: str, outcome: Outcome, attempts: int = 0) -> Claim:
    """The claim of an action that is over."""
    return Claim(position=position, action=action, state="closed", outcome=outcome, attempts=attempts)


def cases_of(acting: Acting) -> tuple[str, ...]:
    """The cases that a run may change: the one that it is about, or all that the mention is in; their ids."""
    occurrence = acting.run.occurrence
    if occurrence.about == "case":
        return (occurrence.case_id or "",)
    mention = acting.ports.inbox.mentions([occurrence.mention_id or ""]).get(occurrence.mention_id or "")
    return mention.case_ids if mention else ()


def load(acting: Acting, *, waiting: bool = False) -> Subject:
    """The subject as it is now: the case and the customer's last message, or the mention and its case.

    Of several cases it is the newest that is not resolved (A22); after a wait, the one that was waited on.
    """
    occurrence, inbox = acting.run.occurrence, acting.ports.inbox
    if occurrence.about == "case":
        case = inbox.cases([occurrence.case_id or ""]).get(occurrence.case_id or "")
        last = case.last_incoming_id if case else None
        return Subject(mention=inbox.mentions([last]).get(last) if last else None, case=case)
    mention = inbox.mentions([occurrence.mention_id or ""]).get(occurrence.mention_id or "")
    if mention is None:
        return Subject(mention=None, case=None)
    cases = inbox.cases(mention.case_ids)
    waited_on = cases.get(occurrence.case_id or "") if acting.guard or waiting else None
    return Subject(mention=mention, case=waited_on or related_case(mention, cases))


def standing(acting: Acting, subject: Subject) -> Standing | None:
    """The conversation as waits see it: the case; or the mention, and what its author has written since."""
    if subject.case is not None or subject.mention is None:
        return Standing(subject.case) if subject.case else None
    mention, inbox = subject.mention, acting.ports.inbox
    answered = mention.source.in_reply_to_message_id
    if mention.author.managed and answered:
        parent = unique_id(mention.topic.id, answered)
        mention = inbox.mentions([parent]).get(parent, mention)
    key = (mention.source.service, mention.author.id)
    profile = inbox.profiles([key]).get(key)
    until = profile.watched_until if profile else None
    return Standing(subject.mention, profile, until is not None and acting.now >= until - CLOCKS_DIFFER)


def waits_on(occurrence: Occurrence) -> str:
    """The case or mention that the waits of a run are about."""
    return occurrence.case_id or occurrence.mention_id or ""


def rearm(acting: Acting) -> None:
    """Make sure that the wait which the run has come to has its schedule."""
    wait = acting.ports.ledger.wait(wait_id(waits_on(acting.run.occurrence), acting.recipe.id))
    if wait is not None and wait.run_id == acting.run.run_id and wait.state == "armed":
        message = WaitDueMessage(wait_id=wait.wait_id, scheduled_for=wait.scheduled_for)
        at = max(wait.scheduled_for, acting.now + timedelta(minutes=1))
        acting.ports.timers.arm(at, message, acting.run.conversation)
