"""Flows under way: each message of the customer leads one step on, in one transaction; then the step is sent.

Where a conversation is stands in its case, so whatever happens in between (an agent answers, somebody
resolves the case) has ended the flow when the message is read. The step's message is in the outbox (class C).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from inbox_recipes import ids
from inbox_recipes.effects import Edit
from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.flow_definition import Flow, FlowStep
from inbox_recipes.flow_walk import Move, buttons, handed, saying, step_on
from inbox_recipes.flows import dispatching, flow_ends
from inbox_recipes.flows.acting import TRIES, closed
from inbox_recipes.flows.agents import resolve_the_rest
from inbox_recipes.flows.by_hand import Agent
from inbox_recipes.flows.flow_ends import flow_actor, flow_line
from inbox_recipes.history import Line
from inbox_recipes.inbox import Case, InFlow, LastAction, Mention, Object, Subject
from inbox_recipes.messages import FlowMessage
from inbox_recipes.outbox import OutboxDates, OutboxItem, Purpose
from inbox_recipes.people import Actor
from inbox_recipes.platforms import CAPABILITIES, SERVICES
from inbox_recipes.ports import Ports, Transaction, Write
from inbox_recipes.prewritten import personal
from inbox_recipes.profiles import profile_of
from inbox_recipes.quick_replies import as_said
from inbox_recipes.responses import PreparedMessage
from inbox_recipes.rule_book import ACCOUNT_PAUSED, RuleBook
from inbox_recipes.triggers import Occurrence
from inbox_recipes.variables import Facts


@dataclass(frozen=True)
class Taken:
    """A customer's message in the flow of its case, and the rule book as it is now."""

    case: Case
    state: InFlow
    mention: Mention
    book: RuleBook
    now: datetime

    @property
    def flow(self) -> Flow | None:
        """The flow as it is now."""
        found = self.book.responses.get(self.state.flow_id)
        return found.content if found and isinstance(found.content, Flow) else None

    @property
    def actor(self) -> Actor:
        """The flow, as histories name it."""
        found = self.book.responses.get(self.state.flow_id)
        return flow_actor(self.state.flow_id, found.name if found else None)

    def move(self) -> Move:
        """What comes of the message. Off means off: a paused account leaves its customers to agents (R25)."""
        if self.book.account.paused:
            return Move(None, end="handed_over", reason=ACCOUNT_PAUSED)
        return step_on(self.state, self.flow, self.case.id, self.mention, self.now)


def take(message: FlowMessage, ports: Ports, now: datetime) -> None:
    """Answer what a customer has written to a flow, once. Safe to repeat."""
    item_id = ids.outbox_id("flow", message.case_id, message.unique_id)
    _decide(message, item_id, ports, now)
    item = ports.outbox.get(item_id)
    if item is not None:
        dispatching.first_attempt(item, ports, now)
        flow_ends.look(item_id, ports, now)
    case = ports.inbox.cases([message.case_id]).get(message.case_id)
    if case is not None and case.status == "resolved":
        resolve_the_rest(case.id, Agent(_by(case, ports), ports.inbox, ports.rule_books, now))


def _by(case: Case, ports: Ports) -> Actor:
    last = case.last_action
    known = ports.rule_books.current().responses.get(last.by_id) if last else None
    return flow_actor(last.by_id if last else "flow", known.name if known else None)


def _decide(message: FlowMessage, item_id: str, ports: Ports, now: datetime) -> None:
    for _ in range(TRIES):
        case = ports.inbox.cases([message.case_id]).get(message.case_id)
        mention = ports.inbox.mentions([message.unique_id]).get(message.unique_id)
        if case is None or case.flow is None or mention is None or mention.handled_by is None:
            return
        if mention.handled_by.flow_id != case.flow.flow_id:
            return
        taken = Taken(case, case.flow, mention, ports.rule_books.current(), now)
        with suppress(Stale):
            ports.inbox.commit(_transaction(taken, message, item_id, ports))
            return
    raise Retryable(f"{message.conversation} is being changed too busily; trying again")


def _transaction(taken: Taken, message: FlowMessage, item_id: str, ports: Ports) -> Transaction:
    move, now = taken.move(), taken.now
    item = _item(taken, move, item_id, message.conversation, ports)
    if isinstance(item, str):
        move, item = Move(None, end="handed_over", reason=item), None
    if item is not None and move.leaves:
        move = Move(**{**vars(move), "leaves": saying(move.leaves, item.text)})
    done = LastAction(type="flow_step", by="system", by_id=taken.actor.id, at=now)
    edits = [_of_case(taken, move), *_of_mention(taken, move)]
    return Transaction(
        actor=taken.actor,
        at=now,
        writes=tuple(Write(edit.item, edit.after(done, taken.book.business_time)) for edit in edits),
        lines=tuple(_line(edit.log, edit.item, taken, edit.detail, move.reason) for edit in edits),
        outbox=(None, item) if item else None,
        claim=(ids.flow_step_id(message.case_id, message.unique_id), closed(0, "flow_step", "done")),
    )


def _of_case(taken: Taken, move: Move) -> Edit:
    case, button = taken.case, move.button
    put = handed(case, move)
    if button and button.status:
        put["status"] = button.status
    elif move.end == "handed_over" and case.status == "pending":
        put["status"] = "unresolved"
    if put.get("status") == case.status:
        del put["status"]
    there = {tag.casefold() for tag in case.tags}
    tags = tuple(tag for tag in button.tags if tag.casefold() not in there) if button else ()
    return Edit(case, put=put, add_tags=tags, detail=_told(taken, move, tags, put.get("status")))


def _of_mention(taken: Taken, move: Move) -> list[Edit]:
    """What the flow has understood is done with; what it leaves to agents is theirs."""
    if move.button is None or move.end == "handed_over" or taken.mention.status != "new":
        return []
    return [Edit(taken.mention, put={"status": "done"}, detail={"flow_id": taken.state.flow_id})]


def _told(taken: Taken, move: Move, tags: tuple[str, ...], status: object) -> dict[str, object]:
    whole = {
        "flow_id": taken.state.flow_id,
        "from": taken.state.step,
        "button": move.button.title if move.button else None,
        "step": move.step.id if move.step and not move.fallback else None,
        "fallback": move.fallback or None,
        "added": list(tags) or None,
        "status": status,
        "end": move.end,
    }
    return {name: value for name, value in whole.items() if value is not None}


def _item(taken: Taken, move: Move, item_id: str, conversation: str, ports: Ports) -> OutboxItem | str | None:
    """What is to be said now, if anything; or why it cannot be."""
    flow, mention = taken.flow, taken.mention
    if move.step is None or flow is None:
        return None
    service = next((each for each in SERVICES if each == mention.source.service), None)
    profile = profile_of(mention, taken.book.profiles)
    if service is None or profile is None:
        return f"no profile of {mention.source.service} is connected that it came to"
    text = flow.fallback if move.fallback else said(move.step, taken.book)
    if text is None:
        return f"what the step {move.step.id!r} says is no longer there"
    contacts = ports.inbox.contacts([mention.contact_id] if mention.contact_id else [])
    subject = Subject(mention=mention, case=taken.case).known_by(contacts)
    text, shown = as_said(
        personal(text, Facts(subject, _arrival(mention), "", "")),
        buttons(move.step, taken.state.flow_id, taken.case.id),
        quick_replies=CAPABILITIES[service].quick_replies,
    )
    return OutboxItem(
        id=item_id,
        kind="private",
        mode="immediate",
        state="queued",
        service=service,
        profile=profile,
        unique_id=mention.unique_id,
        case_id=taken.case.id,
        contact_id=mention.contact_id,
        conversation=conversation,
        text=text,
        buttons=shown,
        purpose=Purpose(type="flow", id=taken.state.flow_id),
        by=taken.actor,
        queued_at=taken.now,
        date=OutboxDates(added=taken.now, updated=taken.now),
    )


def said(step: FlowStep, book: RuleBook) -> str | None:
    """The text of a step: its own, or that of a prepared message."""
    if step.text is not None:
        return step.text
    named = book.responses.get(step.response_id or "")
    return named.content.text if named and isinstance(named.content, PreparedMessage) else None


def _arrival(mention: Mention) -> Occurrence:
    """What variables about the event speak of: that the message came in."""
    return Occurrence(
        id=f"mention:{mention.unique_id}:mention_arrived:1",
        kind="mention_arrived",
        at=mention.date.added,
        mention_id=mention.unique_id,
        case_id=mention.case_id,
        detail=None,
        actor=Actor(kind="customer", id=mention.contact_id or mention.author.id, name=mention.author.name),
        chain=(),
    )


def _line(
    log: Object, item: Mention | Case, taken: Taken, detail: dict[str, object], reason: str | None
) -> Line:
    item_id = item.id if isinstance(item, Case) else item.unique_id
    return flow_line(log, item_id, "flow_step", taken.actor, detail, reason, taken.now, item.revision)
