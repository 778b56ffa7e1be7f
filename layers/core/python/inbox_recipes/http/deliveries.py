"""Webhooks that were sent: the log of deliveries, sending again, trying out, and the receivers' health."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from inbox_recipes.actions.webhook import Webhook
from inbox_recipes.deliveries import Attempt, State
from inbox_recipes.endpoints import Endpoint, enabled, switched_off
from inbox_recipes.errors import Conflict, InvalidInput, NotFound, Permanent, Problem, Stale
from inbox_recipes.flows.replays import Selection, Sending, Trial
from inbox_recipes.history import Outcome
from inbox_recipes.http.inbox import plain
from inbox_recipes.http.paging import listing, part_of
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Frozen, Time
from inbox_recipes.secret_addresses import presentable
from inbox_recipes.validation import validated
from inbox_recipes.webhook_requests import Method

TRIES = 8
HIDDEN = ("before", "endpoint_url", "revision")
MOMENT: TypeAdapter[datetime] = TypeAdapter(Time)
YEARS = range(1970, 9999)


class SentRequest(Frozen):
    """What was sent, the same on every attempt; credentials are not shown."""

    method: Method
    url: str
    content_type: str | None
    authorization: bool
    body: str


class ShownDelivery(Frozen):
    """A delivery as lists show it."""

    id: str
    kind: str
    webhook: str
    endpoint_id: str
    method: str
    url: str
    recipe_id: str
    recipe_name: str
    run_id: str | None
    position: int | None
    about: str
    item_id: str | None
    state: State
    reason: str | None
    status: int | None
    attempts: int
    replays: int
    created_at: Time
    updated_at: Time
    next_attempt_at: Time | None


class WholeDelivery(ShownDelivery):
    """A delivery with what was sent, and every attempt with what came back."""

    request: SentRequest
    log: tuple[Attempt, ...]


class Told(Frozen):
    """Somebody who is told of a receiver by e-mail; `outcome` is nothing until it is over."""

    user_id: str
    name: str
    outcome: Outcome | None
    reason: str | None


class ShownNotice(Frozen):
    """What people are told of a receiver, since when, and who; nobody yet in its first minute."""

    kind: Literal["failing", "switched_off"]
    at: Time
    recipients: tuple[Told, ...] | None


class ShownEndpoint(Frozen):
    """A receiver and how it does."""

    id: str
    url: str
    state: str
    reason: str | None
    failures: int
    failure_days: int
    first_failure_at: Time | None
    last_failure_at: Time | None
    works_since: Time | None
    rests_until: Time | None
    disabled_at: Time | None
    notice: ShownNotice | None


class RecipeReceiver(Frozen):
    """Where a webhook of a recipe goes, and how that receiver does; `closed` is fine, or never called."""

    position: int
    webhook: str
    endpoint_id: str
    url: str
    state: str
    reason: str | None
    failures: int
    rests_until: Time | None
    disabled_at: Time | None


def deliveries(request: Request) -> Answer:
    """Deliveries, newest first; of one state or receiver, and of a time, if the query says so."""
    asked = _asked(request)
    of = request.services.deliveries
    selection = [f"{name}={value}" for name, value in sorted(asked.items())]
    return listing(request, lambda limit, cursor: of.listed(limit, cursor, **asked), _shown, *selection)


def delivery(request: Request) -> Answer:
    """One delivery, with what was sent and what came back."""
    of, delivery_id = request.services.deliveries, request.path["id"]
    found = of.get(delivery_id)
    if found is None:
        raise NotFound("delivery", delivery_id)
    sent = of.request(delivery_id)
    shown = SentRequest(
        method=sent.method,
        url=presentable(sent.shown_url),
        content_type=sent.content_type,
        authorization=sent.authorization is not None,
        body=sent.body,
    )
    log = [plain(attempt) for attempt in of.attempts(delivery_id)]
    return Answer({**_shown(found), "request": plain(shown), "log": log})


def replay(request: Request) -> Answer:
    """Send a delivery again, with the same id and body."""
    return Answer(_shown(_sending(request).replay(request.path["id"])), 202)


def replay_all(request: Request) -> Answer:
    """Send again what failed in a time, a page at once."""
    wanted = validated(Selection, request.json())
    sending = _sending(request)
    selection = [wanted.model_dump_json()]
    answer = listing(
        request, lambda limit, cursor: sending.replay_all(wanted, limit, cursor), _shown, *selection
    )
    return Answer(answer.body, 202)


def test(request: Request) -> Answer:
    """Send a webhook once, to see what it looks like and what comes back."""
    trial = validated(Trial, request.json())
    services = request.services
    try:
        made = _sending(request).test(trial, services.token(), services.rule_books, services.inbox)
    except Permanent as error:
        raise InvalidInput([Problem("", f"This cannot be sent: {error}.")]) from error
    return Answer(_shown(made), 202, {"Location": f"/deliveries/{made.id}"})


def endpoints(request: Request) -> Answer:
    """Receivers, by their addresses."""
    return listing(request, request.services.deliveries.endpoints, _shown)


def endpoint(request: Request) -> Answer:
    """One receiver."""
    return Answer(_shown(_endpoint(request)))


def receivers(request: Request) -> Answer:
    """Where the webhooks of a recipe go, in the order of its actions, and how these receivers do (R13)."""
    recipe = request.services.rule_books.current().recipe(request.path["id"])
    if recipe is None:
        raise NotFound("recipe", request.path["id"])
    webhooks = [(place, each) for place, each in enumerate(recipe.actions) if isinstance(each, Webhook)]
    found = [_receiver(request, place, each) for place, each in webhooks]
    return listing(
        request,
        lambda limit, cursor: part_of(found, lambda each: f"{each.position:04}", limit, cursor),
        plain,
    )


def enable(request: Request) -> Answer:
    """Have a receiver called again, as if it had never failed."""
    return _changed(request, enabled)


def disable(request: Request) -> Answer:
    """Have nothing sent to a receiver until it is enabled again."""
    who = request.actor.name or request.actor.id
    return _changed(request, lambda known: switched_off(known, request.services.now(), who))


def _changed(request: Request, change: Callable[[Endpoint], Endpoint]) -> Answer:
    for _ in range(TRIES):
        known = _endpoint(request)
        after = change(known)
        try:
            request.services.deliveries.save_endpoint(known, after)
        except Stale:
            continue
        return Answer(_shown(after))
    raise Conflict("Deliveries to the receiver keep changing it; send it again.")


def _endpoint(request: Request) -> Endpoint:
    found = request.services.deliveries.endpoint(request.path["id"])
    if found is None:
        raise NotFound("receiver", request.path["id"])
    return found


def _receiver(request: Request, position: int, action: Webhook) -> RecipeReceiver:
    endpoint_id, url = action.receiver
    found = request.services.deliveries.endpoint(endpoint_id)
    known = found or Endpoint(id=endpoint_id, url=url)
    return RecipeReceiver(
        position=position,
        webhook=action.called,
        endpoint_id=known.id,
        url=url,
        state=known.state,
        reason=known.reason,
        failures=known.failures,
        rests_until=known.rests_until,
        disabled_at=known.disabled_at,
    )


def _sending(request: Request) -> Sending:
    services = request.services
    return Sending(services.deliveries, services.retries, services.now())


def _shown(item: Frozen) -> dict[str, Any]:
    """A delivery or a receiver; its address is one that people may see, whenever it was written."""
    told = {name: value for name, value in plain(item).items() if name not in HIDDEN}
    if told.get("notice"):
        told["notice"] = plain(_notice(told["notice"]))
    return {**told, "url": presentable(told["url"])}


def _notice(notice: dict[str, Any]) -> ShownNotice:
    """Without the addresses that mail goes to."""
    recipients = notice["recipients"]
    shown = None if recipients is None else tuple(_picked(Told, each) for each in recipients)
    return ShownNotice(kind=notice["kind"], at=notice["at"], recipients=shown)


def _picked[M: Frozen](model: type[M], values: dict[str, Any]) -> M:
    return model(**{name: values[name] for name in model.model_fields})


def _asked(request: Request) -> dict[str, Any]:
    """What the query asks for."""
    query = {name: values[-1] for name, values in request.query.items()}
    asked: dict[str, Any] = {name: query[name] for name in ("state", "endpoint_id") if name in query}
    if asked.get("state") not in (None, *get_args(State)):
        raise InvalidInput([Problem("?state", f"There is no state {asked['state']!r}.", get_args(State))])
    for name in ("since", "until"):
        if name in query:
            asked[name] = moment(name, query[name])
    return asked


def moment(name: str, text: str) -> datetime:
    """A moment that the query names, far enough from the ends of the calendar to count days from it."""
    try:
        at = MOMENT.validate_python(text.replace(" ", "+"))
    except ValidationError as error:
        detail = "This is a moment as in 2026-11-22T10:00:00Z."
        raise InvalidInput([Problem(f"?{name}", detail)]) from error
    if at.year not in YEARS:
        detail = f"This is a moment from {YEARS.start} on and before {YEARS.stop}."
        raise InvalidInput([Problem(f"?{name}", detail)])
    return at
