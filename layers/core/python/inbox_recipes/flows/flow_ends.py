"""Flows that end without an answer of the customer: nothing was chosen in time, or a step was not sent."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from inbox_recipes import ids
from inbox_recipes.clock import stamp
from inbox_recipes.effects import Edit
from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.flows.acting import TRIES
from inbox_recipes.history import Line, line_outside_runs
from inbox_recipes.inbox import Case, HandledBy, InFlow, LastAction, Object
from inbox_recipes.messages import FlowOverMessage
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.people import Actor
from inbox_recipes.ports import Ports, Transaction, Write


def flow_actor(flow_id: str, name: str | None) -> Actor:
    """A flow, as histories name it."""
    return Actor(kind="system", id=flow_id, name=name)


def watch(item: OutboxItem, ports: Ports, now: datetime) -> None:
    """Have a flow that has just begun looked at when its time is over. Safe to repeat."""
    case = ports.inbox.cases([item.case_id or ""]).get(item.case_id or "")
    if case is not None:
        arm(case, item.conversation, ports)
    look(item.id, ports, now)


def look(item_id: str, ports: Ports, now: datetime) -> None:
    """Leave the conversation to agents if the flow's message could not be sent: nobody waits for nothing."""
    item = ports.outbox.get(item_id)
    if item is None or item.purpose is None or item.purpose.type != "flow":
        return
    if item.state in ("failed", "skipped", "rejected"):
        _end(item.case_id or "", item.purpose.id, f"not sent: {item.reason}", ports, now)


def over(message: FlowOverMessage, ports: Ports, now: datetime) -> None:
    """End a flow whose time is over; look again later where it has gone on meanwhile.

    What the customer wrote to it last and it has never read is for agents (R1). A schedule never comes before
    its time, whatever the clock here says (R5).
    """
    now = max(now, message.scheduled_for)
    case = ports.inbox.cases([message.case_id]).get(message.case_id)
    if case is None or case.flow is None:
        return
    if case.flow.until > now:
        arm(case, message.conversation, ports)
        return
    _end(case.id, case.flow.flow_id, None, ports, now)


def arm(case: Case, conversation: str, ports: Ports) -> None:
    """Have the flow of a case looked at when its time is over. Safe to repeat."""
    if case.flow is not None:
        until = case.flow.until
        message = FlowOverMessage(case_id=case.id, conversation=conversation, scheduled_for=until)
        ports.timers.arm(until, message, conversation)


def _end(case_id: str, flow_id: str, why: str | None, ports: Ports, now: datetime) -> None:
    """Leave the conversation to agents for that reason; without one, because the flow's time is over."""
    for _ in range(TRIES):
        case = ports.inbox.cases([case_id]).get(case_id)
        if case is None or case.flow is None or case.flow.flow_id != flow_id:
            return
        if why is None and case.flow.until > now:
            return
        end, reason = ("handed_over", why) if why else _in_time(case, case.flow, ports)
        handed_over = end == "handed_over"
        put: dict[str, Any] = {
            "flow": None,
            "handled_by": HandledBy(type="agent") if handed_over else None,
        }
        if handed_over and case.status == "pending":
            put["status"] = "unresolved"
        book = ports.rule_books.current()
        known = book.responses.get(flow_id)
        actor = flow_actor(flow_id, known.name if known else None)
        done = LastAction(type="flow_ended", by="system", by_id=flow_id, at=now)
        edit = Edit(case, put=put, detail={"flow_id": flow_id, "end": end})
        line = flow_line("case", case.id, "flow_ended", actor, edit.detail, reason, now, case.revision)
        with suppress(Stale):
            write = Write(case, edit.after(done, book.business_time))
            ports.inbox.commit(Transaction(actor=actor, at=now, writes=(write,), lines=(line,)))
            return
    raise Retryable(f"the end of the flow in {case_id} could not be written; trying again")


def _in_time(case: Case, flow: InFlow, ports: Ports) -> tuple[str, str]:
    """How a flow ends whose time is over, and why."""
    until = stamp(flow.until)
    if _is_unread(case, flow, ports):
        return "handed_over", f"what the customer wrote last was not read until {until}"
    return "expired", f"the customer chose nothing until {until}"


def _is_unread(case: Case, flow: InFlow, ports: Ports) -> bool:
    """Whether the customer's last message is the flow's, which says nothing to it yet: its queue is late."""
    last = ports.inbox.mentions([case.last_incoming_id or ""]).get(case.last_incoming_id or "")
    if last is None or last.handled_by is None or last.handled_by.flow_id != flow.flow_id:
        return False
    return ports.outbox.get(ids.outbox_id("flow", case.id, last.unique_id)) is None


def flow_line(
    log: Object, item_id: str, kind: str, actor: Actor, detail: dict[str, object], reason: str | None,
    now: datetime, revision: int,
) -> Line:  # fmt: skip
    """A line of a flow about an item that was at that revision."""
    place = f"{revision + 1:06d}#{ids.digest(actor.id, kind, item_id)}#0"
    return line_outside_runs(log, item_id, place, kind, actor, detail, now, reason)
