"""Class B effects: webhooks, at least once, with the same id and body on every attempt.

A failed attempt brings a message for the next one (or, for a longer pause, a schedule) and the run goes on
(decision 5). A receiver that keeps failing is left alone for a while, and switched off in the end (R13).
"""

from contextlib import suppress
from datetime import datetime
from math import ceil

from inbox_recipes import ids
from inbox_recipes.deliveries import Answer, Delivery, after, cancelled, next_attempt
from inbox_recipes.effects import Call
from inbox_recipes.endpoints import Endpoint, after_failure, after_success, held_back, probing
from inbox_recipes.errors import Permanent, Stale
from inbox_recipes.flows import receiver_notices
from inbox_recipes.flows.acting import TRIES, Acting, close
from inbox_recipes.history import Outcome
from inbox_recipes.messages import DeliveryMessage, RetryMessage
from inbox_recipes.ports import Ports
from inbox_recipes.runs import Claim
from inbox_recipes.variables import Facts

LONGEST_QUEUE_DELAY = 900

TOLD: dict[str, Outcome] = {"delivered": "done", "failed": "failed", "cancelled": "skipped"}
"""How a delivery ended -> how history says it."""


def first_attempt(acting: Acting, position: int, call: Call) -> None:
    """Send for the first time, or again what an attempt that never ended was sending.

    An attempt that failed has its next one queued: a run that comes again leaves that alone and goes on.
    """
    opened = Claim(position=position, action=acting.action_type(position), state="open", attempts=1)
    if not acting.ports.ledger.open_claim(acting.run.run_id, opened):
        return
    try:
        delivery = _begun(acting, position, call)
    except Permanent as error:
        close(acting, position, "failed", str(error), {"webhook": call.name}, attempts=0)
        return
    if not delivery.over and not delivery.attempts:
        delivery = attempt(delivery, acting.ports, acting.now)
    if delivery.over:
        _close(acting, position, delivery)


def try_again(message: DeliveryMessage | RetryMessage, ports: Ports, now: datetime) -> None:
    """A later attempt, or the first of a replay or a test, if it has not been made and still should be."""
    coming = _of_today(message)
    delivery = ports.deliveries.get(coming.delivery_id)
    if delivery is None or delivery.replays != coming.replay:
        return
    if not delivery.over and delivery.attempts < coming.attempt:
        with suppress(Stale):  # the same message was worked on twice, and the other one was faster
            off = _switched_off(delivery, ports)
            if off:
                ports.deliveries.record(delivery, cancelled(delivery, now, off), None)
            else:
                attempt(delivery, ports, now)
        delivery = ports.deliveries.get(delivery.id) or delivery
    if delivery.over:
        _tell(delivery, ports)


def attempt(delivery: Delivery, ports: Ports, now: datetime) -> Delivery:
    """Make the delivery's next attempt; gives how it stands then. Raises Stale when another one made it."""
    made = _answer(delivery, ports, now).attempt(delivery, now)
    due = next_attempt(delivery, made)
    if due:
        _later(delivery, due, ports, now)
    stands = after(delivery, made, due)
    ports.deliveries.record(delivery, stands, made.model_copy(update={"next_attempt_at": due}))
    return stands


def _begun(acting: Acting, position: int, call: Call) -> Delivery:
    """The delivery of this action, with what it will say on every attempt."""
    run, draft, subject = acting.run, call.draft, call.subject
    if any(name.startswith("contact.") for name in draft.names) and subject.contact_id:
        subject = subject.known_by(acting.ports.inbox.contacts([subject.contact_id]))
    request = draft.filled(Facts(subject, run.occurrence, acting.recipe.id, acting.recipe.name, call.name))
    occurrence = run.occurrence
    new = Delivery(
        id=ids.delivery_id(run.run_id, position),
        kind="recipe",
        webhook=call.name,
        endpoint_id=draft.receiver[0],
        endpoint_url=draft.receiver[1],
        method=request.method,
        url=request.shown_url,
        recipe_id=acting.recipe.id,
        recipe_name=acting.recipe.name,
        run_id=run.run_id,
        position=position,
        about=occurrence.about,
        item_id=occurrence.case_id if occurrence.about == "case" else occurrence.mention_id,
        created_at=acting.now,
        updated_at=acting.now,
        next_attempt_at=acting.now,
    )
    return acting.ports.deliveries.create(new, request)


def _answer(delivery: Delivery, ports: Ports, now: datetime) -> Answer:
    """Send, if the receiver is worth trying; what it does is remembered for others (R13)."""
    request = ports.deliveries.request(delivery.id)
    if delivery.kind == "test":
        return ports.webhooks.send(request, delivery.id, now)
    endpoint = ports.deliveries.endpoint(delivery.endpoint_id)
    known = endpoint or Endpoint(id=delivery.endpoint_id, url=delivery.endpoint_url)
    why = held_back(known, now, probes=delivery.attempts > 0, last_chance=delivery.last_attempt)
    if why is None and (trying := probing(known, now)):
        try:
            ports.deliveries.save_endpoint(known, trying)
        except Stale:
            why = "another delivery is trying whether the receiver works again"
    if why:
        return Answer("refused" if known.state == "disabled" else "held_back", why)
    answer = ports.webhooks.send(request, delivery.id, now)
    if answer.outcome != "refused":
        _learn(known.id, known.url, answer, ports, now)
    return answer


def _learn(endpoint_id: str, url: str, answer: Answer, ports: Ports, now: datetime) -> None:
    """Count a success or a failure. When many count at once, some may be missed: these are no accounts."""
    for _ in range(TRIES):
        before = ports.deliveries.endpoint(endpoint_id)
        known = before or Endpoint(id=endpoint_id, url=url, revision=0)
        if answer.outcome == "delivered":
            learnt = after_success(known, now)
        else:
            gone = answer.outcome == "gone"
            learnt = after_failure(known, now, answer.reason or "", gone=gone)
        if learnt is None:
            return
        if learnt.notice and learnt.notice != known.notice:
            receiver_notices.arm(learnt.id, learnt.notice, now + receiver_notices.SOON, ports)
        with suppress(Stale):
            ports.deliveries.save_endpoint(before, learnt)
            if learnt.state == "disabled" != known.state:
                ports.notices.receiver_disabled(learnt)
            return


def _later(delivery: Delivery, due: datetime, ports: Ports, now: datetime) -> None:
    message = DeliveryMessage(delivery_id=delivery.id, replay=delivery.replays, attempt=delivery.attempts + 2)
    seconds = ceil((due - now).total_seconds())
    if seconds <= LONGEST_QUEUE_DELAY:
        ports.retries.send_later(message, seconds)
    else:
        ports.timers.arm(due, message, delivery.id)


def _switched_off(delivery: Delivery, ports: Ports) -> str | None:
    """Off means off, also for what is under way (R25); what somebody replays by hand is sent."""
    if delivery.kind == "test" or delivery.replays:
        return None
    off = ports.rule_books.current().stopped(delivery.recipe_id)
    return f"not delivered after {delivery.attempts} attempts: {off}" if off else None


def _tell(delivery: Delivery, ports: Ports) -> None:
    """Write the end of a delivery into the history of its mention or case, once for each round."""
    run = ports.ledger.run(delivery.run_id) if delivery.run_id else None
    if run is None or delivery.position is None:
        return
    recipe = ports.rule_books.recipe_at(run.recipe_id, run.recipe_version)
    acting = Acting(ports=ports, run=run, recipe=recipe, now=delivery.updated_at)
    if not delivery.replays:
        _close(acting, delivery.position, delivery)
        return
    told = acting.own_line(
        delivery.position, f"webhook_replay_{delivery.replays}", TOLD[delivery.state], delivery.reason,
        _detail(delivery),
    )  # fmt: skip
    entry = told.entry.model_copy(update={"type": "webhook"})
    ports.ledger.add_lines([told.model_copy(update={"entry": entry})])


def _close(acting: Acting, position: int, delivery: Delivery) -> None:
    close(
        acting, position, TOLD[delivery.state], delivery.reason, _detail(delivery), attempts=delivery.attempts
    )


def _detail(delivery: Delivery) -> dict[str, object]:
    """What was sent where and what came back, as history shows it; the rest is in the delivery."""
    told: dict[str, object] = {
        "webhook": delivery.webhook,
        "delivery_id": delivery.id,
        "method": delivery.method,
        "url": delivery.url,
        "attempts": delivery.attempts,
        "status": delivery.status,
    }
    return told | ({"replay": delivery.replays} if delivery.replays else {})


def _of_today(message: DeliveryMessage | RetryMessage) -> DeliveryMessage:
    """A message of an earlier version in today's form (R24)."""
    if isinstance(message, DeliveryMessage):
        return message
    delivery_id = ids.delivery_id(message.run_id, message.position)
    return DeliveryMessage(delivery_id=delivery_id, attempt=message.attempt)
