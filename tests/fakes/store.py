"""The Inbox and Ledger tables in memory, and the transaction over both."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from inbox_recipes.changes import Change
from inbox_recipes.errors import Stale
from inbox_recipes.feedback import CaseSurvey, Wording
from inbox_recipes.handling import Handled, acts
from inbox_recipes.history import HistoryEntry, Line
from inbox_recipes.inbox import Case, Contact, Mention, Object, Profile
from inbox_recipes.moderations import Moderation
from inbox_recipes.notifications import Counted, Tray
from inbox_recipes.outbox import Mark, OutboxItem, marks
from inbox_recipes.ports import Quarantined, Transaction, Write
from inbox_recipes.replay import with_changes
from inbox_recipes.runs import Claim, Run, Wait
from inbox_recipes.turns import Assignee
from inbox_recipes.wording import unworded

PLACES = 100
"""Items that one DynamoDB transaction can hold."""

type LogKey = tuple[Object, str]
type Page = tuple[datetime, str]


@dataclass
class Store:
    """What both tables hold. `changes` is the stream; `journal` lists every transaction that was done.

    `conditions` can be taken away, which tests do to prove that they would notice.
    """

    mentions: dict[str, Mention] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    profiles: dict[tuple[str, str], Profile] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    contact_cases: dict[str, list[str]] = field(default_factory=dict)
    numbers: int = 0
    runs: dict[str, Run] = field(default_factory=dict)
    claims: dict[tuple[str, int], Claim] = field(default_factory=dict)
    claimed: dict[str, set[int]] = field(default_factory=dict)
    once: dict[tuple[str, str], str] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    moderations: dict[str, Moderation] = field(default_factory=dict)
    turns: dict[Assignee, datetime] = field(default_factory=dict)
    handled: dict[str, list[Handled]] = field(default_factory=dict)
    logs: dict[LogKey, dict[str, HistoryEntry]] = field(default_factory=dict)
    pages: dict[Page, list[dict[str, Any]]] = field(default_factory=dict)
    quarantined: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict)
    budgets: dict[tuple[str, str, datetime], int] = field(default_factory=dict)
    put_aside: dict[tuple[str, str], Quarantined] = field(default_factory=dict)
    swept_until: datetime | None = None
    trays: dict[tuple[str, int], Tray] = field(default_factory=dict)
    counted: dict[tuple[str, int, str], Counted] = field(default_factory=dict)
    surveys: dict[str, CaseSurvey] = field(default_factory=dict)
    wordings: dict[str, Wording] = field(default_factory=dict)
    outbox: dict[str, OutboxItem] = field(default_factory=dict)
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    journal: list[Transaction] = field(default_factory=list)
    conditions: frozenset[str] = frozenset({"claim", "revision", "new mention", "turn", "seen"})

    def commit(self, transaction: Transaction) -> Literal["done", "repeated"]:
        """Check every condition, then do all of it or nothing."""
        transaction = with_changes(transaction)
        handled = acts(transaction)
        _must_fit(transaction, handled)
        if self._was_done(transaction):
            return "repeated"
        if not self._is_fresh(transaction):
            raise Stale("an item has changed since it was read")
        for write in transaction.writes:
            self._write(write, transaction)
        for _, profile in transaction.profiles:
            self.profiles[profile.service, profile.author_id] = profile
        for _, contact in transaction.contacts:
            self.contacts[contact.id] = contact
        if transaction.wait:
            self.waits[transaction.wait[1].wait_id] = transaction.wait[1]
        self._keep_the_rest(transaction, handled)
        self._keep_run_and_claim(transaction)
        self.add_lines(transaction.lines)
        self.journal.append(transaction)
        return "done"

    def _keep_the_rest(self, transaction: Transaction, handled: dict[str, Handled]) -> None:
        self.surveys |= {each.survey.id: each for each in transaction.surveys}
        self.wordings |= dict(transaction.wordings)
        if transaction.counted:
            counted = transaction.counted
            self.counted[counted.recipe_id, counted.position, counted.run_id] = counted
        if transaction.moderation:
            moderated = transaction.moderation[1]
            self.moderations[moderated.id] = moderated
        if transaction.outbox:
            self._put_out(*transaction.outbox)
        if transaction.turn:
            turn = transaction.turn[1]
            self.turns[Assignee(turn.kind, turn.id)] = turn.at
        for contact_id, act in handled.items():
            self.handled.setdefault(contact_id, []).append(act)

    def _put_out(self, before: OutboxItem | None, after: OutboxItem) -> None:
        """The marks of an item are as old as it is."""
        self.outbox[after.id] = after
        for of, mark in marks(after).items() if before is None else ():
            self.marks.setdefault(of, []).append(mark)

    def _keep_run_and_claim(self, transaction: Transaction) -> None:
        for run in transaction.runs:
            self.put_run(run)
        if transaction.claim:
            self.put_claim(*transaction.claim)

    def put_claim(self, run_id: str, claim: Claim) -> None:
        """Claims are found by their run."""
        self.claimed.setdefault(run_id, set()).add(claim.position)
        self.claims[run_id, claim.position] = claim

    def put_run(self, run: Run) -> None:
        """Claims are kept beside the run."""
        self.runs[run.run_id] = run.model_copy(update={"claims": ()}) if run.claims else run

    def add_lines(self, lines: tuple[Line, ...]) -> None:
        """A line written twice is one line. One that could not be told in French and English is refused."""
        for line in lines:
            missing = unworded(line.entry)
            assert missing is None, f"{missing} has no words: add a row to wording/deeds.py or reasons.py"
            self.logs.setdefault((line.log, line.item_id), {})[line.entry.id] = line.entry

    def history(self, log: Object, item_id: str) -> list[HistoryEntry]:
        """A log, oldest first."""
        lines = self.logs.get((log, item_id), {})
        return [lines[key] for key in sorted(lines)]

    def _was_done(self, transaction: Transaction) -> bool:
        if transaction.claim and "claim" in self.conditions:
            run_id, claim = transaction.claim
            known = self.claims.get((run_id, claim.position))
            if known is not None and known.state == "closed":
                return True
        if transaction.outbox and transaction.outbox[0] is None and transaction.outbox[1].id in self.outbox:
            return True
        new = [write.after for write in transaction.writes if write.before is None]
        return "new mention" in self.conditions and any(
            isinstance(item, Mention) and item.unique_id in self.mentions for item in new
        )

    def _is_fresh(self, transaction: Transaction) -> bool:
        pairs: list[tuple[Any, Any]] = [
            (write.before, self._present(write.after)) for write in transaction.writes
        ]
        pairs += [(b, self.profiles.get((a.service, a.author_id))) for b, a in transaction.profiles]
        pairs += [(before, self.contacts.get(after.id)) for before, after in transaction.contacts]
        if transaction.seen and "seen" in self.conditions:
            seen = transaction.seen
            pairs.append((seen, self.profiles.get((seen.service, seen.author_id))))
        if transaction.outbox:
            pairs.append((transaction.outbox[0], self.outbox.get(transaction.outbox[1].id)))
        if transaction.wait:
            pairs.append((transaction.wait[0], self.waits.get(transaction.wait[1].wait_id)))
        if transaction.moderation:
            before, after = transaction.moderation
            pairs.append((before, self.moderations.get(after.id)))
        if not self._turn_is_fresh(transaction):
            return False
        if "revision" not in self.conditions:
            pairs = [pair for pair in pairs if pair[0] is None]
        if "new mention" not in self.conditions:
            pairs = [pair for pair in pairs if pair[0] or not isinstance(pair[1], Mention)]
        return all((b and b.revision) == (present and present.revision) for b, present in pairs)

    def _turn_is_fresh(self, transaction: Transaction) -> bool:
        if transaction.turn is None or "turn" not in self.conditions:
            return True
        before, after = transaction.turn
        return self.turns.get(Assignee(after.kind, after.id)) == (before and before.at)

    def _present(self, item: Mention | Case) -> Mention | Case | None:
        return self.cases.get(item.id) if isinstance(item, Case) else self.mentions.get(item.unique_id)

    def _write(self, write: Write, transaction: Transaction) -> None:
        after = write.after
        before = self._present(after)
        if isinstance(after, Case):
            self.cases[after.id] = after
            _relink(self.contact_cases, after.id, before, after)
        else:
            self.mentions[after.unique_id] = after
            _relink(self.links, after.unique_id, before, after)
        self.changes.append(
            Change(
                before=before,
                after=after,
                at=transaction.at,
                actor=transaction.actor,
                chain=transaction.chain,
            )
        )


def _holders(item: Mention | Case | None) -> tuple[str, ...]:
    """The cases that a mention is in, or the contacts whose case it is."""
    if item is None:
        return ()
    return item.contact_ids if isinstance(item, Case) else item.case_ids


def _moved(write: Write) -> set[tuple[str, str]]:
    """The links that a write makes or takes away, or makes again because they end later."""
    item = write.after
    name = item.id if isinstance(item, Case) else item.unique_id
    moved = {(name, holder) for holder in set(_holders(write.before)) ^ set(_holders(item))}
    again = _links_end(write.before) != _links_end(item)
    return moved | ({(name, holder) for holder in _holders(item)} if again else set())


def _links_end(item: Mention | Case | None) -> date | None:
    """The day with which the links of a case end; with many contacts, on none."""
    return item.date.updated.date() if isinstance(item, Case) and len(item.contact_ids) <= 2 else None


def _flow_until(item: Mention | Case | None) -> datetime | None:
    return item.flow.until if isinstance(item, Case) and item.flow else None


def _relink(
    links: dict[str, list[str]], item_id: str, before: Mention | Case | None, after: Mention | Case
) -> None:
    for holder in set(_holders(before)) - set(_holders(after)):
        links[holder].remove(item_id)
    for holder in _holders(after):
        if holder not in _holders(before):
            links.setdefault(holder, []).append(item_id)


def _must_fit(transaction: Transaction, handled: dict[str, Handled]) -> None:
    """DynamoDB refuses a transaction that is too big or that touches an item twice."""
    keys: list[tuple[Any, ...]] = []
    for write in transaction.writes:
        item = write.after
        keys.append(("case", item.id) if isinstance(item, Case) else ("mention", item.unique_id))
        keys += [("link", *link) for link in _moved(write)]
        keys += [("flow", item.id)] if _flow_until(write.before) != _flow_until(item) else []
    keys += [("line", line.log, line.item_id, line.entry.id) for line in transaction.lines]
    keys += [("profile", after.service, after.author_id) for _, after in transaction.profiles]
    keys += [("contact", after.id) for _, after in transaction.contacts]
    if transaction.seen:
        keys.append(("profile", transaction.seen.service, transaction.seen.author_id))
    if transaction.outbox:
        known, written = transaction.outbox
        keys += [("outbox",), *(("mark", of) for of in marks(written) if known is None)]
    keys += [("handled", contact_id) for contact_id in handled]
    keys += [("run", run.run_id) for run in transaction.runs]
    keys += [(part,) for part in ("wait", "turn", "claim", "counted") if getattr(transaction, part)]
    keys += [("moderation",), ("due",)] if transaction.moderation else []
    if len(keys) > PLACES or len(keys) > len(set(keys)):
        twice = [key for key, times in Counter(keys).items() if times > 1]
        raise AssertionError(f"{len(keys)} places, written twice: {twice}")
