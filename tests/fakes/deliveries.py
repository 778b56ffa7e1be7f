"""The Deliveries and Notices ports in memory."""

from collections.abc import Sequence
from datetime import datetime

from inbox_recipes.clock import stamp
from inbox_recipes.deliveries import Attempt, Delivery, erased, silent
from inbox_recipes.endpoints import Endpoint
from inbox_recipes.errors import NotFound, Stale
from inbox_recipes.ports import Page
from inbox_recipes.recipes import Recipe
from inbox_recipes.webhook_requests import Request
from tests.fakes.inbox import newest_first


class FakeDeliveries:
    """Everything is kept by id."""

    def __init__(self) -> None:
        self.all: dict[str, Delivery] = {}
        self.requests: dict[str, Request] = {}
        self.log: dict[str, dict[int, Attempt]] = {}
        self.receivers: dict[str, Endpoint] = {}

    def create(self, delivery: Delivery, request: Request) -> Delivery:
        if delivery.id not in self.all:
            self.all[delivery.id], self.requests[delivery.id] = delivery, request
        return self.all[delivery.id]

    def get(self, delivery_id: str) -> Delivery | None:
        return self.all.get(delivery_id)

    def request(self, delivery_id: str) -> Request:
        if delivery_id not in self.requests:
            raise NotFound("request of a delivery", delivery_id)
        return self.requests[delivery_id]

    def attempts(self, delivery_id: str) -> Sequence[Attempt]:
        made = self.log.get(delivery_id, {})
        return [made[number] for number in sorted(made)]

    def record(self, before: Delivery, after: Delivery, attempt: Attempt | None) -> None:
        known = self.all.get(before.id)
        if known is None or known.revision != before.revision:
            raise Stale("the delivery has moved on since it was read")
        self.all[after.id] = after
        if attempt is not None:
            self.log.setdefault(after.id, {})[attempt.number] = attempt

    def erase(self, delivery_id: str, now: datetime) -> None:
        known = self.get(delivery_id)
        if known is None:
            return
        self.record(known, erased(known, now), None)
        self.requests.pop(delivery_id, None)
        made = self.log.get(delivery_id, {})
        self.log[delivery_id] = {number: silent(attempt) for number, attempt in made.items()}

    def listed(
        self, limit: int, cursor: str | None, *, state: str | None = None, endpoint_id: str | None = None,
        since: datetime | None = None, until: datetime | None = None,
    ) -> Page[Delivery]:  # fmt: skip
        found = [
            each
            for each in self.all.values()
            if state in (None, each.state)
            and endpoint_id in (None, each.endpoint_id)
            and (since is None or each.created_at >= since)
            and (until is None or each.created_at < until)
        ]
        return newest_first(found, lambda each: f"{stamp(each.created_at)}#{each.id}", limit, cursor)

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        return self.receivers.get(endpoint_id)

    def save_endpoint(self, before: Endpoint | None, after: Endpoint) -> None:
        known = self.receivers.get(after.id)
        if (known and known.revision) != (before and before.revision):
            raise Stale("the receiver has changed since it was read")
        self.receivers[after.id] = after

    def endpoints(self, limit: int, cursor: str | None) -> Page[Endpoint]:
        known = {f"{each.url}#{each.id}": each for each in self.receivers.values()}
        keys = [key for key in sorted(known) if cursor is None or key > cursor]
        return Page([known[key] for key in keys[:limit]], keys[limit - 1] if len(keys) > limit else None)


class FakeNotices:
    """Keeps what people were told."""

    def __init__(self) -> None:
        self.disabled: list[Endpoint] = []
        self.held: list[str] = []

    def receiver_disabled(self, endpoint: Endpoint) -> None:
        self.disabled.append(endpoint)

    def acts_held(self, recipe: Recipe, most_per_hour: int) -> None:
        self.held.append(recipe.id)
